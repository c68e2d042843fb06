// The memory that contracts run in. It is used again: an engine takes far longer to give out 64 MiB and to collect them
// than a call takes. Between two uses every byte is made zero again, whatever the contract did.
import { CHAIN_LIMITS } from "../parameters.ts";

const PAGE_BYTES = 65_536;

/**
 * `wipe(end)`: zeroes every 4 KiB below `end` that are not zero. Reading is what makes it fast: most of the memory was never
 * touched, and pages that were never written cost no memory to read. The text is in memory-pool.test.ts.
 */
export const WIPER_BASE64 =
  "AGFzbQEAAAABBQFgAX8AAhcBC2Vudmlyb25tZW50Bm1lbW9yeQIAAQMCAQAHCAEEd2lwZQAACn0BewIDfwF7A0D9DAAAAAAAAAAAAAAAAAAAAA" +
  "AhBCABIQIgAUGAIGohAwNAIAQgAv0ABAAgAv0ABBD9UCAC/QAEICAC/QAEMP1Q/VD9UCEEIAJBwABqIQIgAiADRw0ACyAE/VMEQCABQQBBgCD8" +
  "CwALIAMhASABIABHDQALCw==";

const WIPER = new WebAssembly.Module(Buffer.from(WIPER_BASE64, "base64"));

type Cleanable = { memory: WebAssembly.Memory; wipe: (end: number) => void };

/** One is enough: contracts run one after another. */
let spare: Cleanable | null = null;

/**
 * Calls `run` with a memory of the chain's size that is all zero. The memory must not be used after `run`, nor views of it.
 * What throws through here costs the memory.
 */
export function withMemory<T>(run: (memory: WebAssembly.Memory) => T): T {
  const lent = spare ?? newMemory();
  spare = null;
  const result = run(lent.memory);
  const { byteLength } = lent.memory.buffer;
  // One that grew is not of the chain's initial size any more.
  if (byteLength === CHAIN_LIMITS.initial_memory_pages * PAGE_BYTES) {
    lent.wipe(byteLength);
    spare = lent;
  }
  return result;
}

function newMemory(): Cleanable {
  const { initial_memory_pages: initial, max_memory_pages: maximum } = CHAIN_LIMITS;
  const memory = new WebAssembly.Memory({ initial, maximum });
  const { exports } = new WebAssembly.Instance(WIPER, { environment: { memory } });
  return { memory, wipe: exports.wipe as Cleanable["wipe"] };
}

import binaryen from "binaryen";
import { Program, type RunContext, type RunResult, type RunTask, runModule } from "../src/index.ts";

export const CONTEXT: RunContext = {
  contract_id: "offshore.testnet",
  request_id: 17,
  seed: "00".repeat(32),
  block_height: 123_456,
  block_timestamp: "1700000000000000000",
  sender_id: "alice.testnet",
  predecessor_id: "caller.testnet",
  signer_public_key: "ed25519:6E8sCci9badyRkXb3JoRpBj5p8C6Tw41ELDZoiihKEtp",
  payment_yocto: "100000000000000000000000",
};

const encoder = new TextEncoder();

/** What a test says of a task; the rest is the same for all. */
export type TaskOptions = Partial<RunTask["limits"]> & {
  input?: string | Uint8Array;
  context?: Partial<RunContext>;
  on_progress?: (instructions: number) => void;
};

export function taskOf(module: Uint8Array, options: TaskOptions = {}): RunTask & { module: Uint8Array } {
  const { input = "", context, on_progress, max_instructions = 100_000_000, max_memory_mb = 16 } = options;
  return {
    module,
    input: typeof input === "string" ? encoder.encode(input) : input,
    limits: { max_instructions, max_memory_mb },
    context: { ...CONTEXT, ...context },
    ...(on_progress && { on_progress }),
  };
}

export function run(module: Uint8Array | Program, options: TaskOptions = {}): RunResult {
  const bytes = module instanceof Program ? module.bytes : module;
  return runModule({ ...taskOf(bytes, options), module });
}

/** Bytes of a module in WebAssembly text. */
export function wat(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  const { MutableGlobals, BulkMemory, SignExt, NontrappingFPToInt, SIMD128, ReferenceTypes, Multivalue } =
    binaryen.Features;
  module.setFeatures(
    MutableGlobals | BulkMemory | SignExt | NontrappingFPToInt | SIMD128 | ReferenceTypes | Multivalue,
  );
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

/** A module with memory that imports WASI calls (`name: "(param i32) (result i32)"`) and starts with `body`. */
export function program(
  imports: Record<string, string>,
  body: string,
  more = '(memory (export "memory") 1)',
): Uint8Array {
  const declared = Object.entries(imports).map(
    ([name, type]) => `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`,
  );
  return wat(`(module ${declared.join("\n")} ${more} (func (export "_start") ${body}))`);
}

export const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

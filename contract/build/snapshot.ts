/** A contract's memory with QuickJS started and the contract's bytecode loaded, as its methods shall find it. */
export interface LoadedMemory {
  pages: number;
  segments: { offset: number; data: Uint8Array }[];
}

/** Shorter runs of zeros are cheaper kept than left out: a segment costs some bytes itself. */
const ZEROS_MIN = 32;
const PAGE_BYTES = 65_536;

interface LinkedExports {
  memory: WebAssembly.Memory;
  prepare(): void;
}

/**
 * Runs the linked contract's `prepare` and takes its memory: starting QuickJS and loading bytecode costs 8 Tgas, which no
 * call then pays. What a contract does while it loads (top-level code) must not touch the chain.
 * @throws Error where it does, or where it throws.
 */
export function loadedMemory(linked: Uint8Array): LoadedMemory {
  const module = new WebAssembly.Module(Uint8Array.from(linked));
  const imports: Record<string, Record<string, (...args: bigint[]) => number>> = {};
  const exports = () => instance.exports as unknown as LinkedExports;
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const stub = from === "env" ? refuse(name, () => exports().memory) : () => 0;
    imports[from] = { ...imports[from], [name]: stub };
  }
  const instance = new WebAssembly.Instance(module, imports);
  exports().prepare();
  const bytes = new Uint8Array(exports().memory.buffer);
  return { pages: bytes.length / PAGE_BYTES, segments: [...segmentsOf(bytes)] };
}

function refuse(name: string, memory: () => WebAssembly.Memory) {
  return (...args: bigint[]): never => {
    const [length = 0n, pointer = 0n] = args;
    const isPanic = name === "panic_utf8";
    const text = isPanic ? new Uint8Array(memory().buffer, Number(pointer), Number(length)) : undefined;
    throw new Error(`the contract, while it loads, calls ${name}: ${new TextDecoder().decode(text)}`);
  };
}

function* segmentsOf(bytes: Uint8Array) {
  let position = 0;
  while (position < bytes.length) {
    while (position < bytes.length && bytes[position] === 0) position++;
    const offset = position;
    let end = position;
    while (position < bytes.length && position - end < ZEROS_MIN) {
      if (bytes[position++] !== 0) end = position;
    }
    if (end > offset) yield { offset, data: bytes.slice(offset, end) };
  }
}

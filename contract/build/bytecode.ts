import { cached, hashOf } from "./cache.ts";
import type { LlvmPool } from "./llvm.ts";
import type { Objects } from "./runtime.ts";
import { COMPILE_FLAGS, LINK_FLAGS, runtimeSources } from "./sources.ts";

interface WriterExports {
  memory: WebAssembly.Memory;
  allocate(length: number): number;
  compile(source: number, length: number): number;
  result_pointer(): number;
  result_length(): number;
}

/** Compiles JavaScript modules to QuickJS bytecode, with a program linked from the contracts' own objects. */
export async function makeBytecodeWriter(
  pool: LlvmPool,
  runtime: Objects,
): Promise<(source: string) => Uint8Array> {
  const sources = runtimeSources();
  const key = hashOf([
    ...COMPILE_FLAGS,
    ...LINK_FLAGS,
    sources["bytecode-writer.c"] ?? "",
    ...Object.values(runtime),
  ]);
  const wasm = await cached("bytecode-writer.wasm", key, async () => {
    console.error("contract: building the bytecode writer");
    const object = "bytecode-writer.o";
    const args = [...COMPILE_FLAGS, "-c", "bytecode-writer.c"];
    const files = { ...runtime, [object]: await pool.run({ args, files: sources, output: object }) };
    return pool.run({ args: [...LINK_FLAGS, ...Object.keys(files)], files, output: "bytecode-writer.wasm" });
  });
  const module = new WebAssembly.Module(Uint8Array.from(wasm));
  return (source) => writeBytecode(module, source);
}

function writeBytecode(module: WebAssembly.Module, source: string): Uint8Array {
  const writer = new WebAssembly.Instance(module, stubImports(module)).exports as unknown as WriterExports;
  const text = new TextEncoder().encode(`${source}\0`);
  const pointer = writer.allocate(text.length);
  new Uint8Array(writer.memory.buffer).set(text, pointer);
  const compiled = writer.compile(pointer, text.length - 1) === 1;
  const result = new Uint8Array(
    writer.memory.buffer,
    writer.result_pointer(),
    writer.result_length(),
  ).slice();
  if (!compiled)
    throw new Error(`QuickJS 2021-03-27 cannot compile this: ${new TextDecoder().decode(result)}`);
  return result;
}

/** The compiler touches no file and needs no clock: all that libc could ask of the system answers 0. */
function stubImports(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  return imports;
}

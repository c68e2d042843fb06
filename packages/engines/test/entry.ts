// What engines.test.ts runs in every engine.

interface Input {
  do: "echo" | "throw" | "hang" | "about" | "wasm";
  value?: unknown;
}

/** An empty module. */
const EMPTY = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

export async function run(input: Input): Promise<unknown> {
  if (input.do === "echo") return input.value;
  if (input.do === "throw") throw new RangeError("on purpose");
  if (input.do === "wasm") return (await WebAssembly.compile(EMPTY)) instanceof WebAssembly.Module;
  while (input.do === "hang");
  const { crossOriginIsolated: is_isolated } = globalThis as { crossOriginIsolated?: boolean };
  return { page: "document" in globalThis, shared: typeof SharedArrayBuffer, is_isolated };
}

import type { Wasi } from "./wasi.ts";

/** Writes strings one after another, each with a NUL, and the pointers to them. */
function putStrings(wasi: Wasi, strings: readonly Uint8Array[], pointers: number, buffer: number): void {
  wasi.memory.check(pointers, strings.length * 4);
  wasi.memory.check(buffer, sizeOf(strings));
  wasi.chargeItems(strings.length);
  wasi.chargeBytes(sizeOf(strings));
  let at = buffer;
  for (const [index, string] of strings.entries()) {
    wasi.memory.setU32(pointers + index * 4, at);
    const target = wasi.memory.bytes(at, string.length + 1);
    target.set(string);
    target[string.length] = 0;
    at += string.length + 1;
  }
}

function putSizes(wasi: Wasi, strings: readonly Uint8Array[], count_out: number, size_out: number): void {
  wasi.memory.check(size_out, 4);
  wasi.memory.setU32(count_out, strings.length);
  wasi.memory.setU32(size_out, sizeOf(strings));
}

function sizeOf(strings: readonly Uint8Array[]): number {
  return strings.reduce((sum, string) => sum + string.length + 1, 0);
}

export const argsEnvironCalls = {
  args_get(wasi: Wasi, pointers: number, buffer: number) {
    putStrings(wasi, wasi.args, pointers, buffer);
  },

  args_sizes_get(wasi: Wasi, count_out: number, size_out: number) {
    putSizes(wasi, wasi.args, count_out, size_out);
  },

  environ_get(wasi: Wasi, pointers: number, buffer: number) {
    putStrings(wasi, wasi.environ, pointers, buffer);
  },

  environ_sizes_get(wasi: Wasi, count_out: number, size_out: number) {
    putSizes(wasi, wasi.environ, count_out, size_out);
  },
};

// Flags of C and C++, whichever clang compiles them.

export const C_COMPILE_FLAGS = [
  "--target=wasm32-wasip1",
  "-O2",
  "-fno-exceptions", // the libraries of WASI have none: what would throw aborts
  "-I.",
  "-Iinclude",
  "-Isrc",
  // The time of compilation would be in the bytes.
  "-Wno-builtin-macro-redefined",
  '-D__DATE__="Jan  1 1970"',
  '-D__TIME__="00:00:00"',
  '-D__TIMESTAMP__="Thu Jan  1 00:00:00 1970"',
];

// The stack below the data: an overflow is a trap, not somebody's overwritten variable.
export const C_LINK_FLAGS = [
  "--target=wasm32-wasip1",
  "-Wl,--stack-first",
  "-Wl,-z,stack-size=1048576",
  "-Wl,--strip-debug",
];

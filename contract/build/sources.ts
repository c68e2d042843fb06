// The C sources of a contract and the flags that they are compiled with.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const QUICKJS_FOLDER = join(dirname(require.resolve("qjsc/package.json")), "deps/quickjs_2021_03_27");
const SDK_FOLDER = dirname(dirname(require.resolve("near-sdk-js/lib/api.js")));
const OWN_FOLDER = join(import.meta.dirname, "c");

/** Where builder.c, the sdk's C program around a contract, looks for QuickJS. */
const QUICKJS_PATH_IN_BUILDER = "../node_modules/near-sdk-js/lib/cli/deps/quickjs/";

export type SourceFiles = Record<string, string>;

/** Faults of QuickJS that are corrected when its sources are read. */
const CORRECTIONS = [
  {
    // Where the top bit of a u64 is set, `shift` is 0, and a shift by 32 is undefined in C and none at all in
    // WebAssembly: half of all 128-bit amounts of money came out wrong.
    file: "libbf.c",
    text: "r->tab[1] = (a1 << shift) | (a0 >> (LIMB_BITS - shift));",
    correct: "r->tab[1] = shift == 0 ? a1 : (a1 << shift) | (a0 >> (LIMB_BITS - shift));",
  },
];

/** QuickJS and what is linked to it in every contract, largest first, so that compiling in parallel ends early. */
export const RUNTIME_UNITS = [
  "quickjs-near",
  "libbf",
  "libregexp",
  "libunicode",
  "cutils",
  "quickjs-libc-min",
] as const;

const FEATURE_FLAGS = [
  // The chain accepts WebAssembly 1.0 and nothing newer.
  "--target=wasm32-wasip1",
  "-mcpu=mvp",
];

export const COMPILE_FLAGS = [
  ...FEATURE_FLAGS,
  "-O2",
  "-w",
  "-D_GNU_SOURCE",
  '-DCONFIG_VERSION="2021-03-27"',
  "-DCONFIG_BIGNUM",
  // QuickJS's name for "WebAssembly": no threads, no Atomics, no computed goto. It also turns the stack check off,
  // which a contract needs.
  "-DEMSCRIPTEN",
  "-DCONFIG_STACK_CHECK",
  // WebAssembly has one rounding mode.
  "-DFE_DOWNWARD=FE_TONEAREST",
  "-DFE_UPWARD=FE_TONEAREST",
];

export const LINK_FLAGS = [
  ...FEATURE_FLAGS,
  "-nostartfiles",
  "-Wl,--no-entry",
  "-Wl,--allow-undefined",
  "-Wl,--strip-all",
  // Twice QuickJS's own limit (256 KiB), so that its check comes before the end of the stack.
  `-Wl,-z,stack-size=${512 * 1024}`,
  // Below the data, so that recursion without that check (JSON.parse's) ends in a trap and overwrites nothing.
  "-Wl,--stack-first",
];

/** QuickJS and what is compiled with it, once: small enough to hand all of it to each compilation. */
export function runtimeSources(): SourceFiles {
  const quickjs = readSources(QUICKJS_FOLDER);
  for (const { file, text, correct } of CORRECTIONS) {
    if (!quickjs[file]?.includes(text))
      throw new Error(`${file} is not the one that a correction was made for`);
    quickjs[file] = quickjs[file].replace(text, correct);
  }
  return { ...quickjs, ...readSources(join(OWN_FOLDER, "runtime")) };
}

/** builder.c and all that it includes but `code.h` and `methods.h`, which are made for each contract. */
export function builderSources(): SourceFiles {
  const builder = readFileSync(join(SDK_FOLDER, "builder/builder.c"), "utf8");
  return {
    ...runtimeSources(),
    ...readSources(join(OWN_FOLDER, "methods")),
    "builder.c": builder.replaceAll(QUICKJS_PATH_IN_BUILDER, ""),
  };
}

function readSources(folder: string): SourceFiles {
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

import type { Program } from "../../languages.ts";
import { assemblyScriptFlags } from "../assemblyscript-flags.ts";
import { C_COMPILE_FLAGS, C_LINK_FLAGS } from "../c-flags.ts";

/** What runs in a toolchain's image to compile a program. */
export interface Command {
  command: string[];
  env: Record<string, string>;
}

// From /work/src, where the compiler runs; it takes relative paths only.
const SHIM = "../../usr/local/lib/node_modules/@assemblyscript/wasi-shim/assembly";

export function compileCommand({ language, files }: Program): Command {
  switch (language) {
    case "rust":
    case "go":
      return { command: ["build.sh"], env: {} };
    case "c":
    case "c++":
      return {
        command: ["build.sh", language === "c" ? "clang" : "clang++", ...files],
        env: { COMPILE_FLAGS: C_COMPILE_FLAGS.join("\n"), LINK_FLAGS: C_LINK_FLAGS.join("\n") },
      };
    case "assemblyscript":
      return { command: ["build.sh", ...files, ...assemblyScriptFlags(SHIM)], env: {} };
  }
}

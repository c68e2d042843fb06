import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const CONFIG = createRequire(import.meta.url).resolve("@assemblyscript/wasi-shim/asconfig.json");

/** Where this machine has wasi-shim's library: WASI in place of the Web's globals. */
export const SHIM_DIR = path.join(path.dirname(CONFIG), "assembly");

/** Flags of asc, whichever backend runs it. @param shim the folder of wasi-shim's library, as asc is told it */
export function assemblyScriptFlags(shim: string): string[] {
  const { options } = JSON.parse(readFileSync(CONFIG, "utf8")) as { options: ShimOptions };
  return [
    "--noColors",
    "--optimizeLevel=3",
    "--shrinkLevel=0",
    `--lib=${shim}`,
    `--exportStart=${options.exportStart}`,
    ...options.use.flatMap((alias) => ["--use", alias]),
  ];
}

/** What wasi-shim's asconfig.json asks of a program that uses it. */
interface ShimOptions {
  use: string[];
  exportStart: string;
}

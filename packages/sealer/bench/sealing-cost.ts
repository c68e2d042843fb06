/** What sealing itself costs, on real modules of many megabytes. */

import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Engine } from "@near-offshore/engines";
import { median } from "./compare.ts";
import type { SpeedInput } from "./speed.ts";

/** esbuild: Go, with functions of 100 kB. LLVM: C++, with 130,000 functions. */
export const BIG_MODULES: Readonly<Record<string, string>> = {
  esbuild: pathOf("@esbuild/wasi-preview1/esbuild.wasm", "./esbuild.wasm"),
  llvm: pathOf("@yowasp/clang", "./llvm.core.wasm"),
};

const ROUNDS = 3;
const TIMEOUT_MS = 600_000;

export interface SealingSpeed {
  module_bytes: number;
  /** Megabytes (10^6) of module a second, median. */
  mb_per_s: number;
  /** The first time in a fresh thread. */
  first_mb_per_s: number;
  /** Slowest over fastest. */
  noise: number;
}

export async function sealingSpeed(engine: Engine, path: string): Promise<SealingSpeed> {
  const module = new Uint8Array(await readFile(path));
  const input: SpeedInput = { module, rounds: ROUNDS };
  const entry = new URL("./speed.ts", import.meta.url);
  const { times_ms } = await engine.run<{ times_ms: number[] }>(entry, input, { timeout_ms: TIMEOUT_MS });
  const speed = (time_ms: number) => module.length / 1e3 / time_ms;
  return {
    module_bytes: module.length,
    mb_per_s: speed(median(times_ms)),
    first_mb_per_s: speed(times_ms[0]!),
    noise: Math.max(...times_ms) / Math.min(...times_ms),
  };
}

/** By how much a fresh Node process grows at its peak while it seals the module, the sealed one included, over the module's size. */
export async function sealingMemory(path: string): Promise<number> {
  const { length } = await readFile(path);
  const script = fileURLToPath(new URL("./memory.ts", import.meta.url));
  const printed = execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", script, path]);
  return Number(printed) / length;
}

function pathOf(specifier: string, relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.resolve(specifier)));
}

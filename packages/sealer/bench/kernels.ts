/** The kernels of the sealing bench, compiled from `kernels/*.c` and kept by the hash of what they were made from. */

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Kernels by name, and what each is given so that one plain call takes some 5 ms on a machine of 2026. Short calls taken in turns by
 * the dozen tell more than a few long ones where others use the machine too.
 */
export const KERNEL_SIZES: Readonly<Record<string, number>> = {
  coremark: 160,
  fib: 31,
  hashtable: 80_000,
  interpreter: 6_000,
  json: 2_400,
  levenshtein: 2_000,
  lz: 600_000,
  mandelbrot: 250,
  matrix: 180,
  nbody: 75_000,
  quicksort: 60_000,
  sha256: 12_000,
  sieve: 1_200_000,
};

const FLAGS = ["-O2", "-mexec-model=reactor", "-Wall", "-Werror"];

/** Compiles one kernel, or takes it from `folder`. */
export async function compileKernel(name: string, folder: string): Promise<Uint8Array> {
  const read = (file: string) => readFile(new URL(`./kernels/${file}`, import.meta.url), "utf8");
  const files = { "kernel.h": await read("kernel.h"), "main.c": await read(`${name}.c`) };
  const hash = createHash("sha256")
    .update(JSON.stringify([FLAGS, files]))
    .digest("hex");
  const cached = join(folder, `kernel-${name}-${hash.slice(0, 16)}.wasm`);
  try {
    return new Uint8Array(await readFile(cached));
  } catch {
    const bytes = await compile(files);
    await mkdir(folder, { recursive: true });
    // Benches may run at the same time: nobody may see half a file.
    await writeFile(`${cached}.${process.pid}`, bytes);
    await rename(`${cached}.${process.pid}`, cached);
    return bytes;
  }
}

async function compile(files: Record<string, string>): Promise<Uint8Array> {
  const { commands } = await import("@yowasp/clang");
  // Without arguments it only loads, and says nothing of it.
  await commands.clang(undefined, {}, { fetchProgress: () => {} });
  const made = await commands.clang([...FLAGS, "-o", "a.wasm", "main.c"], files);
  return (made as Record<string, Uint8Array>)["a.wasm"]!;
}

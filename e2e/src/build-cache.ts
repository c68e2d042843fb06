import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "./paths.ts";

/** Runs `build` unless the same `inputs` (files and folders) were built last time and `output` is still there. */
export async function buildOnce(
  name: string,
  { inputs, output, build }: { inputs: string[]; output: string; build: () => Promise<void> },
): Promise<void> {
  const stamp = path.join(CACHE, "stamps", name);
  const hash = hashOf(inputs);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  await build();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

function hashOf(inputs: string[]): string {
  const hash = createHash("sha256");
  const add = (file: string) => {
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) {
        if (name !== "node_modules" && name !== "dist" && !name.endsWith(".test.ts"))
          add(path.join(file, name));
      }
      return;
    }
    hash.update(`${file}\0`).update(readFileSync(file));
  };
  for (const input of inputs) add(input);
  return hash.digest("hex");
}

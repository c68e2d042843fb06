import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Compiled programs are kept here, by the hash of their source: the compiler is 100 MB and takes seconds to load. */
const CACHE = fileURLToPath(new URL("../node_modules/.cache/test-programs/", import.meta.url));

/** Compiles `test/programs/<name>.c`. */
export async function compileC(name: string): Promise<Uint8Array> {
  const source = await readFile(new URL(`./programs/${name}.c`, import.meta.url), "utf8");
  const cached = `${CACHE}${createHash("sha256").update(source).digest("hex")}.wasm`;
  try {
    return new Uint8Array(await readFile(cached));
  } catch {
    const bytes = await compile(source);
    await mkdir(CACHE, { recursive: true });
    // Test files run at the same time: nobody may see half a file.
    await writeFile(`${cached}.${process.pid}`, bytes);
    await rename(`${cached}.${process.pid}`, cached);
    return bytes;
  }
}

async function compile(source: string): Promise<Uint8Array> {
  const { commands } = await import("@yowasp/clang");
  // Without arguments it only loads, and says nothing of it.
  await commands.clang(undefined, {}, { fetchProgress: () => {} });
  const files = await commands.clang(["-O2", "-o", "a.wasm", "main.c"], { "main.c": source });
  return (files as Record<string, Uint8Array>)["a.wasm"]!;
}

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../../..");

/** Where the corpus keeps what was built and downloaded. */
export const CACHE = join(resolve(ROOT, process.env.OFFSHORE_CACHE_DIR ?? ".cache"), "corpus");

export const FIXTURES = resolve(import.meta.dirname, "../fixtures");

/** What `make` gives, kept by the hash of everything that it depends on. */
export async function cached(
  parts: readonly (string | Uint8Array)[],
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  const file = join(CACHE, "modules", `${hash.digest("hex")}.wasm`);
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const bytes = await make();
  mkdirSync(dirname(file), { recursive: true });
  // Others may build the same at the same time: nobody may see half a file.
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return bytes;
}

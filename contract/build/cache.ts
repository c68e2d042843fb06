// Build results by content hash, so that QuickJS is compiled once on a machine.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const CACHE_FOLDER = join(resolve(ROOT, process.env.OFFSHORE_CACHE_DIR ?? ".cache"), "contract");

/** SHA-256 in hex of parts, each preceded by its length so that no two lists of parts have the same hash. */
export function hashOf(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

/** What `produce` gives, kept on disk under `name` and `key` (a hash of everything the result depends on). */
export async function cached(
  name: string,
  key: string,
  produce: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const path = join(CACHE_FOLDER, `${key.slice(0, 24)}-${name}`);
  if (existsSync(path)) return readFileSync(path);
  const bytes = await produce();
  writeWhole(path, bytes);
  return bytes;
}

/** Writes a file so that no other process ever sees half of it. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.part`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

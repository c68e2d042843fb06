import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** What may be thrown away: build results, by content hash. */
export const CACHE = process.env.OFFSHORE_CACHE_DIR ?? path.join(ROOT, ".cache");
export const at = (...parts: string[]): string => path.join(ROOT, ...parts);

import type { ModuleCache } from "@near-offshore/volunteer";
import { PAGE_LIMITS } from "../limits.ts";

const CACHE = "near-offshore:modules";

/** Modules in Cache Storage, by hash; the oldest go first. Callers hash what they get, so a tampered entry is harmless. */
export async function storedModuleCache(): Promise<ModuleCache> {
  const cache = await caches.open(CACHE);
  const nameOf = (sha256: string) => `/v1/modules/${sha256}`;
  return {
    async get(sha256) {
      const response = await cache.match(nameOf(sha256));
      return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
    },
    async put(sha256, bytes) {
      await cache.put(nameOf(sha256), new Response(new Uint8Array(bytes)));
      const entries = await cache.keys();
      const surplus = entries.length - PAGE_LIMITS.module_cache_entries_max;
      for (const entry of entries.slice(0, Math.max(0, surplus))) await cache.delete(entry);
    },
  };
}

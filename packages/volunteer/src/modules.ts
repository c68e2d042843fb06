import { OffshoreError, sha256Hex } from "@near-offshore/protocol";
import { CallError, call, type Fetch, toFailure } from "./http.ts";
import { VOLUNTEER_LIMITS } from "./limits.ts";

/** Where module bytes are kept between runs. What it gives back is hashed again, so it need not be trusted. */
export interface ModuleCache {
  get(sha256: string): Promise<Uint8Array | null>;
  put(sha256: string, bytes: Uint8Array): Promise<void>;
}

/** A cache in memory; the oldest module goes when there are more than `bytes_max` bytes. */
export function memoryModuleCache(bytes_max: number = VOLUNTEER_LIMITS.module_cache_bytes_max): ModuleCache {
  const modules = new Map<string, Uint8Array>();
  let held_bytes = 0;
  return {
    async get(sha256) {
      const bytes = modules.get(sha256);
      if (bytes === undefined) return null;
      modules.delete(sha256);
      modules.set(sha256, bytes);
      return bytes;
    },
    async put(sha256, bytes) {
      if (modules.has(sha256) || bytes.length > bytes_max) return;
      modules.set(sha256, bytes);
      held_bytes += bytes.length;
      for (const [oldest, old] of modules) {
        if (held_bytes <= bytes_max) break;
        modules.delete(oldest);
        held_bytes -= old.length;
      }
    },
  };
}

export interface ModuleRequest {
  sha256: string;
  length_bytes: number;
}

/**
 * Fetches modules by hash, from the cache or from `GET /v1/modules/:sha256`; concurrent requests for one share a download.
 * Rejects with CallError, or OffshoreError `hash_mismatch` where the bytes are not the module that was named.
 */
export function moduleSource(options: {
  coordinator_url: URL;
  fetch: Fetch;
  cache: ModuleCache;
  delay: (delay_ms: number, signal: AbortSignal) => Promise<void>;
}): (request: ModuleRequest, signal: AbortSignal) => Promise<Uint8Array> {
  const { cache } = options;
  return async (request, signal) => {
    const cached = await cache.get(request.sha256).catch(() => null);
    if (cached !== null && sha256Hex(cached) === request.sha256) return cached;
    const bytes = await download(options, request, signal);
    // A full or forbidden cache costs a download next time, not this run.
    await cache.put(request.sha256, bytes).catch(() => {});
    return bytes;
  };
}

async function download(
  { coordinator_url, fetch, delay }: Parameters<typeof moduleSource>[0],
  { sha256, length_bytes }: ModuleRequest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (length_bytes > VOLUNTEER_LIMITS.module_bytes_max)
    throw new OffshoreError("payload_too_large", `module of ${length_bytes} bytes is too large`);
  const url = new URL(`/v1/modules/${sha256}`, coordinator_url);
  for (let attempt = 1; ; attempt++) {
    try {
      const bytes = await call(fetch, url, { signal }, length_bytes);
      if (sha256Hex(bytes) === sha256) return bytes;
      throw new OffshoreError("hash_mismatch", `module ${sha256} came with other bytes than its hash says`);
    } catch (error) {
      const again = error instanceof CallError && toFailure(error).retryable;
      if (!again || signal.aborted || attempt >= VOLUNTEER_LIMITS.module_fetch_attempts) throw error;
      await delay(VOLUNTEER_LIMITS.module_fetch_retry_ms * attempt, signal);
    }
  }
}

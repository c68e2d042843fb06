import { OffshoreError, sha256Hex } from "@near-offshore/protocol";
import type { Module } from "../dispatcher/core/types.ts";
import type { Env } from "../env.ts";

// Modules by hash: bytes in KV, which never change, and a row in D1, which is asked first: KV remembers for a minute
// that it did not have a key.

/** Stores bytes under their own hash. Storing them again is harmless. */
export async function storeModule(env: Env, bytes: Uint8Array): Promise<Module> {
  const sha256 = sha256Hex(bytes);
  await env.MODULES.put(sha256, bytes, { metadata: { bytes: bytes.length } });
  await env.DB.prepare("INSERT OR IGNORE INTO modules (sha256, bytes, created_ms) VALUES (?, ?, ?)")
    .bind(sha256, bytes.length, Date.now())
    .run();
  return { sha256, bytes: bytes.length };
}

/** The module of this hash, or null where nobody uploaded it. A D1 outage is bridged by asking KV itself. */
export async function findModule(env: Env, sha256: string): Promise<Module | null> {
  try {
    const row = await env.DB.prepare("SELECT bytes FROM modules WHERE sha256 = ?")
      .bind(sha256)
      .first<{ bytes: number }>();
    return row === null ? null : { sha256, bytes: row.bytes };
  } catch {
    const found = await env.MODULES.getWithMetadata<{ bytes: number }>(sha256, "stream");
    await found.value?.cancel();
    return found.metadata === null ? null : { sha256, bytes: found.metadata.bytes };
  }
}

/**
 * Bytes of a stored module.
 * @throws OffshoreError `not_found`, or `module_unavailable` where it is stored and KV does not show it here yet.
 */
export async function readModule(env: Env, sha256: string): Promise<ArrayBuffer> {
  // Immutable, so the edge may keep it as long as it likes.
  const bytes = await env.MODULES.get(sha256, { type: "arrayBuffer", cacheTtl: 86_400 });
  if (bytes !== null) return bytes;
  if ((await findModule(env, sha256)) === null) throw new OffshoreError("not_found", `no module ${sha256}`);
  throw new OffshoreError("module_unavailable", `module ${sha256} is not here yet`);
}

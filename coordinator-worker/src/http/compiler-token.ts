import { OffshoreError, sha256Hex } from "@near-offshore/protocol";
import type { Context } from "hono";
import { readConfig } from "../config.ts";
import type { HttpEnv } from "./types.ts";

/**
 * Lets compiler services in: `Authorization: Bearer <token>`, of which the configuration holds only the hash.
 * @throws OffshoreError `unauthorized`
 */
export function requireCompiler(c: Context<HttpEnv>): void {
  const [scheme, token] = (c.req.header("authorization") ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer" || token === undefined)
    throw new OffshoreError("unauthorized", "expected Authorization: Bearer <compiler token>");
  // Comparing hashes gives nothing away by its timing: what is compared is not what is secret.
  if (!readConfig(c.env).compiler_token_hashes.includes(sha256Hex(new TextEncoder().encode(token))))
    throw new OffshoreError("unauthorized", "this compiler token is not known here");
}

import { bytesToHex, hexToBytes, implicitAccount, OffshoreError } from "@near-offshore/protocol";
import { sign, verify } from "hono/jwt";
import * as z from "zod";
import type { Config } from "../config.ts";
import { BOUNDS } from "../limits.ts";

// Challenges and session tokens. Both carry their own proof (HMAC under SESSION_SECRET), so nothing is stored.

const ALGORITHM = "HS256";
const claims = z.object({ sub: z.string(), exp: z.number(), aud: z.literal("worker") });

/** A nonce that only this coordinator can have given to this key, until `expires_ms`. */
export async function challengeNonce(
  config: Config,
  public_key: string,
  expires_ms: number,
): Promise<string> {
  const text = `challenge ${implicitAccount(public_key)} ${expires_ms}`;
  const key = await hmacKey(config.session_secret);
  return bytesToHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));
}

/** Whether `nonce` is the one that `challengeNonce` gave, in constant time. */
export async function isChallengeNonce(
  config: Config,
  public_key: string,
  expires_ms: number,
  nonce: string,
): Promise<boolean> {
  const text = `challenge ${implicitAccount(public_key)} ${expires_ms}`;
  const key = await hmacKey(config.session_secret);
  return crypto.subtle.verify("HMAC", key, hexToBytes(nonce), new TextEncoder().encode(text));
}

/** A bearer token that says: who holds this has shown that it has the private key of `public_key`. */
export async function makeSessionToken(
  config: Config,
  public_key: string,
): Promise<{ token: string; expires_ms: number }> {
  const expires_s = Math.floor((Date.now() + BOUNDS.session_life_ms) / 1000);
  const token = await sign(
    { sub: public_key, exp: expires_s, aud: "worker" },
    config.session_secret,
    ALGORITHM,
  );
  return { token, expires_ms: expires_s * 1000 };
}

/**
 * The key that a token was made for.
 * @throws OffshoreError `session_expired`, or `unauthorized` where the token is not one of ours.
 */
export async function readSessionToken(config: Config, token: string): Promise<string> {
  try {
    return claims.parse(await verify(token, config.session_secret, ALGORITHM)).sub;
  } catch (cause) {
    if (cause instanceof Error && cause.name === "JwtTokenExpired")
      throw new OffshoreError("session_expired", "the session token has expired: open a new session", {
        cause,
      });
    throw new OffshoreError("unauthorized", "the session token is not one of this coordinator's", { cause });
  }
}

function hmacKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

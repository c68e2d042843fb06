// Ed25519 as the chain verifies it: ed25519-dalek's `verify` (RFC 8032's equation without the cofactor, the encoding of
// R compared byte for byte), with the check on the top bits of S that nearcore keeps. Libraries differ at the edges
// (small-order keys, non-canonical points), so the equation is written out here on the library's points.
import { createPublicKey, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, equalBytes } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

/**
 * Whether `signature` (64 bytes) is `public_key`'s (32 bytes) over `message`.
 * Accepts exactly what the `ed25519_verify` host function accepts (NEP-364).
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): boolean {
  if (signature.length !== 64 || public_key.length !== 32) return false;
  return isAcceptedByOpenssl(signature, message, public_key) || holdsEquation(signature, message, public_key);
}

/** What comes before the 32 bytes of a key in its DER form (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/**
 * The same equation, twenty times faster. Only a yes counts: OpenSSL checks all that is checked here, so what it accepts is
 * accepted, and what it refuses is looked at again.
 */
function isAcceptedByOpenssl(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): boolean {
  try {
    const key = Buffer.concat([SPKI_PREFIX, public_key]);
    return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
  } catch {
    return false;
  }
}

/** The equation itself. Exported for its test: it is what `verifyEd25519` must equal. */
export function holdsEquation(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): boolean {
  const r_bytes = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= ORDER) return false;
  const a = decodePoint(public_key);
  if (!a) return false;
  const k = bytesToNumberLE(sha512(concatBytes(r_bytes, public_key, message))) % ORDER;
  const s_base = s === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(s);
  const r = s_base.subtract(a.multiplyUnsafe(k));
  return equalBytes(r.toBytes(), r_bytes);
}

/** Decodes a point as curve25519-dalek does: a y above the field's prime is reduced, not refused. */
function decodePoint(bytes: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(bytes, true);
  } catch {
    return null;
  }
}

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, equalBytes } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { base58 } from "@scure/base";
import { OffshoreError } from "./errors.ts";
import { bytesToHex, hexToBytes } from "./pure/preimages.ts";

const PREFIX = "ed25519:";
const { Point } = ed25519;

/** `ed25519:<base58>`, NEAR's text form, of a 32-byte public key or a 64-byte signature. */
export function toNearText(bytes: Uint8Array): string {
  return PREFIX + base58.encode(bytes);
}

/**
 * Bytes of `ed25519:<base58>`.
 * @throws OffshoreError `invalid_argument` where the prefix, the alphabet or the length is wrong.
 */
export function fromNearText(text: string, length_bytes: 32 | 64): Uint8Array {
  const what = length_bytes === 32 ? "public key" : "signature";
  const wrong = (why: string) =>
    new OffshoreError(
      "invalid_argument",
      `${what} ${why}; expected ed25519:<base58 of ${length_bytes} bytes>`,
    );
  if (!text.startsWith(PREFIX)) throw wrong("does not start with ed25519:");
  if (text.length > 100) throw wrong("is too long");
  let bytes: Uint8Array;
  try {
    bytes = base58.decode(text.slice(PREFIX.length));
  } catch {
    throw wrong("is not base58");
  }
  if (bytes.length !== length_bytes) throw wrong(`has ${bytes.length} bytes`);
  return bytes;
}

/** The NEAR implicit account of a key: the key's 32 bytes in hex. A worker's account until its owner links another. */
export function implicitAccount(public_key: string): string {
  return bytesToHex(fromNearText(public_key, 32));
}

/** `ed25519:<base58>` form of the key that an implicit account (64 hex characters) is. */
export function implicitAccountKey(account_id: string): string {
  return toNearText(hexToBytes(account_id));
}

/**
 * Whether `signature` is one of `public_key` over `message`: exactly where the chain's `ed25519_verify` (NEP-364,
 * ed25519-dalek's `verify`) says so. Malformed keys and signatures are just not valid.
 */
export function verifySignature(signature: string, message: Uint8Array, public_key: string): boolean {
  try {
    return verifyBytes(fromNearText(signature, 64), message, fromNearText(public_key, 32));
  } catch {
    return false;
  }
}

/**
 * RFC 8032's equation without the cofactor: R = S B - k A, compared as bytes, so R is canonical; S is below the group's
 * order; A may be any encoding of any point. Libraries differ at these edges, so it is written out here.
 */
function verifyBytes(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = bytesToNumberLE(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  const a = Point.fromBytes(public_key, true);
  const k = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(r, public_key, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

/** Something that signs with one Ed25519 key: WebCrypto in a browser, a seed in Node. */
export interface Signer {
  /** `ed25519:<base58>` */
  readonly public_key: string;
  /** Resolves to `ed25519:<base58>` of the 64-byte signature. */
  sign(message: Uint8Array): Promise<string>;
}

/** A signer from a 32-byte seed. For Node and tests; a browser keeps its key in WebCrypto, where it cannot be read. */
export function signerFromSeed(seed: Uint8Array): Signer {
  const public_key = toNearText(ed25519.getPublicKey(seed));
  return { public_key, sign: async (message) => toNearText(ed25519.sign(message, seed)) };
}

import { ed25519 } from "@noble/curves/ed25519.js";
import { base58 } from "@scure/base";
import { OffshoreError } from "./errors.ts";
import { bytesToHex, hexToBytes } from "./pure/preimages.ts";

const PREFIX = "ed25519:";

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
 * Whether `signature` is one of `public_key` over `message`, by RFC 8032 with canonical S and canonical points, as the
 * contract's host function decides it. Malformed keys and signatures are just not valid.
 */
export function verifySignature(signature: string, message: Uint8Array, public_key: string): boolean {
  try {
    const options = { zip215: false };
    return ed25519.verify(fromNearText(signature, 64), message, fromNearText(public_key, 32), options);
  } catch {
    return false;
  }
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

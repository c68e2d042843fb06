// 32-byte identifiers: how they are written, and how the chain derives one from another.
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { base58 } from "@scure/base";
import type { Hash } from "../types.ts";

/** Writes 32 bytes as base58. */
export function toHash(bytes: Uint8Array): Hash {
  return base58.encode(bytes);
}

/** Reads a base58 identifier; throws when it is not 32 bytes. */
export function hashBytes(hash: Hash): Uint8Array {
  const bytes = base58.decode(hash);
  if (bytes.length !== 32) throw new RangeError(`a hash is 32 bytes, got ${bytes.length}`);
  return bytes;
}

export function sha256Hash(...parts: Uint8Array[]): Hash {
  return toHash(sha256(concatBytes(...parts)));
}

/** A number as 8 bytes, little endian, as Borsh writes a u64. */
export function u64Bytes(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes;
}

/** Receipt, action and data ids: sha256(parent, block height, salt), as nearcore's `create_hash_upgradable`. */
export function deriveHash(parent: Hash, block_height: number, salt: bigint | number): Hash {
  return sha256Hash(hashBytes(parent), u64Bytes(block_height), u64Bytes(salt));
}

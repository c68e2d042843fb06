// Math API: hashes and signatures. Every input is in memory, or in a register when its length is the largest u64.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 as ripemd160Digest } from "@noble/hashes/legacy.js";
import { sha256 as sha256Digest } from "@noble/hashes/sha2.js";
import { keccak_256, keccak_512 } from "@noble/hashes/sha3.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { verifyEd25519 } from "../../encoding/ed25519.ts";
import { HostError } from "../../errors.ts";
import type { HostState } from "../host-state.ts";

export function sha256(host: HostState, value_len: bigint, value_ptr: bigint, register_id: bigint): void {
  host.gas.payBase("sha256_base");
  const value = host.bytes(value_len, value_ptr);
  host.gas.payPer("sha256_byte", value.length);
  host.registers.set(register_id, sha256Digest(value));
}

export function keccak256(host: HostState, value_len: bigint, value_ptr: bigint, register_id: bigint): void {
  host.gas.payBase("keccak256_base");
  const value = host.bytes(value_len, value_ptr);
  host.gas.payPer("keccak256_byte", value.length);
  host.registers.set(register_id, keccak_256(value));
}

export function keccak512(host: HostState, value_len: bigint, value_ptr: bigint, register_id: bigint): void {
  host.gas.payBase("keccak512_base");
  const value = host.bytes(value_len, value_ptr);
  host.gas.payPer("keccak512_byte", value.length);
  host.registers.set(register_id, keccak_512(value));
}

export function ripemd160(host: HostState, value_len: bigint, value_ptr: bigint, register_id: bigint): void {
  host.gas.payBase("ripemd160_base");
  const value = host.bytes(value_len, value_ptr);
  host.gas.payPer("ripemd160_block", Math.floor((value.length + 8) / 64) + 1);
  host.registers.set(register_id, ripemd160Digest(value));
}

/** Writes the 64-byte public key that made the signature and returns 1, or returns 0. */
export function ecrecover(
  host: HostState,
  hash_len: bigint,
  hash_ptr: bigint,
  sig_len: bigint,
  sig_ptr: bigint,
  v: bigint,
  malleability_flag: bigint,
  register_id: bigint,
): bigint {
  host.gas.payBase("ecrecover_base");
  const signature = host.bytes(sig_len, sig_ptr);
  if (signature.length !== 64) {
    throw ecrecoverError(`The length of the signature: ${signature.length}, exceeds the limit of 64 bytes`);
  }
  if (v >= 4n) throw ecrecoverError(`V recovery byte 0 through 3 are valid but was provided ${v}`);
  const hash = host.bytes(hash_len, hash_ptr);
  if (hash.length !== 32) {
    throw ecrecoverError(`The length of the hash: ${hash.length}, exceeds the limit of 32 bytes`);
  }
  if (malleability_flag > 1n) {
    throw ecrecoverError(`Malleability flag needs to be 0 or 1, but is instead ${malleability_flag}`);
  }
  const public_key = recoverSecp256k1(signature, hash, Number(v), malleability_flag === 1n);
  if (!public_key) return 0n;
  host.registers.set(register_id, public_key);
  return 1n;
}

function recoverSecp256k1(
  signature: Uint8Array,
  hash: Uint8Array,
  v: number,
  low_s: boolean,
): Uint8Array | null {
  try {
    const parsed = secp256k1.Signature.fromBytes(concatBytes(Uint8Array.of(v), signature), "recovered");
    if (low_s && parsed.hasHighS()) return null;
    return parsed.recoverPublicKey(hash).toBytes(false).subarray(1);
  } catch {
    return null;
  }
}

function ecrecoverError(msg: string): HostError {
  return new HostError("ECRecoverError", `ECDSA recover error: ${msg}`, { msg });
}

/** NEP-364: 1 when the signature is the key's over the message, 0 when not. */
export function ed25519_verify(
  host: HostState,
  signature_len: bigint,
  signature_ptr: bigint,
  message_len: bigint,
  message_ptr: bigint,
  public_key_len: bigint,
  public_key_ptr: bigint,
): bigint {
  host.gas.payBase("ed25519_verify_base");
  const signature = host.bytes(signature_len, signature_ptr);
  if (signature.length !== 64) throw ed25519Error("invalid signature length");
  if ((signature[63]! & 0b1110_0000) !== 0) return 0n;
  const message = host.bytes(message_len, message_ptr);
  host.gas.payPer("ed25519_verify_byte", message.length);
  const public_key = host.bytes(public_key_len, public_key_ptr);
  if (public_key.length !== 32) throw ed25519Error("invalid public key length");
  return verifyEd25519(signature, message, public_key) ? 1n : 0n;
}

function ed25519Error(msg: string): HostError {
  return new HostError("Ed25519VerifyInvalidInput", `ED25519 signature verification error: ${msg}`, { msg });
}

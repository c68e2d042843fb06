// Public keys in their two forms: `curve:base58` text and Borsh bytes (one byte for the curve, then the key).
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base58 } from "@scure/base";
import type { PublicKeyText } from "../types.ts";
import { verifyEd25519 } from "./ed25519.ts";

const CURVES = [
  { name: "ed25519", key_bytes: 32, signature_bytes: 64 },
  { name: "secp256k1", key_bytes: 64, signature_bytes: 65 },
] as const;

/** Borsh bytes of a public key; throws on an unknown curve or length. */
export function publicKeyToBytes(text: PublicKeyText): Uint8Array {
  const [prefix, value] = text.includes(":") ? text.split(":", 2) : ["ed25519", text];
  const index = CURVES.findIndex((curve) => curve.name === prefix);
  const bytes = base58.decode(value ?? "");
  if (index < 0 || bytes.length !== CURVES[index]!.key_bytes)
    throw new RangeError(`invalid public key ${text}`);
  return concatBytes(Uint8Array.of(index), bytes);
}

/** Text of a public key from its Borsh bytes; throws when they are not exactly one key. */
export function publicKeyFromBytes(bytes: Uint8Array): PublicKeyText {
  const curve = CURVES[bytes[0] ?? -1];
  if (!curve || bytes.length !== curve.key_bytes + 1) throw new RangeError("invalid public key bytes");
  return `${curve.name}:${base58.encode(bytes.subarray(1))}`;
}

/** The key that an implicit account's name spells. */
export function publicKeyOfImplicitAccount(account_id: string): PublicKeyText {
  return `ed25519:${base58.encode(hexToBytes(account_id))}`;
}

/** Whether `signature` (`curve:base58`) is this key's over the 32-byte hash of a transaction. */
export function verifySignature(public_key: PublicKeyText, hash: Uint8Array, signature: string): boolean {
  const [curve, value] = signature.split(":", 2);
  if (!public_key.startsWith(`${curve}:`)) return false;
  const key = publicKeyToBytes(public_key).subarray(1);
  const bytes = base58.decode(value!);
  if (curve === "ed25519") return verifyEd25519(bytes, hash, key);
  const options = { prehash: false, lowS: false, format: "compact" } as const;
  return secp256k1.verify(bytes.subarray(0, 64), hash, concatBytes(Uint8Array.of(4), key), options);
}

/** The root account's key, from the chain's seed: known to whoever knows the seed, for development only. */
export function keyPairFromSeed(seed: string): { public_key: PublicKeyText; secret_key: string } {
  const secret = sha256(utf8ToBytes(`local-near:root-key:${seed}`));
  const public_bytes = ed25519.getPublicKey(secret);
  return {
    public_key: `ed25519:${base58.encode(public_bytes)}`,
    secret_key: `ed25519:${base58.encode(concatBytes(secret, public_bytes))}`,
  };
}

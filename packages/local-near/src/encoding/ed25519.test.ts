// Ed25519 at its edges, where implementations differ. Cases after "Taming the many EdDSAs" (Chalkias, Garillot,
// Nikolaenko 2020): the expected answers are those of ed25519-dalek's `verify`.
import { createPublicKey, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { base64 } from "@scure/base";
import { expect, test } from "vitest";
import { holdsEquation, verifyEd25519 } from "./ed25519.ts";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const message = utf8ToBytes("message");
const IDENTITY = numberToBytesLE(1n, 32);
/** A point of order 8. */
const TORSION = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

function openssl(signature: Uint8Array, text: Uint8Array, public_key: Uint8Array): boolean {
  const x = base64.encode(public_key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return verify(
    null,
    text,
    createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
    signature,
  );
}

test("agrees with OpenSSL on honest and on changed signatures", () => {
  for (let i = 0; i < 20; i++) {
    const secret = ed25519.utils.randomSecretKey();
    const public_key = ed25519.getPublicKey(secret);
    const signature = ed25519.sign(message, secret);
    expect(verifyEd25519(signature, message, public_key)).toBe(true);
    const changed = Uint8Array.from(signature);
    changed[i * 3]! ^= 1 << (i % 8);
    expect(verifyEd25519(changed, message, public_key)).toBe(openssl(changed, message, public_key));
    expect(verifyEd25519(changed, message, public_key)).toBe(false);
  }
});

test("S must be below the group's order", () => {
  const secret = ed25519.utils.randomSecretKey();
  const signature = ed25519.sign(message, secret);
  const s = bytesToNumberLE(signature.subarray(32)) + ORDER;
  const malleated = concatBytes(signature.subarray(0, 32), numberToBytesLE(s, 32));
  expect(verifyEd25519(malleated, message, ed25519.getPublicKey(secret))).toBe(false);
});

test("a key of small order is accepted when the equation holds", () => {
  const signature = concatBytes(IDENTITY, new Uint8Array(32));
  expect(verifyEd25519(signature, message, IDENTITY)).toBe(true);
});

test("the equation is the one without the cofactor", () => {
  // R has a component of order 8 that only a check multiplied by 8 would not see.
  const r = 12345n;
  const r_bytes = Point.BASE.multiply(r).add(TORSION).toBytes();
  const secret = 6789n;
  const public_key = Point.BASE.multiply(secret).toBytes();
  const k = bytesToNumberLE(sha512(concatBytes(r_bytes, public_key, message))) % ORDER;
  const signature = concatBytes(r_bytes, numberToBytesLE((r + k * secret) % ORDER, 32));
  expect(ed25519.verify(signature, message, public_key, { zip215: true })).toBe(true);
  expect(verifyEd25519(signature, message, public_key)).toBe(false);
});

test("R is compared as bytes: a second encoding of the same point is refused", () => {
  // y = p + 1 is the identity again, written otherwise.
  const non_canonical = numberToBytesLE(Point.Fp.ORDER + 1n, 32);
  const signature = concatBytes(non_canonical, new Uint8Array(32));
  expect(verifyEd25519(signature, message, IDENTITY)).toBe(false);
});

test("a key whose y is written above the field's prime is read, as dalek does", () => {
  const non_canonical = numberToBytesLE(Point.Fp.ORDER + 1n, 32);
  const signature = concatBytes(IDENTITY, new Uint8Array(32));
  expect(verifyEd25519(signature, message, non_canonical)).toBe(true);
});

test("keys and signatures of other lengths, and bytes that are no point, are refused", () => {
  const signature = concatBytes(IDENTITY, new Uint8Array(32));
  expect(verifyEd25519(signature.subarray(1), message, IDENTITY)).toBe(false);
  expect(verifyEd25519(signature, message, IDENTITY.subarray(1))).toBe(false);
  expect(verifyEd25519(signature, message, numberToBytesLE(2n, 32))).toBe(false);
});

test("OpenSSL accepts nothing that the equation does not: every key and R of small order, written in every way", () => {
  const p = Point.Fp.ORDER;
  const torsion = Array.from({ length: 8 }, (_, i) =>
    i === 0 ? Point.ZERO : TORSION.multiplyUnsafe(BigInt(i)),
  );
  const encodings = torsion.flatMap((point) => {
    const canonical = point.toBytes();
    const y = bytesToNumberLE(Uint8Array.from(canonical, (byte, i) => (i === 31 ? byte & 0x7f : byte)));
    const ys = y + p < 2n ** 255n ? [y, y + p] : [y];
    return ys.flatMap((value) => [0, 0x80].map((sign) => withSign(numberToBytesLE(value, 32), sign)));
  });
  let accepted = 0;
  for (const public_key of encodings) {
    for (const r_bytes of encodings) {
      const signature = concatBytes(r_bytes, new Uint8Array(32));
      const holds = holdsEquation(signature, message, public_key);
      expect(verifyEd25519(signature, message, public_key)).toBe(holds);
      accepted += holds ? 1 : 0;
    }
  }
  expect(accepted).toBeGreaterThan(10);
});

function withSign(bytes: Uint8Array, sign: number): Uint8Array {
  bytes[31]! |= sign;
  return bytes;
}

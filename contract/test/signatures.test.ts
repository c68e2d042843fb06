// Everybody agrees on what a signature is: the coordinator's check, the embedded chain's host function, and NEAR's, whose
// verdicts the vectors carry (see their `about`).
import { verifyEd25519 } from "@near-offshore/local-near";
import { fromNearText, signerFromSeed, toNearText, verifySignature } from "@near-offshore/protocol";
import { expect, test } from "vitest";
import fixture from "./fixtures/ed25519.json" with { type: "json" };

type Vector = [name: string, public_key: string, message: string, signature: string, accepted: boolean];

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

test.each(fixture.vectors as Vector[])("%s", (_, key, text, sig, accepted) => {
  const [public_key, message, signature] = [bytes(key), bytes(text), bytes(sig)];
  expect(verifyEd25519(signature, message, public_key)).toBe(accepted);
  expect(verifySignature(toNearText(signature), message, toNearText(public_key))).toBe(accepted);
});

test("a signature with one bit changed anywhere is refused by both", async () => {
  const signer = signerFromSeed(new Uint8Array(32).fill(5));
  const message = Uint8Array.of(1, 2, 3);
  const signed = fromNearText(await signer.sign(message), 64);
  const public_key = fromNearText(signer.public_key, 32);
  for (let bit = 0; bit < 512; bit += 7) {
    const changed = Uint8Array.from(signed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(verifyEd25519(changed, message, public_key)).toBe(false);
    expect(verifySignature(toNearText(changed), message, signer.public_key)).toBe(false);
  }
});

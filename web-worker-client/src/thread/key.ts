import { OffshoreError, type Signer, toNearText } from "@near-offshore/protocol";
import type { Database } from "./database.ts";

const KEY = "worker-key";

/**
 * The worker key of this browser profile: made on the spot the first time, kept in IndexedDB where no script can read
 * its private half, and used through WebCrypto only.
 * @throws OffshoreError `not_supported` where the browser has no Ed25519.
 */
export async function profileSigner(database: Database): Promise<Signer> {
  const stored = await database.get(KEY);
  const pair = (stored ?? (await database.getOrPut(KEY, await makeKeyPair()))) as CryptoKeyPair;
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  return {
    public_key: toNearText(new Uint8Array(raw)),
    async sign(message) {
      const bytes = new Uint8Array(message);
      return toNearText(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes)));
    },
  };
}

async function makeKeyPair(): Promise<CryptoKeyPair> {
  if (globalThis.crypto?.subtle === undefined)
    throw new OffshoreError(
      "not_supported",
      "this page needs https (or localhost): only there may a browser make keys",
    );
  try {
    return (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  } catch (cause) {
    throw new OffshoreError(
      "not_supported",
      "this browser cannot make an Ed25519 key; Chrome 137, Edge 137, Firefox 130 or Safari 17 and later can",
      { cause },
    );
  }
}

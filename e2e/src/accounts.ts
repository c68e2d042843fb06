import { signerFromSeed, toNearText } from "@near-offshore/protocol";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Account, JsonRpcProvider, type KeyPairString } from "near-api-js";

/** An account of the local chain whose key is derived from its name: for development only. */
export interface LocalAccount {
  account_id: string;
  seed: Uint8Array;
  public_key: string;
  /** NEAR's `ed25519:<base58 of seed and public key>`. */
  private_key: KeyPairString;
}

export function localAccount(account_id: string): LocalAccount {
  const seed = sha256(new TextEncoder().encode(`near-offshore development key of ${account_id}`));
  const both = new Uint8Array(64);
  both.set(seed);
  both.set(ed25519.getPublicKey(seed), 32);
  return {
    account_id,
    seed,
    public_key: signerFromSeed(seed).public_key,
    private_key: toNearText(both) as KeyPairString,
  };
}

/** The account as near-api-js drives it. */
export function connect(rpc_url: string, account: LocalAccount): Account {
  return new Account(account.account_id, new JsonRpcProvider({ url: rpc_url }), account.private_key);
}

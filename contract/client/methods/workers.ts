// Keys of volunteers: stake, faults, who may attest.
import { accountId, faultArguments, LIMITS, publicKey, signature } from "@near-offshore/protocol";
import * as z from "zod";
import { call, HASH, KEY, type Method, of_key, page, payable, SIGNATURE, view } from "./method.ts";

export const workers: Record<string, Method> = {
  enroll_workers: payable(
    call(
      "operator",
      "Registers newcomers without a stake; keys that are registered are skipped.",
      z.object({ public_keys: z.array(publicKey).min(1).max(LIMITS.enroll_keys_max) }),
      { public_keys: [KEY] },
    ),
    "prepays storage (0.01 NEAR is used for each)",
    "0.01",
  ),
  register_worker: payable(
    call(
      "anyone",
      "Registers a key as the caller's, with a stake. The signature is the key's account link (docs/protocol.md).",
      z.object({ public_key: publicKey, signature }),
      { public_key: KEY, signature: SIGNATURE },
    ),
    "0.01 NEAR for storage, the rest is the stake",
    "1.01",
  ),
  link_account: payable(
    call(
      "anyone",
      "Makes a worker's earnings an account's, by the key's signed account link. Once linked, only the account itself calls this.",
      z.object({ public_key: publicKey, account_id: accountId, signature }),
      { public_key: KEY, account_id: "alice.near", signature: SIGNATURE },
    ),
    "0.002 NEAR for storage, the rest comes back",
    "0.002",
  ),
  rotate_key: payable(
    call(
      "its account",
      "Gives a worker another key, at most once in a fault window. The signature is the new key's account link.",
      z.object({ public_key: publicKey, new_public_key: publicKey, signature }),
      { public_key: KEY, new_public_key: KEY, signature: SIGNATURE },
    ),
    "0.01 NEAR for storage, the rest comes back",
    "0.01",
  ),
  add_stake: payable(
    call("anyone", "Adds to a worker's stake.", of_key, { public_key: KEY }),
    "what is added",
    "1",
  ),
  unregister_worker: call(
    "its account",
    "A worker leaves; its stake is free after the fault window and 250 blocks.",
    of_key,
    { public_key: KEY },
  ),
  withdraw_stake: call("anyone", "After that: stake and earnings become the account's to withdraw.", of_key, {
    public_key: KEY,
  }),
  report_fault: call(
    "anyone",
    "Proves that a worker signed another outcome than the settled one: it loses stake and unvested earnings.",
    faultArguments,
    {
      request_id: 7,
      worker: KEY,
      module_sha256: HASH,
      status: "ok",
      output_sha256: HASH,
      instructions: 1_234_567,
      signature: SIGNATURE,
    },
  ),
  get_worker: view("A worker, or null.", of_key, { public_key: KEY }),
  get_workers: view("Workers in the order of registration.", page, { from_index: 0, limit: 100 }),
  is_worker_active: view("Whether a key may attest.", of_key, { public_key: KEY }),
};

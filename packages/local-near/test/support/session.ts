// A chain without HTTP and accounts that sign, for fast tests.

import { base58 } from "@scure/base";
import {
  type Action,
  actions,
  KeyPair,
  KeyPairSigner,
  PublicKey,
  type SignedTransaction,
  Transaction,
} from "near-api-js";
import { hashBytes } from "../../src/encoding/hash.ts";
import { Chain, type ChainOptions, keyPairFromSeed } from "../../src/index.ts";
import type { ExecutionOutcome, Hash } from "../../src/types.ts";

export const NEAR = 10n ** 24n;
export const TGAS = 10n ** 12n;

type Sender = { account_id: string; key: KeyPair };

/** One test's chain. Accounts are `<name>.local`, made from the root account, each with its own key. */
export class Session {
  readonly chain: Chain;
  readonly root: Sender;

  constructor(options: ChainOptions = {}) {
    this.chain = new Chain(options);
    const { seed, root_account_id } = this.chain.data.config;
    const key = KeyPair.fromString(keyPairFromSeed(seed).secret_key as `ed25519:${string}`);
    this.root = { account_id: root_account_id, key };
  }

  /** Signs and puts into the mempool; returns the hash. */
  async send(sender: Sender, receiver_id: string, list: Action[], nonce?: bigint): Promise<Hash> {
    return this.chain.sendTransaction(await this.sign(sender, receiver_id, list, nonce));
  }

  async sign(sender: Sender, receiver_id: string, list: Action[], nonce?: bigint): Promise<Uint8Array> {
    const public_key = sender.key.getPublicKey().toString();
    const key = this.chain.data.world.access_keys.get(sender.account_id)?.get(public_key);
    const waiting = this.chain.data.mempool.filter((t) => t.transaction.public_key === public_key).length;
    const transaction = new Transaction({
      signerId: sender.account_id,
      publicKey: PublicKey.from(public_key),
      nonce: nonce ?? (key?.nonce ?? 0n) + BigInt(waiting) + 1n,
      receiverId: receiver_id,
      actions: list,
      blockHash: hashBytes(this.chain.head.hash),
    } as ConstructorParameters<typeof Transaction>[0]);
    const signer = new KeyPairSigner(sender.key);
    const { signedTransaction } = await signer.signTransaction(transaction);
    return (signedTransaction as SignedTransaction).encode();
  }

  /** Sends, settles, and returns the outcomes in order of execution. */
  async run(sender: Sender, receiver_id: string, list: Action[]): Promise<Run> {
    const hash = await this.send(sender, receiver_id, list);
    this.chain.settle();
    return this.result(hash);
  }

  call(
    sender: Sender,
    receiver_id: string,
    method: string,
    args: Uint8Array | object = {},
    options: CallOptions = {},
  ) {
    return this.run(sender, receiver_id, [callAction(method, args, options)]);
  }

  /** What became of a transaction so far. */
  result(hash: Hash): Run {
    const { transactions, outcomes } = this.chain.data;
    const record = transactions.get(hash)!;
    const executed: ExecutionOutcome[] = [];
    const queue = [...record.outcome.receipt_ids];
    for (let id = queue.shift(); id; id = queue.shift()) {
      const outcome = outcomes.get(id);
      if (!outcome) continue;
      executed.push(outcome);
      queue.push(...outcome.receipt_ids);
    }
    return {
      hash,
      transaction: record.outcome,
      receipts: executed,
      status: finalStatus(this.chain, record.outcome),
    };
  }

  /** A new account with this code, or without. */
  async account(name: string, code?: Uint8Array, near = 100n): Promise<Sender> {
    const account_id = name.includes(".") ? name : `${name}.${this.root.account_id}`;
    const key = KeyPair.fromRandom("ed25519");
    const list = [
      actions.createAccount(),
      actions.transfer(near * NEAR),
      actions.addFullAccessKey(key.getPublicKey()),
    ];
    if (code) list.push(actions.deployContract(code));
    const run = await this.run(this.root, account_id, list);
    if ("Failure" in run.status) throw new Error(JSON.stringify(run.status));
    return { account_id, key };
  }
}

export type CallOptions = { tgas?: bigint; deposit?: bigint };
export type Run = {
  hash: Hash;
  transaction: ExecutionOutcome;
  receipts: ExecutionOutcome[];
  status: ExecutionOutcome["status"];
};

export function callAction(
  method: string,
  args: Uint8Array | object = {},
  { tgas = 100n, deposit = 0n }: CallOptions = {},
) {
  return actions.functionCall(method, args, tgas * TGAS, deposit);
}

/** The transaction's own result, through returned promises. */
function finalStatus(chain: Chain, outcome: ExecutionOutcome): ExecutionOutcome["status"] {
  let status = outcome.status;
  while ("SuccessReceiptId" in status) {
    const next = chain.data.outcomes.get(status.SuccessReceiptId);
    if (!next) return status;
    status = next.status;
  }
  return status;
}

/** The bytes that a successful call returned; throws with the failure otherwise. */
export function returned({ status }: Run): Uint8Array {
  if ("SuccessValue" in status) return status.SuccessValue;
  throw new Error(JSON.stringify(status));
}

/** The message of a call that failed in the contract. */
export function failureOf({ status }: Run): string {
  return "Failure" in status ? JSON.stringify(status.Failure.ActionError) : "";
}

export const base58Bytes = (text: string) => base58.decode(text);

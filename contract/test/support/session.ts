// What a test needs of a chain, whichever it is, and accounts that sign transactions for it.
import { keyPairFromSeed } from "@near-offshore/local-near";
import { base58 } from "@scure/base";
import { type Action, actions, KeyPair, KeyPairSigner, PublicKey, Transaction } from "near-api-js";
import { type Result, resultOf, type TransactionStatus } from "./result.ts";

export const NEAR = 10n ** 24n;
const TGAS = 10n ** 12n;
const ACCOUNT_BALANCE = 1_000n * NEAR;
export const NO_CODE_HASH = "11111111111111111111111111111111";
/** What an account with one full access key takes. */
const ACCOUNT_BYTES = 182;

export interface CallOptions {
  deposit?: bigint;
  tgas?: bigint;
  /** More exactly. */
  gas?: bigint;
}

/** As `view_account` answers. */
export interface AccountView {
  amount: string;
  locked: string;
  code_hash: string;
  storage_usage: number;
}

/** As `sandbox_patch_state` takes them. */
export type StateRecord =
  | { Account: { account_id: string; account: AccountView } }
  | { AccessKey: { account_id: string; public_key: string; access_key: unknown } }
  | { Contract: { account_id: string; code: string } }
  | { Data: { account_id: string; data_key: string; value: string } };

/** Makes a chain of its own on which everything is as it was, each time it is called. */
export type Snapshot = () => Promise<Session>;

/** What a chain answers to JSON-RPC. */
export interface RpcAnswer {
  result?: unknown;
  error?: { cause: { name: string }; data: unknown };
}

export abstract class Session {
  /** Who sent a transaction, which a node wants to know. */
  readonly #senders = new Map<string, string>();

  /** One JSON-RPC request. */
  protected abstract ask(method: string, params: object): Promise<RpcAnswer>;
  /** Takes a signed transaction, and does not wait for anything. */
  protected abstract submit(signed: Uint8Array, hash: string): Promise<void>;
  /** What the next transaction of a key has to say. */
  protected abstract nextNonce(account_id: string, public_key: string): Promise<bigint>;
  /** Lets the chain work until nothing moves. */
  abstract settle(): Promise<void>;
  /** Lets the chain work on what was sent, and blocks go by up to this height. */
  abstract advanceTo(height: number): Promise<void>;
  /** Moves the chain so many blocks ahead, without making those between. */
  abstract skip(blocks: number): Promise<void>;
  abstract snapshot(): Promise<Snapshot>;

  async deploy(account_id: string, code: Uint8Array): Promise<void> {
    await this.run(account_id, account_id, [actions.deployContract(code)]);
  }

  /** Calls a method and lets the chain work until nothing moves. */
  async call(
    from: string,
    to: string,
    method: string,
    args: object | string = {},
    options: CallOptions = {},
  ) {
    return this.run(from, to, [functionCall(method, args, options)]);
  }

  /** Sends a call, and does not wait for anything: on the embedded chain it is in the next block. */
  async send(from: string, to: string, method: string, args: object = {}, options: CallOptions = {}) {
    return this.#send(from, to, [functionCall(method, args, options)]);
  }

  async run(from: string, to: string, list: Action[]): Promise<Result> {
    const hash = await this.#send(from, to, list);
    await this.settle();
    return this.result(hash);
  }

  /** What became of a transaction so far. */
  async result(hash: string): Promise<Result> {
    return resultOf(hash, await this.status(hash));
  }

  /** The answer of a view; throws with the panic's message. */
  async view<T>(contract_id: string, method: string, args: object = {}): Promise<T> {
    const args_base64 = Buffer.from(JSON.stringify(args)).toString("base64");
    const call = { account_id: contract_id, method_name: method, args_base64 };
    const answer = await this.query<{ result?: number[]; error?: string }>("call_function", call);
    if (answer.result === undefined) throw new Error(answer.error);
    return JSON.parse(Buffer.from(answer.result).toString()) as T;
  }

  /** Undefined where there is none. */
  async account(account_id: string): Promise<AccountView | undefined> {
    const params = { request_type: "view_account", finality: "optimistic", account_id };
    const { result, error } = await this.ask("query", params);
    if (error?.cause.name === "UNKNOWN_ACCOUNT") return undefined;
    if (error !== undefined) throw new Error(`view_account: ${JSON.stringify(error)}`);
    const { amount, locked, code_hash, storage_usage } = result as AccountView;
    return { amount, locked, code_hash, storage_usage };
  }

  /** 0 where there is no such account. */
  async balance(account_id: string): Promise<bigint> {
    return BigInt((await this.account(account_id))?.amount ?? 0);
  }

  async height(): Promise<number> {
    return (await this.head()).height;
  }

  /** The height of the block in which a transaction's call ran; 0 where it did not run yet. */
  async heightOf(hash: string): Promise<number> {
    const [first] = (await this.status(hash))?.receipts_outcome ?? [];
    if (first === undefined) return 0;
    const { header } = await this.rpc<BlockView>("block", { block_id: first.block_hash });
    return header.height;
  }

  /** Changes the state from outside. Nothing can be removed by it. */
  async patch(records: readonly StateRecord[]): Promise<void> {
    await this.rpc("sandbox_patch_state", { records });
  }

  /** Undefined where the chain does not know of it yet. */
  protected async status(hash: string): Promise<TransactionStatus | undefined> {
    const sender_account_id = this.#senders.get(hash);
    const params = { tx_hash: hash, sender_account_id, wait_until: "NONE" };
    const { result, error } = await this.ask("EXPERIMENTAL_tx_status", params);
    if (error?.cause.name === "UNKNOWN_TRANSACTION") return undefined;
    if (error !== undefined) throw new Error(`EXPERIMENTAL_tx_status: ${JSON.stringify(error)}`);
    const found = result as Partial<TransactionStatus>;
    return found.transaction_outcome && (found as TransactionStatus);
  }

  protected async head(): Promise<{ height: number; hash: string }> {
    return (await this.rpc<BlockView>("block", { finality: "optimistic" })).header;
  }

  protected query<T>(request_type: string, params: object): Promise<T> {
    return this.rpc<T>("query", { request_type, finality: "optimistic", ...params });
  }

  protected async rpc<T>(method: string, params: object): Promise<T> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as T;
  }

  async #send(from: string, to: string, list: Action[]): Promise<string> {
    const { public_key, secret_key } = keyPairFromSeed(from);
    const key = KeyPair.fromString(secret_key as `ed25519:${string}`);
    const transaction = new Transaction({
      signerId: from,
      publicKey: PublicKey.from(public_key),
      nonce: await this.nextNonce(from, public_key),
      receiverId: to,
      actions: list,
      blockHash: base58.decode((await this.head()).hash),
    } as ConstructorParameters<typeof Transaction>[0]);
    const { txHash, signedTransaction } = await new KeyPairSigner(key).signTransaction(transaction);
    const hash = base58.encode(txHash);
    this.#senders.set(hash, from);
    await this.submit(signedTransaction.encode(), hash);
    return hash;
  }
}

interface BlockView {
  header: { height: number; hash: string };
}

/** Accounts with 1,000 NEAR each, and the key that comes from their name. */
export function accountRecords(account_ids: readonly string[]): StateRecord[] {
  const account = {
    amount: `${ACCOUNT_BALANCE}`,
    locked: "0",
    code_hash: NO_CODE_HASH,
    storage_usage: ACCOUNT_BYTES,
  };
  const access_key = { nonce: 0, permission: "FullAccess" };
  return account_ids.flatMap((account_id): StateRecord[] => [
    { Account: { account_id, account } },
    { AccessKey: { account_id, public_key: keyPairFromSeed(account_id).public_key, access_key } },
  ]);
}

function functionCall(
  method: string,
  args: object | string,
  { deposit = 0n, tgas = 300n, gas = tgas * TGAS }: CallOptions,
): Action {
  const input = Buffer.from(typeof args === "string" ? args : JSON.stringify(args));
  return actions.functionCall(method, Uint8Array.from(input), gas, deposit);
}

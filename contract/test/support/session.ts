// A chain in this process and accounts that sign transactions for it.
import { Chain, type GenesisAccount, keyPairFromSeed } from "@near-offshore/local-near";
import { base58 } from "@scure/base";
import { type Action, actions, KeyPair, KeyPairSigner, PublicKey, Transaction } from "near-api-js";

export const NEAR = 10n ** 24n;
const TGAS = 10n ** 12n;
const ACCOUNT_BALANCE = 1_000n * NEAR;

export interface CallOptions {
  deposit?: bigint;
  tgas?: bigint;
  /** More exactly. */
  gas?: bigint;
}

export interface Transfer {
  from: string;
  to: string;
  yocto: bigint;
}

/** What became of a transaction so far. */
export interface Result {
  hash: string;
  /** The panic's message, without what the chain puts before it. Undefined where the call, and all it waited for, went well. */
  error: string | undefined;
  /** The parsed JSON answer; undefined where there is none (yet). */
  value: unknown;
  waiting: boolean;
  logs: string[];
  transfers: Transfer[];
  gas: { executor_id: string; method: string; tgas: number }[];
}

export class Session {
  readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  /** A chain on which these accounts have 1,000 NEAR each. */
  static create(account_ids: readonly string[]): Session {
    const genesis_accounts: GenesisAccount[] = account_ids.map((account_id) => ({
      account_id,
      public_key: keyPairFromSeed(account_id).public_key,
      balance_yocto: ACCOUNT_BALANCE,
    }));
    return new Session(new Chain({ genesis_accounts }));
  }

  /** An independent copy. */
  fork(): Session {
    return new Session(this.chain.fork());
  }

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

  /** Puts a call into the next block, without making it. */
  async send(from: string, to: string, method: string, args: object = {}, options: CallOptions = {}) {
    return this.#send(from, to, [functionCall(method, args, options)]);
  }

  /** The answer of a view; throws with the panic's message. */
  view<T>(contract_id: string, method: string, args: object = {}): T {
    const { result } = this.chain.view(contract_id, method, Buffer.from(JSON.stringify(args)));
    return JSON.parse(Buffer.from(result).toString()) as T;
  }

  async run(from: string, to: string, list: Action[]): Promise<Result> {
    const hash = await this.#send(from, to, list);
    this.chain.settle();
    return this.result(hash);
  }

  /** Makes blocks up to this height. */
  advanceTo(height: number): void {
    while (this.chain.head.height < height) this.chain.produceBlock();
  }

  balance(account_id: string): bigint {
    return this.chain.account(account_id)?.amount ?? 0n;
  }

  /** The height of the block in which a transaction's call ran. */
  heightOf(hash: string): number {
    return this.#outcomes(hash)[0]?.block_height ?? 0;
  }

  result(hash: string): Result {
    const { receipts, transactions, outcomes } = this.chain.data;
    const executed = this.#outcomes(hash);
    let status = transactions.get(hash)?.outcome.status;
    while (status !== undefined && "SuccessReceiptId" in status)
      status = outcomes.get(status.SuccessReceiptId)?.status;
    const value =
      status !== undefined && "SuccessValue" in status ? Buffer.from(status.SuccessValue).toString() : "";
    const result: Result = {
      hash,
      error:
        status !== undefined && "Failure" in status
          ? failureText(status.Failure.ActionError.kind)
          : undefined,
      value: value === "" ? undefined : JSON.parse(value),
      waiting: status === undefined,
      logs: executed.flatMap(({ logs }) => logs),
      transfers: [],
      gas: [],
    };
    for (const outcome of executed) {
      const receipt = receipts.get(outcome.id);
      if (receipt === undefined || !("action" in receipt.body)) continue;
      const { predecessor_id: from, receiver_id: to } = receipt;
      for (const action of receipt.body.action.actions) {
        if (action.type === "Transfer") result.transfers.push({ from, to, yocto: action.deposit });
        if (action.type !== "FunctionCall") continue;
        result.gas.push({ executor_id: to, method: action.method_name, tgas: outcome.gas_burnt / 1e12 });
      }
    }
    return result;
  }

  #outcomes(hash: string) {
    const { transactions, outcomes } = this.chain.data;
    const executed = [];
    const queue = [...(transactions.get(hash)?.outcome.receipt_ids ?? [])];
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const outcome = outcomes.get(id);
      if (outcome === undefined) continue;
      executed.push(outcome);
      queue.push(...outcome.receipt_ids);
    }
    return executed;
  }

  async #send(from: string, to: string, list: Action[]): Promise<string> {
    const { public_key, secret_key } = keyPairFromSeed(from);
    const key = KeyPair.fromString(secret_key as `ed25519:${string}`);
    const known = this.chain.data.world.access_keys.get(from)?.get(public_key);
    const waiting = this.chain.data.mempool.filter(
      ({ transaction }) => transaction.signer_id === from,
    ).length;
    const transaction = new Transaction({
      signerId: from,
      publicKey: PublicKey.from(public_key),
      nonce: (known?.nonce ?? 0n) + BigInt(waiting) + 1n,
      receiverId: to,
      actions: list,
      blockHash: base58.decode(this.chain.head.hash),
    } as ConstructorParameters<typeof Transaction>[0]);
    const { signedTransaction } = await new KeyPairSigner(key).signTransaction(transaction);
    return this.chain.sendTransaction(signedTransaction.encode());
  }
}

function functionCall(
  method: string,
  args: object | string,
  { deposit = 0n, tgas = 300n, gas = tgas * TGAS }: CallOptions,
): Action {
  const input = Buffer.from(typeof args === "string" ? args : JSON.stringify(args));
  return actions.functionCall(method, Uint8Array.from(input), gas, deposit);
}

function failureText(kind: unknown): string {
  const text = (kind as { FunctionCallError?: { ExecutionError?: string } }).FunctionCallError
    ?.ExecutionError;
  return text?.replace("Smart contract panicked: ", "") ?? JSON.stringify(kind);
}

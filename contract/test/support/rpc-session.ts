// A chain behind JSON-RPC: what is asked of it here, local-near and near-sandbox both have.
import { type RpcChain, startChain } from "@near-offshore/local-near";
import { progressOf } from "./result.ts";
import {
  type AccountView,
  accountRecords,
  NO_CODE_HASH,
  type RpcAnswer,
  Session,
  type Snapshot,
  type StateRecord,
} from "./session.ts";

/**
 * A receipt runs in the block after the one that made it, or soon after. Where so many blocks bring nothing, what is left
 * is a yield.
 */
const QUIET_BLOCKS = 3;
/** Blocks in which everything has to come to rest. */
const SETTLE_BLOCKS_MAX = 1_000;

const PATCHES_MAX = 5;

const running = new Set<RpcChain>();

/** Stops every chain that was started here. */
export async function stopChains(): Promise<void> {
  const chains = [...running];
  running.clear();
  await Promise.all(chains.map((chain) => chain.stop()));
}

export class RpcSession extends Session {
  readonly #chain: RpcChain;
  readonly #account_ids: readonly string[];
  /** The nonce of each account's newest transaction. */
  readonly #nonces = new Map<string, bigint>();
  /** Transactions of which something is still to come. */
  readonly #open = new Set<string>();

  private constructor(chain: RpcChain, account_ids: readonly string[]) {
    super();
    this.#chain = chain;
    this.#account_ids = account_ids;
  }

  static async create(
    account_ids: readonly string[],
    records: readonly StateRecord[] = accountRecords(account_ids),
  ): Promise<RpcSession> {
    const chain = await startChain();
    running.add(chain);
    const session = new RpcSession(chain, account_ids);
    await session.patch(records);
    return session;
  }

  async settle(): Promise<void> {
    let [before, quiet] = [-1, 0];
    for (let blocks = 0; blocks < SETTLE_BLOCKS_MAX; blocks++) {
      const executed = await this.#progress();
      quiet = executed === before ? quiet + 1 : 0;
      if (this.#open.size === 0 || quiet === QUIET_BLOCKS) return;
      before = executed;
      await this.skip(1);
    }
    throw new Error(`still working after ${SETTLE_BLOCKS_MAX} blocks`);
  }

  async advanceTo(height: number): Promise<void> {
    await this.settle();
    const missing = height - (await this.height());
    if (missing > 0) await this.skip(missing);
    await this.settle();
  }

  async skip(blocks: number): Promise<void> {
    await this.rpc("sandbox_fast_forward", { delta_height: blocks });
  }

  /** Everything of the accounts that there were from the start. Yields are not in it: their requests cannot be resumed. */
  async snapshot(): Promise<Snapshot> {
    const height = await this.height();
    const records = (await Promise.all(this.#account_ids.map((id) => this.#recordsOf(id)))).flat();
    return async () => {
      const copy = await RpcSession.create(this.#account_ids, records);
      await copy.advanceTo(height);
      return copy;
    };
  }

  protected async ask(method: string, params: object): Promise<RpcAnswer> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params });
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.#chain.rpc_url, { method: "POST", headers, body });
    return (await response.json()) as RpcAnswer;
  }

  protected async nextNonce(account_id: string, public_key: string): Promise<bigint> {
    const { nonce } = await this.query<{ nonce: number }>("view_access_key", { account_id, public_key });
    const [known, sent] = [BigInt(nonce), this.#nonces.get(account_id) ?? 0n];
    const next = (known > sent ? known : sent) + 1n;
    this.#nonces.set(account_id, next);
    return next;
  }

  protected async submit(signed: Uint8Array, hash: string): Promise<void> {
    const signed_tx_base64 = Buffer.from(signed).toString("base64");
    this.#open.add(hash);
    await this.rpc("send_tx", { signed_tx_base64, wait_until: "NONE" });
  }

  /** Again where it did not take: near-sandbox loses a patch now and then (near-workspaces-rs sends each twice). */
  override async patch(records: readonly StateRecord[]): Promise<void> {
    for (let times = 0; times < PATCHES_MAX; times++) {
      await super.patch(records);
      if (await this.#has(records)) return;
    }
    throw new Error(`the state is not what it was patched to, ${PATCHES_MAX} times`);
  }

  async #has(records: readonly StateRecord[]): Promise<boolean> {
    for (const record of records) {
      if (!("Account" in record)) continue;
      const { account_id, account } = record.Account;
      if ((await this.account(account_id))?.amount !== account.amount) return false;
    }
    return true;
  }

  /** How many receipts of open transactions have run; those of which nothing is to come are not open any more. */
  async #progress(): Promise<number> {
    let count = 0;
    for (const hash of this.#open) {
      const found = await this.status(hash);
      if (found === undefined) return Number.NaN;
      const { executed, is_over } = progressOf(found);
      if (is_over) this.#open.delete(hash);
      else count += executed + 1;
    }
    return count;
  }

  async #recordsOf(account_id: string): Promise<StateRecord[]> {
    const account = await this.account(account_id);
    if (account === undefined) return [];
    const { keys } = await this.query<{ keys: { public_key: string; access_key: unknown }[] }>(
      "view_access_key_list",
      { account_id },
    );
    return [
      { Account: { account_id, account } },
      ...keys.map((key): StateRecord => ({ AccessKey: { account_id, ...key } })),
      ...(await this.#contractOf(account_id, account)),
    ];
  }

  async #contractOf(account_id: string, { code_hash }: AccountView): Promise<StateRecord[]> {
    if (code_hash === NO_CODE_HASH) return [];
    const { code_base64 } = await this.query<{ code_base64: string }>("view_code", { account_id });
    const { values } = await this.query<{ values: { key: string; value: string }[] }>("view_state", {
      account_id,
      prefix_base64: "",
    });
    return [
      { Contract: { account_id, code: code_base64 } },
      ...values.map(({ key, value }): StateRecord => ({ Data: { account_id, data_key: key, value } })),
    ];
  }
}

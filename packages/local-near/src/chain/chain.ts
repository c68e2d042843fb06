// The chain without a network: blocks, transactions, views, time.
import { deserialize, serialize } from "node:v8";
import { decodeSignedTransaction } from "../encoding/transaction.ts";
import { InvalidTransaction } from "../errors.ts";
import { FAST_FORWARD_BLOCKS_MAX, SETTLE_BLOCKS_MAX } from "../limits.ts";
import { CHAIN_LIMITS } from "../parameters.ts";
import { chargeTransaction, checkTransactionForm } from "../runtime/verify-transaction.ts";
import { State } from "../state/state.ts";
import type { Account, Block, Hash, SignedTransaction } from "../types.ts";
import type { ChainConfig, ChainData } from "./chain-data.ts";
import { createGenesis, type GenesisAccount } from "./genesis.ts";
import { produceBlock } from "./produce-block.ts";
import { type ViewResult, viewCall } from "./view-call.ts";

export type ChainOptions = Partial<ChainConfig> & { genesis_accounts?: readonly GenesisAccount[] };

const DEFAULT_CONFIG: ChainConfig = {
  seed: "local-near",
  chain_id: "local",
  root_account_id: "local",
  genesis_height: 1,
  genesis_time_ms: Date.UTC(2025, 0, 1),
  block_time_ms: 1_000,
};

/**
 * A chain in memory. The same options and the same calls always give the same blocks, to the byte.
 *
 * @example
 * const chain = new Chain();
 * chain.sendTransaction(signed_transaction_bytes);
 * chain.settle();
 * chain.view("counter.local", "get");
 */
export class Chain {
  readonly data: ChainData;
  readonly #listeners = new Set<() => void>();

  constructor(options: ChainOptions | { data: ChainData } = {}) {
    if ("data" in options) {
      this.data = options.data;
      return;
    }
    const { genesis_accounts, ...config } = options;
    this.data = createGenesis({ ...DEFAULT_CONFIG, ...config }, genesis_accounts ?? []);
  }

  /** Reads a chain that `save` wrote. Only for files of one's own: the format trusts its writer. */
  static load(saved: Uint8Array): Chain {
    return new Chain({ data: deserialize(saved) as ChainData });
  }

  /** The whole chain as bytes. */
  save(): Uint8Array {
    return serialize(this.data);
  }

  /** An independent copy: what happens on one is not seen on the other. */
  fork(): Chain {
    const { codes } = this.data.world;
    const data = structuredClone({ ...this.data, world: { ...this.data.world, codes: new Map() } });
    // Code is large and never changes under its hash: the copies share it.
    return new Chain({ data: { ...data, world: { ...data.world, codes: new Map(codes) } } });
  }

  get head(): Block {
    return this.data.blocks.get(this.data.head_height)!;
  }

  /** Transactions or receipts wait for the next block. Yields that wait to be resumed are not work. */
  get has_work(): boolean {
    const { mempool, incoming, delayed } = this.data;
    return mempool.length + incoming.length + delayed.length > 0;
  }

  /**
   * Takes a signed transaction (Borsh bytes) for the next block and returns its hash.
   * Throws `InvalidTransaction` when it could not be included, and `Error` when the bytes are not a transaction.
   */
  sendTransaction(bytes: Uint8Array): Hash {
    const signed = decodeSignedTransaction(bytes);
    this.#check(signed, bytes.length);
    const is_known =
      this.data.transactions.has(signed.hash) || this.data.mempool.some((t) => t.hash === signed.hash);
    if (!is_known) this.data.mempool.push(signed);
    return signed.hash;
  }

  #check(signed: SignedTransaction, size: number): void {
    const limit = CHAIN_LIMITS.max_transaction_size;
    if (size > limit) throw new InvalidTransaction({ TransactionSizeExceeded: { size, limit } });
    const base_height = this.data.heights.get(signed.transaction.block_hash);
    const oldest = this.data.head_height - CHAIN_LIMITS.transaction_validity_period_blocks;
    if (base_height === undefined || base_height < oldest) throw new InvalidTransaction("Expired");
    checkTransactionForm(signed);
    if (this.data.transactions.has(signed.hash)) return;
    const state = new State(this.data.world);
    try {
      chargeTransaction(state, signed.transaction, this.data.next_height);
    } finally {
      state.rollback();
    }
  }

  produceBlock(): Block {
    const block = produceBlock(this.data);
    for (const listener of this.#listeners) listener();
    return block;
  }

  /** Produces blocks while there is work; returns how many. Throws when it does not end. */
  settle(): number {
    let blocks = 0;
    for (; this.has_work; blocks++) {
      if (blocks >= SETTLE_BLOCKS_MAX)
        throw new RangeError(`still working after ${SETTLE_BLOCKS_MAX} blocks`);
      this.produceBlock();
    }
    return blocks;
  }

  /**
   * Moves the chain `delta_height` blocks ahead: all but the last of these heights have no block, and time passes as if
   * they had.
   */
  fastForward(delta_height: number): Block {
    if (!Number.isInteger(delta_height) || delta_height < 1 || delta_height > FAST_FORWARD_BLOCKS_MAX) {
      throw new RangeError(`delta_height must be 1 to ${FAST_FORWARD_BLOCKS_MAX}, got ${delta_height}`);
    }
    this.data.next_height += delta_height - 1;
    return this.produceBlock();
  }

  /** Runs a view method on the current state. Throws `UnknownAccount` or `ViewCallFailed`. */
  view(account_id: string, method_name: string, args: Uint8Array = new Uint8Array()): ViewResult {
    return viewCall(this.data, account_id, method_name, args);
  }

  account(account_id: string): Account | undefined {
    return this.data.world.accounts.get(account_id);
  }

  /** Calls `listener` after every block; returns how to stop it. */
  onBlock(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

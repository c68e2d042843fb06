// Everything a chain is, as plain data: cloning it forks the chain, writing it down saves it.

import { noPendingReceipts, type PendingReceipts } from "../runtime/pending-receipts.ts";
import { emptyWorld, type StateChange, type World } from "../state/state.ts";
import type {
  Block,
  ExecutionOutcome,
  Hash,
  Receipt,
  SignedTransaction,
  TransactionRecord,
} from "../types.ts";

export type ChainConfig = {
  /** What randomness, the root key and all hashes come from. */
  seed: string;
  chain_id: string;
  root_account_id: string;
  genesis_height: number;
  genesis_time_ms: number;
  /** Chain time between blocks, in milliseconds. */
  block_time_ms: number;
};

export type ChainData = {
  config: ChainConfig;
  world: World;
  pending: PendingReceipts;
  /** By height; heights that were skipped are absent. */
  blocks: Map<number, Block>;
  heights: Map<Hash, number>;
  head_height: number;
  /** The height of the next block; more than one above the head after a fast-forward. */
  next_height: number;
  mempool: SignedTransaction[];
  /** Receipts made in the last block, to be executed in the next. */
  incoming: Receipt[];
  /** Receipts that did not fit into a block. */
  delayed: Receipt[];
  transactions: Map<Hash, TransactionRecord>;
  /** Transactions that were sent and could not be included, with nearcore's `InvalidTxError`. */
  refused: Map<Hash, unknown>;
  receipts: Map<Hash, Receipt>;
  outcomes: Map<Hash, ExecutionOutcome>;
  /** What the newest blocks changed, by height. */
  changes: Map<number, StateChange[]>;
};

export function emptyChainData(config: ChainConfig): ChainData {
  return {
    config,
    world: emptyWorld(),
    pending: noPendingReceipts(),
    blocks: new Map(),
    heights: new Map(),
    head_height: config.genesis_height,
    next_height: config.genesis_height + 1,
    mempool: [],
    incoming: [],
    delayed: [],
    transactions: new Map(),
    refused: new Map(),
    receipts: new Map(),
    outcomes: new Map(),
    changes: new Map(),
  };
}

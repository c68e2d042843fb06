// Receipts that wait: for data from other receipts, or for a yield to be resumed. Plain data, saved with the chain.
import type { Hash, Receipt } from "../types.ts";

export type YieldTimeout = { account_id: string; data_id: Hash; expires_at_height: number };

export type PendingReceipts = {
  /** Data that came before the receipt that wants it, or while it waits for more. */
  received_data: Map<string, Uint8Array | null>;
  /** Which receipt wants a data id. */
  wanted_by: Map<string, Hash>;
  postponed: Map<Hash, { receipt: Receipt; missing: number }>;
  yields: Map<string, Receipt>;
  /** Yields that a resume is on its way to: a timeout does not overtake it. */
  resumed: Set<string>;
  /** In the order in which they expire. */
  yield_timeouts: YieldTimeout[];
};

export function noPendingReceipts(): PendingReceipts {
  return {
    received_data: new Map(),
    wanted_by: new Map(),
    postponed: new Map(),
    yields: new Map(),
    resumed: new Set(),
    yield_timeouts: [],
  };
}

/** Data ids belong to the account that waits for them. */
export function dataKey(receiver_id: string, data_id: Hash): string {
  return `${receiver_id} ${data_id}`;
}

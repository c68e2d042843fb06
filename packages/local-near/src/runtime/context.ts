// What applying a receipt needs to know about the block it is in.
import type { State } from "../state/state.ts";
import type { Hash } from "../types.ts";
import type { PendingReceipts } from "./pending-receipts.ts";

export type BlockContext = {
  height: number;
  hash: Hash;
  timestamp_ns: bigint;
  random_seed: Uint8Array;
  epoch_height: number;
};

export type Runtime = { state: State; pending: PendingReceipts; block: BlockContext };

// Bounds and amounts of the contract alone. What it shares with the network's other parts is in the protocol's limits.
import { LIMITS } from "@near-offshore/protocol/pure";

/** Gas of the yield's callback, at least: for the largest answer (32 KiB that JSON makes 192) to a caller that is a contract. */
export const RESPONSE_GAS = 50_000_000_000_000n;
/** Gas of the callback that looks whether a transfer arrived. */
export const TRANSFER_CALLBACK_GAS = 5_000_000_000_000n;

/** Storage that a request's deposit covers beyond its input: the record, and what a settlement adds to it. */
export const REQUEST_BYTES = 4096;

/** Blocks after the yield's window before anybody may close a request whose callback did not run. */
export const STALE_MARGIN_BLOCKS = 50;

export const BUILDERS_MAX = 20;

/** Deepest nesting of JSON, be it arguments or an answer: QuickJS parses by recursion, and the chain's stack is small. */
export const JSON_DEPTH_MAX = 64;

/** What a new contract starts with, until its owner sets other rules. */
export const NEW_RULES = {
  base_fee_yocto: "1000000000000000000000",
  rate_per_million_yocto: "1000000000000000000",
  min_stake_yocto: "1000000000000000000000000",
  /** Share of what a fault costs that goes to who reports it. */
  reporter_percent: 20,
  max_instructions: LIMITS.instructions_max,
  max_memory_mb: LIMITS.memory_mb_max,
  max_execution_seconds: LIMITS.execution_seconds_max,
  min_established: 0,
  vesting_results: 10,
  /** About 7 days. */
  fault_window_blocks: 1_000_000,
};

/** How far an owner may go. */
export const RULE_BOUNDS = {
  base_fee_yocto_max: 10n ** 24n,
  rate_per_million_yocto_max: 10n ** 22n,
  min_stake_yocto_min: 10n ** 22n,
  min_stake_yocto_max: 10n ** 28n,
  reporter_percent_max: 50,
  instructions_min: 1_000_000,
  memory_mb_min: 16,
  execution_seconds_min: 5,
  vesting_results_max: 1_000,
  fault_window_blocks_min: 1_000,
  fault_window_blocks_max: 10_000_000,
} as const;

/** Key changes that a fault follows: a key changes once in a fault window, so more cannot lie in one. */
export const ROTATIONS_FOLLOWED_MAX = 4;
/** Receipts looked at, for being old, by each new request. */
export const RECEIPTS_PRUNED = 2;
export const RECEIPTS_PRUNED_MAX = 50;

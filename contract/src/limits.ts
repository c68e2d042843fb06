// Bounds and amounts of the contract alone. What it shares with the network's other parts is in the protocol's limits.

/** Gas of the yield's callback: what it needs itself, and a transfer's callback. */
export const RESPONSE_GAS = 30_000_000_000_000n;
/** Gas of the callback that looks whether a transfer arrived. */
export const TRANSFER_CALLBACK_GAS = 5_000_000_000_000n;

export const STORAGE_BYTE_YOCTO = 10_000_000_000_000_000_000n;
/** Storage that a request's deposit covers beyond its input: the record, and what a settlement adds to it. */
export const REQUEST_BYTES = 4096;

export const BASE_FEE_YOCTO = 1_000_000_000_000_000_000_000n;
export const RATE_PER_MILLION_YOCTO = 1_000_000_000_000_000_000n;
export const MIN_STAKE_YOCTO = 1_000_000_000_000_000_000_000_000n;

/** Blocks after the yield's window before anybody may close a request whose callback did not run. */
export const STALE_MARGIN_BLOCKS = 50;

export const BUILDERS_MAX = 20;

/** Deepest nesting of a JSON answer: QuickJS parses by recursion, and the chain's stack is small. */
export const JSON_DEPTH_MAX = 64;

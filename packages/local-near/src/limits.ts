// Bounds of the server around the chain. The chain's own limits are in parameters.ts.

/** Largest JSON-RPC request body: a transaction of the chain's largest size, in base64, with room for the envelope. */
export const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
/** How long a request waits for its transaction before it is answered TIMEOUT_ERROR, as a node does. */
export const RPC_WAIT_MS = 10_000;
/** Blocks one `sandbox_fast_forward` may skip. */
export const FAST_FORWARD_BLOCKS_MAX = 100_000;
/** Blocks one `settle` may produce before it gives up: a contract that calls itself for ever would never end. */
export const SETTLE_BLOCKS_MAX = 10_000;
/** Compiled contracts kept in memory. */
export const COMPILED_CONTRACTS_MAX = 64;
/** Blocks whose state changes can be asked for. */
export const CHANGES_KEPT_BLOCKS = 1_000;
/** How long near-sandbox may take to answer after it was started, how often it is asked, and how long it may take to end. */
export const SANDBOX_START_MS = 60_000;
export const SANDBOX_POLL_MS = 100;
export const SANDBOX_STOP_MS = 5_000;

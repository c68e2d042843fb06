/** Bounds that the contract, the coordinator and workers must agree on. Units are in the names. */
export const LIMITS = {
  instructions_default: 1_000_000_000,
  instructions_max: 100_000_000_000,
  memory_mb_default: 128,
  memory_mb_max: 1024,
  execution_seconds_default: 60,
  execution_seconds_max: 100,
  quorum_default: 2,
  quorum_max: 7,
  /** Output that a settlement carries and a caller receives. */
  output_bytes_max: 32 * 1024,
  /** Input as it is stored in a request. */
  input_bytes_max: 64 * 1024,
  /** Input above this stays out of the event (a log is at most 16 KiB). */
  input_event_bytes_max: 10_000,
  repo_chars_max: 300,
  url_chars_max: 300,
  /** Of a branch or tag. */
  ref_chars_max: 200,
  failure_message_chars_max: 1_000,
  /** A yield that nobody resumes times out after this many blocks (NEAR protocol). */
  yield_blocks: 200,
  enroll_keys_max: 20,
  page_items_max: 100,
} as const;

/** NEAR's price of a byte that is stored. */
export const STORAGE_BYTE_YOCTO = 10_000_000_000_000_000_000n;

/** Storage that is paid for when it is written, in bytes with what the chain adds to each entry (40). */
export const STORAGE_BYTES = {
  /** A worker's record, its place in the list, and its account's earnings. */
  worker: 1000,
  module: 500,
  account: 200,
  receipt: 175,
  receipt_worker: 32,
} as const;

/** The sealing and execution rules that this release follows (docs/metering.md). */
export const RULES_VERSION = 1;

/** Every bound of the compiler service. Units are in the names. */
export const LIMITS = {
  /** Step 1, fetch: a repository's one commit, or a module's URL. */
  fetch_ms: 60_000,
  /** Packed, as git receives it. */
  repository_bytes_max: 100 * 1024 * 1024,
  /** Unpacked, as a compiler sees it. */
  tree_bytes_max: 64 * 1024 * 1024,
  tree_files_max: 10_000,
  path_bytes_max: 512,
  symlink_hops_max: 8,
  /** Address space of one git process: a small pack can unpack to any size. */
  git_memory_bytes_max: 2 * 1024 * 1024 * 1024,
  git_output_bytes_max: 64 * 1024,
  addresses_max: 8,

  /** Step 3, compile. */
  compile_ms: 300_000,
  /** Of this process while it compiles; what V8 itself is asked to keep to is below. */
  compile_memory_bytes_max: 2 * 1024 * 1024 * 1024,
  compile_memory_check_ms: 100,
  compiler_heap_mb_max: 1024,

  /** Step 4, check: the coordinator takes no more. */
  module_bytes_max: 16 * 1024 * 1024,

  /** Logs and messages. */
  log_bytes_max: 256 * 1024,
  log_chunk_chars_max: 16 * 1024,
  log_flush_ms: 500,
  failure_message_chars_max: 4_000,

  /** The coordinator. */
  coordinator_call_ms: 30_000,
  coordinator_tries_max: 5,
  coordinator_retry_ms: 500,
  poll_ms_default: 1_000,
  poll_ms_max: 60_000,
  poll_error_ms_max: 30_000,

  /** Modules kept by source. */
  cache_bytes_max: 512 * 1024 * 1024,
} as const;

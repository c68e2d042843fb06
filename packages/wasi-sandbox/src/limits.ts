/** Every bound of the sandbox that is not a request's own. Units are in the names. */
export const SANDBOX_LIMITS = {
  /** What a task of the network may say on stderr; the rest is dropped. */
  stderr_bytes_max: 64 * 1024,
  /** Open file descriptors. More is `EMFILE`. */
  descriptors_max: 1024,
  path_bytes_max: 4096,
  name_bytes_max: 255,
  /** Symbolic links followed in one path. More is `ELOOP`. */
  symlinks_followed_max: 32,
  /** Buffers that one read or write uses (POSIX `IOV_MAX`). */
  iovecs_max: 1024,
  /** Subscriptions in one `poll_oneoff`. More is `EINVAL`. */
  subscriptions_max: 1024,
  /** Files are stored in blocks; a directory entry is charged one block too. Beyond `max_memory_mb` in all: `ENOSPC`. */
  file_block_bytes: 4096,
  /** Random bytes made at a time. */
  random_chunk_bytes: 64 * 1024,
  /** What a module may be, and what one thread keeps ready to run again. */
  programs_cached_max: 4,
  programs_cached_bytes_max: 64 * 1024 * 1024,
  /** How often a thread reports progress, at most. */
  progress_ms: 200,
  /** Instructions between two looks at the clock: about 10 ms. */
  slice_instructions: 10_000_000,
  /** A run with no more than this, about a second, gets it all at once: that is faster, and nobody waits for its progress. */
  unsliced_instructions_max: 1_000_000_000,
  /** V8's stack in a Node thread. Must hold the abstract stack limit of the sealer in every tier. */
  node_stack_mb: 8,
} as const;

/** What a `WasiTask` gets that does not say. */
export const WASI_DEFAULTS = {
  limits: {
    max_instructions: Number.MAX_SAFE_INTEGER,
    max_memory_mb: 1024,
    stdout_bytes_max: 64 * 1024 * 1024,
    stderr_bytes_max: 64 * 1024 * 1024,
  },
  /** 2000-01-01T00:00:00Z: formats that know no earlier time than 1980 work. */
  start_ns: 946_684_800_000_000_000n,
} as const;

export const WASM_PAGES_PER_MB = 16;

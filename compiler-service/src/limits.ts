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
  /** Of one file or folder: NAME_MAX of every file system that a compiler may have. */
  name_bytes_max: 255,
  symlink_hops_max: 8,
  /** Address space of one git process: a small pack can unpack to any size. */
  git_memory_bytes_max: 2 * 1024 * 1024 * 1024,
  git_output_bytes_max: 64 * 1024,
  addresses_max: 8,

  /** Step 2, dependencies: what a lockfile names, from the language's registry. */
  dependencies_ms: 120_000,
  dependencies_bytes_max: 256 * 1024 * 1024,
  /** All manifests and lockfiles together, and how deep the tables of one go: they are parsed in this process. */
  manifests_bytes_max: 4 * 1024 * 1024,
  manifest_depth_max: 64,

  /** Step 3, compile. */
  compile_ms: 300_000,
  /** Of a container, or of this process while it compiles; what V8 itself is asked to keep to is below. */
  compile_memory_bytes_max: 2 * 1024 * 1024 * 1024,
  compile_memory_check_ms: 100,
  compiler_heap_mb_max: 1024,
  /** Of what is compiled of C and C++, together: they are one command line. */
  unit_paths_bytes_max: 128 * 1024,

  /** Of one container: what it has in memory to write to is part of its memory. */
  container_cpus_max: 2,
  container_processes_max: 512,
  container_tmpfs_bytes_max: 1536 * 1024 * 1024,
  container_shm_bytes: 1024 * 1024,
  /** A compiler that says more is ended. */
  container_log_bytes_max: 16 * 1024 * 1024,
  container_start_ms: 60_000,
  engine_answer_ms: 10_000,
  engine_start_ms: 60_000,
  engine_stop_ms: 20_000,
  engine_poll_ms: 200,

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
  /** The coordinator takes a compiler that is silent for 10 s to be gone. */
  poll_ms_max: 5_000,
  poll_error_ms_max: 5_000,

  /** Kept on disk, the least recently used deleted. */
  cached_modules_bytes_max: 512 * 1024 * 1024,
  cached_repositories_bytes_max: 512 * 1024 * 1024,
  cached_dependencies_bytes_max: 2 * 1024 * 1024 * 1024,
} as const;

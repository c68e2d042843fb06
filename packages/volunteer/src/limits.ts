/** Bounds of a worker. Units are in the names. */
export const VOLUNTEER_LIMITS = {
  cores_max: 1024,
  /** A module above this is not downloaded (the coordinator stores none either). */
  module_bytes_max: 16 * 1024 * 1024,
  module_cache_bytes_max: 128 * 1024 * 1024,
  module_fetch_attempts: 3,
  module_fetch_retry_ms: 500,
  /** One frame from the coordinator: an input of 64 KiB in base64, and room for the rest. */
  frame_chars_max: 1024 * 1024,
  /** Frames that may be sent at once, and each second after that: well below what coordinators put up with. */
  frames_burst: 20,
  frames_per_second: 20,
  /** A coordinator that is full gets at least this much rest. */
  overloaded_wait_ms: 5_000,
  /** How long one HTTP call may take; a module download gets its assignment's deadline instead. */
  http_timeout_ms: 15_000,
  http_reply_bytes_max: 256 * 1024,
  /** From opening the socket to `welcome`. */
  welcome_timeout_ms: 15_000,
  /** Silence of this many heartbeats means that the connection is gone. */
  heartbeats_missed_max: 3,
  backoff_first_ms: 500,
  backoff_max_ms: 30_000,
  /** A connection that held this long was a good one: the next backoff starts from the beginning. */
  stable_connection_ms: 10_000,
  /** A session is renewed when it has less than this left. */
  session_margin_ms: 10_000,
  /** After a commitment the others set the pace; a request lives for 200 blocks, and then nobody asks any more. */
  reveal_wait_ms: 300_000,
  /** A settlement takes a few blocks. Where the request failed meanwhile, no verdict ever comes. */
  verdict_wait_ms: 120_000,
  verdicts_kept: 50,
  /** Assignments that may be held, running or waiting to be revealed or judged, for each core. */
  held_per_core_max: 16,
  /** How often an executor is asked how far it is. */
  progress_poll_ms: 250,
  /** What a reveal may carry for the program's author (schema of `reveal`). */
  stderr_chars_max: 4096,
  /** Instructions per second are averaged over this window. */
  rate_window_ms: 10_000,
  rate_samples_max: 64,
} as const;

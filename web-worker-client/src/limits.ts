/** Bounds and rhythms of the page. Units are in the names. */
export const PAGE_LIMITS = {
  /** The thread tells the page at most this often. */
  state_every_ms: 200,
  network_every_ms: 10_000,
  network_timeout_ms: 8_000,
  module_cache_entries_max: 64,
  recent_shown: 8,
  copied_shown_ms: 2_000,
} as const;

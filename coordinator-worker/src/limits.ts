/** Every bound of the coordinator, in one place. Units are in the names; `protocol`'s LIMITS holds the shared ones. */
export const BOUNDS = {
  // HTTP
  body_bytes_max: 256 * 1024,
  module_bytes_max: 16 * 1024 * 1024,
  page_items_default: 20,
  page_items_max: 100,
  build_log_bytes_max: 1024 * 1024,

  // Sessions
  challenge_life_ms: 60_000,
  session_life_ms: 12 * 3_600_000,

  // Sockets
  frame_bytes_max: 8 * 1024,
  reveal_frame_bytes_max: 64 * 1024,
  frames_per_second_max: 50,
  bad_frames_max: 5,
  sockets_per_address_max: 64,
  sockets_max: 10_000,
  hello_within_ms: 10_000,
  heartbeat_ms: 15_000,
  progress_ms: 1_000,
  /** A worker that sent nothing for this long is gone, whatever its socket says. */
  silence_max_ms: 45_000,
  /** How long the assignments of a worker whose socket closed wait for it to come back. */
  reconnect_grace_ms: 4_000,
  /** The same after the coordinator itself was restarted: every worker is reconnecting, with back-off. */
  restart_grace_ms: 15_000,

  // Leases
  /** Added to a request's execution time: download, sealing, queueing in the tab. */
  lease_overhead_ms: 30_000,
  reveal_within_ms: 15_000,
  /** All the leases of one task, dead ones included. */
  assignments_per_task_max: 64,
  /** Leases of one task that one account may lose (closed tab, missed deadline) before it is given no other. */
  assignments_per_account_max: 3,
  open_tasks_max: 5_000,
  /** A settlement needs this many blocks to land before the yield times out. */
  settle_margin_blocks: 20,
  /** Ended tasks stay in the dispatcher this long, for late frames; history keeps them for ever. */
  ended_task_kept_ms: 10 * 60_000,
  worker_recheck_ms: 10 * 60_000,
  /** An enrolment that nobody confirmed is looked up again after this long. */
  enrolment_recheck_ms: 10_000,
  known_workers_max: 50_000,
  pricing_kept_ms: 60_000,
  config_kept_ms: 10_000,
  /** How old the contract's list of builders may be when a builder is refused by it. */
  config_recheck_ms: 2_000,
  handoff_retry_ms: 5_000,
  alarm_min_ms: 5,

  // Builds
  build_lease_ms: 60_000,
  build_attempts_max: 3,
  /** How long a builder that claimed is taken to be there; compilers poll oftener than that. */
  builder_silence_max_ms: 10_000,
  builds_kept_max: 5_000,
  claim_retry_after_s: 2,

  // Chain
  rpc_timeout_ms: 15_000,
  feed_timeout_ms: 5_000,
  /** How often the dispatcher hears of new blocks while nothing is open. */
  head_every_ms: 2_000,
  /** Pause after a failed look at the chain. */
  chain_retry_ms: 1_000,
  /** Blocks read from the feed at one go; a longer gap is left to reconciliation. */
  feed_blocks_per_turn_max: 60,
  /** Without news, the contract's list of pending requests is still compared this often. */
  reconcile_every_ms: 10_000,
  pending_pages_max: 50,
  /** A block hash is accepted in a transaction for a day (transaction_validity_period). */
  transaction_validity_blocks: 86_400,

  // Relayer
  transactions_in_flight_max: 4,
  relay_retry_min_ms: 500,
  relay_retry_max_ms: 30_000,
  /** An entry that is being worked on is taken up again after this long, should its turn have died. */
  relay_stuck_ms: 60_000,
  relay_alarm_min_ms: 100,
  enroll_wait_ms: 200,
  enroll_queue_max: 2_000,
  /** Looks at a receipt that is not there yet, or not any more, before a fault is given up. */
  fault_tries_max: 12,
  outbox_kept_ms: 24 * 3_600_000,

  // History
  history_batch_max: 40,
  history_flush_ms: 200,
  history_retry_ms: 2_000,
  status_every_ms: 500,
} as const;

/** Leases of one task that may end in a reveal before it is given up as `no_quorum`; `attestations`: as many may agree. */
export function replicasMax(attestations: number): number {
  return 2 * attestations + 1;
}

/** At most this share of volunteers is assumed to lie: what a newcomer's result is worth follows from it. */
export const SABOTEURS_SHARE_MAX = 0.2;

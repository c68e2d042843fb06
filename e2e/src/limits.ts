/** Bounds of the demo and the end-to-end tests. */
export const LIMITS = {
  ready_ms: 60_000,
  stop_ms: 5_000,
  /** First build of the contract: QuickJS is compiled once per machine. */
  contract_build_ms: 600_000,
  settle_ms: 120_000,
  poll_ms: 50,
} as const;

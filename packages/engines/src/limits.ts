/** Bounds of what is started here. */
export const LIMITS = {
  apt_ms: 300_000,
  /** Starting a browser and loading the page. */
  launch_ms: 60_000,
  /** One `run`, unless it says otherwise. */
  run_ms: 120_000,
  /** As the sandbox's own executor has it (`SANDBOX_LIMITS.node_stack_mb`). */
  node_stack_mb: 8,
} as const;

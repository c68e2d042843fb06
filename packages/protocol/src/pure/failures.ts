/**
 * Why a request can end without an outcome. The contract keeps the base fee where the reason is the caller's and
 * gives everything back where it is ours.
 */
export const FAILURE_CODES = {
  commit_not_found: { reason: "caller" },
  build_failed: { reason: "caller" },
  bad_module: { reason: "caller" },
  toolchain_unavailable: { reason: "network" },
  module_unavailable: { reason: "network" },
  no_quorum: { reason: "network" },
  deadline: { reason: "network" },
  unavailable: { reason: "network" },
} as const;

export type FailureCode = keyof typeof FAILURE_CODES;

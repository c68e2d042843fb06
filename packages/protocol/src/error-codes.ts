/**
 * Every error code of the network's HTTP and socket APIs, with its HTTP status and whether the same call may succeed
 * later. Codes are stable: programs may branch on them, and the message is for people.
 */
export const ERROR_CODES = {
  invalid_argument: { status: 400, retryable: false },
  invalid_json: { status: 400, retryable: false },
  invalid_frame: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  session_expired: { status: 401, retryable: true },
  bad_signature: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  worker_inactive: { status: 403, retryable: true },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  stale_epoch: { status: 409, retryable: false },
  conflict: { status: 409, retryable: false },
  commitment_mismatch: { status: 409, retryable: false },
  hash_mismatch: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  bad_module: { status: 422, retryable: false },
  not_supported: { status: 422, retryable: false },
  commit_not_found: { status: 422, retryable: false },
  build_failed: { status: 422, retryable: false },
  too_many_requests: { status: 429, retryable: true },
  internal: { status: 500, retryable: true },
  toolchain_unavailable: { status: 501, retryable: false },
  chain_unavailable: { status: 502, retryable: true },
  module_unavailable: { status: 503, retryable: true },
  overloaded: { status: 503, retryable: true },
  unavailable: { status: 503, retryable: true },
  deadline: { status: 504, retryable: false },
  no_quorum: { status: 504, retryable: true },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

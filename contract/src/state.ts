// The shapes that the contract stores. Amounts are decimal strings of yoctoNEAR.
import type { ExecutionContext, ExecutionLimits, Source, Status } from "@near-offshore/protocol/pure";

export type ResponseFormat = "Bytes" | "Text" | "Json";

/** The version of these shapes. `migrate` brings older ones here; records are brought along when they are read. */
export const STATE_VERSION = 3;

/** `config`: who may do what, and what it costs. Written by the owner only. */
export interface Config extends Rules {
  version: number;
  owner_id: string;
  operator_id: string;
  builders: string[];
  min_builders: number;
  paused: boolean;
}

/** What the owner may set within bounds (limits.ts). None of it changes what an open request was promised. */
export interface Rules {
  base_fee_yocto: string;
  rate_per_million_yocto: string;
  min_stake_yocto: string;
  reporter_percent: number;
  max_instructions: number;
  max_memory_mb: number;
  max_execution_seconds: number;
  /** How many of a quorum must be established. */
  min_established: number;
  /** Accepted results in a round: what is earned in one vests at the end of the next. */
  vesting_results: number;
  fault_window_blocks: number;
}

/**
 * `totals`: counters, and every yocto that came in and did not go out. What the balance has beyond them is the
 * deployment's own: it pays for the code, and the chain adds the contract's share of gas to it.
 */
export interface Totals {
  next_request_id: number;
  open_requests: number;
  completed: number;
  failed: number;
  timed_out: number;
  workers: number;
  open_deposits_yocto: string;
  stakes_yocto: string;
  /** What accounts can withdraw. */
  earnings_yocto: string;
  /** What workers earned and a fault can still take. */
  unvested_yocto: string;
  fees_yocto: string;
  /** Pays for bytes in use: workers, modules, receipts. */
  storage_yocto: string;
  /** Prepaid: newcomers and modules are stored from it. */
  storage_pool_yocto: string;
  /** No receipt is older than this request's. */
  oldest_receipt_id: number;
}

/** What a quorum attested. */
export interface Outcome {
  kind: "outcome";
  /** What the quorum signed; version 1 did not keep it. */
  digest?: string;
  status: Status;
  module_sha256: string;
  /** The commit whose published module this is; null where the request pins its module. Before version 3: none. */
  commit?: string | null;
  output_sha256: string;
  instructions: number;
  workers: { public_key: string; account_id: string }[];
  /** Whether `answer:<id>` holds what the caller gets, as JSON text; else it gets null. */
  answered: boolean;
}

/** What a source compiles to, where the caller asked for no more; `answer:<id>` holds what it gets. */
export interface Compilation {
  kind: "compilation";
  module_sha256: string;
  commit: string;
}

/** Why there is no outcome. */
export interface Failure {
  kind: "failure";
  code: string;
  message: string;
}

/** `request:<id>`: an open request. Its input is in `input:<id>`. */
export interface Request {
  request_id: number;
  rules_version: number;
  source: Source;
  limits: ExecutionLimits;
  input_sha256: string;
  context: ExecutionContext;
  task_digest: string;
  /** 0 where nothing is to run. */
  quorum: number;
  compile_only: boolean;
  /** Probability of a wrong answer that the caller puts up with: as many more workers may attest as that takes. */
  max_error: number | null;
  response_format: ResponseFormat;
  payer_account_id: string;
  deposit_yocto: string;
  /** Prices of the day it was made: a later change does not touch it. */
  base_fee_yocto: string;
  rate_per_million_yocto: string;
  vesting_results: number;
  min_established: number;
  /** Names the yield to resume. */
  data_id: string;
  /** Set by `resolve_execution` or `fail_execution`; it alone decides what the callback does. */
  result: Outcome | Compilation | Failure | null;
}

/** `module:<build target> <commit> <repository>`; a bare hash before version 3. */
export interface Publication {
  module_sha256: string;
  /** Its storage was taken from what is prepaid, and no request has made up for it yet. */
  owed: boolean;
}

/** `worker:<public key>` */
export interface Worker {
  public_key: string;
  account_id: string;
  stake_yocto: string;
  active: boolean;
  /** Settled outcomes that it attested. */
  accepted: number;
  /** Earned in this round of results, and in the round before it. */
  held_yocto: string;
  maturing_yocto: string;
  round_results: number;
  last_result_height: number;
  /** Unregistered: stake and earnings are free after this block. */
  leaves_height: number | null;
  slashed: boolean;
  /** The key that took this one's place. */
  rotated_to: string | null;
  rotated_height: number;
}

/** `earnings:<account id>` */
export interface Balance {
  vested_yocto: string;
  unvested_yocto: string;
}

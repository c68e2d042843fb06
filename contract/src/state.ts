// The shapes that the contract stores. Amounts are decimal strings of yoctoNEAR.
import type { ExecutionContext, ExecutionLimits, Source, Status } from "@near-offshore/protocol/pure";

export type ResponseFormat = "Bytes" | "Text" | "Json";

/** `config`: who may do what, and what it costs. Written by the owner only. */
export interface Config {
  owner_id: string;
  operator_id: string;
  builders: string[];
  min_builders: number;
  paused: boolean;
  base_fee_yocto: string;
  rate_per_million_yocto: string;
  min_stake_yocto: string;
}

/** `totals`: counters, and every yocto that is somebody's. The rest of the balance pays for storage. */
export interface Totals {
  next_request_id: number;
  open_requests: number;
  completed: number;
  failed: number;
  timed_out: number;
  workers: number;
  open_deposits_yocto: string;
  stakes_yocto: string;
  earnings_yocto: string;
  fees_yocto: string;
}

/** What a quorum attested. `paid_yocto` is each worker's. */
export interface Outcome {
  kind: "outcome";
  status: Status;
  module_sha256: string;
  output_sha256: string;
  instructions: number;
  workers: { public_key: string; account_id: string }[];
  /** Whether `answer:<id>` holds what the caller gets, as JSON text; else it gets null. */
  answered: boolean;
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
  quorum: number;
  response_format: ResponseFormat;
  payer_account_id: string;
  deposit_yocto: string;
  /** Prices of the day it was made: a later change does not touch it. */
  base_fee_yocto: string;
  rate_per_million_yocto: string;
  /** Names the yield to resume. */
  data_id: string;
  /** Set by `resolve_execution` or `fail_execution`; it alone decides what the callback does. */
  result: Outcome | Failure | null;
}

/** `worker:<public key>` */
export interface Worker {
  public_key: string;
  account_id: string;
  stake_yocto: string;
  active: boolean;
  /** Settled outcomes that it attested. */
  accepted: number;
}

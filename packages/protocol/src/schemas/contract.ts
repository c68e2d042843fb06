import * as z from "zod";
import { LIMITS } from "../pure/limits.ts";
import {
  accountId,
  base64,
  commit,
  executionContext,
  executionLimits,
  hex32,
  instructions,
  publicKey,
  requestId,
  signature,
  source,
  status,
  yocto,
} from "./common.ts";

// JSON shapes of the contract: what its views answer and what the operator sends it.

export const responseFormat = z.enum(["Bytes", "Text", "Json"]);

/** `get_request({request_id})`; null where there is no such open request. */
export const requestView = z.object({
  request_id: requestId,
  rules_version: z.int().positive(),
  source,
  limits: executionLimits,
  input_data: z.string(),
  input_sha256: hex32,
  context: executionContext,
  task_digest: hex32,
  /** 0 where nothing is to run. */
  quorum: z.int().min(0).max(LIMITS.quorum_max),
  /** The caller wants to know what its source compiles to, and no more. */
  compile_only: z.boolean(),
  /** Probability of a wrong answer that the caller puts up with; null: the quorum alone decides. */
  max_error: z.number().nullable(),
  response_format: responseFormat,
  payer_account_id: accountId,
  deposit_yocto: yocto,
  /** Whether a settlement or failure is stored and the callback is on its way. */
  settled: z.boolean(),
  /** How many of the quorum must be staked, or have so many accepted outcomes. */
  min_established: z.int().nonnegative(),
  established_results: z.int().nonnegative(),
});
export type RequestView = z.infer<typeof requestView>;

/** `get_pending_request_ids({from_index, limit})`: open requests that nothing is stored for yet, oldest first. */
export const pendingRequestIds = z.array(requestId);

export const attestation = z.object({ worker: publicKey, signature });
export type Attestation = z.infer<typeof attestation>;

export const builderSignature = z.object({ builder: publicKey, signature });

/** Which commit a request's branch or tag named, by its builders' signatures. */
export const refCommit = z.object({ commit, signatures: z.array(builderSignature).min(1) });

/** Arguments of `resolve_execution`. */
export const resolveArguments = z.object({
  request_id: requestId,
  rules_version: z.int().positive(),
  module_sha256: hex32,
  status,
  output_base64: base64,
  instructions,
  attestations: z.array(attestation).min(1).max(LIMITS.quorum_max),
  /** Where the request names a branch or tag and pins no module. */
  ref_commit: refCommit.optional(),
});
export type ResolveArguments = z.infer<typeof resolveArguments>;

/** Arguments of `resolve_compilation`. */
export const compilationArguments = z.object({ request_id: requestId, ref_commit: refCommit.optional() });
export type CompilationArguments = z.infer<typeof compilationArguments>;

/** Arguments of `report_fault`: a signed outcome that contradicts the settled one. */
export const faultArguments = z.object({
  request_id: requestId,
  worker: publicKey,
  module_sha256: hex32,
  status,
  output_sha256: hex32,
  instructions,
  signature,
});
export type FaultArguments = z.infer<typeof faultArguments>;

/** Arguments of `fail_execution`. */
export const failArguments = z.object({
  request_id: requestId,
  code: z.string(),
  message: z.string().max(LIMITS.failure_message_chars_max),
});
export type FailArguments = z.infer<typeof failArguments>;

/** Arguments of `publish_module`. */
export const publishModuleArguments = z.object({
  source: z.object({ repo: z.string(), commit: z.string(), build_target: z.literal("wasm32-wasip1") }),
  module_sha256: hex32,
  signatures: z.array(builderSignature).min(1),
});
export type PublishModuleArguments = z.infer<typeof publishModuleArguments>;

/** `get_worker({public_key})`; null where the key is not registered. */
export const workerView = z.object({
  public_key: publicKey,
  account_id: accountId,
  stake_yocto: yocto,
  active: z.boolean(),
  accepted: z.int().nonnegative(),
  /** Earnings that a proven fault would still take. */
  unvested_yocto: yocto,
  /** Staked, or past vesting: what `min_established` of a quorum must be. */
  established: z.boolean(),
  slashed: z.boolean(),
});
export type WorkerView = z.infer<typeof workerView>;

/** `get_receipt({request_id})`: null where there is none yet, or none any more. */
export const receiptView = z
  .object({
    request_id: requestId,
    task_digest: hex32,
    outcome_digest: hex32,
    module_sha256: hex32.nullable(),
    block_height: z.int().nonnegative(),
    workers: z.array(publicKey),
  })
  .nullable();

/** `get_pricing()`: price = base_fee + attestations * ceil(instructions * rate_per_million / 1e6). */
export const pricingView = z.object({
  base_fee_yocto: yocto,
  rate_per_million_yocto: yocto,
  min_stake_yocto: yocto,
  /** A receipt's storage, on top of the price of a request that has an outcome: for itself, and for each of its workers. */
  receipt_yocto: yocto,
  receipt_worker_yocto: yocto,
  /** What a registration and a publication pay for storage. */
  worker_storage_yocto: yocto,
  module_storage_yocto: yocto,
  account_storage_yocto: yocto,
});
export type PricingView = z.infer<typeof pricingView>;

/** `get_config()` */
export const configView = z.object({
  owner_id: accountId,
  operator_id: accountId,
  builders: z.array(publicKey),
  min_builders: z.int().nonnegative(),
  min_established: z.int().nonnegative(),
  vesting_results: z.int().nonnegative(),
  fault_window_blocks: z.int().positive(),
  reporter_percent: z.int().nonnegative(),
  rules_version: z.int().positive(),
  paused: z.boolean(),
});
export type ConfigView = z.infer<typeof configView>;

/** `get_module({source})`: the published hash of a repository at a commit, or null. */
export const moduleView = hex32.nullable();

/** NEP-297 events of the contract (`EVENT_JSON:` logs), by `event`; `data` is an array of one. */
export const contractEvent = z.object({
  standard: z.literal("near-offshore"),
  version: z.literal("1.0.0"),
  event: z.enum([
    "execution_requested",
    "execution_completed",
    "execution_failed",
    "execution_timed_out",
    "module_published",
    "worker_registered",
    "worker_changed",
    "worker_slashed",
    "earnings_withdrawn",
    "transfer_returned",
    "settings_changed",
  ]),
  data: z.array(z.record(z.string(), z.unknown())).min(1),
});
export type ContractEvent = z.infer<typeof contractEvent>;

/** The contract's event in one log line, or null where the line is none of ours. Never throws. */
export function parseEventLog(log: string): ContractEvent | null {
  if (!log.startsWith("EVENT_JSON:")) return null;
  try {
    const result = contractEvent.safeParse(JSON.parse(log.slice("EVENT_JSON:".length)));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}

import {
  type Assign,
  bytesToHex,
  commitmentHash,
  fromNearText,
  hexToBytes,
  outcomeDigest,
  type Signer,
  sha256Hex,
  taskDigest,
} from "@near-offshore/protocol";
import type { ExecutorTask, RunResult } from "@near-offshore/wasi-sandbox";
import { base64 } from "@scure/base";
import { checkAssignment } from "./check-assignment.ts";
import type { ExecutorPool } from "./executor-pool.ts";
import { toFailure } from "./http.ts";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import type { Failure, Prepared, ReleaseReason } from "./machine/state.ts";
import type { ModuleRequest } from "./modules.ts";

export type Computation =
  | { type: "computed"; prepared: Prepared }
  | { type: "not_computed"; reason: ReleaseReason; failure: Failure };

export interface ComputeTools {
  signer: Signer;
  pool: ExecutorPool;
  fetchModule: (request: ModuleRequest, signal: AbortSignal) => Promise<Uint8Array>;
  /** Secure random bytes: the salt hides the outcome until the reveal. */
  randomBytes: (length_bytes: number) => Uint8Array;
}

const RUN_FAULTS = ["stopped", "wall_clock", "memory_refused", "crashed"] as const;

/** From an assignment to what is sent for it: check, fetch, run, sign. Never rejects. */
export async function compute(
  assign: Assign,
  tools: ComputeTools,
  on_progress: (instructions: number) => void,
  signal: AbortSignal,
): Promise<Computation> {
  let reason: ReleaseReason = "crashed";
  try {
    const input = checkAssignment(assign);
    reason = "module_unavailable";
    const request = { sha256: assign.module, length_bytes: assign.module_bytes };
    const module = await tools.fetchModule(request, signal);
    reason = "crashed";
    const result = await tools.pool.run(executorTask(assign, module, input), on_progress, signal);
    return { type: "computed", prepared: await prepare(assign, result, tools) };
  } catch (error) {
    return { type: "not_computed", reason: releaseReason(error, reason), failure: toFailure(error) };
  }
}

function executorTask({ task }: Assign, module: Uint8Array, input: Uint8Array): ExecutorTask {
  const { max_execution_seconds, ...limits } = task.limits;
  const context = { ...task.context, contract_id: task.contract_id, request_id: task.request_id };
  return { module, input, limits, context, max_execution_seconds };
}

/** Signs an outcome and hides it behind a salted commitment. */
async function prepare(assign: Assign, result: RunResult, tools: ComputeTools): Promise<Prepared> {
  const { signer } = tools;
  const { status, instructions, output } = result;
  const outcome_digest = outcomeDigest({
    task_digest: taskDigest(assign.task),
    module_sha256: assign.module,
    status,
    output_sha256: sha256Hex(output),
    instructions,
  });
  const salt = bytesToHex(tools.randomBytes(32));
  const worker_key = bytesToHex(fromNearText(signer.public_key, 32));
  const stderr = new TextDecoder().decode(result.stderr).slice(0, VOLUNTEER_LIMITS.stderr_chars_max);
  return {
    commitment: commitmentHash({ assignment_id: assign.assignment, worker_key, outcome_digest, salt }),
    reveal: {
      v: 1,
      type: "reveal",
      assignment: assign.assignment,
      epoch: assign.epoch,
      module_sha256: assign.module,
      status,
      output_base64: base64.encode(output),
      instructions,
      salt,
      signature: await signer.sign(hexToBytes(outcome_digest)),
      ...(stderr === "" ? {} : { stderr }),
    },
  };
}

/** An executor that cannot finish says why in the words of a `release` frame. */
function releaseReason(error: unknown, otherwise: ReleaseReason): ReleaseReason {
  const reason = error instanceof Error && "reason" in error ? error.reason : undefined;
  return RUN_FAULTS.find((fault) => fault === reason) ?? otherwise;
}

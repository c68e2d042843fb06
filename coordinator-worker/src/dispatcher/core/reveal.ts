import {
  commitmentHash,
  type ErrorCode,
  hexToBytes,
  implicitAccount,
  LIMITS,
  outcomeDigest,
  sha256Hex,
  type WorkerFrame,
} from "@near-offshore/protocol";
import { fromBase64 } from "../../base64.ts";
import type { Assignment, Ports, Reveal, Task } from "./types.ts";

export type RevealFrame = Extract<WorkerFrame, { type: "reveal" }>;

/**
 * Recomputes everything that a reveal claims: the module is the task's, the outcome is the one that was committed to
 * before anybody else's could be seen, and the attestation verifies as the contract will verify it.
 */
export function checkReveal(
  task: Task,
  assignment: Assignment,
  frame: RevealFrame,
  ports: Ports,
): { reveal: Reveal } | { code: ErrorCode; message: string } {
  if (task.module === null || frame.module_sha256 !== task.module.sha256)
    return { code: "hash_mismatch", message: `module_sha256: expected ${task.module?.sha256}` };
  const output = fromBase64(frame.output_base64);
  if (output.length > LIMITS.output_bytes_max)
    return {
      code: "payload_too_large",
      message: `output of ${output.length} bytes: at most ${LIMITS.output_bytes_max}`,
    };
  const { status, instructions, signature, output_base64 } = frame;
  if (instructions > task.description.limits.max_instructions)
    return { code: "invalid_argument", message: "instructions: more than the task's limit" };
  const output_sha256 = sha256Hex(output);
  const outcome_digest = outcomeDigest({
    task_digest: task.task_digest,
    module_sha256: frame.module_sha256,
    status,
    output_sha256,
    instructions,
  });
  const commitment = commitmentHash({
    assignment_id: assignment.assignment_id,
    worker_key: implicitAccount(assignment.worker),
    outcome_digest,
    salt: frame.salt,
  });
  if (commitment !== assignment.commitment)
    return { code: "commitment_mismatch", message: "the reveal is not what this worker committed to" };
  if (!ports.verifySignature(signature, hexToBytes(outcome_digest), assignment.worker))
    return { code: "bad_signature", message: "the attestation does not verify over the outcome digest" };
  return { reveal: { outcome_digest, status, output_base64, output_sha256, instructions, signature } };
}

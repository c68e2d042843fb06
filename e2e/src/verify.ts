import {
  hexToBytes,
  outcomeDigest,
  sha256Hex,
  type TaskDetail,
  verifySignature,
} from "@near-offshore/protocol";

/** Checks a settled task as a stranger would: output hash, and every attestation over the outcome's digest. */
export function verifyTask(task: TaskDetail): void {
  const { outcome, module_sha256 } = task;
  if (outcome === null || module_sha256 === null)
    throw new Error(`request ${task.request_id} has no outcome`);
  if (sha256Hex(Buffer.from(outcome.output_base64, "base64")) !== outcome.output_sha256)
    throw new Error("the output is not the one that was attested");
  const { status, output_sha256, instructions } = outcome;
  const digest = hexToBytes(
    outcomeDigest({ task_digest: task.task_digest, module_sha256, status, output_sha256, instructions }),
  );
  const workers = new Set<string>();
  for (const { worker, signature } of outcome.attestations) {
    if (!verifySignature(signature, digest, worker))
      throw new Error(`the signature of ${worker} does not verify`);
    workers.add(worker);
  }
  if (workers.size < task.quorum)
    throw new Error(`${workers.size} distinct workers attested, not ${task.quorum}`);
}

import { hexToBytes, outcomeDigest, type Signer, sha256Hex } from "@near-offshore/protocol";
import type { OpenRequest } from "../../src/dispatcher/core/types.ts";
import { answer, MODULE } from "./fixtures.ts";

/** Commit and reveal of a worker with a real key: what it signs is what the contract verifies. */
export async function answerSigned(
  request: OpenRequest,
  assigned: { assignment: string; epoch: number },
  worker: Signer,
  output: string,
) {
  const digest = outcomeDigest({
    task_digest: request.task_digest,
    module_sha256: MODULE.sha256,
    status: "ok",
    output_sha256: sha256Hex(new TextEncoder().encode(output)),
    instructions: 1000,
  });
  const { assignment, epoch } = assigned;
  const said = answer(request, { assignment, epoch, worker: worker.public_key }, output);
  const signature = await worker.sign(hexToBytes(digest));
  return { commit: said.commit, reveal: { ...said.reveal, signature } };
}

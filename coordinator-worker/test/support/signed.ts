import {
  type Hex32,
  hexToBytes,
  outcomeDigest,
  type Signer,
  sha256Hex,
  type TaskDescription,
  taskDigest,
} from "@near-offshore/protocol";
import { answer } from "./fixtures.ts";

/** Commit and reveal of a worker with a real key: what it signs is what the contract verifies. */
export async function answerSigned(
  task: TaskDescription,
  module_sha256: Hex32,
  { assignment, epoch }: { assignment: string; epoch: number },
  worker: Signer,
  output: string,
) {
  const task_digest = taskDigest(task);
  const said = answer(
    { task_digest },
    { assignment, epoch, worker: worker.public_key },
    output,
    module_sha256,
  );
  const digest = outcomeDigest({
    task_digest,
    module_sha256,
    status: "ok",
    output_sha256: sha256Hex(new TextEncoder().encode(output)),
    instructions: 1000,
  });
  return {
    commit: said.commit,
    reveal: { ...said.reveal, signature: await worker.sign(hexToBytes(digest)) },
  };
}

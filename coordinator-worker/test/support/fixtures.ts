import {
  commitmentHash,
  implicitAccount,
  outcomeDigest,
  type Source,
  sha256Hex,
  type TaskDescription,
  taskDigest,
  toNearText,
  type WorkerFrame,
} from "@near-offshore/protocol";
import { textToBase64 } from "../../src/base64.ts";
import type { Module, OpenRequest } from "../../src/dispatcher/core/types.ts";

// Requests, workers' keys and reveals for tests of the dispatcher's core.

export const CONTRACT_ID = "offshore.local";
export const MODULE: Module = { sha256: sha256Hex(new TextEncoder().encode("module")), bytes: 6 };
export const MODULE_SOURCE: Source = { Module: { sha256: MODULE.sha256 } };
export const GIT_SOURCE: Source = {
  GitHub: {
    repo: "https://example.org/repo",
    commit: "c".repeat(40),
    build_target: "wasm32-wasip1",
    module_sha256: null,
  },
};

export function describeTask(
  request_id: number,
  source: Source = MODULE_SOURCE,
  block_height = 100,
): TaskDescription {
  return {
    rules_version: 1,
    contract_id: CONTRACT_ID,
    request_id,
    source,
    input_sha256: sha256Hex(new TextEncoder().encode("input")),
    limits: { max_instructions: 1_000_000, max_memory_mb: 16, max_execution_seconds: 10 },
    context: {
      seed: "5".repeat(64),
      block_height,
      block_timestamp: "1700000000000000000",
      sender_id: "alice.local",
      predecessor_id: "caller.local",
      signer_public_key: keyOf(0),
      payment_yocto: "1",
    },
  };
}

export function openRequest(
  request_id: number,
  {
    quorum = 2,
    source = MODULE_SOURCE,
    module = MODULE as Module | null,
    block_height = 100,
    max_error = null as number | null,
    compile_only = false,
    established = { workers: 0, results: 20 },
    builders = { needed: 1, known: 1 },
  } = {},
): OpenRequest {
  const description = describeTask(request_id, source, block_height);
  const demand = { quorum, max_error, compile_only, established, builders };
  return { description, task_digest: taskDigest(description), input_data: "input", module, ...demand };
}

/** A worker's public key: any 32 bytes will do where the signature check is the test's own. */
export function keyOf(number: number): string {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, number + 1);
  return toNearText(bytes);
}

export const SALT = "a".repeat(64);
export const SIGNATURE = toNearText(new Uint8Array(64).fill(7));

/** The commit and the reveal of a worker that says the program's output was `output`. */
export function answer(
  request: Pick<OpenRequest, "task_digest">,
  held: { assignment: string; epoch: number; worker: string },
  output: string,
  module_sha256 = MODULE.sha256,
): Record<"commit" | "reveal", Extract<WorkerFrame, { assignment: string }>> {
  const { assignment, epoch, worker } = held;
  const outcome_digest = outcomeDigest({
    task_digest: request.task_digest,
    module_sha256,
    status: "ok",
    output_sha256: sha256Hex(new TextEncoder().encode(output)),
    instructions: 1000,
  });
  const commitment = commitmentHash({
    assignment_id: assignment,
    worker_key: implicitAccount(worker),
    outcome_digest,
    salt: SALT,
  });
  return {
    commit: { v: 1, type: "commit", assignment, epoch, commitment },
    reveal: {
      v: 1,
      type: "reveal",
      assignment,
      epoch,
      module_sha256,
      status: "ok",
      output_base64: textToBase64(output),
      instructions: 1000,
      salt: SALT,
      signature: SIGNATURE,
    },
  };
}

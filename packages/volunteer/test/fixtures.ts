import {
  type Assign,
  bytesToHex,
  commitmentHash,
  fromNearText,
  hexToBytes,
  outcomeDigest,
  RULES_VERSION,
  sha256Hex,
  type TaskDescription,
  taskDigest,
  verifySignature,
  type WorkerFrame,
} from "@near-offshore/protocol";
import { base64 } from "@scure/base";

type Change = Partial<Omit<Assign, "task">> & { task?: Partial<TaskDescription>; input?: Uint8Array };

/** An assignment that is right in every respect but those that a test changes. */
export function assignFrame(module: Uint8Array, change: Change = {}): Assign {
  const { task, input = new TextEncoder().encode("{}"), ...rest } = change;
  const module_sha256 = sha256Hex(module);
  return {
    v: 1,
    type: "assign",
    assignment: "a-1",
    epoch: 1,
    module: module_sha256,
    module_bytes: module.length,
    input_base64: base64.encode(input),
    deadline_ms: 60_000,
    ...rest,
    task: {
      rules_version: RULES_VERSION,
      contract_id: "offshore.test.near",
      request_id: 7,
      source: {
        GitHub: {
          repo: "https://github.com/near-offshore/examples",
          commit: "c0ffee".padEnd(40, "0"),
          build_target: "wasm32-wasip1",
          module_sha256: null,
        },
      },
      input_sha256: sha256Hex(input),
      limits: { max_instructions: 1_000_000_000, max_memory_mb: 64, max_execution_seconds: 60 },
      context: {
        seed: "5e".repeat(32),
        block_height: 123,
        block_timestamp: "1790000000000000000",
        sender_id: "alice.near",
        predecessor_id: "coin-flip.near",
        signer_public_key: "ed25519:11111111111111111111111111111111",
        payment_yocto: "0",
      },
      ...task,
    },
  };
}

/** Whether a reveal is the outcome that was committed to, and signed by that worker. */
export function revealMatches(
  assign: Assign,
  commitment: string,
  reveal: Extract<WorkerFrame, { type: "reveal" }>,
  public_key: string,
): boolean {
  const outcome_digest = outcomeDigest({
    task_digest: taskDigest(assign.task),
    module_sha256: assign.module,
    status: reveal.status,
    output_sha256: sha256Hex(base64.decode(reveal.output_base64)),
    instructions: reveal.instructions,
  });
  const worker_key = bytesToHex(fromNearText(public_key, 32));
  const { salt, signature } = reveal;
  const committed = commitmentHash({ assignment_id: assign.assignment, worker_key, outcome_digest, salt });
  return committed === commitment && verifySignature(signature, hexToBytes(outcome_digest), public_key);
}

import type { Schema } from "borsh";

// Field order is the encoding: changing any of these needs a new domain version.

const bytes32: Schema = { array: { type: "u8", len: 32 } };

export const SOURCE_SCHEMA: Schema = {
  enum: [
    {
      struct: {
        GitHub: {
          struct: {
            repo: "string",
            commit: "string",
            build_target: "string",
            module_sha256: { option: bytes32 },
          },
        },
      },
    },
    { struct: { WasmUrl: { struct: { url: "string", hash: bytes32, build_target: "string" } } } },
    { struct: { Module: { struct: { sha256: bytes32 } } } },
  ],
};

export const TASK_SCHEMA: Schema = {
  struct: {
    rules_version: "u32",
    contract_id: "string",
    request_id: "u64",
    source: SOURCE_SCHEMA,
    input_sha256: bytes32,
    limits: { struct: { max_instructions: "u64", max_memory_mb: "u32", max_execution_seconds: "u32" } },
    context: {
      struct: {
        seed: bytes32,
        block_height: "u64",
        block_timestamp: "u64",
        sender_id: "string",
        predecessor_id: "string",
        signer_public_key: "string",
        payment_yocto: "u128",
      },
    },
  },
};

export const OUTCOME_SCHEMA: Schema = {
  struct: {
    task_digest: bytes32,
    module_sha256: bytes32,
    status: "string",
    output_sha256: bytes32,
    instructions: "u64",
  },
};

export const COMMITMENT_SCHEMA: Schema = {
  struct: { assignment_id: "string", worker_key: bytes32, outcome_digest: bytes32, salt: bytes32 },
};

export const SESSION_SCHEMA: Schema = {
  struct: { coordinator_origin: "string", worker_key: bytes32, nonce: bytes32, expires_ms: "u64" },
};

export const LINK_SCHEMA: Schema = {
  struct: { contract_id: "string", account_id: "string", worker_key: bytes32 },
};

export const REF_COMMIT_SCHEMA: Schema = {
  struct: { contract_id: "string", request_id: "u64", repo: "string", ref: "string", commit: "string" },
};

export const MODULE_PUBLICATION_SCHEMA: Schema = {
  struct: {
    contract_id: "string",
    repo: "string",
    commit: "string",
    build_target: "string",
    module_sha256: bytes32,
  },
};

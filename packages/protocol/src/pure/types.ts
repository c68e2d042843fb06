/** 64 lowercase hexadecimal characters: 32 bytes. */
export type Hex32 = string;

/** `wasm32-wasi` is an alias of the one build target there is. */
export type BuildTarget = "wasm32-wasip1";

/**
 * Where a module comes from, in the form every digest uses (defaults filled in, aliases resolved). `commit` may be a branch
 * or tag: builders then say which commit it named (`RefCommit`).
 */
export type Source =
  | { GitHub: { repo: string; commit: string; build_target: BuildTarget; module_sha256: Hex32 | null } }
  | { WasmUrl: { url: string; hash: Hex32; build_target: BuildTarget } }
  | { Module: { sha256: Hex32 } };

/** What a run may use. `max_execution_seconds` bounds a lease; it is never part of an outcome. */
export interface ExecutionLimits {
  max_instructions: number;
  max_memory_mb: number;
  max_execution_seconds: number;
}

/** What a run may know of the world: all of it from the request, none of it from the machine. */
export interface ExecutionContext {
  /** 32 bytes; keys `random_get`. */
  seed: Hex32;
  block_height: number;
  /** Nanoseconds since 1970, decimal: above 2^53. */
  block_timestamp: string;
  /** The account that signed the transaction. */
  sender_id: string;
  /** The account that called `request_execution`. */
  predecessor_id: string;
  /** `ed25519:<base58>` */
  signer_public_key: string;
  payment_yocto: string;
}

/** A task as its digest sees it: everything an outcome may depend on but the module's own bytes. */
export interface TaskDescription {
  rules_version: number;
  contract_id: string;
  request_id: number;
  source: Source;
  input_sha256: Hex32;
  limits: ExecutionLimits;
  context: ExecutionContext;
}

/** What running a task gave, as its digest sees it. */
export interface OutcomeDescription {
  task_digest: Hex32;
  module_sha256: Hex32;
  /** See `statuses.ts`. */
  status: string;
  output_sha256: Hex32;
  instructions: number;
}

/** What a builder signs: this repository at this commit compiles to this module. */
export interface ModulePublication {
  contract_id: string;
  repo: string;
  commit: string;
  build_target: BuildTarget;
  module_sha256: Hex32;
}

/** What a builder signs for a request that names a branch or tag: this is the commit that it named. */
export interface RefCommit {
  contract_id: string;
  request_id: number;
  repo: string;
  /** As the request has it. */
  ref: string;
  commit: string;
}

/** What a worker key signs to belong to an account: to be registered by it, or to earn for it. The key is 32 bytes in hex. */
export interface AccountLink {
  contract_id: string;
  account_id: string;
  worker_key: Hex32;
}

/** A worker's promise of an outcome that it does not show yet. Keys and salt are 32 bytes in hex. */
export interface CommitmentDescription {
  assignment_id: string;
  worker_key: Hex32;
  outcome_digest: Hex32;
  salt: Hex32;
}

/** What a worker signs to open a session with one coordinator. */
export interface SessionChallenge {
  coordinator_origin: string;
  worker_key: Hex32;
  nonce: Hex32;
  expires_ms: number;
}

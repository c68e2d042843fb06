import * as z from "zod";
import {
  accountId,
  commit,
  executionLimits,
  hex32,
  instructions,
  publicKey,
  requestId,
  signature,
  source,
  taskDescription,
  yocto,
} from "./common.ts";
import { attestation, builderSignature } from "./contract.ts";

// Bodies of the coordinator's HTTP API (`/v1`, JSON). The OpenAPI document is made from these.

export const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
});

// --- sessions -------------------------------------------------------------------------------------------------------

export const challengeBody = z.object({ public_key: publicKey });
export const challengeReply = z.object({
  /** Where this coordinator is reached; a worker refuses to sign for another origin than the one it called. */
  coordinator_origin: z.string(),
  nonce: hex32,
  expires_ms: z.int().positive(),
});
export const sessionBody = z.object({
  public_key: publicKey,
  nonce: hex32,
  expires_ms: z.int().positive(),
  /** Over `sessionChallengeMessage(...)`. */
  signature,
});
export const sessionReply = z.object({
  token: z.string(),
  expires_ms: z.int().positive(),
  account_id: z.string(),
});

// --- tasks, modules, status -----------------------------------------------------------------------------------------

export const taskState = z.enum([
  "waiting_for_module",
  "queued",
  "running",
  "agreed",
  "settling",
  "settled",
  "failed",
]);
export type TaskState = z.infer<typeof taskState>;

export const taskSummary = z.object({
  request_id: requestId,
  state: taskState,
  source,
  module_sha256: hex32.nullable(),
  quorum: z.int(),
  requester: accountId,
  /** Nothing is run: the answer is the module. */
  compile_only: z.boolean(),
  created_ms: z.int(),
  updated_ms: z.int(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const taskDetail = taskSummary.extend({
  task_digest: hex32,
  limits: executionLimits,
  input_sha256: hex32,
  input_data: z.string().nullable(),
  build_id: z.string().nullable(),
  /** What the source's commit, branch or tag is; null where it is not known, or the source is no repository. */
  commit: commit.nullable(),
  max_error: z.number().nullable(),
  outcome: z
    .object({
      status: z.string(),
      output_base64: z.string(),
      output_sha256: hex32,
      instructions,
      attestations: z.array(attestation),
      error_estimate: z.number(),
    })
    .nullable(),
  settle_tx: z.string().nullable(),
  /** When each state was entered, by name, in ms since 1970. */
  timeline_ms: z.record(z.string(), z.int()),
});
export type TaskDetail = z.infer<typeof taskDetail>;

/** A settled request, complete: enough to run it again and to check every signature. */
export const receiptReply = z.object({
  request_id: requestId,
  task: taskDescription,
  task_digest: hex32,
  input_base64: z.string(),
  quorum: z.int(),
  module_sha256: hex32,
  status: z.string(),
  output_base64: z.string(),
  output_sha256: hex32,
  instructions,
  attestations: z.array(attestation),
  commit: commit.nullable(),
  /** Probability of a wrong outcome that the caller puts up with; null: the quorum alone decided. */
  max_error: z.number().nullable(),
  /** The one that was reached, as estimated from the workers' history (docs/protocol.md). */
  error_estimate: z.number(),
  settle_tx: z.string().nullable(),
});
export type Receipt = z.infer<typeof receiptReply>;

export const taskPage = z.object({ tasks: z.array(taskSummary), next_cursor: z.string().nullable() });

export const statusReply = z.object({
  contract_id: accountId,
  network_id: z.enum(["mainnet", "testnet", "local"]),
  rules_version: z.int(),
  block_height: z.int().nullable(),
  workers_online: z.int(),
  workers_active: z.int(),
  tasks: z.record(z.string(), z.int()),
});

/** `GET /v1/stats`: totals since the beginning. */
export const statsReply = z.object({
  tasks: z.record(z.string(), z.int()),
  modules: z.int(),
  builds: z.int(),
  /** Of which builders said different things. */
  builds_disputed: z.int(),
  workers: z.int(),
  accepted: z.int(),
  rejected: z.int(),
});

/** What `PUT /v1/modules/:sha256` answers. */
export const moduleReply = z.object({ sha256: hex32, bytes: z.int().positive() });

export const workerReply = z.object({
  public_key: publicKey,
  account_id: z.string(),
  active: z.boolean(),
  accepted: z.int(),
  rejected: z.int(),
  earned_yocto: yocto,
});

// --- builds ---------------------------------------------------------------------------------------------------------

/** A programming language, as compilers call it: `c++`. */
const language = z.string().min(1).max(32);

/** What made a module, and of what. */
const provenance = {
  /** Name and version of the compiler: `rustc 1.85.1`. */
  toolchain: z.string().max(200),
  /** Content id of the container image that it ran in; null where it ran in none. */
  image: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "expected sha256:<64 lowercase hex characters>")
    .nullable()
    .default(null),
  /** Git's id of the tree of files that was compiled; null where the source is no repository. */
  tree: z
    .string()
    .regex(/^[0-9a-f]{40}$/, "expected the 40 lowercase hex characters of a git tree")
    .nullable()
    .default(null),
};

export const buildState = z.enum(["queued", "building", "complete", "failed"]);

export const buildReply = z.object({
  build_id: z.string(),
  source,
  state: buildState,
  module_sha256: hex32.nullable(),
  /** What it is written in, once a compiler that has no toolchain for that has said so. */
  language: language.nullable().default(null),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** How many builders have to agree, and what each of them said. */
  builders_needed: z.int().positive(),
  products: z.array(
    z.object({
      builder: publicKey,
      module_sha256: hex32,
      commit: commit.nullable(),
      ...provenance,
    }),
  ),
  /** Builders that say that it cannot be made, and why. */
  refusals: z.array(z.object({ builder: publicKey, code: z.string(), message: z.string() })).default([]),
  /** Whether they said different things. */
  disputed: z.boolean().default(false),
  created_ms: z.int(),
  updated_ms: z.int(),
});

export const buildClaimBody = z.object({
  /** The key whose signature the contract trusts for publications. */
  builder: publicKey,
  /** Languages that it can build: of what is known to be in another, it is offered nothing. */
  toolchains: z.array(language).max(16),
});
/** 200 with this, or 204 where nothing waits. */
export const buildClaimReply = z.object({
  build_id: z.string(),
  epoch: z.int().nonnegative(),
  /** Heartbeat before this many ms are over, or another compiler gets the build. */
  lease_ms: z.int().positive(),
  contract_id: accountId,
  source,
  /** The request whose branch or tag this is; null where the source names a commit. */
  request_id: requestId.nullable(),
});
export type BuildClaim = z.infer<typeof buildClaimReply>;

export const buildHeartbeatBody = z.object({ epoch: z.int() });
export const buildLogBody = z.object({ epoch: z.int(), text: z.string().max(64 * 1024) });
export const buildCompleteBody = z.object({
  epoch: z.int(),
  module_sha256: hex32,
  module_bytes: z.int().positive(),
  /** Over `modulePublicationDigest(...)`; null for sources that pin their hash (WasmUrl). */
  publication: builderSignature.nullable(),
  /** What the branch or tag named, and the signature over `refCommitDigest(...)`; null where the source names a commit. */
  ref_commit: z.object({ commit, signature }).nullable().default(null),
  ...provenance,
  /** Duration of each step, by name. */
  timings_ms: z.record(z.string(), z.number()),
});
/** Hands a build back, for a compiler that has what it takes. */
export const buildReleaseBody = z.object({
  epoch: z.int(),
  /** What was found, and is none of this compiler's `toolchains`. */
  language,
});
export const buildFailBody = z.object({
  epoch: z.int(),
  code: z.string().max(64),
  message: z.string().max(8 * 1024),
});

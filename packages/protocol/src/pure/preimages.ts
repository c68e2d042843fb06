import { type Schema, serialize } from "borsh";
import {
  COMMITMENT_SCHEMA,
  LINK_SCHEMA,
  MODULE_PUBLICATION_SCHEMA,
  OUTCOME_SCHEMA,
  REF_COMMIT_SCHEMA,
  SESSION_SCHEMA,
  TASK_SCHEMA,
} from "./borsh-schemas.ts";
import { DOMAINS } from "./domains.ts";
import type {
  AccountLink,
  CommitmentDescription,
  ModulePublication,
  OutcomeDescription,
  RefCommit,
  SessionChallenge,
  Source,
  TaskDescription,
} from "./types.ts";

// Pure: no hashing, no platform, so that the contract (QuickJS on chain) and every program share these lines.

/** The bytes whose SHA-256 is `task_digest`. The contract computes it when the request is made. */
export function taskPreimage(task: TaskDescription): Uint8Array {
  return encode(DOMAINS.task, TASK_SCHEMA, {
    ...task,
    request_id: BigInt(task.request_id),
    source: sourceBytes(task.source),
    input_sha256: hexToBytes(task.input_sha256),
    limits: { ...task.limits, max_instructions: BigInt(task.limits.max_instructions) },
    context: {
      ...task.context,
      seed: hexToBytes(task.context.seed),
      block_height: BigInt(task.context.block_height),
      block_timestamp: BigInt(task.context.block_timestamp),
      payment_yocto: BigInt(task.context.payment_yocto),
    },
  });
}

/** The bytes whose SHA-256 is the outcome digest: the 32 bytes that every worker of a request signs. */
export function outcomePreimage(outcome: OutcomeDescription): Uint8Array {
  return encode(DOMAINS.attestation, OUTCOME_SCHEMA, {
    task_digest: hexToBytes(outcome.task_digest),
    module_sha256: hexToBytes(outcome.module_sha256),
    status: outcome.status,
    output_sha256: hexToBytes(outcome.output_sha256),
    instructions: BigInt(outcome.instructions),
  });
}

/** The bytes whose SHA-256 is a commitment. */
export function commitmentPreimage(commitment: CommitmentDescription): Uint8Array {
  return encode(DOMAINS.commitment, COMMITMENT_SCHEMA, {
    assignment_id: commitment.assignment_id,
    worker_key: hexToBytes(commitment.worker_key),
    outcome_digest: hexToBytes(commitment.outcome_digest),
    salt: hexToBytes(commitment.salt),
  });
}

/** The message, signed as it is, that opens a worker's session. */
export function sessionChallengeMessage(challenge: SessionChallenge): Uint8Array {
  return encode(DOMAINS.session, SESSION_SCHEMA, {
    coordinator_origin: challenge.coordinator_origin,
    worker_key: hexToBytes(challenge.worker_key),
    nonce: hexToBytes(challenge.nonce),
    expires_ms: BigInt(challenge.expires_ms),
  });
}

/** The bytes whose SHA-256 a builder signs to publish a module for a source. */
export function modulePublicationPreimage(publication: ModulePublication): Uint8Array {
  return encode(DOMAINS.module, MODULE_PUBLICATION_SCHEMA, {
    ...publication,
    module_sha256: hexToBytes(publication.module_sha256),
  });
}

/** The bytes whose SHA-256 a builder signs to say which commit a request's branch or tag named. */
export function refCommitPreimage(ref_commit: RefCommit): Uint8Array {
  return encode(DOMAINS.ref, REF_COMMIT_SCHEMA, { ...ref_commit, request_id: BigInt(ref_commit.request_id) });
}

/** The message, signed as it is, by which a worker key says whose it is. */
export function accountLinkMessage(link: AccountLink): Uint8Array {
  return encode(DOMAINS.link, LINK_SCHEMA, { ...link, worker_key: hexToBytes(link.worker_key) });
}

/** Bytes of a hexadecimal string of even length; the caller has checked its characters. */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Lowercase hexadecimal form of bytes. */
export function bytesToHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += (byte < 16 ? "0" : "") + byte.toString(16);
  return hex;
}

function encode(domain: string, schema: Schema, value: unknown): Uint8Array {
  const body = serialize(schema, value);
  const bytes = new Uint8Array(domain.length + body.length);
  for (let i = 0; i < domain.length; i++) bytes[i] = domain.charCodeAt(i);
  bytes.set(body, domain.length);
  return bytes;
}

function sourceBytes(source: Source): unknown {
  if ("GitHub" in source) {
    const { module_sha256: pinned, ...rest } = source.GitHub;
    return { GitHub: { ...rest, module_sha256: pinned === null ? null : hexToBytes(pinned) } };
  }
  if ("WasmUrl" in source) return { WasmUrl: { ...source.WasmUrl, hash: hexToBytes(source.WasmUrl.hash) } };
  return { Module: { sha256: hexToBytes(source.Module.sha256) } };
}

import { sha256 } from "@noble/hashes/sha2.js";
import {
  bytesToHex,
  commitmentPreimage,
  modulePublicationPreimage,
  outcomePreimage,
  refCommitPreimage,
  taskPreimage,
} from "./pure/preimages.ts";
import type {
  CommitmentDescription,
  Hex32,
  ModulePublication,
  OutcomeDescription,
  RefCommit,
  TaskDescription,
} from "./pure/types.ts";

/** SHA-256 of bytes, in hex: how modules, inputs and outputs are named. */
export function sha256Hex(bytes: Uint8Array): Hex32 {
  return bytesToHex(sha256(bytes));
}

/** Names a task: module source, input, limits and context. The contract computes the same one at request time. */
export function taskDigest(task: TaskDescription): Hex32 {
  return sha256Hex(taskPreimage(task));
}

/** Names an outcome of a task; an attestation is an Ed25519 signature over these 32 bytes. */
export function outcomeDigest(outcome: OutcomeDescription): Hex32 {
  return sha256Hex(outcomePreimage(outcome));
}

/** Binds a worker to an outcome before it sees anybody else's. */
export function commitmentHash(commitment: CommitmentDescription): Hex32 {
  return sha256Hex(commitmentPreimage(commitment));
}

/** What a builder signs; the signature is over these 32 bytes. */
export function modulePublicationDigest(publication: ModulePublication): Hex32 {
  return sha256Hex(modulePublicationPreimage(publication));
}

/** What a builder signs to say which commit a branch or tag named; the signature is over these 32 bytes. */
export function refCommitDigest(ref_commit: RefCommit): Hex32 {
  return sha256Hex(refCommitPreimage(ref_commit));
}

import { describe, expect, it } from "vitest";
import {
  accountLinkMessage,
  bytesToHex,
  commitmentHash,
  commitmentPreimage,
  hexToBytes,
  implicitAccount,
  modulePublicationDigest,
  modulePublicationPreimage,
  outcomeDigest,
  outcomePreimage,
  refCommitDigest,
  refCommitPreimage,
  sessionChallengeMessage,
  signerFromSeed,
  taskDescription,
  taskDigest,
  taskPreimage,
  verifySignature,
} from "../src/index.ts";
import type { TaskDescription } from "../src/pure/types.ts";
import vectors from "./vectors.json" with { type: "json" };

// The vectors were made by an independent implementation (another language, another Borsh), not by this code.

const key = vectors.key.public_key;
const signer = signerFromSeed(hexToBytes(vectors.key.seed_hex));

describe("protocol vectors, version 1", () => {
  it("derives the key and its implicit account", () => {
    expect(signer.public_key).toBe(key);
    expect(implicitAccount(key)).toBe(vectors.key.implicit_account);
  });

  it.each(vectors.tasks)("task digest $digest", ({ value, borsh_hex, digest }) => {
    const task = value as TaskDescription;
    expect(bytesToHex(taskPreimage(task))).toBe(borsh_hex);
    expect(taskDigest(task)).toBe(digest);
    expect(taskDescription.parse(value)).toEqual(value);
  });

  it.each(vectors.outcomes)(
    "attestation of $value.status",
    async ({ value, borsh_hex, digest, signature }) => {
      expect(bytesToHex(outcomePreimage(value))).toBe(borsh_hex);
      expect(outcomeDigest(value)).toBe(digest);
      expect(await signer.sign(hexToBytes(digest))).toBe(signature);
      expect(verifySignature(signature, hexToBytes(digest), key)).toBe(true);
    },
  );

  it.each(vectors.commitments)("commitment $digest", ({ value, borsh_hex, digest }) => {
    expect(bytesToHex(commitmentPreimage(value))).toBe(borsh_hex);
    expect(commitmentHash(value)).toBe(digest);
  });

  it.each(vectors.sessions)("session challenge", async ({ value, message_hex, signature }) => {
    expect(bytesToHex(sessionChallengeMessage(value))).toBe(message_hex);
    expect(await signer.sign(hexToBytes(message_hex))).toBe(signature);
  });

  it.each(vectors.links)("link of $value.account_id", async ({ value, message_hex, signature }) => {
    expect(bytesToHex(accountLinkMessage(value))).toBe(message_hex);
    expect(await signer.sign(hexToBytes(message_hex))).toBe(signature);
  });

  it.each(vectors.module_publications)(
    "module publication $digest",
    ({ value, borsh_hex, digest, signature }) => {
      const publication = { ...value, build_target: "wasm32-wasip1" as const };
      expect(bytesToHex(modulePublicationPreimage(publication))).toBe(borsh_hex);
      expect(modulePublicationDigest(publication)).toBe(digest);
      expect(verifySignature(signature, hexToBytes(digest), key)).toBe(true);
    },
  );

  it.each(vectors.ref_commits)("commit of $value.ref", ({ value, borsh_hex, digest, signature }) => {
    expect(bytesToHex(refCommitPreimage(value))).toBe(borsh_hex);
    expect(refCommitDigest(value)).toBe(digest);
    expect(verifySignature(signature, hexToBytes(digest), key)).toBe(true);
  });
});

describe("a signature serves one purpose", () => {
  const messages: Record<string, { message: Uint8Array; signature: string }> = {
    attestation: {
      message: hexToBytes(vectors.outcomes[0]!.digest),
      signature: vectors.outcomes[0]!.signature,
    },
    session: {
      message: hexToBytes(vectors.sessions[0]!.message_hex),
      signature: vectors.sessions[0]!.signature,
    },
    link: {
      message: hexToBytes(vectors.links[0]!.message_hex),
      signature: vectors.links[0]!.signature,
    },
    "another contract's link": {
      message: hexToBytes(vectors.links[1]!.message_hex),
      signature: vectors.links[1]!.signature,
    },
    module: {
      message: hexToBytes(vectors.module_publications[0]!.digest),
      signature: vectors.module_publications[0]!.signature,
    },
    ref: {
      message: hexToBytes(vectors.ref_commits[0]!.digest),
      signature: vectors.ref_commits[0]!.signature,
    },
  };
  const names = Object.keys(messages);
  const pairs = names.flatMap((made) => names.map((used) => ({ made, used })));
  it.each(pairs)("made as $made, used as $used", ({ made, used }) => {
    const valid = verifySignature(messages[made]!.signature, messages[used]!.message, key);
    expect(valid).toBe(made === used);
  });

  const other_worker = signerFromSeed(new Uint8Array(32).fill(9)).public_key;
  it("never verifies for another worker", () => {
    const { message, signature } = messages.attestation!;
    expect(verifySignature(signature, message, other_worker)).toBe(false);
  });

  const task = vectors.tasks[0]!.value as TaskDescription;
  const changed: Record<string, TaskDescription> = {
    contract: { ...task, contract_id: "offshore.testnet" },
    request: { ...task, request_id: task.request_id + 1 },
    input: { ...task, input_sha256: vectors.commitments[0]!.value.salt },
    seed: { ...task, context: { ...task.context, seed: vectors.commitments[0]!.value.salt } },
    clock: { ...task, context: { ...task.context, block_timestamp: "1" } },
    payment: { ...task, context: { ...task.context, payment_yocto: "1" } },
    limits: { ...task, limits: { ...task.limits, max_instructions: 1 } },
    rules: { ...task, rules_version: 2 },
    source: { ...task, source: { Module: { sha256: task.input_sha256 } } },
  };
  it.each(Object.keys(changed))("made for one task, used after its %s changed", (what) => {
    const outcome = { ...vectors.outcomes[0]!.value, task_digest: taskDigest(changed[what]!) };
    const { signature } = messages.attestation!;
    expect(verifySignature(signature, hexToBytes(outcomeDigest(outcome)), key)).toBe(false);
  });
});

// `resolve_execution` and `fail_execution`: the operator brings what came of a request, and the contract checks it.
import {
  attestationsMax,
  FAILURE_CODES,
  type FailureCode,
  isStatus,
  LIMITS,
  outcomePreimage,
  type Status,
} from "@near-offshore/protocol/pure";
import { answerJson } from "./answers.ts";
import {
  base64,
  hex32,
  integer,
  type Json,
  list,
  object,
  oneOf,
  publicKey,
  signature,
  text,
  wrong,
} from "./checks.ts";
import { loadConfig, requireOperator } from "./config.ts";
import { refuse } from "./errors.ts";
import { decodeHex, ed25519Verify, encodeHex, encodeText, near, yieldResume } from "./host.ts";
import { answeringModule } from "./modules.ts";
import { removePending } from "./pending.ts";
import { requireRequest, saveRequest } from "./requests.ts";
import { answerKey } from "./response.ts";
import type { Config, Outcome, Request } from "./state.ts";
import { isEstablished, loadWorker } from "./workers.ts";

interface Attestation {
  worker: { text: string; bytes: Uint8Array };
  signature: Uint8Array;
}

/**
 * `resolve_execution({request_id, rules_version, module_sha256, status, output_base64, instructions, attestations,
 * ref_commit?})`: operator.
 */
export function resolveExecution(args: Json): void {
  const config = loadConfig();
  requireOperator(config);
  const request = requireUnsettled(args.request_id);
  if (request.compile_only) {
    refuse("wrong_settlement", `request ${request.request_id} is settled by resolve_compilation`);
  }
  const rules_version = integer(args.rules_version, "rules_version", 1, 2 ** 32 - 1);
  if (rules_version !== request.rules_version) {
    refuse("wrong_rules_version", `the request follows rules ${request.rules_version}, not ${rules_version}`);
  }
  const module_sha256 = hex32(args.module_sha256, "module_sha256");
  const commit = requireModule(config, request, module_sha256, args.ref_commit);
  const status = parseStatus(args.status);
  const output = base64(args.output_base64, "output_base64", LIMITS.output_bytes_max);
  const instructions = integer(args.instructions, "instructions", 0, request.limits.max_instructions);
  const output_sha256 = encodeHex(near.sha256(output));
  const { task_digest } = request;
  const preimage = outcomePreimage({ task_digest, module_sha256, status, output_sha256, instructions });
  const digest = near.sha256(preimage);
  const workers = checkQuorum(request, digest, parseAttestations(args.attestations));

  const answer =
    status === "ok" ? answerJson(request.response_format, output, args.output_base64 as string) : null;
  if (answer !== null) near.storageWriteRaw(encodeText(answerKey(request.request_id)), answer);
  settle(request, {
    kind: "outcome",
    digest: encodeHex(digest),
    status,
    module_sha256,
    commit,
    output_sha256,
    instructions,
    workers,
    answered: answer !== null,
  });
}

/** `fail_execution({request_id, code, message})`: operator, for what nobody can attest. */
export function failExecution(args: Json): void {
  requireOperator(loadConfig());
  const request = requireUnsettled(args.request_id);
  const code = oneOf(args.code, "code", Object.keys(FAILURE_CODES) as FailureCode[]);
  const message = text(args.message, "message", LIMITS.failure_message_chars_max);
  settle(request, { kind: "failure", code, message });
}

/** Stores what came of a request and wakes its callback. Where there is no yield to resume, nothing is stored. */
export function settle(request: Request, result: NonNullable<Request["result"]>): void {
  saveRequest({ ...request, result });
  removePending(request.request_id);
  if (!yieldResume(decodeHex(request.data_id) as Uint8Array)) {
    refuse(
      "yield_closed",
      `request ${request.request_id} cannot be resumed: it was made in this block, or timed out`,
    );
  }
}

export function requireUnsettled(value: unknown): Request {
  const request = requireRequest(value);
  if (request.result !== null) refuse("already_settled", `request ${request.request_id} is settled already`);
  return request;
}

/** Refuses any module but the one that answers the request; returns the commit whose publication that is, or null. */
function requireModule(
  config: Config,
  request: Request,
  module_sha256: string,
  ref_commit: unknown,
): string | null {
  const answering = answeringModule(config, request, ref_commit);
  if (answering.module_sha256 !== module_sha256) {
    refuse("wrong_module", `this request is answered by module ${answering.module_sha256} only`);
  }
  return answering.commit;
}

export function parseStatus(value: unknown): Status {
  const expected =
    "a status: ok, exit:<1-255>, trap:<kind>, out_of_instructions, out_of_memory, output_too_large";
  return typeof value === "string" && isStatus(value) ? value : wrong("status", expected, value);
}

function parseAttestations(value: unknown): Attestation[] {
  return list(value, "attestations", 1, LIMITS.quorum_max).map((item, i) => {
    const attestation = object(item, `attestations[${i}]`);
    return {
      worker: publicKey(attestation.worker, `attestations[${i}].worker`),
      signature: signature(attestation.signature, `attestations[${i}].signature`),
    };
  });
}

/**
 * Refuses unless the quorum signed, every one an active worker of an account of its own, enough of them established. More
 * than the quorum may sign only where the caller bounds the error.
 */
function checkQuorum(request: Request, digest: Uint8Array, attestations: Attestation[]): Outcome["workers"] {
  const { quorum } = request;
  const most = attestationsMax(request);
  if (attestations.length < quorum || attestations.length > most) {
    const takes = most === quorum ? `${quorum}` : `${quorum} to ${most}`;
    refuse("quorum_not_met", `this request takes ${takes} attestations, got ${attestations.length}`);
  }
  const workers: Outcome["workers"] = [];
  let established = 0;
  for (const { worker, signature } of attestations) {
    const public_key = worker.text;
    const known = loadWorker(public_key);
    if (known === null) return refuse("unknown_worker", `${public_key} is not a registered worker`);
    const { account_id } = known;
    if (!known.active) refuse("worker_inactive", `${public_key} is not active`);
    if (workers.some((other) => other.public_key === public_key)) {
      refuse("duplicate_key", `${public_key} attests twice`);
    }
    if (workers.some((other) => other.account_id === account_id)) {
      refuse("duplicate_account", `${account_id} attests with two keys`);
    }
    if (!ed25519Verify(signature, digest, worker.bytes)) {
      refuse("bad_signature", `the signature of ${public_key} is not one of this outcome of this request`);
    }
    if (isEstablished(known, request.vesting_results)) established++;
    workers.push({ public_key, account_id });
  }
  if (established < request.min_established) {
    refuse(
      "quorum_not_met",
      `this request takes ${request.min_established} established workers, got ${established}`,
    );
  }
  return workers;
}

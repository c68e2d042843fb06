// `request_execution`: a caller asks, pays, and its transaction waits for the answer.
import {
  attestationsMax,
  type ExecutionContext,
  LIMITS,
  RULES_VERSION,
  taskPreimage,
} from "@near-offshore/protocol/pure";
import { integer, type Json } from "./checks.ts";
import { loadConfig, loadTotals, requireRunning, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { encodeBase58, encodeHex, encodeText, near, yieldCreate } from "./host.ts";
import { RECEIPTS_PRUNED, RESPONSE_GAS } from "./limits.ts";
import { book, requiredDeposit } from "./money.ts";
import { addPending } from "./pending.ts";
import { pruneReceipts } from "./receipts.ts";
import { parseRequest } from "./request-arguments.ts";
import type { Request } from "./state.ts";
import { load, remove, save } from "./store.ts";
import { establishedResults } from "./workers.ts";

/** `request_execution({source, resource_limits?, input_data?, ...})`: payable. Answers when the yield is resumed. */
export function requestExecution(args: Json): void {
  const config = loadConfig();
  requireRunning(config);
  const asked = parseRequest(args, config);
  const deposit = near.attachedDeposit();
  const { max_instructions } = asked.limits;
  const required = requiredDeposit(config, max_instructions, attestationsMax(asked), asked.input.length);
  if (deposit < required) {
    refuse("insufficient_deposit", `attached ${deposit} yoctoNEAR, this request needs ${required}`);
  }

  const totals = loadTotals();
  const request_id = totals.next_request_id;
  const { promise, data_id } = yieldCreate("on_execution_response", { request_id }, RESPONSE_GAS);
  const { input, input_data, ...stored } = asked;
  const task = {
    rules_version: RULES_VERSION,
    request_id,
    source: asked.source,
    input_sha256: encodeHex(near.sha256(input)),
    limits: asked.limits,
    context: readContext(request_id, deposit),
  };
  const request: Request = {
    ...stored,
    ...task,
    task_digest: encodeHex(near.sha256(taskPreimage({ ...task, contract_id: near.currentAccountId() }))),
    deposit_yocto: deposit.toString(),
    base_fee_yocto: config.base_fee_yocto,
    rate_per_million_yocto: config.rate_per_million_yocto,
    vesting_results: config.vesting_results,
    min_established: Math.min(config.min_established, asked.quorum),
    data_id: encodeHex(data_id),
    result: null,
  };
  saveRequest(request);
  near.storageWriteRaw(encodeText(inputKey(request_id)), input);
  addPending(request_id);
  totals.next_request_id++;
  totals.open_requests++;
  book(totals, "open_deposits_yocto", deposit);
  pruneReceipts(totals, config, RECEIPTS_PRUNED);
  saveTotals(totals);
  logEvent("execution_requested", requestedEvent(request, input_data));
  near.promiseReturn(promise);
}

/** What requests of older versions have not. */
const EARLIER = { vesting_results: 0, min_established: 0, compile_only: false, max_error: null };

export function loadRequest(request_id: number): Request | null {
  const request = load<Request>(requestKey(request_id));
  return request === null ? null : { ...EARLIER, ...request };
}

/** The open request with this id, for a method that needs one. */
export function requireRequest(value: unknown): Request {
  const request_id = integer(value, "request_id", 0, Number.MAX_SAFE_INTEGER);
  return loadRequest(request_id) ?? refuse("unknown_request", `there is no open request ${request_id}`);
}

export function saveRequest(request: Request): void {
  save(requestKey(request.request_id), request);
}

/** The input as text; null where the request is gone. */
export function loadInput(request_id: number): string | null {
  return near.storageRead(inputKey(request_id));
}

export function removeRequest(request_id: number): void {
  remove(requestKey(request_id));
  remove(inputKey(request_id));
}

/** All that a run may know of the world. The seed is the chain's randomness, made this request's own. */
function readContext(request_id: number, deposit: bigint): ExecutionContext {
  const random = near.randomSeed();
  const seeded = new Uint8Array(random.length + 8);
  seeded.set(random);
  new DataView(seeded.buffer).setBigUint64(random.length, BigInt(request_id), true);
  return {
    seed: encodeHex(near.sha256(seeded)),
    block_height: Number(near.blockHeight()),
    block_timestamp: near.blockTimestamp().toString(),
    sender_id: near.signerAccountId(),
    predecessor_id: near.predecessorAccountId(),
    signer_public_key: signerKeyText(near.signerAccountPk()),
    payment_yocto: deposit.toString(),
  };
}

/** NEAR's text form of a key whose first byte is its curve. */
function signerKeyText(key: Uint8Array): string {
  return `${key[0] === 0 ? "ed25519" : "secp256k1"}:${encodeBase58(key.subarray(1))}`;
}

/** A request as others see it: without what only the contract needs. */
export function publicRequest(request: Request): object {
  const { data_id: _, base_fee_yocto: __, rate_per_million_yocto: ___, ...shown } = request;
  const { result, vesting_results, ...rest } = shown;
  return { ...rest, established_results: establishedResults(vesting_results), settled: result !== null };
}

/** Input stays out of the event where, as JSON text, it would crowd a log (16 KiB); then it is in the state only. */
function requestedEvent(request: Request, input_data: string): object {
  const fits = encodeText(JSON.stringify(input_data)).length <= LIMITS.input_event_bytes_max;
  return { ...publicRequest(request), input_data: fits ? input_data : null };
}

function requestKey(request_id: number): string {
  return `request:${request_id}`;
}

function inputKey(request_id: number): string {
  return `input:${request_id}`;
}

// The end of a request: workers are paid, the payer gets the rest, the caller gets its answer. What happens is decided
// by the stored result alone, and after the first payment nothing here can fail.
import { FAILURE_CODES, type FailureCode, LIMITS } from "@near-offshore/protocol/pure";
import { integer, type Json } from "./checks.ts";
import { loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { encodeText, near } from "./host.ts";
import { STALE_MARGIN_BLOCKS } from "./limits.ts";
import { RawJson } from "./method.ts";
import { payPublication } from "./modules.ts";
import { book, send, workerPrice } from "./money.ts";
import { removePending } from "./pending.ts";
import { keepReceipt } from "./receipts.ts";
import { loadRequest, removeRequest, requireRequest } from "./requests.ts";
import type { Compilation, Outcome, Request, Totals } from "./state.ts";
import { remove } from "./store.ts";
import { payWorker } from "./vesting.ts";

/** `on_execution_response({request_id})`: the yield's callback, resumed or timed out. */
export function onExecutionResponse(args: Json): unknown {
  const request = loadRequest(integer(args.request_id, "request_id", 0, Number.MAX_SAFE_INTEGER));
  if (request === null) return null;
  const answer = loadAnswer(request);
  close(request);
  return answer;
}

/** `cancel_stale_execution({request_id})`: by anyone, for a request whose callback should have run and did not. */
export function cancelStaleExecution(args: Json): void {
  const request = requireRequest(args.request_id);
  const stale_from = request.context.block_height + LIMITS.yield_blocks + STALE_MARGIN_BLOCKS;
  const height = Number(near.blockHeight());
  if (height <= stale_from) {
    refuse(
      "too_early",
      `request ${request.request_id} is open until block ${stale_from}, this is block ${height}`,
    );
  }
  close(request);
}

/** Where the answer of a settled request waits for its callback. */
export function answerKey(request_id: number): string {
  return `answer:${request_id}`;
}

/** Books and pays by the stored result, removes the request and says so. */
function close(request: Request): void {
  const { request_id, result } = request;
  const totals = loadTotals();
  const deposit = BigInt(request.deposit_yocto);
  const base_fee = BigInt(request.base_fee_yocto);
  let refund = deposit;
  if (result === null) {
    totals.timed_out++;
    removePending(request_id);
    logEvent("execution_timed_out", { request_id, refund_yocto: refund.toString() });
  } else if (result.kind === "failure") {
    totals.failed++;
    const fee = FAILURE_CODES[result.code as FailureCode].reason === "caller" ? base_fee : 0n;
    refund -= fee;
    book(totals, "fees_yocto", fee);
    const { code, message } = result;
    const amounts = { fee_yocto: fee.toString(), refund_yocto: refund.toString() };
    logEvent("execution_failed", { request_id, code, message, ...amounts });
  } else {
    totals.completed++;
    book(totals, "fees_yocto", base_fee);
    refund -= base_fee + payPublication(totals, request, result.commit ?? null);
    if (result.kind === "compilation") {
      logCompiled(request, result, refund);
    } else {
      const paid = payWorkers(totals, request, result);
      refund -= paid * BigInt(result.workers.length) + keepReceipt(totals, request, result);
      logCompleted(request, result, paid, refund);
    }
  }
  totals.open_requests--;
  book(totals, "open_deposits_yocto", -deposit);
  saveTotals(totals);
  removeRequest(request_id);
  remove(answerKey(request_id));
  send(request.payer_account_id, refund);
}

/** Pays every worker of the quorum for the work. Returns what each got. */
function payWorkers(totals: Totals, request: Request, outcome: Outcome): bigint {
  // No settlement has more than the limit; version 1's could.
  const instructions = Math.min(outcome.instructions, request.limits.max_instructions);
  const price = workerPrice(instructions, request.rate_per_million_yocto);
  for (const { public_key } of outcome.workers) {
    payWorker(totals, public_key, price, request.vesting_results);
  }
  return price;
}

function logCompleted(request: Request, outcome: Outcome, paid: bigint, refund: bigint): void {
  const { status, module_sha256, commit, output_sha256, instructions, workers, answered } = outcome;
  logEvent("execution_completed", {
    request_id: request.request_id,
    status,
    module_sha256,
    commit: commit ?? null,
    output_sha256,
    instructions,
    workers: workers.map(({ public_key }) => public_key),
    paid_yocto: paid.toString(),
    fee_yocto: request.base_fee_yocto,
    refund_yocto: refund.toString(),
    // An `ok` run without an answer: Json was asked for, and the output is none.
    note: status === "ok" && !answered ? "the output is not valid JSON: the caller gets null" : null,
  });
}

function logCompiled(request: Request, { module_sha256, commit }: Compilation, refund: bigint): void {
  logEvent("execution_completed", {
    request_id: request.request_id,
    status: "compiled",
    module_sha256,
    commit,
    fee_yocto: request.base_fee_yocto,
    refund_yocto: refund.toString(),
  });
}

function loadAnswer(request: Request): RawJson | null {
  const bytes = near.storageReadRaw(encodeText(answerKey(request.request_id)));
  return bytes === null ? null : new RawJson(bytes);
}

// A worker who signed another outcome of a task and module than the settled one loses what it has at stake. Of the same module:
// which module a worker is given is the coordinator's doing, and it could otherwise have an honest worker sign for another.
import { outcomePreimage } from "@near-offshore/protocol/pure";
import { hex32, integer, type Json, publicKey, signature } from "./checks.ts";
import { loadConfig, loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { ed25519Verify, encodeHex, near } from "./host.ts";
import { book, change, send } from "./money.ts";
import { loadReceipt, type Receipt } from "./receipts.ts";
import { parseStatus } from "./settlement.ts";
import type { Worker } from "./state.ts";
import { takeUnvested } from "./vesting.ts";
import { currentWorker, saveWorker } from "./workers.ts";

/**
 * `report_fault({request_id, worker, module_sha256, status, output_sha256, instructions, signature})`: by anyone. The
 * reporter gets a share of what the worker loses; the rest goes to the fees.
 */
export function reportFault(args: Json): void {
  const config = loadConfig();
  const request_id = integer(args.request_id, "request_id", 0, Number.MAX_SAFE_INTEGER);
  const key = publicKey(args.worker, "worker");
  const reported = {
    module_sha256: hex32(args.module_sha256, "module_sha256"),
    status: parseStatus(args.status),
    output_sha256: hex32(args.output_sha256, "output_sha256"),
    instructions: integer(args.instructions, "instructions", 0, Number.MAX_SAFE_INTEGER),
  };
  const bytes = signature(args.signature, "signature");
  const receipt = requireReceipt(request_id, config.fault_window_blocks);
  const digest = near.sha256(outcomePreimage({ task_digest: receipt.task_digest, ...reported }));
  if (encodeHex(digest) === receipt.outcome_digest) {
    refuse("no_fault", `this is the settled outcome of request ${request_id}`);
  }
  if (reported.module_sha256 !== receipt.module_sha256) {
    refuse(
      "no_fault",
      `request ${request_id} was settled with module ${receipt.module_sha256 ?? "that is not known"}`,
    );
  }
  if (!ed25519Verify(bytes, digest, key.bytes)) {
    refuse("bad_signature", `the signature of ${key.text} is not one of this outcome of this request`);
  }
  const worker = currentWorker(key.text);
  if (worker === null) refuse("unknown_worker", `${key.text} is not a registered worker`);
  if (worker.slashed) refuse("already_slashed", `${worker.public_key} has lost all it had already`);
  slash(worker, request_id, config.reporter_percent);
}

function slash(worker: Worker, request_id: number, reporter_percent: number): void {
  const totals = loadTotals();
  const stake = BigInt(worker.stake_yocto);
  const unvested = takeUnvested(worker);
  const lost = stake + unvested;
  const reward = (lost * BigInt(reporter_percent)) / 100n;
  book(totals, "stakes_yocto", -stake);
  change(totals, worker.account_id, 0n, -unvested);
  book(totals, "fees_yocto", lost - reward);
  saveTotals(totals);
  saveWorker({ ...worker, stake_yocto: "0", active: false, slashed: true, leaves_height: null });
  const reporter_id = near.predecessorAccountId();
  logEvent("worker_slashed", {
    public_key: worker.public_key,
    account_id: worker.account_id,
    request_id,
    slashed_yocto: lost.toString(),
    reporter_id,
    reward_yocto: reward.toString(),
  });
  send(reporter_id, reward);
}

function requireReceipt(request_id: number, fault_window_blocks: number): Receipt {
  const receipt = loadReceipt(request_id);
  if (receipt === null) return refuse("unknown_receipt", `there is no receipt of request ${request_id}`);
  const until = receipt.block_height + fault_window_blocks;
  const height = Number(near.blockHeight());
  if (height > until) {
    refuse("too_late", `faults of request ${request_id} could be reported until block ${until}`);
  }
  return receipt;
}

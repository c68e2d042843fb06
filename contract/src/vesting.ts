// Earnings are held back until more results were accepted, so that a worker who paid nothing has something to lose.
// They are counted in rounds of results: what is earned in a round vests at the end of the next.
import { LIMITS } from "@near-offshore/protocol/pure";
import { type Json, publicKey } from "./checks.ts";
import { loadConfig, loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { near } from "./host.ts";
import { STALE_MARGIN_BLOCKS } from "./limits.ts";
import { add, change } from "./money.ts";
import type { Totals, Worker } from "./state.ts";
import { currentWorker, requireWorker, saveWorker } from "./workers.ts";

/** Pays a worker for an accepted result. It cannot fail: other payments were made. The caller saves the totals. */
export function payWorker(totals: Totals, public_key: string, amount: bigint, vesting_results: number): void {
  const worker = currentWorker(public_key) as Worker;
  worker.accepted++;
  worker.last_result_height = Number(near.blockHeight());
  worker.held_yocto = add(worker.held_yocto, amount);
  let vested = 0n;
  if (++worker.round_results >= vesting_results) {
    vested = BigInt(worker.maturing_yocto);
    worker.maturing_yocto = worker.held_yocto;
    worker.held_yocto = "0";
    worker.round_results = 0;
    if (vesting_results === 0) {
      vested += BigInt(worker.maturing_yocto);
      worker.maturing_yocto = "0";
    }
  }
  change(totals, worker.account_id, vested, amount - vested);
  saveWorker(worker);
}

/**
 * `vest_earnings({public_key})`: by anyone, for a worker whose newest accepted result is older than a fault can be
 * reported: nothing can take its earnings any more, so a volunteer who leaves early loses none.
 */
export function vestEarnings(args: Json): void {
  const { text } = publicKey(args.public_key, "public_key");
  const worker = requireWorker(text);
  const free_from = worker.last_result_height + faultBlocks();
  const height = Number(near.blockHeight());
  if (height <= free_from) {
    refuse("too_early", `the earnings of ${text} are held until block ${free_from}, this is block ${height}`);
  }
  const totals = loadTotals();
  if (vestAll(totals, worker) === 0n) refuse("nothing_to_withdraw", `${text} has no unvested earnings`);
  saveWorker(worker);
  saveTotals(totals);
}

/** Makes all that a worker earned its account's. The caller saves the worker and the totals. */
export function vestAll(totals: Totals, worker: Worker): bigint {
  const amount = takeUnvested(worker);
  change(totals, worker.account_id, amount, -amount);
  return amount;
}

/** Empties a worker's rounds; returns what was in them. */
export function takeUnvested(worker: Worker): bigint {
  const amount = unvestedOf(worker);
  worker.held_yocto = worker.maturing_yocto = "0";
  worker.round_results = 0;
  return amount;
}

export function unvestedOf(worker: Worker): bigint {
  return BigInt(worker.held_yocto) + BigInt(worker.maturing_yocto);
}

/** Blocks from a signature to the end of the time in which it can be reported: it may be settled 250 blocks later. */
export function faultBlocks(): number {
  return loadConfig().fault_window_blocks + LIMITS.yield_blocks + STALE_MARGIN_BLOCKS;
}

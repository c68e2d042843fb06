// Volunteers' keys. A key is an account's: its NEAR implicit account, or the one that registered it with a stake.
import { LIMITS } from "@near-offshore/protocol/pure";
import { type Json, list, publicKey } from "./checks.ts";
import { loadConfig, loadTotals, requireOperator, requireRunning, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { encodeHex, near } from "./host.ts";
import { book } from "./money.ts";
import { type Page, parsePage } from "./pages.ts";
import type { Totals, Worker } from "./state.ts";
import { has, load, save } from "./store.ts";

/** `enroll_workers({public_keys})`: operator. Newcomers without a stake; keys that are registered already are skipped. */
export function enrollWorkers(args: Json): void {
  requireOperator(loadConfig());
  const keys = list(args.public_keys, "public_keys", 1, LIMITS.enroll_keys_max).map((key, i) =>
    publicKey(key, `public_keys[${i}]`),
  );
  const totals = loadTotals();
  for (const { text, bytes } of keys) {
    if (!has(workerKey(text))) addWorker(totals, text, encodeHex(bytes), 0n);
  }
  saveTotals(totals);
}

/** `register_worker({public_key})`: payable. The deposit is the stake, and the key is the caller's. */
export function registerWorker(args: Json): void {
  const config = loadConfig();
  requireRunning(config);
  const { text } = publicKey(args.public_key, "public_key");
  const stake = near.attachedDeposit();
  if (stake < BigInt(config.min_stake_yocto)) {
    refuse(
      "insufficient_stake",
      `attached ${stake} yoctoNEAR, a stake is at least ${config.min_stake_yocto}`,
    );
  }
  if (has(workerKey(text))) refuse("already_registered", `${text} is registered already`);
  const totals = loadTotals();
  addWorker(totals, text, near.predecessorAccountId(), stake);
  book(totals, "stakes_yocto", stake);
  saveTotals(totals);
}

/** The worker of a key, or null. */
export function loadWorker(public_key: string): Worker | null {
  return load<Worker>(workerKey(public_key));
}

/** Notes that an outcome that the worker attested was settled. */
export function countAccepted(public_key: string): void {
  const worker = loadWorker(public_key);
  if (worker !== null) save(workerKey(public_key), { ...worker, accepted: worker.accepted + 1 });
}

/** `get_worker({public_key})`: or null where the key is not registered. */
export function getWorker(args: Json): Worker | null {
  return loadWorker(publicKey(args.public_key, "public_key").text);
}

/** `get_workers({from_index, limit})`: in the order of registration. */
export function getWorkers(args: Json): Worker[] {
  const { from_index, limit }: Page = parsePage(args);
  const workers: Worker[] = [];
  for (let i = from_index; i < Math.min(from_index + limit, loadTotals().workers); i++) {
    const worker = loadWorker(load<string>(indexKey(i)) ?? "");
    if (worker !== null) workers.push(worker);
  }
  return workers;
}

/** `is_worker_active({public_key})` */
export function isWorkerActive(args: Json): boolean {
  return getWorker(args)?.active ?? false;
}

function addWorker(totals: Totals, public_key: string, account_id: string, stake: bigint): void {
  const worker: Worker = {
    public_key,
    account_id,
    stake_yocto: stake.toString(),
    active: true,
    accepted: 0,
  };
  save(workerKey(public_key), worker);
  save(indexKey(totals.workers), public_key);
  totals.workers++;
  logEvent("worker_registered", { public_key, account_id, stake_yocto: worker.stake_yocto });
}

function workerKey(public_key: string): string {
  return `worker:${public_key}`;
}

function indexKey(index: number): string {
  return `worker_at:${index}`;
}

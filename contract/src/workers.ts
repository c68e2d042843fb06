// Volunteers' keys. A key is an account's: its NEAR implicit account, or the one that registered it or is linked to it.
import { accountLinkMessage, LIMITS, STORAGE_BYTES } from "@near-offshore/protocol/pure";
import { type Json, list, publicKey, signature } from "./checks.ts";
import { loadConfig, loadTotals, requireOperator, requireRunning, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { ed25519Verify, encodeHex, near } from "./host.ts";
import { ROTATIONS_FOLLOWED_MAX } from "./limits.ts";
import { add, book } from "./money.ts";
import { type Page, parsePage } from "./pages.ts";
import type { Totals, Worker } from "./state.ts";
import { prepay, storeFromDeposit, storeFromPool } from "./storage.ts";
import { load, save } from "./store.ts";

type Key = ReturnType<typeof publicKey>;

/**
 * `enroll_workers({public_keys})`: payable, operator. Newcomers without a stake; keys that are registered already are
 * skipped. The deposit prepays storage, and the newcomers' is taken from what is prepaid.
 */
export function enrollWorkers(args: Json): void {
  requireOperator(loadConfig());
  const keys = list(args.public_keys, "public_keys", 1, LIMITS.enroll_keys_max).map((key, i) =>
    publicKey(key, `public_keys[${i}]`),
  );
  const totals = loadTotals();
  prepay(totals, near.attachedDeposit());
  for (const { text, bytes } of keys) {
    if (loadWorker(text) !== null) continue;
    storeFromPool(totals, STORAGE_BYTES.worker);
    addWorker(totals, text, encodeHex(bytes), 0n);
  }
  saveTotals(totals);
}

/**
 * `register_worker({public_key, signature})`: payable. The key is the caller's, as its signature says (an account link);
 * the deposit pays for storage, and the rest of it is the stake.
 */
export function registerWorker(args: Json): void {
  const config = loadConfig();
  requireRunning(config);
  const key = publicKey(args.public_key, "public_key");
  const account_id = near.predecessorAccountId();
  requireLink(key, account_id, args.signature);
  const known = loadWorker(key.text);
  if (known !== null && !isGone(known)) refuse("already_registered", `${key.text} is registered already`);
  const totals = loadTotals();
  const stake = known === null ? storeFromDeposit(totals, STORAGE_BYTES.worker) : near.attachedDeposit();
  requireStake(stake, config.min_stake_yocto);
  book(totals, "stakes_yocto", stake);
  if (known === null) addWorker(totals, key.text, account_id, stake);
  else saveAndTell({ ...known, account_id, stake_yocto: stake.toString(), active: true });
  saveTotals(totals);
}

export function requireStake(stake: bigint, min_stake_yocto: string): void {
  if (stake < BigInt(min_stake_yocto)) {
    refuse("insufficient_stake", `the stake would be ${stake} yoctoNEAR, it is at least ${min_stake_yocto}`);
  }
}

/** Refuses unless the worker key signed that it is the account's. */
export function requireLink(key: Key, account_id: string, value: unknown): void {
  const bytes = signature(value, "signature");
  const contract_id = near.currentAccountId();
  const message = accountLinkMessage({ contract_id, account_id, worker_key: encodeHex(key.bytes) });
  if (!ed25519Verify(bytes, message, key.bytes)) {
    refuse("bad_signature", `the signature is not ${key.text}'s of a link to ${account_id}`);
  }
}

/** The worker of a key, or null. */
export function loadWorker(public_key: string): Worker | null {
  const worker = load<Worker>(workerKey(public_key));
  // Version 1's workers had earned nothing that is held.
  return worker === null ? null : { ...NEW_WORKER, ...worker };
}

export function requireWorker(public_key: string): Worker {
  return loadWorker(public_key) ?? refuse("unknown_worker", `${public_key} is not a registered worker`);
}

/** The worker that a key belongs to now: the key's, or that of the key which took its place. */
export function currentWorker(public_key: string): Worker | null {
  let worker = loadWorker(public_key);
  for (let i = 0; i < ROTATIONS_FOLLOWED_MAX && worker !== null && worker.rotated_to !== null; i++) {
    worker = loadWorker(worker.rotated_to);
  }
  return worker;
}

export function saveWorker(worker: Worker): void {
  save(workerKey(worker.public_key), worker);
}

/** Saves a worker that somebody changed, and says so. */
export function saveAndTell(worker: Worker): void {
  saveWorker(worker);
  const { public_key, account_id, stake_yocto, active } = worker;
  logEvent("worker_changed", { public_key, account_id, stake_yocto, active });
}

/** Writes a new worker down. The caller paid for its storage, and saves the totals. */
export function addWorker(totals: Totals, public_key: string, account_id: string, stake: bigint): void {
  putWorker(totals, { ...NEW_WORKER, public_key, account_id, stake_yocto: stake.toString() });
  logEvent("worker_registered", { public_key, account_id, stake_yocto: stake.toString() });
}

export function putWorker(totals: Totals, worker: Worker): void {
  saveWorker(worker);
  save(indexKey(totals.workers), worker.public_key);
  totals.workers++;
}

/** Accepted results after which a worker is established without a stake: earnings of its first round have vested. */
export function establishedResults(vesting_results: number): number {
  return 2 * vesting_results;
}

/** Whether a worker has something to lose: a stake, or a history. */
export function isEstablished(worker: Worker, vesting_results: number): boolean {
  return worker.stake_yocto !== "0" || worker.accepted >= establishedResults(vesting_results);
}

/** `get_worker({public_key})`: or null where the key is not registered. */
export function getWorker(args: Json): object | null {
  const worker = loadWorker(publicKey(args.public_key, "public_key").text);
  return worker === null ? null : publicWorker(worker, loadConfig().vesting_results);
}

/** `get_workers({from_index, limit})`: in the order of registration. */
export function getWorkers(args: Json): object[] {
  const { from_index, limit }: Page = parsePage(args);
  const { vesting_results } = loadConfig();
  const workers: object[] = [];
  for (let i = from_index; i < Math.min(from_index + limit, loadTotals().workers); i++) {
    const worker = loadWorker(load<string>(indexKey(i)) ?? "");
    if (worker !== null) workers.push(publicWorker(worker, vesting_results));
  }
  return workers;
}

/** `is_worker_active({public_key})` */
export function isWorkerActive(args: Json): boolean {
  return loadWorker(publicKey(args.public_key, "public_key").text)?.active ?? false;
}

const NEW_WORKER: Worker = {
  public_key: "",
  account_id: "",
  stake_yocto: "0",
  active: true,
  accepted: 0,
  held_yocto: "0",
  maturing_yocto: "0",
  round_results: 0,
  last_result_height: 0,
  leaves_height: null,
  slashed: false,
  rotated_to: null,
  rotated_height: 0,
};

/** Unregistered and paid out: its key may be registered again. */
function isGone({ active, leaves_height, slashed, rotated_to }: Worker): boolean {
  return !active && leaves_height === null && !slashed && rotated_to === null;
}

function publicWorker(worker: Worker, vesting_results: number): object {
  const { held_yocto, maturing_yocto, round_results: _, rotated_height: __, ...shown } = worker;
  return {
    ...shown,
    unvested_yocto: add(held_yocto, BigInt(maturing_yocto)),
    established: isEstablished(worker, vesting_results),
  };
}

function workerKey(public_key: string): string {
  return `worker:${public_key}`;
}

function indexKey(index: number): string {
  return `worker_at:${index}`;
}

// Stakes, and how a worker leaves: what it has at stake stays until nothing that it signed can be reported any more.
import { type Json, publicKey } from "./checks.ts";
import { loadConfig, loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { near } from "./host.ts";
import { add, book, change } from "./money.ts";
import type { Worker } from "./state.ts";
import { faultBlocks, vestAll } from "./vesting.ts";
import { requireStake, requireWorker, saveAndTell } from "./workers.ts";

/** `add_stake({public_key})`: payable, by anyone, for an active worker. The stake is the worker's account's. */
export function addStake(args: Json): void {
  const worker = requireActive(requireWorker(publicKey(args.public_key, "public_key").text));
  const deposit = near.attachedDeposit();
  if (deposit === 0n) refuse("insufficient_deposit", "attach what is to be added to the stake");
  const stake_yocto = add(worker.stake_yocto, deposit);
  requireStake(BigInt(stake_yocto), loadConfig().min_stake_yocto);
  const totals = loadTotals();
  book(totals, "stakes_yocto", deposit);
  saveTotals(totals);
  saveAndTell({ ...worker, stake_yocto });
}

/** `unregister_worker({public_key})`: its account. It attests no more; stake and earnings are free after the unbonding time. */
export function unregisterWorker(args: Json): void {
  const worker = requireActive(requireWorker(publicKey(args.public_key, "public_key").text));
  requireAccount(worker);
  saveAndTell({ ...worker, active: false, leaves_height: Number(near.blockHeight()) + faultBlocks() });
}

/** `withdraw_stake({public_key})`: by anyone, after the unbonding time. Stake and earnings become the account's to withdraw. */
export function withdrawStake(args: Json): void {
  const worker = requireWorker(publicKey(args.public_key, "public_key").text);
  const { public_key, leaves_height } = worker;
  const height = Number(near.blockHeight());
  if (leaves_height === null) refuse("too_early", `${public_key} is not unregistered`);
  if (height <= leaves_height) {
    refuse("too_early", `the stake of ${public_key} is held until block ${leaves_height}, this is ${height}`);
  }
  const totals = loadTotals();
  const stake = BigInt(worker.stake_yocto);
  vestAll(totals, worker);
  book(totals, "stakes_yocto", -stake);
  change(totals, worker.account_id, stake, 0n);
  saveTotals(totals);
  saveAndTell({ ...worker, stake_yocto: "0", leaves_height: null });
}

export function requireActive(worker: Worker): Worker {
  return worker.active ? worker : refuse("worker_inactive", `${worker.public_key} is not active`);
}

export function requireAccount({ public_key, account_id }: Worker): void {
  if (near.predecessorAccountId() !== account_id) {
    refuse("not_account", `only the account of ${public_key}, ${account_id}, may call this`);
  }
}

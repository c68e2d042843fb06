// Prices, balances owed, and transfers. Amounts are BigInts of yoctoNEAR here and decimal strings in storage.

import { STORAGE_BYTE_YOCTO } from "@near-offshore/protocol/pure";
import { loadTotals, saveTotals } from "./config.ts";
import { logEvent } from "./events.ts";
import { near } from "./host.ts";
import { REQUEST_BYTES, TRANSFER_CALLBACK_GAS } from "./limits.ts";
import type { Balance, Totals } from "./state.ts";
import { load, remove, save } from "./store.ts";

type Amounts = Extract<keyof Totals, `${string}_yocto`>;

/** Sum of decimal amounts, as a decimal. */
export function add(amount: string, more: bigint): string {
  return (BigInt(amount) + more).toString();
}

/** Books a change of one of the totals. The caller saves them. */
export function book(totals: Totals, name: Amounts, change: bigint): void {
  totals[name] = add(totals[name], change);
}

/** What one worker gets for a run: whole yoctoNEAR, rounded up. */
export function workerPrice(instructions: number, rate_per_million_yocto: string): bigint {
  return (BigInt(instructions) * BigInt(rate_per_million_yocto) + 999_999n) / 1_000_000n;
}

/** The deposit that a request needs: base fee, a full run by every worker that may attest, and storage. */
export function requiredDeposit(
  prices: { base_fee_yocto: string; rate_per_million_yocto: string },
  max_instructions: number,
  attestations: number,
  input_bytes: number,
): bigint {
  const work = BigInt(attestations) * workerPrice(max_instructions, prices.rate_per_million_yocto);
  const storage = BigInt(REQUEST_BYTES + input_bytes) * STORAGE_BYTE_YOCTO;
  return BigInt(prices.base_fee_yocto) + work + storage;
}

/** What the contract owes an account: earnings, and payments that did not arrive. */
export function balanceOf(account_id: string): Balance {
  const balance = load<Balance | string>(earningsKey(account_id)) ?? "0";
  // Version 1 had one amount, all of it free.
  return typeof balance === "string" ? { vested_yocto: balance, unvested_yocto: "0" } : balance;
}

/** Changes what an account is owed. The caller saves the totals. */
export function change(totals: Totals, account_id: string, vested: bigint, unvested: bigint): void {
  const balance = balanceOf(account_id);
  const vested_yocto = add(balance.vested_yocto, vested);
  const unvested_yocto = add(balance.unvested_yocto, unvested);
  if (vested_yocto === "0" && unvested_yocto === "0") remove(earningsKey(account_id));
  else save(earningsKey(account_id), { vested_yocto, unvested_yocto });
  book(totals, "earnings_yocto", vested);
  book(totals, "unvested_yocto", unvested);
}

/** Sends money; `on_transfer` keeps it for the account where it does not arrive. */
export function send(account_id: string, amount: bigint): void {
  if (amount === 0n) return;
  const promise = near.promiseBatchCreate(account_id);
  near.promiseBatchActionTransfer(promise, amount);
  const args = JSON.stringify({ account_id, amount_yocto: amount.toString() });
  near.promiseThen(promise, near.currentAccountId(), "on_transfer", args, 0n, TRANSFER_CALLBACK_GAS);
}

/** After a transfer: what did not arrive (no such account) is owed to the account. */
export function keepFailedTransfer(account_id: string, amount_yocto: string): void {
  const totals = loadTotals();
  change(totals, account_id, BigInt(amount_yocto), 0n);
  saveTotals(totals);
  logEvent("transfer_returned", { account_id, amount_yocto });
}

function earningsKey(account_id: string): string {
  return `earnings:${account_id}`;
}

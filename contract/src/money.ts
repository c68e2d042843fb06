// Prices, balances owed, and transfers. Amounts are BigInts of yoctoNEAR here and decimal strings in storage.

import { loadTotals, saveTotals } from "./config.ts";
import { logEvent } from "./events.ts";
import { near } from "./host.ts";
import { REQUEST_BYTES, STORAGE_BYTE_YOCTO, TRANSFER_CALLBACK_GAS } from "./limits.ts";
import type { Totals } from "./state.ts";
import { load, remove, save } from "./store.ts";

type Amounts = "open_deposits_yocto" | "stakes_yocto" | "earnings_yocto" | "fees_yocto";

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

/** The deposit that a request needs: base fee, a full run by every worker of the quorum, and storage. */
export function requiredDeposit(
  prices: { base_fee_yocto: string; rate_per_million_yocto: string },
  max_instructions: number,
  quorum: number,
  input_bytes: number,
): bigint {
  const work = BigInt(quorum) * workerPrice(max_instructions, prices.rate_per_million_yocto);
  const storage = BigInt(REQUEST_BYTES + input_bytes) * STORAGE_BYTE_YOCTO;
  return BigInt(prices.base_fee_yocto) + work + storage;
}

/** What the contract owes an account: earnings, and payments that did not arrive. */
export function earningsOf(account_id: string): bigint {
  return BigInt(load<string>(earningsKey(account_id)) ?? "0");
}

/** Adds to what an account is owed. The caller saves the totals. */
export function credit(totals: Totals, account_id: string, amount: bigint): void {
  save(earningsKey(account_id), (earningsOf(account_id) + amount).toString());
  book(totals, "earnings_yocto", amount);
}

/** Takes all that an account is owed. The caller saves the totals. */
export function takeEarnings(totals: Totals, account_id: string): bigint {
  const amount = earningsOf(account_id);
  remove(earningsKey(account_id));
  book(totals, "earnings_yocto", -amount);
  return amount;
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
  credit(totals, account_id, BigInt(amount_yocto));
  saveTotals(totals);
  logEvent("transfer_returned", { account_id, amount_yocto });
}

function earningsKey(account_id: string): string {
  return `earnings:${account_id}`;
}

// Who pays for the bytes that stay: a price when they are written, from a deposit or from what was prepaid.
import { STORAGE_BYTE_YOCTO } from "@near-offshore/protocol/pure";
import { type Json, yocto } from "./checks.ts";
import { loadConfig, loadTotals, requireOperator, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { near } from "./host.ts";
import { book, send } from "./money.ts";
import type { Totals } from "./state.ts";

/** `deposit_storage()`: payable, by anyone. Prepays the storage of newcomers and modules. */
export function depositStorage(): void {
  if (near.attachedDeposit() === 0n) refuse("insufficient_deposit", "attach what is to be prepaid");
  prepayOnly();
}

/** Books the call's deposit as prepaid storage. */
export function prepayOnly(): void {
  const totals = loadTotals();
  prepay(totals, near.attachedDeposit());
  saveTotals(totals);
}

/** `withdraw_storage({amount_yocto?})`: operator. What was prepaid and not used (default: all of it). */
export function withdrawStorage(args: Json): void {
  const config = loadConfig();
  requireOperator(config);
  const totals = loadTotals();
  const pool = BigInt(totals.storage_pool_yocto);
  if (pool === 0n) refuse("nothing_to_withdraw", "nothing is prepaid");
  const amount = yocto(args.amount_yocto ?? pool.toString(), "amount_yocto", 1n, pool);
  book(totals, "storage_pool_yocto", -amount);
  saveTotals(totals);
  send(config.operator_id, amount);
}

export function storagePrice(bytes: number): bigint {
  return BigInt(bytes) * STORAGE_BYTE_YOCTO;
}

/** Books money that came for storage. The caller saves the totals. */
export function prepay(totals: Totals, amount: bigint): void {
  book(totals, "storage_pool_yocto", amount);
}

/** Pays for bytes from what was prepaid. The caller saves the totals. */
export function storeFromPool(totals: Totals, bytes: number): void {
  const price = storagePrice(bytes);
  if (BigInt(totals.storage_pool_yocto) < price) {
    refuse(
      "insufficient_storage",
      `storing this takes ${price} yoctoNEAR, ${totals.storage_pool_yocto} are prepaid`,
    );
  }
  book(totals, "storage_pool_yocto", -price);
  book(totals, "storage_yocto", price);
}

/** Pays for bytes from the call's deposit; returns what is left of it. The caller saves the totals. */
export function storeFromDeposit(totals: Totals, bytes: number): bigint {
  const price = storagePrice(bytes);
  const deposit = near.attachedDeposit();
  if (deposit < price) {
    refuse("insufficient_deposit", `attached ${deposit} yoctoNEAR, storing this takes ${price}`);
  }
  book(totals, "storage_yocto", price);
  return deposit - price;
}

import { accountId, type Json, text } from "./checks.ts";
import { loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { near, promiseAnswer } from "./host.ts";
import { add, balanceOf, change, keepFailedTransfer, send } from "./money.ts";
import type { Balance } from "./state.ts";

/** `withdraw_earnings({account_id?})`: by anyone; it always pays the account itself (default: the caller's). */
export function withdrawEarnings(args: Json): void {
  const account_id = parseAccount(args) ?? near.predecessorAccountId();
  const totals = loadTotals();
  const amount = BigInt(balanceOf(account_id).vested_yocto);
  if (amount === 0n) refuse("nothing_to_withdraw", `${account_id} has no vested earnings`);
  change(totals, account_id, -amount, 0n);
  saveTotals(totals);
  logEvent("earnings_withdrawn", { account_id, amount_yocto: amount.toString() });
  send(account_id, amount);
}

/** `get_earnings({account_id})`: yoctoNEAR, as a decimal: vested or not. */
export function getEarnings(args: Json): string {
  const { vested_yocto, unvested_yocto } = getBalance(args);
  return add(vested_yocto, BigInt(unvested_yocto));
}

/** `get_balance({account_id})`: what can be withdrawn, and what has to vest first. */
export function getBalance(args: Json): Balance {
  return balanceOf(accountId(args.account_id, "account_id"));
}

/** `on_transfer({account_id, amount_yocto})`: private. */
export function onTransfer(args: Json): void {
  if (promiseAnswer() !== null) return;
  keepFailedTransfer(text(args.account_id, "account_id", 64), text(args.amount_yocto, "amount_yocto", 40));
}

function parseAccount(args: Json): string | null {
  const account_id = args.account_id ?? null;
  return account_id === null ? null : accountId(account_id, "account_id");
}

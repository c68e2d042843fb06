import { accountId, type Json, text } from "./checks.ts";
import { loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { near, promiseAnswer } from "./host.ts";
import { earningsOf, keepFailedTransfer, send, takeEarnings } from "./money.ts";

/** `withdraw_earnings({account_id?})`: by anyone; it always pays the account itself (default: the caller's). */
export function withdrawEarnings(args: Json): void {
  const account_id = parseAccount(args) ?? near.predecessorAccountId();
  const totals = loadTotals();
  const amount = takeEarnings(totals, account_id);
  if (amount === 0n) refuse("nothing_to_withdraw", `${account_id} has no earnings`);
  saveTotals(totals);
  logEvent("earnings_withdrawn", { account_id, amount_yocto: amount.toString() });
  send(account_id, amount);
}

/** `get_earnings({account_id})`: yoctoNEAR, as a decimal. */
export function getEarnings(args: Json): string {
  return earningsOf(accountId(args.account_id, "account_id")).toString();
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

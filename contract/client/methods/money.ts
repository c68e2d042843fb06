// Earnings, and prepaid storage.
import { accountId, yocto } from "@near-offshore/protocol";
import * as z from "zod";
import { amount, call, KEY, type Method, none, of_account, of_key, payable, view } from "./method.ts";

export const money: Record<string, Method> = {
  withdraw_earnings: call(
    "anyone",
    "Pays an account (default: the caller) what it can withdraw.",
    of_account.partial(),
    { account_id: "alice.near" },
  ),
  vest_earnings: call(
    "anyone",
    "Frees the earnings of a worker whose newest result is older than a fault can be reported.",
    of_key,
    { public_key: KEY },
  ),
  get_earnings: view("What an account earned and did not withdraw, in yoctoNEAR.", of_account, {
    account_id: "alice.near",
  }),
  get_balance: view("The same in two parts: vested and not.", of_account, { account_id: "alice.near" }),
  on_transfer: call(
    "the contract",
    "Keeps what could not be paid out.",
    z.object({ account_id: accountId, amount_yocto: yocto }),
    { account_id: "alice.near", amount_yocto: "1" },
  ),
  deposit_storage: payable(
    call("anyone", "Prepays storage of newcomers and modules.", none, {}),
    "what is prepaid",
    "1",
  ),
  withdraw_storage: call("operator", "Takes out prepaid storage that was not used.", amount, {}),
};

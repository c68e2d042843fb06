// Whose a worker's key is, and which key a worker has.
import { STORAGE_BYTES } from "@near-offshore/protocol/pure";
import { accountId, type Json, publicKey } from "./checks.ts";
import { loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { encodeHex, near } from "./host.ts";
import { change, send } from "./money.ts";
import { requireAccount, requireActive } from "./stakes.ts";
import { storeFromDeposit } from "./storage.ts";
import { faultBlocks, unvestedOf } from "./vesting.ts";
import { loadWorker, putWorker, requireLink, requireWorker, saveAndTell, saveWorker } from "./workers.ts";

/**
 * `link_account({public_key, account_id, signature})`: payable (storage). Earnings go to the account from now on, those
 * that have not vested too. By anyone for a key that is still its implicit account's; after that by the account itself:
 * a signature does not get old, so an earlier account could otherwise take the key back with its own.
 */
export function linkAccount(args: Json): void {
  const key = publicKey(args.public_key, "public_key");
  const account_id = accountId(args.account_id, "account_id");
  requireLink(key, account_id, args.signature);
  const worker = requireActive(requireWorker(key.text));
  if (worker.account_id !== encodeHex(key.bytes)) requireAccount(worker);
  const totals = loadTotals();
  const rest = storeFromDeposit(totals, STORAGE_BYTES.account);
  const unvested = unvestedOf(worker);
  change(totals, worker.account_id, 0n, -unvested);
  change(totals, account_id, 0n, unvested);
  saveTotals(totals);
  saveAndTell({ ...worker, account_id });
  send(near.predecessorAccountId(), rest);
}

/**
 * `rotate_key({public_key, new_public_key, signature})`: payable (storage), its account, once in a fault window. The new
 * key (whose link to the account this is the signature of) takes over stake, earnings and history.
 */
export function rotateKey(args: Json): void {
  const old = requireActive(requireWorker(publicKey(args.public_key, "public_key").text));
  const key = publicKey(args.new_public_key, "new_public_key");
  requireAccount(old);
  requireLink(key, old.account_id, args.signature);
  if (loadWorker(key.text) !== null) refuse("already_registered", `${key.text} is registered already`);
  const rotated_height = Number(near.blockHeight());
  const free_from = old.rotated_height + faultBlocks();
  if (old.rotated_height > 0 && rotated_height <= free_from) {
    refuse("too_early", `the key was changed at block ${old.rotated_height}: not again until ${free_from}`);
  }
  const totals = loadTotals();
  const rest = storeFromDeposit(totals, STORAGE_BYTES.worker);
  putWorker(totals, { ...old, public_key: key.text, rotated_height });
  saveWorker({
    ...old,
    active: false,
    stake_yocto: "0",
    held_yocto: "0",
    maturing_yocto: "0",
    rotated_to: key.text,
  });
  saveTotals(totals);
  saveAndTell({ ...old, public_key: key.text, rotated_height });
  send(near.predecessorAccountId(), rest);
}

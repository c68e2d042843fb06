// What the owner may do. Nothing here touches deposits of open requests, stakes or earnings.
import { accountId, boolean, type Json, yocto } from "./checks.ts";
import {
  isInitialized,
  loadConfig,
  loadTotals,
  NO_TOTALS,
  requireOwner,
  saveConfig,
  saveTotals,
} from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { NEW_RULES } from "./limits.ts";
import { book, send } from "./money.ts";
import { type Config, STATE_VERSION } from "./state.ts";

/** `new({owner_id, operator_id})`: once. */
export function initialize(args: Json): void {
  if (isInitialized()) refuse("already_initialized", "the contract has an owner already");
  saveConfig({
    ...NEW_RULES,
    version: STATE_VERSION,
    owner_id: accountId(args.owner_id, "owner_id"),
    operator_id: accountId(args.operator_id, "operator_id"),
    builders: [],
    min_builders: 1,
    paused: false,
  });
  saveTotals(NO_TOTALS);
}

/** `set_owner({owner_id})`: owner. */
export function setOwner(args: Json): void {
  const config = ownersConfig();
  saveSettings(config, { owner_id: accountId(args.owner_id, "owner_id") });
}

/** `set_operator({operator_id})`: owner. */
export function setOperator(args: Json): void {
  const config = ownersConfig();
  saveSettings(config, { operator_id: accountId(args.operator_id, "operator_id") });
}

/** `set_paused({paused})`: owner. Stops new requests and registrations; open requests still end, earnings still pay. */
export function setPaused(args: Json): void {
  const config = ownersConfig();
  saveSettings(config, { paused: boolean(args.paused, "paused") });
}

/** `withdraw_fees({amount_yocto?})`: owner (default: all of them). */
export function withdrawFees(args: Json): void {
  const { owner_id } = ownersConfig();
  const totals = loadTotals();
  const fees = BigInt(totals.fees_yocto);
  if (fees === 0n) refuse("nothing_to_withdraw", "there are no fees");
  const amount = yocto(args.amount_yocto ?? totals.fees_yocto, "amount_yocto", 1n, fees);
  book(totals, "fees_yocto", -amount);
  saveTotals(totals);
  send(owner_id, amount);
}

/** The configuration, for its owner to change. */
export function ownersConfig(): Config {
  const config = loadConfig();
  requireOwner(config);
  return config;
}

/** Saves what the owner changed, and says so. */
export function saveSettings(config: Config, changes: Partial<Config>): void {
  saveConfig({ ...config, ...changes });
  logEvent("settings_changed", changes);
}

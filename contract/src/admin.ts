import { accountId, boolean, type Json } from "./checks.ts";
import { isInitialized, loadConfig, requireOwner, saveConfig, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { BASE_FEE_YOCTO, MIN_STAKE_YOCTO, RATE_PER_MILLION_YOCTO } from "./limits.ts";

/** `new({owner_id, operator_id})`: once. */
export function initialize(args: Json): void {
  if (isInitialized()) refuse("already_initialized", "the contract has an owner already");
  saveConfig({
    owner_id: accountId(args.owner_id, "owner_id"),
    operator_id: accountId(args.operator_id, "operator_id"),
    builders: [],
    min_builders: 1,
    paused: false,
    base_fee_yocto: BASE_FEE_YOCTO.toString(),
    rate_per_million_yocto: RATE_PER_MILLION_YOCTO.toString(),
    min_stake_yocto: MIN_STAKE_YOCTO.toString(),
  });
  saveTotals({
    next_request_id: 0,
    open_requests: 0,
    completed: 0,
    failed: 0,
    timed_out: 0,
    workers: 0,
    open_deposits_yocto: "0",
    stakes_yocto: "0",
    earnings_yocto: "0",
    fees_yocto: "0",
  });
}

/** `set_operator({operator_id})`: owner. */
export function setOperator(args: Json): void {
  const config = loadConfig();
  requireOwner(config);
  saveConfig({ ...config, operator_id: accountId(args.operator_id, "operator_id") });
}

/** `set_paused({paused})`: owner. Stops new requests and registrations; open requests still end, earnings still pay. */
export function setPaused(args: Json): void {
  const config = loadConfig();
  requireOwner(config);
  saveConfig({ ...config, paused: boolean(args.paused, "paused") });
}

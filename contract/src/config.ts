import { refuse } from "./errors.ts";
import { near } from "./host.ts";
import { type Config, STATE_VERSION, type Totals } from "./state.ts";
import { load, save } from "./store.ts";

const CONFIG = "config";
const TOTALS = "totals";

/** Totals of a new contract; older versions' have fewer. */
export const NO_TOTALS: Totals = {
  next_request_id: 0,
  open_requests: 0,
  completed: 0,
  failed: 0,
  timed_out: 0,
  workers: 0,
  open_deposits_yocto: "0",
  stakes_yocto: "0",
  earnings_yocto: "0",
  unvested_yocto: "0",
  fees_yocto: "0",
  storage_yocto: "0",
  storage_pool_yocto: "0",
  oldest_receipt_id: 0,
};

export function loadConfig(): Config {
  const config = readConfig();
  if (config.version !== STATE_VERSION) refuse("not_migrated", "the owner has to call `migrate` first");
  return config;
}

/** The configuration of whatever version. */
export function readConfig(): Config {
  return load<Config>(CONFIG) ?? refuse("not_initialized", "call `new` with owner_id and operator_id first");
}

export function saveConfig(config: Config): void {
  save(CONFIG, config);
}

export function isInitialized(): boolean {
  return load<Config>(CONFIG) !== null;
}

export function loadTotals(): Totals {
  const totals =
    load<Totals>(TOTALS) ?? refuse("not_initialized", "call `new` with owner_id and operator_id first");
  return { ...NO_TOTALS, ...totals };
}

export function saveTotals(totals: Totals): void {
  save(TOTALS, totals);
}

export function requireOwner(config: Config): void {
  if (near.predecessorAccountId() !== config.owner_id) {
    refuse("not_owner", `only the owner, ${config.owner_id}, may call this`);
  }
}

export function requireOperator(config: Config): void {
  if (near.predecessorAccountId() !== config.operator_id) {
    refuse("not_operator", `only the operator, ${config.operator_id}, may call this`);
  }
}

export function requireRunning(config: Config): void {
  if (config.paused) refuse("paused", "the owner has paused new requests and registrations");
}

import { refuse } from "./errors.ts";
import { near } from "./host.ts";
import type { Config, Totals } from "./state.ts";
import { load, save } from "./store.ts";

const CONFIG = "config";
const TOTALS = "totals";

export function loadConfig(): Config {
  return load<Config>(CONFIG) ?? refuse("not_initialized", "call `new` with owner_id and operator_id first");
}

export function saveConfig(config: Config): void {
  save(CONFIG, config);
}

export function isInitialized(): boolean {
  return load<Config>(CONFIG) !== null;
}

export function loadTotals(): Totals {
  return load<Totals>(TOTALS) ?? refuse("not_initialized", "call `new` with owner_id and operator_id first");
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

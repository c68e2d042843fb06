// Prices and rules that the owner sets, each within bounds. Open requests keep those they were made under.
import { LIMITS } from "@near-offshore/protocol/pure";
import { ownersConfig, saveSettings } from "./admin.ts";
import { integer, type Json, yocto } from "./checks.ts";
import { RULE_BOUNDS } from "./limits.ts";
import type { Config } from "./state.ts";

/** `set_pricing({base_fee_yocto?, rate_per_million_yocto?, min_stake_yocto?, reporter_percent?})`: owner. */
export function setPricing(args: Json): void {
  const config = ownersConfig();
  const amount = (name: keyof Config, min: bigint, max: bigint) =>
    yocto(args[name] ?? config[name], name, min, max).toString();
  saveSettings(config, {
    base_fee_yocto: amount("base_fee_yocto", 0n, RULE_BOUNDS.base_fee_yocto_max),
    rate_per_million_yocto: amount("rate_per_million_yocto", 0n, RULE_BOUNDS.rate_per_million_yocto_max),
    min_stake_yocto: amount(
      "min_stake_yocto",
      RULE_BOUNDS.min_stake_yocto_min,
      RULE_BOUNDS.min_stake_yocto_max,
    ),
    reporter_percent: number(args, config, "reporter_percent", 0, RULE_BOUNDS.reporter_percent_max),
  });
}

/**
 * `set_limits({max_instructions?, max_memory_mb?, max_execution_seconds?, min_established?, vesting_results?,
 * fault_window_blocks?})`: owner.
 */
export function setLimits(args: Json): void {
  const config = ownersConfig();
  const { instructions_min, memory_mb_min, execution_seconds_min } = RULE_BOUNDS;
  const { fault_window_blocks_min, fault_window_blocks_max } = RULE_BOUNDS;
  const limit = (name: keyof Config, min: number, max: number) => number(args, config, name, min, max);
  saveSettings(config, {
    max_instructions: limit("max_instructions", instructions_min, LIMITS.instructions_max),
    max_memory_mb: limit("max_memory_mb", memory_mb_min, LIMITS.memory_mb_max),
    max_execution_seconds: limit(
      "max_execution_seconds",
      execution_seconds_min,
      LIMITS.execution_seconds_max,
    ),
    min_established: limit("min_established", 0, LIMITS.quorum_max),
    vesting_results: limit("vesting_results", 0, RULE_BOUNDS.vesting_results_max),
    fault_window_blocks: limit("fault_window_blocks", fault_window_blocks_min, fault_window_blocks_max),
  });
}

function number(args: Json, config: Config, name: keyof Config, min: number, max: number): number {
  return integer(args[name] ?? config[name], name, min, max);
}

import { attestationsMax, LIMITS, RULES_VERSION, STORAGE_BYTES } from "@near-offshore/protocol/pure";
import { fraction, integer, type Json } from "./checks.ts";
import { loadConfig, loadTotals } from "./config.ts";
import { requiredDeposit } from "./money.ts";
import { parsePage } from "./pages.ts";
import { listPending } from "./pending.ts";
import { parseLimits } from "./request-arguments.ts";
import { loadInput, loadRequest, publicRequest } from "./requests.ts";
import { storagePrice } from "./storage.ts";

/** `get_request({request_id})`: all that it takes to run it; null where there is no such open request. */
export function getRequest(args: Json): object | null {
  const request_id = integer(args.request_id, "request_id", 0, Number.MAX_SAFE_INTEGER);
  const request = loadRequest(request_id);
  if (request === null) return null;
  return { ...publicRequest(request), input_data: loadInput(request_id) ?? "" };
}

/** `get_pending_request_ids({from_index, limit})`: requests that nothing is stored for yet, oldest first. */
export function getPendingRequestIds(args: Json): number[] {
  return listPending(parsePage(args));
}

/** `get_pricing()`: a request costs base_fee + attestations * ceil(instructions * rate_per_million / 1e6), and its receipt. */
export function getPricing(): object {
  const { base_fee_yocto, rate_per_million_yocto, min_stake_yocto } = loadConfig();
  return {
    base_fee_yocto,
    rate_per_million_yocto,
    min_stake_yocto,
    receipt_yocto: storagePrice(STORAGE_BYTES.receipt).toString(),
    receipt_worker_yocto: storagePrice(STORAGE_BYTES.receipt_worker).toString(),
    worker_storage_yocto: storagePrice(STORAGE_BYTES.worker).toString(),
    module_storage_yocto: storagePrice(STORAGE_BYTES.module).toString(),
    account_storage_yocto: storagePrice(STORAGE_BYTES.account).toString(),
  };
}

/** `get_max_limits()` */
export function getMaxLimits(): object {
  const { max_instructions, max_memory_mb, max_execution_seconds } = loadConfig();
  return {
    max_instructions,
    max_memory_mb,
    max_execution_seconds,
    max_input_bytes: LIMITS.input_bytes_max,
    max_output_bytes: LIMITS.output_bytes_max,
    max_quorum: LIMITS.quorum_max,
  };
}

/** `get_config()` */
export function getConfig(): object {
  const config = loadConfig();
  const { owner_id, operator_id, builders, min_builders, paused } = config;
  const { min_established, vesting_results, fault_window_blocks, reporter_percent } = config;
  const rules = { min_established, vesting_results, fault_window_blocks, reporter_percent };
  return { owner_id, operator_id, builders, min_builders, rules_version: RULES_VERSION, paused, ...rules };
}

/** `is_paused()` */
export function isPaused(): boolean {
  return loadConfig().paused;
}

/** `get_stats()` */
export function getStats(): object {
  const { next_request_id, oldest_receipt_id: _, ...totals } = loadTotals();
  return { requests: next_request_id, ...totals };
}

/**
 * `estimate_execution_cost({resource_limits?, quorum?, max_error?, input_bytes?})`: the deposit that such a request needs.
 * Null `resource_limits` are those of a request that is compile only.
 */
export function estimateExecutionCost(args: Json): string {
  const config = loadConfig();
  const { max_instructions } = parseLimits(args.resource_limits, config);
  const asked = integer(args.quorum ?? LIMITS.quorum_default, "quorum", 1, LIMITS.quorum_max);
  const max_error = (args.max_error ?? null) === null ? null : fraction(args.max_error, "max_error");
  const attestations = args.resource_limits === null ? 0 : attestationsMax({ quorum: asked, max_error });
  const input_bytes = integer(args.input_bytes ?? 0, "input_bytes", 0, LIMITS.input_bytes_max);
  return requiredDeposit(config, max_instructions, attestations, input_bytes).toString();
}

import { LIMITS, RULES_VERSION } from "@near-offshore/protocol/pure";
import { integer, type Json } from "./checks.ts";
import { loadConfig, loadTotals } from "./config.ts";
import { requiredDeposit } from "./money.ts";
import { parsePage } from "./pages.ts";
import { listPending } from "./pending.ts";
import { parseLimits } from "./request-arguments.ts";
import { loadInput, loadRequest, publicRequest } from "./requests.ts";

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

/** `get_pricing()`: a request costs base_fee + quorum * ceil(instructions * rate_per_million / 1e6). */
export function getPricing(): object {
  const { base_fee_yocto, rate_per_million_yocto, min_stake_yocto } = loadConfig();
  return { base_fee_yocto, rate_per_million_yocto, min_stake_yocto };
}

/** `get_max_limits()` */
export function getMaxLimits(): object {
  return {
    max_instructions: LIMITS.instructions_max,
    max_memory_mb: LIMITS.memory_mb_max,
    max_execution_seconds: LIMITS.execution_seconds_max,
    max_input_bytes: LIMITS.input_bytes_max,
    max_output_bytes: LIMITS.output_bytes_max,
    max_quorum: LIMITS.quorum_max,
  };
}

/** `get_config()` */
export function getConfig(): object {
  const { owner_id, operator_id, builders, min_builders, paused } = loadConfig();
  return { owner_id, operator_id, builders, min_builders, rules_version: RULES_VERSION, paused };
}

/** `get_stats()` */
export function getStats(): object {
  const { next_request_id, ...totals } = loadTotals();
  return { requests: next_request_id, ...totals };
}

/** `estimate_execution_cost({resource_limits?, quorum?, input_bytes?})`: the deposit that such a request needs. */
export function estimateExecutionCost(args: Json): string {
  const { max_instructions } = parseLimits(args.resource_limits);
  const quorum = integer(args.quorum ?? LIMITS.quorum_default, "quorum", 1, LIMITS.quorum_max);
  const input_bytes = integer(args.input_bytes ?? 0, "input_bytes", 0, LIMITS.input_bytes_max);
  return requiredDeposit(loadConfig(), max_instructions, quorum, input_bytes).toString();
}

// The contract's methods, all of them. What each does is in the function that it names.
import { initialize, setOperator, setPaused } from "./admin.ts";
import { getEarnings, onTransfer, withdrawEarnings } from "./earnings.ts";
import { call, callback, payable, view } from "./method.ts";
import { getModule, publishModule, setBuilders } from "./modules.ts";
import { requestExecution } from "./requests.ts";
import { cancelStaleExecution, onExecutionResponse } from "./response.ts";
import { failExecution, resolveExecution } from "./settlement.ts";
import {
  estimateExecutionCost,
  getConfig,
  getMaxLimits,
  getPendingRequestIds,
  getPricing,
  getRequest,
  getStats,
} from "./views.ts";
import { enrollWorkers, getWorker, getWorkers, isWorkerActive, registerWorker } from "./workers.ts";

const create = call(initialize);

export { create as new };

// Callers
export const request_execution = payable(requestExecution);
export const cancel_stale_execution = call(cancelStaleExecution);
export const estimate_execution_cost = view(estimateExecutionCost);

// Settlement
export const resolve_execution = call(resolveExecution);
export const fail_execution = call(failExecution);
export const on_execution_response = callback(onExecutionResponse);

// Modules
export const set_builders = call(setBuilders);
export const publish_module = call(publishModule);
export const get_module = view(getModule);

// Workers
export const enroll_workers = call(enrollWorkers);
export const register_worker = payable(registerWorker);
export const get_worker = view(getWorker);
export const get_workers = view(getWorkers);
export const is_worker_active = view(isWorkerActive);
export const withdraw_earnings = call(withdrawEarnings);
export const get_earnings = view(getEarnings);
export const on_transfer = callback(onTransfer);

// Owner
export const set_operator = call(setOperator);
export const set_paused = call(setPaused);

// Views
export const get_request = view(getRequest);
export const get_pending_request_ids = view(getPendingRequestIds);
export const get_pricing = view(getPricing);
export const get_max_limits = view(getMaxLimits);
export const get_config = view(getConfig);
export const get_stats = view(getStats);

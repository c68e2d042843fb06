// The contract's methods, all of them. What each does is in the function that it names.
import { initialize, setOperator, setOwner, setPaused, withdrawFees } from "./admin.ts";
import { setBuilders } from "./builders.ts";
import { resolveCompilation } from "./compilation.ts";
import { getBalance, getEarnings, onTransfer, withdrawEarnings } from "./earnings.ts";
import { reportFault } from "./faults.ts";
import { linkAccount, rotateKey } from "./keys.ts";
import { call, callback, payable, view } from "./method.ts";
import { migrate as migrateState } from "./migrate.ts";
import { getModule, publishModule } from "./modules.ts";
import { getReceipt, pruneReceiptsCall } from "./receipts.ts";
import { requestExecution } from "./requests.ts";
import { cancelStaleExecution, onExecutionResponse } from "./response.ts";
import { setLimits, setPricing } from "./rules.ts";
import { failExecution, resolveExecution } from "./settlement.ts";
import { addStake, unregisterWorker, withdrawStake } from "./stakes.ts";
import { depositStorage, withdrawStorage } from "./storage.ts";
import { vestEarnings } from "./vesting.ts";
import {
  estimateExecutionCost,
  getConfig,
  getMaxLimits,
  getPendingRequestIds,
  getPricing,
  getRequest,
  getStats,
  isPaused,
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
export const resolve_compilation = call(resolveCompilation);
export const fail_execution = call(failExecution);
export const on_execution_response = callback(onExecutionResponse);
export const get_receipt = view(getReceipt);
export const prune_receipts = call(pruneReceiptsCall);

// Modules
export const set_builders = call(setBuilders);
export const publish_module = payable(publishModule);
export const get_module = view(getModule);

// Workers
export const enroll_workers = payable(enrollWorkers);
export const register_worker = payable(registerWorker);
export const link_account = payable(linkAccount);
export const rotate_key = payable(rotateKey);
export const add_stake = payable(addStake);
export const unregister_worker = call(unregisterWorker);
export const withdraw_stake = call(withdrawStake);
export const report_fault = call(reportFault);
export const get_worker = view(getWorker);
export const get_workers = view(getWorkers);
export const is_worker_active = view(isWorkerActive);

// Earnings
export const withdraw_earnings = call(withdrawEarnings);
export const vest_earnings = call(vestEarnings);
export const get_earnings = view(getEarnings);
export const get_balance = view(getBalance);
export const on_transfer = callback(onTransfer);

// Storage
export const deposit_storage = payable(depositStorage);
export const withdraw_storage = call(withdrawStorage);

// Owner
export const set_owner = call(setOwner);
export const set_operator = call(setOperator);
export const set_pricing = call(setPricing);
export const set_limits = call(setLimits);
export const set_paused = call(setPaused);
export const withdraw_fees = call(withdrawFees);
export const migrate = call(migrateState);

// Views
export const get_request = view(getRequest);
export const get_pending_request_ids = view(getPendingRequestIds);
export const get_pricing = view(getPricing);
export const get_max_limits = view(getMaxLimits);
export const get_config = view(getConfig);
export const get_stats = view(getStats);
export const is_paused = view(isPaused);

// The core: no platform code, any thread. `./web` and `./node` have the executors.
export { checkModule } from "./check.ts";
export type { Executor, ExecutorRun, ExecutorTask } from "./executor/executor.ts";
export { type FaultReason, RunFault } from "./fault.ts";
export { SANDBOX_LIMITS } from "./limits.ts";
export { Program } from "./program.ts";
export { runModule } from "./run.ts";
export type { RunContext, RunLimits, RunResult, RunTask } from "./types.ts";
export {
  CALLS as WASI_CALLS,
  type CallName as WasiCallName,
  ITEM_PRICE as WASI_ITEM_PRICE,
  WASI_MODULE,
} from "./wasi/calls.ts";

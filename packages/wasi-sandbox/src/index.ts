// The core: no platform code, any thread. `./web` and `./node` have the executors.
export { checkModule } from "./check.ts";
export type {
  Executor,
  ExecutorRun,
  ExecutorTask,
  ExecutorWasiTask,
  WasiExecutor,
} from "./executor/executor.ts";
export { type FaultReason, RunFault } from "./fault.ts";
export type { FileTree, TreeEntry } from "./fs/tree.ts";
export { SANDBOX_LIMITS, WASI_DEFAULTS } from "./limits.ts";
export { Program } from "./program.ts";
export { runModule } from "./run.ts";
export { runWasi } from "./run-wasi.ts";
export type {
  RunContext,
  RunLimits,
  RunResult,
  RunTask,
  WasiLimits,
  WasiResult,
  WasiTask,
} from "./types.ts";
export {
  CALLS as WASI_CALLS,
  type CallName as WasiCallName,
  ITEM_PRICE as WASI_ITEM_PRICE,
  WASI_MODULE,
} from "./wasi/calls.ts";

import { Worker } from "node:worker_threads";
import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import { RunFault } from "./fault.ts";
import { SANDBOX_LIMITS } from "./limits.ts";

export type {
  Executor,
  ExecutorRun,
  ExecutorTask,
  ExecutorWasiTask,
  WasiExecutor,
} from "./executor/executor.ts";

/** An executor in a `node:worker_threads` worker. An idle one does not keep the process alive. */
export function createExecutor(): WasiExecutor {
  return executorOn(({ on_message, on_failure }) => {
    const worker = new Worker(new URL("./node-worker.ts", import.meta.url), {
      resourceLimits: { stackSizeMb: SANDBOX_LIMITS.node_stack_mb },
    });
    worker.on("message", (message) => {
      if (message.type !== "progress") worker.unref();
      on_message(message);
    });
    worker.on("error", (cause) =>
      on_failure(new RunFault("crashed", `the executor failed: ${cause}`, { cause })),
    );
    worker.on("exit", (code) => on_failure(new RunFault("crashed", `the executor exited with code ${code}`)));
    return {
      post: (message) => {
        worker.ref();
        worker.postMessage(message);
      },
      terminate: () => void worker.terminate(),
    };
  });
}

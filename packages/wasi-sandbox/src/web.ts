import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import { RunFault } from "./fault.ts";

export type {
  Executor,
  ExecutorRun,
  ExecutorTask,
  ExecutorWasiTask,
  WasiExecutor,
} from "./executor/executor.ts";

/** An executor in a dedicated Web Worker. A bundler finds the worker's entry by the `new URL` below. */
export function createExecutor(): WasiExecutor {
  return executorOn(({ on_message, on_failure }) => {
    const worker = new Worker(new URL("./web-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event) => on_message(event.data);
    worker.onmessageerror = () =>
      on_failure(new RunFault("crashed", "a message of the executor was unreadable"));
    worker.onerror = (event) =>
      on_failure(
        new RunFault("crashed", `the executor failed: ${event.message ?? "its script did not load"}`),
      );
    return {
      post: (message) => worker.postMessage(message),
      terminate: () => worker.terminate(),
    };
  });
}

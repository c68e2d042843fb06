import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import type { RunMessage } from "./executor/messages.ts";
import { RunFault } from "./fault.ts";
import { whenSafeToStart, workerEnded } from "./firefox.ts";

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
    let worker: Worker | null = null;
    let is_ended = false;
    /** For the worker, until there is one. */
    const waiting: RunMessage[] = [];

    whenSafeToStart(() => {
      if (is_ended) return;
      worker = new Worker(new URL("./web-worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = (event) => on_message(event.data);
      worker.onmessageerror = () =>
        on_failure(new RunFault("crashed", "a message of the executor was unreadable"));
      worker.onerror = (event) =>
        on_failure(
          new RunFault("crashed", `the executor failed: ${event.message ?? "its script did not load"}`),
        );
      for (const message of waiting.splice(0)) worker.postMessage(message);
    });

    return {
      post(message) {
        if (worker) worker.postMessage(message);
        else waiting.push(structuredClone(message));
      },
      terminate() {
        is_ended = true;
        if (!worker) return;
        worker.terminate();
        workerEnded();
      },
    };
  });
}

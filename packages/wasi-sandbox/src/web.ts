import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import type { RunMessage } from "./executor/messages.ts";
import { RunFault } from "./fault.ts";
import { whenSafeToStart, workerEnded } from "./firefox.ts";
import { newWorker } from "./web-thread.ts";

export type {
  Executor,
  ExecutorRun,
  ExecutorTask,
  ExecutorWasiTask,
  WasiExecutor,
} from "./executor/executor.ts";

export { remoteExecutors } from "./web-remote.ts";

/** An executor in a dedicated Web Worker. In a page; for use inside a worker see `hostExecutors`. */
export function createExecutor(): WasiExecutor {
  return executorOn(({ on_message, on_failure }) => {
    let worker: Worker | null = null;
    let is_ended = false;
    /** For the worker, until there is one. */
    const waiting: RunMessage[] = [];

    whenSafeToStart(() => {
      if (is_ended) return;
      worker = newWorker((message) => on_failure(new RunFault("crashed", message)));
      worker.onmessage = (event) => on_message(event.data);
      worker.onmessageerror = () =>
        on_failure(new RunFault("crashed", "a message of the executor was unreadable"));
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

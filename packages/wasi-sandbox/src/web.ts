import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import { RunFault } from "./fault.ts";
import { newWorker } from "./web-thread.ts";

export type {
  Executor,
  ExecutorRun,
  ExecutorTask,
  ExecutorWasiTask,
  WasiExecutor,
} from "./executor/executor.ts";
export { remoteExecutors } from "./web-remote.ts";

/** An executor in a dedicated Web Worker. For a page; in a worker use `remoteExecutors`. */
export function createExecutor(): WasiExecutor {
  return executorOn(({ on_message, on_failure }) => {
    const fail = (message: string) => on_failure(new RunFault("crashed", message));
    const worker = newWorker(fail);
    worker.onmessage = (event) => on_message(event.data);
    worker.onmessageerror = () => fail("a message of the executor was unreadable");
    return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
  });
}

/** Executors in a worker whose page starts and ends their threads: see `web-host.ts`. */

import { executorOn, type WasiExecutor } from "./executor/executor.ts";
import { RunFault } from "./fault.ts";
import type { Order, ThreadFailure } from "./web-host.ts";

/** Gives what makes executors in a worker, at the other end of `hostExecutors`. Call it once for a port. */
export function remoteExecutors(port: MessagePort): () => WasiExecutor {
  const failures = new Map<number, (message: string) => void>();
  let started = 0;
  port.onmessage = ({ data }: MessageEvent<ThreadFailure>) => failures.get(data.id)?.(data.message);
  return () =>
    executorOn(({ on_message, on_failure }) => {
      const id = ++started;
      const { port1, port2 } = new MessageChannel();
      const fail = (message: string) => on_failure(new RunFault("crashed", message));
      failures.set(id, fail);
      port1.onmessage = ({ data }) => on_message(data);
      port1.onmessageerror = () => fail("a message of the executor was unreadable");
      port.postMessage({ type: "start", id, port: port2 } satisfies Order, [port2]);
      return {
        post: (message) => port1.postMessage(message),
        terminate() {
          failures.delete(id);
          port1.close();
          port.postMessage({ type: "end", id } satisfies Order);
        },
      };
    });
}

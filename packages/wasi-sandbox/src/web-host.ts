/** The page's part in executors that a worker of it uses. */

import { newWorker } from "./web-thread.ts";

/** From the worker to the page. */
export type Order = { type: "start"; id: number; port: MessagePort } | { type: "end"; id: number };

/** From the page to the worker: a thread failed. */
export interface ThreadFailure {
  id: number;
  message: string;
}

/**
 * Starts and ends threads for the executors that a worker makes (`remoteExecutors`, at the other end of the channel). In Firefox
 * (153) a `new Worker` inside a worker may never return soon after another was ended, seen once in ten times, and then that worker
 * never does anything again.
 * @example
 * const { port1, port2 } = new MessageChannel();
 * hostExecutors(port1);
 * worker.postMessage({ executors: port2 }, [port2]);
 */
export function hostExecutors(port: MessagePort): void {
  const workers = new Map<number, Worker>();
  port.onmessage = ({ data }: MessageEvent<Order>) => {
    if (data.type === "end") {
      workers.get(data.id)?.terminate();
      workers.delete(data.id);
      return;
    }
    const failed = (message: string) => port.postMessage({ id: data.id, message } satisfies ThreadFailure);
    const worker = newWorker(failed);
    workers.set(data.id, worker);
    worker.postMessage(null, [data.port]);
  };
}

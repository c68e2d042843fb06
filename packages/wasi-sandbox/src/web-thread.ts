/** Starts the Web Worker of an executor. A bundler finds its entry by the `new URL` below. */
export function newWorker(failed: (message: string) => void): Worker {
  const worker = new Worker(new URL("./web-worker.ts", import.meta.url), { type: "module" });
  worker.onerror = (event) => failed(`the executor failed: ${event.message ?? "its script did not load"}`);
  return worker;
}

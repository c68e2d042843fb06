/** This process' Node, one thread a run. */

import { Worker } from "node:worker_threads";
import { LIMITS } from "./limits.ts";
import type { Engine, RunOptions } from "./open-engine.ts";

export function nodeEngine(): Engine {
  const threads = new Set<Worker>();
  return {
    name: "node",
    version: process.versions.node,
    run: <T>(entry: URL, input: unknown, options: RunOptions = {}) =>
      runInThread(threads, entry, input, options.timeout_ms ?? LIMITS.run_ms) as Promise<T>,
    close: async () => {
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
  };
}

function runInThread(threads: Set<Worker>, entry: URL, input: unknown, timeout_ms: number): Promise<unknown> {
  const thread = new Worker(new URL("./node-thread.ts", import.meta.url), {
    workerData: { entry: entry.href, input },
    resourceLimits: { stackSizeMb: LIMITS.node_stack_mb },
  });
  threads.add(thread);
  return new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${entry.pathname} ran for more than ${timeout_ms} ms in Node`));
      void thread.terminate();
    }, timeout_ms);
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", (code) => {
      clearTimeout(timer);
      threads.delete(thread);
      reject(new Error(`the thread of ${entry.pathname} ended with code ${code} and no result`));
    });
  });
}

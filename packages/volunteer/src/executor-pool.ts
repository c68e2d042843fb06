import type { Executor, ExecutorTask, RunResult } from "@near-offshore/wasi-sandbox";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import type { Clock } from "./system.ts";

/** Makes an executor. Wrap it to observe or to break what a worker computes (fault injection in tests). */
export type ExecutorFactory = () => Executor;

/** Executors that are started when needed, kept for the next run, and stopped when a run is given up. */
export interface ExecutorPool {
  /** Runs a task on an idle executor or a new one; aborting the signal stops that executor, and the run rejects. */
  run(
    task: ExecutorTask,
    on_progress: (instructions: number) => void,
    signal: AbortSignal,
  ): Promise<RunResult>;
  /** Stops the idle executors; those at work are ended by their signals. */
  clear(): void;
}

export function executorPool(factory: ExecutorFactory, clock: Clock): ExecutorPool {
  const idle: Executor[] = [];
  // Executors handed out before a `clear` are not taken back after it.
  let generation = 0;

  async function run(task: ExecutorTask, on_progress: (instructions: number) => void, signal: AbortSignal) {
    signal.throwIfAborted();
    const born = generation;
    const executor = idle.pop() ?? factory();
    const stop = () => executor.stop();
    signal.addEventListener("abort", stop);
    let keep = false;
    try {
      const run = executor.run(task);
      const stopWatching = every(clock, VOLUNTEER_LIMITS.progress_poll_ms, () =>
        on_progress(run.instructions()),
      );
      const result = await run.result.finally(stopWatching);
      keep = born === generation && !signal.aborted;
      return result;
    } finally {
      signal.removeEventListener("abort", stop);
      if (keep) idle.push(executor);
      else executor.stop();
    }
  }

  return {
    run,
    clear() {
      generation++;
      for (const executor of idle.splice(0)) executor.stop();
    },
  };
}

function every(clock: Clock, interval_ms: number, act: () => void): () => void {
  let cancel = clock.after(interval_ms, tick);
  function tick() {
    act();
    cancel = clock.after(interval_ms, tick);
  }
  return () => cancel();
}

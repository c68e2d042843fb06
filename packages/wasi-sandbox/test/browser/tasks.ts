// Tasks in an executor, one after another.
import type { ExecutorTask, ExecutorWasiTask, WasiExecutor } from "../../src/web.ts";

/** `watch` runs a task that does not end until so many updates of its progress were seen, and gives them. */
export type BrowserTask =
  | { run: ExecutorTask }
  | { run_wasi: ExecutorWasiTask }
  | { watch: ExecutorTask; updates: number };

export async function runTasks(executor: WasiExecutor, tasks: BrowserTask[]): Promise<unknown[]> {
  const ends = [];
  for (const task of tasks) {
    ends.push(await start(executor, task).catch(({ code, reason, message }) => ({ code, reason, message })));
  }
  executor.stop();
  return ends;
}

function start(executor: WasiExecutor, task: BrowserTask): Promise<unknown> {
  if ("run" in task) return executor.run(task.run).result;
  if ("run_wasi" in task) return executor.runWasi(task.run_wasi).result;
  return watch(executor, task.watch, task.updates);
}

async function watch(executor: WasiExecutor, task: ExecutorTask, updates: number): Promise<number[]> {
  const { instructions, result } = executor.run(task);
  const stopped = result.then(
    () => true,
    () => true,
  );
  const seen = [0];
  while (seen.length <= updates) {
    const is_over = await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 20, false))]);
    if (is_over) throw new Error("the run ended by itself");
    if (instructions() !== seen.at(-1)) seen.push(instructions());
  }
  executor.stop();
  await stopped;
  return seen;
}

// What the browser tests run in a browser: tasks in an executor's own Web Worker, one after another.
import { createExecutor, type ExecutorTask, type ExecutorWasiTask } from "../../src/web.ts";

export type BrowserTask = { run: ExecutorTask } | { run_wasi: ExecutorWasiTask };

export async function run(tasks: BrowserTask[]): Promise<unknown[]> {
  const executor = createExecutor();
  const ends = [];
  for (const task of tasks) {
    const { result } = "run" in task ? executor.run(task.run) : executor.runWasi(task.run_wasi);
    ends.push(await result.catch(({ code, reason, message }) => ({ code, reason, message })));
  }
  executor.stop();
  return ends;
}

// What every engine runs: the tasks, one after the other.
import { type RunResult, type RunTask, runModule } from "../../src/index.ts";

export function run(tasks: RunTask[]): (RunResult | { status: string })[] {
  return tasks.map((task) => {
    try {
      return runModule(task);
    } catch (error) {
      return { status: `failed: ${(error as Error).message}` };
    }
  });
}

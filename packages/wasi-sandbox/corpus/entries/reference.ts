// The reference counter, in a thread with the stack that it takes.
import { type PlainTask, type ReferenceResult, runReference } from "../run-reference.ts";

export function run(tasks: PlainTask[]): ReferenceResult[] {
  return tasks.map((task) => runReference(task));
}

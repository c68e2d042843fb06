// One program at every budget from nothing to more than it takes, checked where it runs: too many results to send.
import { Program, runWasi, type WasiTask } from "../../src/index.ts";
import type { Written } from "../run-reference.ts";

export interface BudgetTask {
  task: Omit<WasiTask, "module"> & { module: Uint8Array };
  /** How it ends when there is enough. */
  status: string;
  instructions: number;
  /** What it has written after each of its calls, by the count then; first before any. */
  written: Written[];
}

/** What was not as it should be, at most a few, and how many runs there were. */
export function run({ task, status, instructions, written }: BudgetTask): { wrong: string[]; runs: number } {
  const module = new Program(task.module);
  const texts = written.map(textOfWritten);
  const wrong: string[] = [];
  let runs = 0;
  let calls = 0;
  for (let budget = 0; budget <= instructions + 1 && wrong.length < 5; budget++, runs++) {
    while (calls + 1 < written.length && written[calls + 1]!.instructions <= budget) calls++;
    const limits = { ...task.limits, max_instructions: budget };
    const result = runWasi({ ...task, module, limits, return_files: true });
    const found = `${result.status} ${result.instructions} ${textOfWritten(result)}`;
    const ending = budget < instructions ? `out_of_instructions ${budget}` : `${status} ${instructions}`;
    const expected = `${ending} ${texts[calls]}`;
    if (found !== expected) wrong.push(`at ${budget}: ${found}, not ${expected}`);
  }
  return { wrong, runs };
}

function textOfWritten({ stdout, stderr, files }: Pick<Written, "stdout" | "stderr" | "files">): string {
  return textOf([stdout, stderr, files]);
}

/** The same text for the same values: names in order, bytes as numbers. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Uint8Array) return [...inner];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

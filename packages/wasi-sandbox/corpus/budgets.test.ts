// Whatever the budget, a run stops at it: nothing that can be seen from outside was done past it.
import { type Engine, findEngines, openEngine } from "@near-offshore/engines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toWasiTask } from "../src/run.ts";
import { program, taskOf } from "../test/helpers.ts";
import { moduleOf } from "./build/module.ts";
import type { BudgetTask, run } from "./entries/budgets.ts";
import { runReference, type Written } from "./run-reference.ts";
import type { Recipe } from "./types.ts";

const ENTRY = new URL("./entries/budgets.ts", import.meta.url);
const RUN_MS = 300_000;

/** Counts in memory, which the host sees when it is written out; then traps. */
const COUNTER = `
  (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 4))
  (loop $again
    (i32.store8 (i32.const 16) (i32.add (i32.load8_u (i32.const 16)) (i32.const 1)))
    (memory.fill (i32.const 17) (i32.load8_u (i32.const 16)) (i32.const 3))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store8 (i32.const 19) (i32.const 255))
    (br_if $again (i32.lt_u (i32.load8_u (i32.const 16)) (i32.const 4))))
  (drop (i32.div_u (i32.const 1) (i32.sub (i32.load8_u (i32.const 16)) (i32.const 4))))`;

const fd_write = "(param i32 i32 i32 i32) (result i32)";
const MODULES: Record<string, () => Promise<Uint8Array>> = {
  "text: counts, and traps": async () => program({ fd_write }, COUNTER),
  "C: streams and files": () => compiled({ tool: "clang", sources: ["c/budget.c"] }),
  AssemblyScript: () => compiled({ tool: "assemblyscript", source: "budget.ts" }),
};

function compiled(recipe: Recipe): Promise<Uint8Array> {
  return moduleOf({ name: "budget", language: "C", recipe });
}

async function budgetTask(name: string): Promise<BudgetTask> {
  const task = taskOf(await MODULES[name]!());
  const nothing = new Uint8Array(0);
  const written: Written[] = [{ instructions: 0, stdout: nothing, stderr: nothing, files: { "/": {} } }];
  const { status, instructions } = runReference(task, (now) => written.push(now));
  const ending = status.startsWith("trap:") ? "trap:divide_by_zero" : status;
  return { task: { ...toWasiTask(task), module: task.module }, status: ending, instructions, written };
}

const tasks = await Promise.all(
  Object.keys(MODULES).map(async (name) => [name, await budgetTask(name)] as const),
);

describe.each(findEngines())("%s", (engine_name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(engine_name);
  }, 60_000);
  afterAll(() => engine?.close());

  test.each(tasks)(
    "%s: stops at every budget below its count, with what it had written by then",
    async (_, task) => {
      const { wrong, runs } = await engine.run<ReturnType<typeof run>>(ENTRY, task, { timeout_ms: RUN_MS });
      expect(wrong).toEqual([]);
      expect(runs).toBe(task.instructions + 2);
      expect(new Set(task.written.map(({ stdout }) => stdout.length)).size).toBeGreaterThan(2);
    },
    RUN_MS,
  );
});

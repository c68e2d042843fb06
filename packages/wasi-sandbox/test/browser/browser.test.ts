import { type Engine, findEngines, openEngine } from "@near-offshore/engines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runModule, runWasi } from "../../src/index.ts";
import { corpus } from "../corpus.ts";
import { program, taskOf } from "../helpers.ts";
import type { BrowserTask } from "./entry.ts";

const ENTRY = new URL("./entry.ts", import.meta.url);
const BROWSERS = findEngines().filter((name) => name !== "node");

describe.each(BROWSERS)("in %s", async (name) => {
  const cases = (await corpus()).map(({ options, ...each }) => ({
    ...each,
    task: taskOf(each.module, options),
  }));
  let engine: Engine;
  let ends: unknown[];
  beforeAll(async () => {
    engine = await openEngine(name);
    ends = await runAll(cases.map(({ task }) => ({ run: task })));
  }, 120_000);
  afterAll(() => engine?.close());

  /** Results with bytes as a structured clone has them, not as Buffers. */
  async function runAll(tasks: BrowserTask[], timeout_ms = 120_000): Promise<unknown[]> {
    return structuredClone(await engine.run<unknown[]>(ENTRY, tasks, { timeout_ms }));
  }

  test.each(cases.map(({ name, status, task }, index) => ({ name, status, task, index })))(
    "$name has the same status, output and count as in Node",
    ({ task, status, index }) => {
      const expected = runModule(task);
      expect(expected.status).toBe(status);
      expect(ends[index]).toEqual(expected);
    },
  );

  test("any WASI program has the same result as in Node", async () => {
    const module = cases.find((each) => each.name === "world")!.module;
    const task = {
      module,
      args: ["world", "and more"],
      env: { A: "1" },
      preopens: { "/": { "x/y": "z" } },
      return_files: true,
    };
    expect(await runAll([{ run_wasi: task }])).toEqual([runWasi(task)]);
  });

  /** Firefox itself hangs now and then when a worker is started after another was ended: see `src/firefox.ts`. */
  const STOP = { timeout: 240_000, retry: name === "firefox" ? 4 : 0 };
  const STOP_MS = 40_000;

  test("a run that takes too long is given up, and the next one works", STOP, async () => {
    const endless = {
      ...taskOf(program({}, "(loop $l (br $l))"), { max_instructions: 1e12 }),
      max_execution_seconds: 0.3,
    };
    const [gave_up, next] = await runAll([{ run: endless }, { run: taskOf(program({}, "")) }], STOP_MS);
    expect(gave_up).toMatchObject({ code: "unavailable", reason: "wall_clock" });
    expect(next).toMatchObject({ status: "ok" });
  });

  test("progress arrives while a loop runs that never calls out, and it can be stopped", STOP, async () => {
    const endless = taskOf(program({}, "(loop $l (br $l))"), { max_instructions: 1e12 });
    const [seen] = (await runAll([{ watch: endless, updates: 4 }], STOP_MS)) as number[][];
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  test("a bad module is refused with the core's own error", async () => {
    const [refused] = await runAll([{ run: taskOf(new Uint8Array(8)) }]);
    expect(refused).toMatchObject({ code: "bad_module" });
  });
});

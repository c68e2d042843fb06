import { type Engine, findEngines, openEngine } from "@near-offshore/engines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runModule, runWasi } from "../../src/index.ts";
import { corpus } from "../corpus.ts";
import { program, taskOf } from "../helpers.ts";
import type { EntryInput } from "./entry.ts";
import type { BrowserTask } from "./tasks.ts";

const ENTRY = new URL("./entry.ts", import.meta.url);
const BROWSERS = findEngines().filter((name) => name !== "node");

const PLACES = BROWSERS.flatMap((name) => (["page", "worker"] as const).map((whose) => ({ name, whose })));

describe.each(PLACES)("in $name, for the $whose", async ({ name, whose }) => {
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
  async function runAll(tasks: BrowserTask[]): Promise<unknown[]> {
    const input: EntryInput = { tasks, whose };
    return structuredClone(await engine.run<unknown[]>(ENTRY, input, { in_page: true }));
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

  const LONG = { timeout: 180_000 };

  test("a run that takes too long is given up, and the next one works, again and again", LONG, async () => {
    const endless = {
      ...taskOf(program({}, "(loop $l (br $l))"), { max_instructions: 1e12 }),
      max_execution_seconds: 0.2,
    };
    const rounds = Array.from({ length: 15 }, () => [{ run: endless }, { run: taskOf(program({}, "")) }]);
    const ends = await runAll(rounds.flat());
    const given_up = expect.objectContaining({ code: "unavailable", reason: "wall_clock" });
    expect(ends).toEqual(rounds.flatMap(() => [given_up, expect.objectContaining({ status: "ok" })]));
  });

  test("progress arrives while a loop runs that never calls out, and it can be stopped", LONG, async () => {
    const endless = taskOf(program({}, "(loop $l (br $l))"), { max_instructions: 1e12 });
    const [seen] = (await runAll([{ watch: endless, updates: 4 }])) as number[][];
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  test("a bad module is refused with the core's own error", async () => {
    const [refused] = await runAll([{ run: taskOf(new Uint8Array(8)) }]);
    expect(refused).toMatchObject({ code: "bad_module" });
  });
});

import { OffshoreError } from "@near-offshore/protocol";
import { afterEach, expect, test } from "vitest";
import { WAT_CASES } from "../../test/corpus.ts";
import { program, run, taskOf, textOf } from "../../test/helpers.ts";
import { RunFault } from "../fault.ts";
import { createExecutor } from "../node.ts";
import { runWasi } from "../run-wasi.ts";

const ENDLESS = program({}, "(loop $l (br $l))");
const LONG = { max_instructions: 1e11 };
const HELLO = program(
  { fd_write: "(param i32 i32 i32 i32) (result i32)" },
  `(i32.store (i32.const 64) (i32.const 128)) (i32.store (i32.const 68) (i32.const 5))
   (drop (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 80)))`,
  '(memory (export "memory") 1) (data (i32.const 128) "hello")',
);

const executor = createExecutor();
afterEach(() => executor.stop());

const fault = (reason: string) => expect.objectContaining({ code: "unavailable", reason });

test("gives the same result as the core, again and again on one thread", async () => {
  const tasks = [taskOf(HELLO), taskOf(ENDLESS, { max_instructions: 1_000_000 }), taskOf(HELLO)];
  for (const task of tasks) {
    const { result, instructions } = executor.run(task);
    const expected = run(task.module, task.limits);
    expect(await result).toEqual(expected);
    expect(instructions()).toBe(expected.instructions);
  }
  expect(textOf(run(HELLO).output)).toBe("hello");
});

test("does not take the caller's bytes away", async () => {
  const task = taskOf(HELLO, { input: "input" });
  await executor.run(task).result;
  expect([task.module.length, task.input.length]).toEqual([HELLO.length, 5]);
});

test("reports progress while it runs, and stops at once with a reason", async () => {
  const run = executor.run(taskOf(ENDLESS, LONG));
  const seen = [0];
  while (seen.length < 4) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (run.instructions() !== seen.at(-1)) seen.push(run.instructions());
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  executor.stop();
  await expect(run.result).rejects.toThrow(RunFault);
  await expect(run.result).rejects.toEqual(fault("stopped"));
});

test("runs again after it was stopped", async () => {
  const stopped = executor.run(taskOf(ENDLESS, LONG));
  executor.stop();
  await expect(stopped.result).rejects.toEqual(fault("stopped"));
  expect((await executor.run(taskOf(HELLO)).result).status).toBe("ok");
});

test("gives up after max_execution_seconds, which is no outcome", async () => {
  const { result } = executor.run({ ...taskOf(ENDLESS, LONG), max_execution_seconds: 0.2 });
  await expect(result).rejects.toEqual(fault("wall_clock"));
});

test("refuses a second task while it runs one", async () => {
  const { result } = executor.run(taskOf(ENDLESS, LONG));
  expect(() => executor.run(taskOf(HELLO))).toThrow(expect.objectContaining({ code: "conflict" }));
  executor.stop();
  await expect(result).rejects.toEqual(fault("stopped"));
});

test("refuses what cannot cross to a thread, and is free for the next task", async () => {
  const stdin = (() => new Uint8Array(0)) as unknown as Uint8Array;
  expect(() => executor.runWasi({ module: HELLO, stdin })).toThrow("could not be cloned");
  expect(await executor.runWasi({ module: HELLO }).result).toEqual(runWasi({ module: HELLO }));
});

test("says that a module is bad with the core's own error", async () => {
  const { result } = executor.run(taskOf(new TextEncoder().encode("not a module")));
  await expect(result).rejects.toThrow(OffshoreError);
  await expect(result).rejects.toEqual(expect.objectContaining({ code: "bad_module" }));
  expect((await executor.run(taskOf(HELLO)).result).status).toBe("ok");
});

test("overflows the rules' stack before the thread's own, whatever the frames are made of", async () => {
  const recursions = WAT_CASES.filter(({ status }) => status === "trap:stack_overflow");
  expect(recursions.length).toBeGreaterThan(5);
  for (const { module, options } of recursions) {
    expect(await executor.run(taskOf(module, options)).result).toEqual(run(module, options));
  }
});

test("stopping one that never ran does nothing", () => {
  createExecutor().stop();
});

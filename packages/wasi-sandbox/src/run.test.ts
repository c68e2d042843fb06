import { describe, expect, test } from "vitest";
import { compileC } from "../test/compile-c.ts";
import { corpus } from "../test/corpus.ts";
import { program, run, textOf, wat } from "../test/helpers.ts";
import { Program } from "./program.ts";

const WRITE = { fd_write: "(param i32 i32 i32 i32) (result i32)" };
const EXIT = { proc_exit: "(param i32)" };
const MEMORY =
  '(memory (export "memory") 1) (data (i32.const 64) "\\40\\00\\00\\00\\05\\00\\00\\00") (data (i32.const 128) "hello")';
/** Writes "hello" to a descriptor. */
const hello = (fd: number) =>
  `(i32.store (i32.const 64) (i32.const 128)) (drop (call $fd_write (i32.const ${fd}) (i32.const 64) (i32.const 1) (i32.const 80)))`;

describe("every program of the corpus", async () => {
  test.each(await corpus())("$name ends as $status, twice the same", ({ module, options, status }) => {
    const first = run(module, options);
    expect(first.status).toBe(status);
    expect(run(module, options)).toEqual(first);
    if (status !== "ok" && !status.startsWith("exit:")) expect(first.output).toHaveLength(0);
    if (status === "out_of_instructions") expect(first.instructions).toBe(options.max_instructions);
    if (status === "out_of_memory") expect(first.instructions).toBe(0);
  });
});

describe("output", () => {
  test("of a program that exits with a code is kept, stderr is apart", () => {
    const module = program(
      { ...WRITE, ...EXIT },
      `${hello(1)} ${hello(2)} ${hello(2)} (call $proc_exit (i32.const 3))`,
      MEMORY,
    );
    const { status, output, stderr } = run(module);
    expect([status, textOf(output), textOf(stderr)]).toEqual(["exit:3", "hello", "hellohello"]);
  });

  test("of a program that traps is nothing, stderr is kept", () => {
    const { status, output, stderr } = run(program(WRITE, `${hello(1)} ${hello(2)} unreachable`, MEMORY));
    expect([status, textOf(output), textOf(stderr)]).toEqual(["trap:unreachable", "", "hello"]);
  });

  test("on stderr is kept up to 64 KiB and never ends a run", () => {
    const body = `(i32.store (i32.const 4) (i32.const 65535)) ${"(drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))".repeat(3)}`;
    const { status, stderr } = run(program(WRITE, body));
    expect([status, stderr.length]).toEqual(["ok", 65536]);
  });
});

describe("the budget", () => {
  const module = new Program(
    program(
      WRITE,
      `(local $n i32) (loop $l ${hello(1)} (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 2))))`,
      MEMORY,
    ),
  );

  test("is exact: one less than the count is out of instructions, at every number below it", () => {
    const full = run(module);
    expect([full.status, textOf(full.output)]).toEqual(["ok", "hellohello"]);
    expect(run(module, { max_instructions: full.instructions })).toEqual(full);
    for (let budget = 0; budget < full.instructions; budget += 1) {
      const { status, instructions, output } = run(module, { max_instructions: budget });
      expect([status, instructions, output.length]).toEqual(["out_of_instructions", budget, 0]);
    }
  });

  test("also covers a trap: the trapping operator counts", () => {
    const trapping = program({}, "nop (drop (i32.const 1)) (drop (i32.load (i32.const 65535))) nop");
    const { status, instructions } = run(trapping);
    // The function's entry, const, const, load; nop and drop are free.
    expect([status, instructions]).toEqual(["trap:memory", 4]);
    expect(run(trapping, { max_instructions: 4 }).status).toBe("trap:memory");
    expect(run(trapping, { max_instructions: 3 })).toMatchObject({
      status: "out_of_instructions",
      instructions: 3,
    });
  });

  test("does not depend on whether anybody listens to progress", () => {
    const endless = program({}, "(loop $l (br $l))");
    const seen: number[] = [];
    const options = { max_instructions: 1_500_000_000 };
    const result = run(endless, { ...options, on_progress: (instructions) => seen.push(instructions) });
    expect(result).toEqual(run(endless, options));
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBeLessThanOrEqual(1_500_000_000);
  });
});

describe("a start function", () => {
  const module = wat(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write ${WRITE.fd_write})) ${MEMORY}
    (func $init ${hello(1)}) (start $init) (func (export "_start") ${hello(1)}))`);

  test("runs once, before _start, with memory and within the budget", () => {
    const { status, output, instructions } = run(module);
    expect([status, textOf(output)]).toEqual(["ok", "hellohello"]);
    expect(run(module, { max_instructions: instructions - 1 }).status).toBe("out_of_instructions");
  });
});

describe("memory", () => {
  test.each([
    ["a global", '(memory 1) (global (export "memory") i32 (i32.const 0))'],
    ["a function", '(memory 1) (func (export "memory"))'],
    ["nothing", "(memory 1)"],
  ])("that is exported as %s is out of reach for calls: a pointer is EFAULT", (_, more) => {
    const calls = { random_get: "(param i32 i32) (result i32)", proc_exit: "(param i32)" };
    const body = "(call $proc_exit (call $random_get (i32.const 0) (i32.const 1)))";
    expect(run(program(calls, body, more)).status).toBe("exit:21");
  });

  test("can grow to the cap and no further", async () => {
    const { output } = run(await compileC("hoard"), { max_memory_mb: 64 });
    const megabytes = Number.parseInt(textOf(output), 10);
    expect(megabytes).toBeGreaterThan(55);
    expect(megabytes).toBeLessThan(64);
  });
});

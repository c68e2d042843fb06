import { describe, expect, test } from "vitest";
import { Meter, seal } from "../src/index.ts";
import { scanLoop } from "../src/loop-scan.ts";
import { operatorPrices, RULES_1_PRICES } from "../src/prices.ts";
import { execute, WAYS } from "./run.ts";
import { wat } from "./wat.ts";

/** Loops that count, and the exact form, which knows nothing of them: same value, same count, same end at every budget. */

type Type = "i32" | "i64";
type Values = [start: number | bigint, bound: number | bigint, step: number | bigint, leaveAt: number];

const BUDGET = 1000n;
const EXACT = { form: "exact" } as const;
const MADE = [EXACT, ...WAYS.filter(({ form }) => form === "fast")];

/** Runs of a module in the exact form, and in the fast one every way. */
function runner(bytes: Uint8Array) {
  const modules = MADE.map((options) => {
    const sealed = seal(bytes, { memoryPagesMax: 1, ...options });
    return new WebAssembly.Module(sealed.bytes);
  });
  return (budget: bigint, args: unknown[], slice = budget || 1n) =>
    modules.map((module) => {
      const meter = new Meter({ budget, slice });
      const instance = new WebAssembly.Instance(module, { ...meter.imports });
      meter.attach(instance);
      return meter.run(() => (instance.exports.main as (...args: unknown[]) => unknown)(...args));
    });
}

/** Adds 1 to a sum in each round, so that the value says how many there were; may leave when the sum has a value. */
function program(type: Type, step: string, compare: string, leave: string): Uint8Array {
  const out = "(br_if $out (i32.eq (local.get $sum) (local.get $leaveAt)))";
  return wat(`(module (func (export "main")
    (param $i ${type}) (param $n ${type}) (param $step ${type}) (param $leaveAt i32) (result i32) (local $sum i32)
    (block $out (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
      ${leave === "before" ? out : ""}
      (local.set $i (${type}.add (local.get $i) ${step === "local" ? "(local.get $step)" : `(${type}.const ${step})`}))
      ${leave === "after" ? out : ""}
      (br_if $again (${type}.${compare} (local.get $i) (local.get $n)))))
    (local.get $sum)))`);
}

const EDGES: Record<Type, (number | bigint)[]> = {
  i32: [0, 5, -1, -7, 0x7fffffff, 0x7ffffffd, -0x80000000, -0x7ffffffd],
  i64: [0n, 5n, -1n, -7n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n],
};
const BOUNDS = [0, 6, -1, 0x7ffffffe];
const UP = ["lt_u", "lt_s", "le_u", "le_s"];
const DOWN = ["gt_u", "gt_s", "ge_u", "ge_s"];
const STEPS: [string, string[]][] = [
  ["1", ["ne", ...UP]],
  ["3", ["ne", ...UP]],
  ["4", ["ne", "lt_s", "le_u"]],
  ["local", UP],
  ["-1", ["ne", ...DOWN]],
  ["-8", ["ne", ...DOWN]],
];

function* valuesFor(type: Type, step: string): Generator<Values> {
  const number = type === "i32" ? Number : BigInt;
  for (const start of EDGES[type])
    for (const bound of BOUNDS)
      for (const by of step === "local" ? [0, 1, 7, -1] : [0])
        for (const leaveAt of [1, 9]) yield [start, number(bound), number(by), leaveAt];
}

describe.each(["i32", "i64"] as const)("%s", (type) => {
  const shapes = STEPS.flatMap(([step, compares]) => compares.map((compare) => [step, compare]));
  test.each(shapes)("step %s, %s", (step, compare) => {
    for (const leave of step === "local" ? ["never"] : ["never", "before", "after"]) {
      const run = runner(program(type, step!, compare!, leave));
      for (const values of valuesFor(type, step!)) {
        const [exact] = run(BUDGET, values);
        const count = exact!.kind === "returned" ? exact!.instructions : BUDGET;
        for (const budget of [BUDGET, count, count - 1n, count / 2n])
          for (const slice of [1n, 50n]) {
            const ends = run(budget, values, slice);
            expect(ends, `${leave} ${values} budget ${budget} slice ${slice}`).toEqual(
              Array(MADE.length).fill(ends[0]),
            );
          }
      }
    }
  });
});

const same = (bytes: Uint8Array, budget: bigint) => {
  const run = runner(bytes);
  for (const slice of [1n, 13n, 100n]) {
    const ends = run(budget, [], slice);
    expect(ends).toEqual(Array(MADE.length).fill(ends[0]));
  }
  return run(budget, [])[0]!;
};

describe("each way to write it", () => {
  const loops: Record<string, string> = {
    "down to zero": `(br_if $again (local.tee $i (i32.add (local.get $i) (i32.const -1))))`,
    "down by sub": `(br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))`,
    "step first": `(br_if $again (i32.ne (local.tee $i (i32.add (i32.const 1) (local.get $i))) (i32.const 60)))`,
    "bound first": `(br_if $again (i32.gt_u (i32.const 60) (local.tee $i (i32.add (local.get $i) (i32.const 7)))))`,
    "bound first, ne": `(br_if $again (i32.ne (local.get $n) (local.tee $i (i32.add (local.get $i) (i32.const 1)))))`,
    "set before": `(local.set $i (i32.add (local.get $i) (i32.const 2))) (br_if $again (i32.lt_s (local.get $i) (local.get $n)))`,
  };
  test.each(Object.entries(loops))("%s", (_name, back) => {
    const bytes = wat(`(module (memory 1) (func (export "main") (result i32) (local $i i32) (local $n i32)
      (local.set $i (i32.const 40)) (local.set $n (i32.const 60))
      (loop $again (i32.store8 (local.get $i) (i32.const 1)) ${back})
      (local.get $i)))`);
    const end = same(bytes, 10_000n);
    expect(end.kind).toBe("returned");
    const { instructions } = end as { instructions: bigint };
    for (let budget = 0n; budget < instructions; budget++) same(bytes, budget);
    expect(isCounted(bytes)).toBe(true);
  });

  const others: Record<string, string> = {
    "bound changes": `(local.set $n (i32.const 50)) (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))`,
    "set twice": `(local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))`,
    "wrong way": `(br_if $again (i32.gt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60)))`,
    "a block in it": `(block $b (br_if $b (local.get $i))) (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))`,
    "a call in it": `(call $f) (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))`,
    "more behind it": `(br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))) (local.set $n (local.get $i))`,
  };
  test.each(Object.entries(others))("not: %s", (_name, back) => {
    const bytes = wat(`(module (func $f) (func (export "main") (result i32) (local $i i32) (local $n i32)
      (local.set $i (i32.const 40)) (local.set $n (i32.const 60)) (loop $again ${back}) (local.get $i)))`);
    same(bytes, 10_000n);
    expect(isCounted(bytes)).toBe(false);
  });
});

/** Whether the only loop of a module is found to count. */
function isCounted(bytes: Uint8Array): boolean {
  const prices = operatorPrices(RULES_1_PRICES);
  for (let at = 0; at < bytes.length - 1; at++)
    if (
      bytes[at] === 0x03 &&
      bytes[at + 1] === 0x40 &&
      scanLoop(bytes, at + 2, bytes.length, prices, 0)?.kind === "counted"
    )
      return true;
  return false;
}

test.each([
  ["a loop that counts", "", true],
  ["a loop with a call in it", "(call $f)", false],
  [
    "a loop with a way to its begin",
    "(br_if $again (i32.eq (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 5)))",
    false,
  ],
])("each round of %s can have a price of its own", (_name, more, is_counted) => {
  const bytes =
    wat(`(module (func $f) (func (export "main") (result i32) (local $i i32) (local $k i32) (local $rounds i32)
    (loop $again (local.set $rounds (i32.add (local.get $rounds) (i32.const 1))) ${more}
      (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20))))
    (local.get $rounds)))`);
  expect(isCounted(bytes)).toBe(is_counted);
  const run = (form: "fast" | "exact", loopRound: number, budget = BUDGET) => {
    const end = execute(bytes, { form, budget, options: { prices: { ...RULES_1_PRICES, loopRound } } });
    if (end.kind === "returned") return end;
    expect(end).toEqual({ kind: "out_of_instructions", instructions: budget });
    return null;
  };
  const { value, instructions } = run("exact", 0)!;
  const total = instructions + 3n * BigInt(value as number);
  for (const form of ["fast", "exact"] as const) {
    expect(run(form, 3)).toEqual({ kind: "returned", value, instructions: total });
    for (let budget = 0n; budget < total; budget++) expect(run(form, 3, budget)).toBeNull();
  }
});

test("a trap in a loop that counts is found at its instruction", () => {
  const bytes = wat(`(module (memory 1) (func (export "main") (local $i i32) (local.set $i (i32.const 65530))
    (loop $again (i32.store8 (local.get $i) (i32.const 1))
      (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 70000))))))`);
  expect(execute(bytes)).toEqual({ kind: "run_again_exact" });
  expect(execute(bytes, { form: "exact" })).toEqual({
    kind: "trap",
    trap: "memory",
    instructions: 3n + 6n * 10n + 3n,
  });
});

test("ways out of the function and out of other loops", () => {
  const bytes = wat(`(module (func $find (param $n i32) (result i32) (local $i i32)
      (block $out (loop $again
        (br_if $out (i32.gt_u (i32.mul (local.get $i) (local.get $i)) (local.get $n)))
        (br_if $again (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const -1)))))
      (local.get $i))
    (func $empty (param $n i32) (local $i i32)
      (loop $again (br_if 1 (i32.eq (local.get $i) (local.get $n)))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 3))) (i32.const 30)))))
    (func (export "main") (result i32) (local $k i32) (local $sum i32)
      (loop $outer
        (local.set $sum (i32.add (local.get $sum) (call $find (local.get $k))))
        (call $empty (local.get $k))
        (br_if $outer (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 12))))
      (local.get $sum)))`);
  const end = same(bytes, 100_000n);
  expect(end.kind).toBe("returned");
  const { instructions } = end as { instructions: bigint };
  for (let budget = 0n; budget < instructions; budget += 7n) same(bytes, budget);
});

import { describe, expect, test } from "vitest";
import { Meter, seal } from "../src/index.ts";
import { execute, FORMS, instantiate } from "./run.ts";
import { wat } from "./wat.ts";

const F32_QUIET = 0x7fc00000;
const F64_QUIET = 0x7ff8000000000000n;

/** Arithmetic on NaNs with odd signs and payloads; every result must be the canonical NaN. */
const F32_OPERATORS = ["ceil", "floor", "trunc", "nearest", "sqrt"];
const BINARY_OPERATORS = ["add", "sub", "mul", "div", "min", "max"];
const NANS = ["-nan:0x200001", "nan:0x7fffff", "-nan:0x400000"];

const single = (body: string) => `(module (func (export "main") (result i32) (i32.reinterpret_f32 ${body})))`;
const double = (body: string) => `(module (func (export "main") (result i64) (i64.reinterpret_f64 ${body})))`;
const value = (text: string) => (execute(wat(text)) as { value: unknown }).value;

describe.each(NANS)("arithmetic on the NaN %s", (nan) => {
  test.each(F32_OPERATORS)("%s", (name) => {
    expect(Number(value(single(`(f32.${name} (f32.const ${nan}))`))) >>> 0).toBe(F32_QUIET);
    expect(BigInt.asUintN(64, value(double(`(f64.${name} (f64.const ${nan}))`)) as bigint)).toBe(F64_QUIET);
  });

  test.each(BINARY_OPERATORS)("%s", (name) => {
    for (const [a, b] of [
      [nan, "1"],
      ["1", nan],
      [nan, "-nan:0x123"],
    ] as const) {
      expect(value(single(`(f32.${name} (f32.const ${a}) (f32.const ${b}))`))).toBe(F32_QUIET);
      expect(value(double(`(f64.${name} (f64.const ${a}) (f64.const ${b}))`))).toBe(F64_QUIET);
    }
  });

  test("conversion between widths", () => {
    expect(value(single(`(f32.demote_f64 (f64.const ${nan}))`))).toBe(F32_QUIET);
    expect(value(double(`(f64.promote_f32 (f32.const ${nan}))`))).toBe(F64_QUIET);
  });

  test("vectors, lane by lane", () => {
    const lanes = (
      shape: string,
      name: string,
    ) => `(module (func (export "main") (result i64 i64) (local v128)
      (local.set 0 (${shape}.${name} (${shape}.splat (${shape.slice(0, 3)}.const ${nan})) (v128.const i64x2 0 0)))
      (i64x2.extract_lane 0 (local.get 0)) (i64x2.extract_lane 1 (local.get 0))))`;
    for (const name of BINARY_OPERATORS) {
      expect(value(lanes("f32x4", name))).toEqual([0x7fc000007fc00000n, 0x7fc000007fc00000n]);
      expect(value(lanes("f64x2", name))).toEqual([F64_QUIET, F64_QUIET]);
    }
  });

  test("signs and copies keep their bits", () => {
    const bits = Number(value(single(`(f32.const ${nan})`))) >>> 0;
    expect(Number(value(single(`(f32.neg (f32.const ${nan}))`))) >>> 0).toBe((bits ^ 0x80000000) >>> 0);
    expect(Number(value(single(`(f32.neg (f32.add (f32.const ${nan}) (f32.const 0)))`))) >>> 0).toBe(
      0xffc00000,
    );
    const stored = `(module (memory 1) (func (export "main") (result i32)
      (f32.store (i32.const 0) (f32.const ${nan})) (i32.load (i32.const 0))))`;
    expect(Number(value(stored)) >>> 0).toBe(bits);
  });
});

test("0/0 and friends, which make NaNs out of numbers", () => {
  expect(value(double("(f64.div (f64.const 0) (f64.const 0))"))).toBe(F64_QUIET);
  expect(value(double("(f64.sub (f64.const inf) (f64.const inf))"))).toBe(F64_QUIET);
  expect(value(double("(f64.sqrt (f64.const -1))"))).toBe(F64_QUIET);
  expect(value(double("(f64.mul (f64.const inf) (f64.const 0))"))).toBe(F64_QUIET);
});

const GROW = `(module (memory (export "memory") 1 100)
  (func (export "main") (param i32) (result i32) (memory.grow (local.get 0))))`;

describe.each(FORMS)("memory in the %s form", (form) => {
  test("grows to the limit of the run, and no further", () => {
    const { instance, meter } = instantiate(wat(GROW), {
      form,
      budget: 10n ** 15n,
      options: { memoryPagesMax: 10 },
    });
    const grow = instance.exports.main as (pages: number) => number;
    const end = meter.run(() => [grow(4), grow(6), grow(-1), grow(5), grow(1), grow(0)]);
    expect(end).toMatchObject({ kind: "returned", value: [1, -1, -1, 5, -1, 10] });
  });

  test("grows to the module's own maximum, and no further", () => {
    const end = execute(wat(GROW), { form, args: [100] });
    expect(end).toMatchObject({ kind: "returned", value: -1 });
  });

  test("a table grows to the bound of the rules", () => {
    const text = `(module (table 1 funcref) (func (export "main") (result i32 i32)
      (table.grow (ref.null func) (i32.const 999999)) (table.grow (ref.null func) (i32.const 1))))`;
    expect(execute(wat(text), { form, budget: 10_000_000n })).toMatchObject({ value: [1, -1] });
  });
});

test("a module that starts above the limit is out of memory before it runs", () => {
  const bytes = wat(`(module (memory 11) (func (export "main")))`);
  expect(seal(bytes, { form: "fast", memoryPagesMax: 10 }).outcome).toBe("out_of_memory");
  expect(seal(bytes, { form: "fast", memoryPagesMax: 11 }).outcome).toBe(null);
});

test("memory that the machine refuses is a fault, and no outcome", () => {
  // An engine that has no space: the host gives a memory that cannot grow as far as the module was told.
  const bytes = wat(`(module (import "host" "memory" (memory 1 9))
    (func (export "main") (result i32) (memory.grow (i32.const 5))))`);
  const sealed = seal(bytes, { form: "fast", memoryPagesMax: 100 });
  const meter = new Meter({ budget: 1_000_000n });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(sealed.bytes), {
    host: { memory },
    ...meter.imports,
  });
  meter.attach(instance);
  expect(meter.run(instance.exports.main as () => number)).toEqual({ kind: "machine_fault" });
});

describe("the start function", () => {
  const text = `(module (import "host" "see" (func $see (param i32))) (global $g (mut i32) (i32.const 1))
    (func $begin (global.set $g (i32.const 5)) (call $see (i32.const 0))) (start $begin)
    (func (export "main") (result i32) (global.get $g)))`;

  test("runs when the host says so, and counts", () => {
    const used: bigint[] = [];
    const end = execute(wat(text), { host: { see: (meter) => used.push(meter.used()) } });
    expect(used).toEqual([5n]);
    expect(end).toEqual({ kind: "returned", value: 5, instructions: 7n });
  });

  test("is within the budget", () => {
    const end = execute(wat(text), { budget: 4n, host: { see: () => expect.unreachable() } });
    expect(end).toEqual({ kind: "out_of_instructions", instructions: 4n });
  });
});

describe("bits to be kept and bits to be made canonical do not mix", () => {
  const ODD = 0x7ff4000000001234n;
  /** `main` gives bits; memory holds an odd NaN at 0, `$nan` makes one by arithmetic. */
  const bits = (
    functions: string,
  ) => `(module (memory 1) (data (i32.const 0) "\\34\\12\\00\\00\\00\\00\\f4\\7f")
    (func $nan (result f64) (f64.div (f64.const 0) (f64.const 0))) ${functions})`;
  const main = (locals: string, body: string) =>
    value(bits(`(func (export "main") (result i64 i64) ${locals} ${body})`));
  const reinterpret = (x: string) => `(i64.reinterpret_f64 ${x})`;
  const load = "(f64.load (i32.const 0))";
  const sum = `(f64.add ${load} (f64.const 1))`;

  test("in a local that is set with both", () => {
    const body = `(local.set 0 ${load}) ${reinterpret("(local.get 0)")}
      (local.set 0 ${sum}) ${reinterpret("(local.get 0)")}`;
    expect(main("(local f64)", body)).toEqual([ODD, F64_QUIET]);
    const other = `(local.set 0 ${sum}) ${reinterpret("(local.get 0)")}
      (local.set 0 ${load}) ${reinterpret("(local.get 0)")}`;
    expect(main("(local f64)", other)).toEqual([F64_QUIET, ODD]);
  });

  test("in a local that goes around a loop", () => {
    const body = `(loop $l (result i64)
        ${reinterpret("(local.get 0)")} (local.set 2)
        (local.set 0 (select ${load} ${sum} (local.get 1)))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get 1) (i32.const 2)))
        (local.get 2))
      ${reinterpret("(local.get 0)")}`;
    expect(main("(local f64 i32 i64)", body)).toEqual([F64_QUIET, ODD]);
  });

  test("in copies between locals", () => {
    const body = `(local.set 0 ${sum}) (local.set 1 (local.get 0)) (local.set 2 (local.tee 1 (local.get 0)))
      (f64.store (i32.const 8) (local.get 2)) (i64.load (i32.const 8))
      (local.set 1 ${load}) (local.set 2 (local.get 1)) (f64.store (i32.const 8) (local.get 2)) (i64.load (i32.const 8))`;
    expect(main("(local f64 f64 f64)", body)).toEqual([F64_QUIET, ODD]);
  });

  test("beneath a block that does not touch them", () => {
    const body = `${sum} (block (drop (v128.const i64x2 0 0)) (drop (f64.neg (f64.const 1)))) (i64.reinterpret_f64)
      (i64.reinterpret_f64 (f64x2.extract_lane 0 (f64x2.splat ${sum})))`;
    expect(main("", body)).toEqual([F64_QUIET, F64_QUIET]);
  });

  test("in select", () => {
    for (const [choice, expected] of [
      [1, ODD],
      [0, F64_QUIET],
    ] as const) {
      const body = `${reinterpret(`(select ${load} ${sum} (i32.const ${choice}))`)}
        ${reinterpret(`(select (f64.const 1) ${sum} (i32.const 0))`)}`;
      expect(main("", body)).toEqual([expected, F64_QUIET]);
    }
  });

  test("in arguments, results, block results and branches", () => {
    const pick = (index: number) => `(func $p${index} (param f64 f32 i32 f64) (result i64)
      ${index === 1 ? "(i64.extend_i32_u (i32.reinterpret_f32 (local.get 1)))" : reinterpret(`(local.get ${index})`)})`;
    const args = `${sum} (f32.demote_f64 ${load}) (i32.const 5) ${load}`;
    const call = (index: number) =>
      value(bits(`${pick(index)} (func (export "main") (result i64) (call $p${index} ${args}))`));
    expect([call(0), call(1), call(3)]).toEqual([F64_QUIET, BigInt(F32_QUIET), ODD]);
    const block = `(block $b (result f64) (br_if $b ${sum} (i32.const 1)) (drop) ${load}) (i64.reinterpret_f64)
      (if (result f64) (i32.const 0) (then ${sum}) (else ${load})) (i64.reinterpret_f64)`;
    expect(main("", block)).toEqual([F64_QUIET, ODD]);
    const table = `(block $b (result f64) ${sum} (br_table $b $b (i32.const 7))) (i64.reinterpret_f64)
      ${reinterpret(`(f64.neg (call $nan))`)}`;
    expect(main("", table)).toEqual([F64_QUIET, -0x8000000000000n]);
    const sign = `${reinterpret(`(f64.copysign ${sum} (f64.const -1))`)} ${reinterpret(`(f64.copysign (f64.const 1) (f64.neg ${sum}))`)}`;
    expect(main("", sign)).toEqual([-0x8000000000000n, BigInt.asIntN(64, 0xbff0000000000000n)]);
  });
});

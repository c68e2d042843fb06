import { describe, expect, test } from "vitest";
import { Meter, type Prices, RULES_1_PRICES, seal } from "../src/index.ts";
import { execute, FORMS } from "./run.ts";
import { wat } from "./wat.ts";

const CALLS = wat(`(module (import "host" "write" (func $write (param i32) (result i32)))
  (func (export "main") (result i32) (drop (call $write (i32.const 1))) (call $write (i32.const 2))))`);

describe.each(FORMS)("host functions in the %s form", (form) => {
  test("see the exact count and charge for themselves", () => {
    const used: bigint[] = [];
    const write = (meter: Meter, value: number) => {
      used.push(meter.used());
      meter.charge(100n);
      return value;
    };
    const end = execute(CALLS, { form, host: { write } });
    expect(used).toEqual([3n, 105n]);
    expect(end).toEqual({ kind: "returned", value: 2, instructions: 205n });
  });

  test.each([102n, 104n, 204n])("that cannot be paid end the run: budget %d", (budget) => {
    const done: number[] = [];
    const write = (meter: Meter, value: number) => {
      meter.charge(100n);
      done.push(value);
      return value;
    };
    const end = execute(CALLS, { form, budget, slice: 10n, host: { write } });
    expect(end).toEqual({ kind: "out_of_instructions", instructions: budget });
    expect(done).toEqual(budget < 103n ? [] : [1]);
  });

  test("may throw what they like", () => {
    const error = new Error("exit 3");
    const write = () => {
      throw error;
    };
    expect(execute(CALLS, { form, host: { write } })).toEqual({ kind: "threw", error, instructions: 3n });
  });
});

const ENDLESS = wat(`(module (func (export "main") (loop $l (br $l))))`);

test("progress is told once a slice, and can end the run", () => {
  const seen: bigint[] = [];
  const onSlice = (used: bigint) => {
    seen.push(used);
    if (used >= 500n) throw new Error("stop");
  };
  const meter = new Meter({ budget: 10n ** 12n, slice: 100n, onSlice });
  const { bytes } = seal(ENDLESS, { form: "fast", memoryPagesMax: 1, slices: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { ...meter.imports });
  meter.attach(instance);
  const end = meter.run(instance.exports.main as () => void);
  expect(end).toMatchObject({ kind: "threw", error: new Error("stop") });
  expect(seen).toEqual([101n, 202n, 303n, 404n, 505n]);
});

test("a module that was not sealed for slices gets its whole budget at once", () => {
  const end = execute(ENDLESS, { budget: 100_000n, slice: 10n });
  expect(end).toEqual({ kind: "out_of_instructions", instructions: 100_000n });
});

test("and tells its progress when it calls the host", () => {
  const seen: bigint[] = [];
  const meter = new Meter({ budget: 1000n, slice: 2n, onSlice: (used) => seen.push(used) });
  const { bytes } = seal(CALLS, { form: "fast", memoryPagesMax: 1 });
  const write = () => {
    meter.charge(1n);
    return 0;
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    host: { write },
    ...meter.imports,
  });
  meter.attach(instance);
  expect(meter.run(instance.exports.main as () => void)).toMatchObject({ instructions: 7n });
  expect(seen).toEqual([4n, 7n]);
});

test("a meter is for one run of one sealed instance", () => {
  const meter = new Meter({ budget: 1n });
  expect(() => meter.used()).toThrow(TypeError);
  const plain = new WebAssembly.Instance(new WebAssembly.Module(ENDLESS as BufferSource));
  expect(() => meter.attach(plain)).toThrow(TypeError);
  expect(() => new Meter({ budget: -1n })).toThrow(RangeError);
  expect(() => new Meter({ budget: 2n ** 61n })).toThrow(RangeError);
  expect(() => new Meter({ budget: 1n, slice: 0n })).toThrow(RangeError);
});

describe("another price list", () => {
  const gas: Prices = {
    ...RULES_1_PRICES,
    operator: 822_756,
    free: [0x02, 0x03, 0x05, 0x0b],
    functionEntry: 0,
  };
  const options = { prices: gas, canonicalizeNan: false, stackBytesMax: null };

  test("counts in its own unit", () => {
    const text = `(module (func (export "main") (param i32) (result i32)
      (block $b (br_if $b (local.get 0)) (return (i32.const 1))) (i32.const 2)))`;
    const end = execute(wat(text), { args: [1], options, budget: 10n ** 12n });
    expect(end).toEqual({ kind: "returned", value: 2, instructions: 3n * 822_756n });
  });

  test("leaves NaNs alone where it is told to", () => {
    const text = `(module (func (export "main") (param f64) (result i64) (i64.reinterpret_f64 (f64.add (local.get 0) (f64.const 0)))))`;
    const plain = new WebAssembly.Instance(new WebAssembly.Module(wat(text) as BufferSource));
    const expected = (plain.exports.main as (x: number) => bigint)(Number.NaN);
    expect(execute(wat(text), { args: [Number.NaN], options, budget: 10n ** 12n })).toMatchObject({
      value: expected,
    });
  });

  test("whose loops would be free is refused", () => {
    for (const free of [[0x0c], [0x10]]) {
      const prices = { ...gas, free };
      expect(() => seal(ENDLESS, { form: "fast", memoryPagesMax: 1, prices })).toThrow(RangeError);
    }
    expect(() => seal(ENDLESS, { form: "fast", memoryPagesMax: 1, prices: { ...gas, operator: 0 } })).toThrow(
      RangeError,
    );
  });
});

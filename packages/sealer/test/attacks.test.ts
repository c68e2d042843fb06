// What a hostile module might try, in every form. Names are in refusals.test.ts, depth in depth.test.ts.
import { describe, expect, test } from "vitest";
import { Meter, seal } from "../src/index.ts";
import { Writer } from "../src/writer.ts";
import { execute, instantiate, WAYS } from "./run.ts";
import { wat } from "./wat.ts";

/** `main` asks for 2^32 - 1 pages, 70,000 times. */
const DEAREST = (() => {
  const body = [0, ...Array.from({ length: 70_000 }, () => [0x41, 0x7f, 0x40, 0, 0x1a]).flat(), 0x0b];
  const out = new Writer();
  const section = (id: number, content: number[]) => {
    out.byte(id);
    out.u32(content.length);
    out.put(...content);
  };
  out.put(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  section(1, [1, 0x60, 0, 0]);
  section(3, [1, 0]);
  section(5, [1, 0, 1]);
  section(7, [1, 4, ...new TextEncoder().encode("main"), 0, 0]);
  const size = new Writer();
  size.u32(body.length);
  const code = new Writer();
  code.u32(1);
  code.append(size);
  for (const byte of body) code.byte(byte);
  out.byte(10);
  out.u32(code.length);
  out.append(code);
  return out.result().slice();
})();

describe.each(WAYS)("$form, slices $slices, for $engine", ({ form, slices, engine }) => {
  const run = (text: string, budget = 1_000_000n, more: Parameters<typeof execute>[1] = {}) =>
    execute(wat(text), { form, budget, ...more, options: { slices, engine, ...more.options } });
  const over = (budget: bigint) => ({ kind: "out_of_instructions", instructions: budget });
  const ok = (value: unknown, instructions: bigint) => ({ kind: "returned", value, instructions });
  /** The fast form leaves it to the exact one to name a trap. */
  const trap = (kind: string, instructions: bigint) =>
    form === "fast" ? { kind: "run_again_exact" } : { kind: "trap", trap: kind, instructions };

  describe("endless, by", () => {
    test.each([
      ["a loop of free operators", `(func (export "main") (loop $l (nop) (block (nop)) (br $l)))`],
      [
        "a loop left and entered again",
        `(func (export "main") (loop $l (block $b (br_if $b (i32.const 1))) (br $l)))`,
      ],
      [
        "a branch out of many blocks",
        `(func (export "main") (loop $l ${"(block ".repeat(50)} (br $l) ${")".repeat(50)}))`,
      ],
      ["a branch table", `(func (export "main") (loop $l (br_table $l $l (i32.const 9))))`],
      ["a loop in a loop", `(func (export "main") (loop $a (loop $b (br_if $b (i32.const 0))) (br $a)))`],
      ["a tail call", `(func $f (export "main") (return_call $f))`],
      [
        "tail calls through a table",
        `(type $t (func)) (table funcref (elem $f $g)) (func $f (return_call_indirect (type $t) (i32.const 1)))
         (func $g (return_call $f)) (func (export "main") (call $f))`,
      ],
      [
        "leaves that are called in a loop",
        `(func $leaf (param i32) (result i32) (local.get 0)) (func (export "main") (loop $l (br_if $l (call $leaf (i32.const 1)))))`,
      ],
      ["the start function", `(func $s (loop $l (br $l))) (start $s) (func (export "main"))`],
    ])("%s", (_, content) => {
      for (const budget of [0n, 1n, 2n, 3n, 1000n, 1001n]) {
        expect(run(`(module ${content})`, budget)).toEqual(over(budget));
        expect(run(`(module ${content})`, budget, { slice: 7n })).toEqual(over(budget));
      }
    });
  });

  describe("overflowing the count", () => {
    const BUDGET = 2n ** 60n;

    test("with the dearest operators there are, one after another", () => {
      // 70,000 * 8192 * 2^32 instructions: past the greatest budget.
      expect(execute(DEAREST, { form, budget: BUDGET, options: { slices, engine } })).toEqual(over(BUDGET));
    });

    test("with the dearest operator in a loop", () => {
      const body = "(loop $l (drop (memory.grow (i32.const -1))) (br $l))";
      expect(run(`(module (memory 1) (func (export "main") ${body}))`, BUDGET)).toEqual(over(BUDGET));
    });

    test("with bulk operations that are paid before they fail", () => {
      const body = "(memory.fill (i32.const 0) (i32.const 0) (i32.const -1))";
      const price = 1n + 3n + 1n + (0xffffffffn >> 3n);
      const text = `(module (memory 1) (func (export "main") ${body}))`;
      expect(run(text, price - 1n)).toEqual(form === "fast" ? expect.anything() : over(price - 1n));
      expect(run(text, price)).toEqual(trap("memory", price));
    });
  });

  describe("reaching the counter", () => {
    test("through globals of the module's own, which the host may set", () => {
      const text = `(module (global $g (export "g") (mut i64) (i64.const 1))
        (func (export "main") (result i64) (global.set $g (i64.const 0x7fffffffffffffff)) (global.get $g)))`;
      const { instance, meter } = instantiate(wat(text), { form, options: { slices, engine } });
      (instance.exports.g as WebAssembly.Global<"i64">).value = -5n;
      expect(meter.run(instance.exports.main as () => bigint)).toEqual(ok(0x7fffffffffffffffn, 4n));
    });

    test("through imported globals, which shift the indices of all others", () => {
      const text = `(module (import "host" "a" (global $a (mut i64))) (import "other" "b" (global $b i64))
        (global $c (mut i64) (global.get $b))
        (func (export "main") (result i64) (global.set $a (i64.const -1)) (global.set $c (i64.add (global.get $b) (global.get $c)))
          (global.get $c)))`;
      const sealed = seal(wat(text), { form, slices, engine, memoryPagesMax: 1 });
      const a = new WebAssembly.Global({ value: "i64", mutable: true }, 3n);
      const b = new WebAssembly.Global({ value: "i64", mutable: false }, 5n);
      const meter = new Meter({ budget: 100n });
      const imports = { host: { a }, other: { b }, ...meter.imports };
      const instance = new WebAssembly.Instance(new WebAssembly.Module(sealed.bytes), imports);
      meter.attach(instance);
      expect(meter.run(instance.exports.main as () => bigint)).toEqual(ok(10n, 8n));
      expect(a.value).toBe(-1n);
    });

    test("through exports with names that are almost the sealer's, or an object's", () => {
      const names = [
        "",
        "near-offshore:sea",
        "near-offshore",
        "remaining",
        "refill",
        "__proto__",
        "constructor",
        "toString",
      ];
      const exports = names.map((name) => `(export "${name}" (func $main))`).join(" ");
      expect(run(`(module ${exports} (func $main (export "main")))`)).toEqual(ok(undefined, 1n));
    });

    test("through a tail call of an import", () => {
      const text = `(module (import "host" "see" (func $see (param i32) (result i32)))
        (func $f (param i32) (result i32) (return_call $see (local.get 0))) (func (export "main") (result i32) (call $f (i32.const 7))))`;
      const used: bigint[] = [];
      const see = (meter: { used(): bigint; charge(cost: bigint): void }, value: number) => {
        used.push(meter.used());
        meter.charge(10n);
        return value + 1;
      };
      expect(run(text, 1000n, { host: { see } })).toEqual(ok(8, 16n));
      expect(used).toEqual([6n]);
      expect(run(text, 15n, { host: { see } })).toEqual(over(15n));
    });

    test("through an import in a table", () => {
      const text = `(module (import "host" "see" (func $see (param i32) (result i32))) (type $t (func (param i32) (result i32)))
        (table funcref (elem $see)) (func (export "main") (result i32)
          (drop (call_indirect (type $t) (i32.const 1) (i32.const 0))) (return_call_indirect (type $t) (i32.const 2) (i32.const 0))))`;
      const see = (meter: { charge(cost: bigint): void }, value: number) => {
        meter.charge(100n);
        return value;
      };
      expect(run(text, 1000n, { host: { see } })).toEqual(ok(2, 207n));
    });
  });

  describe("memory and tables", () => {
    test("grow page by page to the cap, and never past it", () => {
      const text = `(module (memory 1) (func (export "main") (result i32)
        (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (memory.size)))`;
      expect(run(text, 1_000_000n, { options: { memoryPagesMax: 20 } })).toMatchObject({ value: 20 });
    });

    test("grow each to its own bound", () => {
      const text = `(module (table $a 1 5 funcref) (table $b 1 externref) (func (export "main") (result i32 i32 i32 i32)
        (table.grow $a (ref.null func) (i32.const 5)) (table.grow $a (ref.null func) (i32.const 4))
        (table.grow $b (ref.null extern) (i32.const 1000000)) (table.grow $b (ref.null extern) (i32.const 9))))`;
      expect(run(text, 3_000_000n)).toMatchObject({ value: [-1, 1, -1, 1] });
    });

    test("segments that were dropped are empty", () => {
      const drop = (
        what: string,
      ) => `(module (memory 1) (data $d "abc") (table $t 3 funcref) (elem $e func $f) (func $f)
        (func (export "main") (data.drop $d) (elem.drop $e) (data.drop $d) ${what}))`;
      expect(run(drop("(memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))"))).toEqual(
        ok(undefined, 8n),
      );
      expect(run(drop("(memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))"))).toEqual(
        trap("memory", 8n),
      );
      expect(run(drop("(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))"))).toEqual(
        ok(undefined, 8n),
      );
      expect(run(drop("(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))"))).toEqual(
        trap("table", 9n),
      );
    });
  });

  test("a branch table with 65,000 targets", () => {
    const targets = Array.from({ length: 65_000 }, (_, index) => (index % 2 ? "$a" : "$b")).join(" ");
    const text = `(module (func (export "main") (param i32) (result i32)
      (block $a (block $b (br_table ${targets} $a (local.get 0))) (return (i32.const 1))) (i32.const 2)))`;
    const bytes = wat(text);
    const at = (index: number) => execute(bytes, { form, args: [index], options: { slices, engine } });
    expect([at(0), at(1), at(64_998), at(65_000), at(-1)]).toEqual([
      ok(1, 4n),
      ok(2, 4n),
      ok(1, 4n),
      ok(2, 4n),
      ok(2, 4n),
    ]);
  });

  test("vectors wherever a value can be", () => {
    const text = `(module (type $v (func (param v128 i32) (result v128 v128))) (table funcref (elem $swap))
      (global $g (mut v128) (v128.const i64x2 1 2)) (memory 1)
      (func $swap (type $v) (local v128) (local.set 2 (v128.not (local.get 0)))
        (block $b (result v128 v128) (br_table $b $b (local.get 2) (local.get 0) (local.get 1))))
      (func (export "main") (result i64) (local v128 v128)
        (call_indirect (type $v) (global.get $g) (i32.const 1) (i32.const 0)) (local.set 0) (local.set 1)
        (global.set $g (select (local.get 0) (local.get 1) (i32.const 1)))
        (v128.store (i32.const 8) (global.get $g)) (i64x2.extract_lane 1 (v128.load (i32.const 8)))))`;
    expect(run(text)).toMatchObject({ kind: "returned", value: 2n });
  });
});

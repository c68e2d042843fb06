import { describe, expect, test } from "vitest";
import { execute, FORMS } from "./run.ts";
import { wat } from "./wat.ts";

/** Programs with every kind of control flow, and calls of the host that must stop at the budget. */
const PROGRAMS = {
  loop: `(module (import "host" "see" (func $see (param i32)))
    (func (export "main") (local i32)
      (loop $again
        (call $see (local.get 0))
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get 0) (i32.const 5))))))`,
  branches: `(module (import "host" "see" (func $see (param i32)))
    (func $pick (param i32) (result i32)
      (block $c (block $b (block $a (br_table $a $b $c (local.get 0))) (return (i32.const 10))) (return (i32.const 20)))
      (i32.const 30))
    (func (export "main") (local i32)
      (block $out
        (loop $again
          (if (i32.and (local.get 0) (i32.const 1))
            (then (call $see (call $pick (local.get 0))))
            (else (br_if $out (i32.gt_u (local.get 0) (i32.const 4))) (call $see (i32.const -1))))
          (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br $again)))))`,
  recursion: `(module (import "host" "see" (func $see (param i32)))
    (type $binary (func (param i32) (result i32)))
    (table funcref (elem $fib))
    (func $fib (type $binary)
      (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
        (then (call $see (local.get 0)) (local.get 0))
        (else (i32.add
          (call_indirect (type $binary) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))
          (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "main") (drop (call $fib (i32.const 5)))))`,
  bulk: `(module (import "host" "see" (func $see (param i32))) (memory 1) (table $t 4 64 funcref) (data $d "abcdefgh")
    (func (export "main")
      (memory.fill (i32.const 0) (i32.const 7) (i32.const 100))
      (call $see (i32.const 1))
      (memory.copy (i32.const 200) (i32.const 0) (i32.const 64))
      (memory.init $d (i32.const 300) (i32.const 0) (i32.const 8))
      (call $see (table.grow $t (ref.null func) (i32.const 9)))
      (table.fill $t (i32.const 0) (ref.null func) (i32.const 5))
      (call $see (i32.load8_u (i32.const 201)))))`,
};

function run(bytes: Uint8Array, budget: bigint, form: (typeof FORMS)[number], slice?: bigint) {
  const options = { slices: slice !== undefined };
  const seen: [number, bigint][] = [];
  const host = { see: (meter: { used(): bigint }, value: number) => seen.push([value, meter.used()]) };
  const end = execute(bytes, { budget, form, host, options, ...(slice ? { slice } : {}) });
  return { end, seen };
}

describe.each(Object.entries(PROGRAMS))("%s", (_, text) => {
  const bytes = wat(text);
  const whole = run(bytes, 1_000_000n, "fast");
  const count = (whole.end as { instructions: bigint }).instructions;

  test("ends within its count", () => {
    expect(whole.end.kind).toBe("returned");
    expect(whole.seen.length).toBeGreaterThan(0);
  });

  test.each(FORMS)("stops at every budget below its count, %s form", (form) => {
    for (let budget = 0n; budget < count; budget++) {
      const { end, seen } = run(bytes, budget, form);
      expect(end).toEqual({ kind: "out_of_instructions", instructions: budget });
      expect(seen).toEqual(whole.seen.filter(([, used]) => used <= budget));
    }
    expect(run(bytes, count, form)).toEqual(whole);
  });

  test("counts the same in slices of every size", () => {
    for (let slice = 1n; slice < 20n; slice++) expect(run(bytes, count, "fast", slice)).toEqual(whole);
  });
});

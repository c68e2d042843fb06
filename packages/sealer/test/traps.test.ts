import { describe, expect, test } from "vitest";
import { execute } from "./run.ts";
import { wat } from "./wat.ts";

/** Body of `main`, kind, and the count with the trapping operator and the entry in it. */
const TRAPS: [body: string, trap: string, instructions: bigint][] = [
  ["unreachable", "unreachable", 1n],
  ["(drop (i32.const 1)) unreachable", "unreachable", 2n],
  ["(drop (i32.load (i32.const -1))) (drop (i32.const 1))", "memory", 3n],
  ["(i32.store (i32.const 65533) (i32.const 1))", "memory", 4n],
  ["(drop (v128.load (i32.const 65530)))", "memory", 3n],
  ["(memory.fill (i32.const 65530) (i32.const 0) (i32.const 80))", "memory", 15n],
  ["(memory.init $d (i32.const 0) (i32.const 0) (i32.const 9))", "memory", 6n],
  ["(drop (i32.div_s (i32.const 1) (i32.const 0)))", "divide_by_zero", 4n],
  ["(drop (i32.load (i32.const 0))) (drop (i32.div_u (i32.const 1) (i32.const 0)))", "divide_by_zero", 6n],
  ["(drop (i64.rem_u (i64.const 1) (i64.const 0)))", "divide_by_zero", 4n],
  ["(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", "integer_overflow", 4n],
  ["(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))", "integer_overflow", 4n],
  ["(drop (i32.trunc_f32_s (f32.const nan)))", "invalid_conversion", 3n],
  ["(drop (i64.trunc_f64_u (f64.const -5)))", "integer_overflow", 3n],
  ["(drop (i64.trunc_f64_s (f64.const inf)))", "integer_overflow", 3n],
  ["(call_indirect (type $t) (i32.const 9))", "indirect_call", 3n],
  ["(call_indirect (type $t) (i32.const 1))", "indirect_call", 3n],
  ["(call_indirect (type $t) (i32.const 0))", "indirect_call", 3n],
  ["(drop (table.get $table (i32.const 2)))", "table", 3n],
  ["(table.fill $table (i32.const 0) (ref.null func) (i32.const 3))", "table", 8n],
  ["(call $endless)", "stack_overflow", 2n + 2n * 5460n + 1n],
];

const text = (body: string) => `(module (type $t (func)) (memory 1) (data $d "abc") (table $table 2 funcref)
  (elem (i32.const 0) $other) (func $other (param i32)) (func $endless (call $endless))
  (func (export "main") ${body}))`;

describe.each(TRAPS)("%s", (body, trap, instructions) => {
  const bytes = wat(text(body));

  test("is found by the fast form, and named and counted by the exact one", () => {
    expect(execute(bytes, { form: "fast" })).toEqual({ kind: "run_again_exact" });
    expect(execute(bytes, { form: "exact" })).toEqual({ kind: "trap", trap, instructions });
  });

  test("is a trap with just its count, and out of instructions with less", () => {
    expect(execute(bytes, { form: "exact", budget: instructions }).kind).toBe("trap");
    const budget = instructions - 1n;
    const end = execute(bytes, { form: "exact", budget });
    expect(end).toEqual({ kind: "out_of_instructions", instructions: budget });
    const fast = execute(bytes, { form: "fast", budget });
    expect(["out_of_instructions", "run_again_exact"]).toContain(fast.kind);
  });
});

test.each([
  [9, "out_of_bounds"],
  [-1, "out_of_bounds"],
  [1, "null"],
  [0, undefined],
])("an indirect call of element %i says why it traps, where that is asked for", (index, fault) => {
  const bytes = wat(text(`(call_indirect (type $t) (i32.const ${index}))`));
  const options = { callFaults: true };
  expect(execute(bytes, { form: "exact", options })).toEqual({
    kind: "trap",
    trap: "indirect_call",
    ...(fault && { fault }),
    instructions: 3n,
  });
});

test("a trap before the budget's end is never taken for its end", () => {
  // The trap comes first; what follows in the same segment would overrun the budget.
  const bytes = wat(
    text(`(drop (i32.load (i32.const -1))) ${"(drop (i32.const 1))".repeat(50)} (call $other (i32.const 1))`),
  );
  for (const slice of [1n, 3n, 5n])
    expect(execute(bytes, { budget: 5n, slice }).kind).toBe("run_again_exact");
});

test("instantiation that would trap is an outcome of its own", () => {
  const data = wat(`(module (memory 1) (data (i32.const 65535) "ab") (func (export "main")))`);
  expect(() => execute(data)).toThrow("trap:memory");
  const elements = wat(`(module (table 1 funcref) (elem (i32.const 1) $f) (func $f) (func (export "main")))`);
  expect(() => execute(elements)).toThrow("trap:table");
});

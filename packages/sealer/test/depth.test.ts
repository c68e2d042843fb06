import { describe, expect, test } from "vitest";
import { execute, FORMS, instantiate } from "./run.ts";
import { wat } from "./wat.ts";

/** Calls itself n times, with these locals and this many operands beneath the call. */
const nested = (locals: string, operands: number, tail = "call") => `(module
  (func $down (param i32) (result i32) ${locals}
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    ${"(i32.const 0) ".repeat(operands)}
    (${tail} $down (i32.sub (local.get 0) (i32.const 1)))
    ${"(drop) (drop) (i32.const 7) ".repeat(operands)})
  (func (export "main") (param i32) (result i32) (call $down (local.get 0))))`;

const STACK = 256 * 1024;

/** Bytes of main's frame: one parameter, one operand. */
const MAIN = 48 + 8 * 2;

describe.each(FORMS)("the %s form", (form) => {
  const overflows = (bytes: Uint8Array, n: number) => {
    const end = execute(bytes, { form, args: [n] });
    if (end.kind === "returned") return false;
    expect(form === "fast" ? end.kind : (end as { trap: string }).trap).toBe(
      form === "fast" ? "run_again_exact" : "stack_overflow",
    );
    return true;
  };

  test.each([
    ["no locals", "", 1, 1 + 2],
    ["locals", "(local i64 f32 i32)", 1, 4 + 2],
    ["vectors, twice as large", "(local v128)", 1, 3 + 2],
    ["operands", "", 5, 1 + 7],
  ])("stops at 256 KiB of frames: %s", (_, locals, operands, slots) => {
    const bytes = wat(nested(locals, operands === 1 ? 0 : operands));
    const frame = 48 + 8 * slots;
    const deepest = Math.floor((STACK - MAIN) / frame) - 1;
    expect(overflows(bytes, deepest)).toBe(false);
    expect(overflows(bytes, deepest + 1)).toBe(true);
  });

  test("a tail call gives up its frame", () => {
    const text = nested("", 0, "return_call");
    expect(overflows(wat(text), 50_000)).toBe(false);
  });

  test("counts on below a call back from the host", () => {
    const bytes = wat(`(module (import "host" "again" (func $again (param i32)))
      (func (export "main") (param i32) (call $again (local.get 0))))`);
    const depth = { now: 0, max: 0 };
    const again = (_: unknown, n: number) => {
      depth.max = Math.max(depth.max, ++depth.now);
      (run.instance.exports.main as (n: number) => void)(n);
      depth.now--;
    };
    const run = instantiate(bytes, { form, host: { again }, options: { stackBytesMax: 64 * 10 } });
    const end = run.meter.run(() => (run.instance.exports.main as (n: number) => void)(1));
    expect(end.kind).toBe(form === "fast" ? "run_again_exact" : "trap");
    expect(depth.max).toBe(10);
  });
});

test("no limit when none is asked for", () => {
  const end = execute(wat(nested("", 0)), { args: [4000], options: { stackBytesMax: null } });
  expect(end).toMatchObject({ kind: "returned", value: 7 });
});

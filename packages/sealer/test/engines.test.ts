import { type Engine, findEngines, openEngine } from "@near-offshore/engines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DepthInput } from "./depth-entry.ts";
import { wat } from "./wat.ts";

/** Functions whose real frames are large for their abstract ones. */
const SHAPES = [
  "(func $f (call $f))",
  "(func $f (param i32) (result i32) (i32.add (i32.const 1) (call $f (local.get 0))))",
  "(func $f (result i32 i32 i32 i32) (call $f))",
  "(func $f (local i64 i64 i64 i64) (call $f) (local.set 3 (i64.add (local.get 1) (local.get 2))))",
  "(func $f (param v128) (result v128) (f32x4.add (local.get 0) (call $f (f32x4.mul (local.get 0) (local.get 0)))))",
  "(func $f (param f64) (result f64) (f64.add (local.get 0) (call $f (f64.mul (local.get 0) (local.get 0)))))",
  "(type $t (func)) (table funcref (elem $f)) (func $f (call_indirect (type $t) (i32.const 0)))",
  `(type $t (func)) (table funcref (elem $f)) (func $f (drop (i32.trunc_f32_s (f32.const 1)))
    (drop (i64.trunc_f64_s (f64.const 1))) (drop (i64.div_s (i64.const 1) (i64.const 1)))
    (drop (f32x4.add (v128.const i64x2 1 2) (v128.const i64x2 1 2))) (call_indirect (type $t) (i32.const 0)))`,
];
const ARGUMENTS = ["", "(i32.const 1)", "", "", "(v128.const i64x2 1 2)", "(f64.const 1)", "", ""];
const RESULTS = [0, 1, 4, 0, 1, 1, 0, 0];

const modules = SHAPES.map((shape, i) =>
  wat(`(module ${shape} (func (export "main") (call $f ${ARGUMENTS[i]}) ${"drop ".repeat(RESULTS[i]!)}))`),
);

const STACK = 256 * 1024;
/** Of real stack that is left over when the limit is reached. */
const MARGIN = 1.2;

describe.each(findEngines())("in %s", (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  }, 60_000);
  afterAll(() => engine.close());

  test("the depth limit comes before the engine's own, with room to spare", { timeout: 60_000 }, async () => {
    for (const form of ["fast", "exact"] as const) {
      const input: DepthInput = { modules, form, stackBytesMax: STACK * MARGIN };
      const ends = await engine.run<string[]>(new URL("./depth-entry.ts", import.meta.url), input);
      expect(ends).toEqual(modules.map(() => (form === "fast" ? "run_again_exact" : "stack_overflow")));
    }
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { program, run } from "../../test/helpers.ts";
import { Program } from "../program.ts";
import { CALLS, type CallName } from "./calls.ts";

const NAMES = (Object.keys(CALLS) as CallName[]).filter((name) => name !== "proc_exit");
const CALL_BYTES = 80;
const ARGUMENTS_AT = 8;

/** A program that makes the calls that its input says: an index and the arguments of each, until there is no more. */
function interpreter(): Program {
  const imports = Object.fromEntries(
    NAMES.map((name) => {
      const params = [...CALLS[name].params].map((letter) => (letter === "i" ? "i32" : "i64"));
      return [name, `(param ${params.join(" ")}) (result i32)`];
    }),
  );
  const cases = NAMES.map((name, index) => {
    const values = [...CALLS[name].params].map((letter, at) => {
      const address = `(i32.const ${ARGUMENTS_AT + at * 8})`;
      return letter === "i" ? `(i32.load ${address})` : `(i64.load ${address})`;
    });
    return `(if (i32.eq (i32.load (i32.const 0)) (i32.const ${index})) (then (drop (call $${name} ${values.join(" ")}))))`;
  });
  const input = "(call $fd_read (i32.const 0) (i32.const 1000) (i32.const 1) (i32.const 1016))";
  const body = `(loop $next
    (i64.store (i32.const 1000) (i64.const ${CALL_BYTES * 2 ** 32}))
    (br_if 1 ${input})
    (br_if 1 (i32.ne (i32.load (i32.const 1016)) (i32.const ${CALL_BYTES})))
    ${cases.join("\n")} (br $next))`;
  const names =
    '(data (i32.const 2000) "a/b/../c") (data (i32.const 2100) "a") (data (i32.const 2200) "b/") (data (i32.const 2300) "../x")';
  return new Program(program(imports, `(block ${body})`, `(memory (export "memory") 1) ${names}`));
}

const INTERPRETER = interpreter();

const value = fc.oneof(
  { weight: 4, arbitrary: fc.nat(8) },
  { weight: 3, arbitrary: fc.constantFrom(2000, 2100, 2200, 2300, 4096, 65_530) },
  { weight: 1, arbitrary: fc.integer() },
);
const call = fc.record({
  index: fc.nat(NAMES.length - 1),
  values: fc.array(value, { minLength: 9, maxLength: 9 }),
});

function inputOf(calls: { index: number; values: number[] }[]): Uint8Array {
  const input = new Uint8Array(calls.length * CALL_BYTES);
  const view = new DataView(input.buffer);
  for (const [at, { index, values }] of calls.entries()) {
    view.setUint32(at * CALL_BYTES, index, true);
    for (const [n, each] of values.entries()) {
      view.setBigInt64(at * CALL_BYTES + ARGUMENTS_AT + n * 8, BigInt(each), true);
    }
  }
  return input;
}

test("whatever a program calls, it ends with an outcome, and always the same", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const options = { input: inputOf(calls), max_instructions: 1_000_000 };
      const result = run(INTERPRETER, options);
      expect(result.status).toMatch(/^(ok|output_too_large|out_of_instructions)$/);
      expect(run(INTERPRETER, options)).toEqual(result);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
});

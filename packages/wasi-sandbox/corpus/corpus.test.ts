// Exactness: every program has the same status, output and count in every engine, and the reference counter's.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installRust } from "./build/native.ts";
import { expectExact } from "./expect-exact.ts";
import { Engines, type Measured } from "./measure.ts";
import { PROGRAMS } from "./programs.ts";

const SETUP_MS = 900_000;

let engines: Engines;
let measured: Map<string, Measured | string>;
beforeAll(async () => {
  engines = await Engines.open();
  // Where nobody waits for it, nothing is left out that can be installed.
  if (process.env.CI) installRust();
  measured = await engines.measure(PROGRAMS);
}, SETUP_MS);
afterAll(() => engines?.close());

describe("the same everywhere, and as the reference counter counts", () => {
  test.for(PROGRAMS)("$name", (program, context) =>
    expectExact(program, measured.get(program.name)!, context),
  );
});

describe("NaNs", () => {
  const outputOf = (name: string) => {
    const found = measured.get(name);
    if (typeof found !== "object") throw new Error(`${name}: ${found}`);
    return new TextDecoder().decode(found.output);
  };
  const valuesOf = (output: string, expression: string) =>
    output
      .split("\n")
      .filter((line) => line.slice(0, 28).trim() === expression)
      .map((line) => line.slice(28).trim());

  test("that arithmetic makes are canonical", () => {
    const output = outputOf("c/nan_scalar");
    for (const made of [
      "zero / zero",
      "infinity - infinity",
      "sqrt(minus)",
      "log(minus)",
      "d + 1",
      "sqrt(d)",
      "ceil(d)",
    ])
      expect(new Set(valuesOf(output, made)), made).toEqual(new Set(["7ff8000000000000"]));
    for (const made of ["zero_f / zero_f", "sqrtf(minus_f)", "f * 2", "(float)d", "truncf(f)"])
      expect(new Set(valuesOf(output, made)), made).toEqual(new Set(["7fc00000"]));
  });

  test("that are moved keep their bits, signalling ones too", () => {
    const output = outputOf("c/nan_scalar");
    const made = [
      "7ff8000000000000",
      "fff8000000000000",
      "7ff8000000abcdef",
      "fff8123456789abc",
      "7ff0000000000001",
      "fff4000000000000",
    ];
    expect(valuesOf(output, "d")).toEqual(made);
    expect(valuesOf(output, "pass(d)")).toEqual(made);
    expect(valuesOf(output, "fabs(d)")).toEqual(made.map((bits) => bits.replace(/^f/, "7")));
    expect(valuesOf(output, "copysign(d, minus)")).toEqual(made.map((bits) => bits.replace(/^7/, "f")));
    expect(valuesOf(output, "f")).toEqual([
      "7fc00000",
      "ffc00000",
      "7fc0abcd",
      "ffc12345",
      "7f800001",
      "ffa00000",
    ]);
  });
});

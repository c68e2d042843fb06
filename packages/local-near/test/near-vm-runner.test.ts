// What nearcore's own contract runtime said to the same calls: see nearcore/README.md.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PROTOCOL_VERSION } from "../src/parameters.ts";
import {
  exceeded,
  hostCase,
  moduleCase,
  type Row,
  type Summary,
  SWEEP,
  summary,
  type Vectors,
} from "./nearcore/cases.ts";
import { GOOD } from "./nearcore/host-cases.ts";
import { type Case, runCase } from "./nearcore/run-case.ts";

const VECTORS: Vectors = JSON.parse(
  readFileSync(new URL("vectors/near-vm-runner.json", import.meta.url), "utf8"),
);

const answer = (given: Case) => summary(runCase(given));

function said([burnt, outcome, used = burnt]: Row): Summary {
  return { burnt, used, outcome: VECTORS.outcomes[outcome]! };
}

test("the vectors are of the protocol version that this chain follows", () => {
  expect(VECTORS.protocol_version).toBe(PROTOCOL_VERSION);
});

describe("modules", () => {
  test.each(Object.entries(VECTORS.modules))("%s", (name, row) => {
    expect(answer(moduleCase(name))).toEqual(said(row));
  });
});

describe("with ever more gas", () => {
  test.each(Object.entries(VECTORS.swept))("%s", (name, enough) => {
    for (let gas: number = SWEEP.from; gas < enough; gas += SWEEP.step)
      expect(answer(moduleCase(name, gas))).toEqual(exceeded(gas));
    expect(answer(moduleCase(name, enough))).toEqual(said(VECTORS.modules[name]!));
  });
});

describe("host functions", () => {
  test.each(Object.entries(VECTORS.host_calls))("%s", (name, { in_view, calls }) => {
    expect(answer(hostCase(name, GOOD[name]!, true))).toEqual(said(in_view));
    for (const [args, row] of Object.entries(calls)) {
      expect({ args, ...answer(hostCase(name, argumentsOf(args))) }).toEqual({ args, ...said(row) });
    }
  });
});

function argumentsOf(text: string): bigint[] {
  return text === "" ? [] : text.split(",").map(BigInt);
}

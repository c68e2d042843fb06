// Asks nearcore's contract runtime about every case and keeps what it says, in short: see README.md.
import { deepStrictEqual } from "node:assert";
import { writeFileSync } from "node:fs";
import { ask, NEAR_VM_RUNNER, PROTOCOL_VERSION } from "./ask.ts";
import {
  exceeded,
  hostCase,
  MODULE_NAMES,
  moduleCase,
  type Row,
  type Summary,
  SWEEP,
  summary,
  type Vectors,
} from "./cases.ts";
import { callsOf, GOOD } from "./host-cases.ts";
import type { Case } from "./run-case.ts";
import { SWEPT } from "./wasm-cases.ts";

const VECTORS = new URL("../vectors/near-vm-runner.json", import.meta.url);

const summaries = (cases: readonly Case[]) => ask(cases).map(summary);

const outcomes: string[] = [];

function rowOf({ burnt, used, outcome }: Summary): Row {
  if (!outcomes.includes(outcome)) outcomes.push(outcome);
  const index = outcomes.indexOf(outcome);
  return used === burnt ? [burnt, index] : [burnt, index, used];
}

/** Every step up to what is enough must burn all of it: that is what the vector says. */
function enoughGas(name: string, { burnt }: Summary): number {
  const steps = Math.ceil((burnt - SWEEP.from) / SWEEP.step);
  const gases = Array.from({ length: steps }, (_, i) => SWEEP.from + i * SWEEP.step);
  const answers = summaries(gases.map((gas) => moduleCase(name, gas)));
  answers.forEach((answer, i) => {
    deepStrictEqual(answer, exceeded(gases[i]!), `${name} with ${gases[i]} gas`);
  });
  return SWEEP.from + steps * SWEEP.step;
}

/** Of calls that come to the same, one. */
function hostCalls(name: string): Vectors["host_calls"][string] {
  const calls = callsOf(name);
  const cases = [hostCase(name, GOOD[name]!, true), ...calls.map((args) => hostCase(name, args))];
  const [in_view, ...rows] = summaries(cases).map(rowOf);
  const different = new Map<string, [args: string, Row]>();
  rows.forEach((row, i) => {
    const key = row.join();
    if (!different.has(key)) different.set(key, [calls[i]!.join(), row]);
  });
  return { in_view: in_view!, calls: Object.fromEntries(different.values()) };
}

function makeVectors(): Vectors {
  const answers = summaries(MODULE_NAMES.map((name) => moduleCase(name)));
  const modules = new Map(MODULE_NAMES.map((name, i) => [name, answers[i]!]));
  return {
    near_vm_runner: NEAR_VM_RUNNER,
    protocol_version: PROTOCOL_VERSION,
    outcomes,
    modules: Object.fromEntries([...modules].map(([name, said]) => [name, rowOf(said)])),
    swept: Object.fromEntries(SWEPT.map((name) => [name, enoughGas(name, modules.get(name)!)])),
    host_calls: Object.fromEntries(Object.keys(GOOD).map((name) => [name, hostCalls(name)])),
  };
}

writeFileSync(VECTORS, JSON.stringify(makeVectors()));

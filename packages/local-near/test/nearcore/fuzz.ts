// Random sequences of host calls with random gas: `node fuzz.ts [--count 1000] [--seed 1]`. Prints where local-near differs from nearcore.
import { isDeepStrictEqual, parseArgs } from "node:util";
import { ask } from "./ask.ts";
import { sequenceCase } from "./cases.ts";
import { callsOf, GOOD, type HostCall } from "./host-cases.ts";
import { type Case, runCase } from "./run-case.ts";

const CALLS_MAX = 14;
const CASES_AT_ONCE = 200;
const GAS_MAX = 300e12;

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Those that end the call come to the same whatever was called before. */
const NAMES = Object.keys(GOOD).filter((name) => !/^(panic|abort|storage_iter)/.test(name));

function randomCall(random: (below: number) => number): HostCall {
  const name = NAMES[random(NAMES.length)]!;
  const calls = callsOf(name);
  return { name, args: random(8) === 0 ? calls[random(calls.length)]! : GOOD[name]! };
}

function randomCase(random: (below: number) => number): { text: string; given: Case } {
  const calls = Array.from({ length: 1 + random(CALLS_MAX) }, () => randomCall(random));
  const gas = random(3) === 0 ? GAS_MAX : Math.min(GAS_MAX, Math.floor(1e9 * 2 ** (random(1_800) / 100)));
  const is_view = random(12) === 0;
  const text = calls.map(({ name, args }) => `${name}(${args})`).join("; ");
  return { text: `${text} with ${gas} gas`, given: sequenceCase(calls, gas, is_view) };
}

const { values } = parseArgs({ options: { count: { type: "string" }, seed: { type: "string" } } });
const random = randomNumbers(Number(values.seed ?? 1));
let differences = 0;
let rest = Number(values.count ?? 1_000);
for (; rest > 0; rest -= CASES_AT_ONCE) {
  const cases = Array.from({ length: Math.min(rest, CASES_AT_ONCE) }, () => randomCase(random));
  const answers = ask(cases.map(({ given }) => given));
  for (const [index, { text, given }] of cases.entries()) {
    const ours = runCase(given);
    if (isDeepStrictEqual(ours, answers[index])) continue;
    differences++;
    console.log(`${text}\n  nearcore: ${JSON.stringify(answers[index])}\n  here: ${JSON.stringify(ours)}`);
  }
}
console.log(`${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;

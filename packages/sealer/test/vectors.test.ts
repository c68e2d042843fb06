import { describe, expect, test } from "vitest";
import { inspect, Meter, type SealOptions, seal } from "../src/index.ts";
import { COUNT, withReferenceCounter } from "./reference.ts";
import { WAYS } from "./run.ts";
import budget from "./vectors/budget.json" with { type: "json" };
import counting from "./vectors/counting.json" with { type: "json" };
import limits from "./vectors/limits.json" with { type: "json" };
import nan from "./vectors/nan.json" with { type: "json" };
import stack from "./vectors/stack.json" with { type: "json" };
import traps from "./vectors/traps.json" with { type: "json" };

interface Vector {
  name: string;
  module: string;
  args?: string[];
  budget?: string;
  memory_pages_max?: number;
  outcome: string;
  instructions: string;
  results?: string[];
  log?: string[][];
}

/** What came out of a run, as a vector says it. */
type Outcome = Pick<Vector, "outcome" | "instructions" | "results" | "log">;

const FILES: Record<string, Vector[]> = { counting, traps, budget, stack, limits, nan };
const bytesOf = ({ module }: Vector) => new Uint8Array(Buffer.from(module, "base64"));

function hostOf(log: string[][], used: () => bigint): WebAssembly.Imports {
  return { host: { see: (value: number) => log.push([String(value), String(used())]) } };
}

/** Results of a function as a list of decimals. */
function listed(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

function runSealed(vector: Vector, options: Pick<SealOptions, "form" | "slices" | "engine">): Outcome {
  const memoryPagesMax = vector.memory_pages_max ?? 1024;
  const sealed = seal(bytesOf(vector), { ...options, memoryPagesMax });
  if (sealed.outcome) return { outcome: sealed.outcome, instructions: "0" };
  const budget = BigInt(vector.budget ?? 1_000_000);
  const meter = new Meter({ budget, ...(options.slices && { slice: budget / 3n + 1n }) });
  const log: string[][] = [];
  const instance = new WebAssembly.Instance(new WebAssembly.Module(sealed.bytes), {
    ...hostOf(log, () => meter.used()),
    ...meter.imports,
  });
  meter.attach(instance);
  const end = meter.run(() => {
    meter.start();
    return (instance.exports.main as (...args: number[]) => unknown)(...(vector.args ?? []).map(Number));
  });
  if (end.kind === "run_again_exact") return { outcome: "run_again_exact", instructions: "" };
  if (end.kind === "machine_fault" || end.kind === "threw") throw new Error(end.kind);
  const seen = vector.log && { log };
  const instructions = String(end.instructions);
  if (end.kind === "returned") return { outcome: "ok", instructions, results: listed(end.value), ...seen };
  return { outcome: end.kind === "trap" ? `trap:${end.trap}` : end.kind, instructions, ...seen };
}

/** The plain module under the reference counter, which knows no budget, stack or limit of memory, and no kinds of traps. */
function runReference(vector: Vector): Outcome {
  const log: string[][] = [];
  const module = new WebAssembly.Module(withReferenceCounter(bytesOf(vector), 2n ** 60n, true));
  const state: { instance?: WebAssembly.Instance } = {};
  const used = () => (state.instance!.exports[COUNT] as WebAssembly.Global<"i64">).value;
  const instance = new WebAssembly.Instance(module, hostOf(log, used));
  state.instance = instance;
  try {
    const value = (instance.exports.main as (...args: number[]) => unknown)(
      ...(vector.args ?? []).map(Number),
    );
    return {
      outcome: "ok",
      instructions: String(used()),
      results: listed(value),
      ...(vector.log && { log }),
    };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return { outcome: vector.outcome, instructions: String(used()) };
  }
}

function expected({ outcome, instructions, results, log }: Vector): Outcome {
  return { outcome, instructions, ...(results && { results }), ...(log && { log }) };
}

describe.each(Object.entries(FILES))("%s.json", (_, vectors) => {
  describe.each(vectors.map((vector) => ({ ...vector })))("$name", (vector) => {
    test.each(WAYS)("sealed, $form form, slices $slices, for $engine", (way) => {
      const outcome = runSealed(vector, way);
      // A trap, and an end of the budget after one would have come, may need the exact form.
      if (outcome.outcome !== "run_again_exact") expect(outcome).toEqual(expected(vector));
      else expect(`${way.form} ${vector.outcome}`).toMatch(/^fast (trap:.*|out_of_instructions)$/);
    });

    const is_known_to_reference =
      vector.instructions !== "0" &&
      !/^out_of|stack_overflow/.test(vector.outcome) &&
      vector.memory_pages_max === undefined &&
      !vector.name.startsWith("a table to");
    test.runIf(is_known_to_reference)("as the reference counter has it", () => {
      expect(runReference(vector)).toEqual(expected(vector));
    });
  });
});

test("all of them are modules that the rules accept", () => {
  for (const vector of Object.values(FILES).flat()) expect(() => inspect(bytesOf(vector))).not.toThrow();
});

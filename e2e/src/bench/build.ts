// How long builds take, by language, backend and step.
import { writeFileSync } from "node:fs";
import type { Bench, BenchResult, Figure } from "./bench.ts";
import type { Measured } from "./build-steps.ts";

/** Milliseconds of a warm build; for Rust and Go, of what it takes beside cargo or go. */
const WARM_GOALS_MS: Record<string, number> = { c: 5_000, "c++": 5_000, assemblyscript: 5_000 };
const OVERHEAD_GOAL_MS = 1_000;
const HIT_GOAL_MS = 50;
const STEPS = ["fetch", "dependencies", "compile", "check"];

export const bench: Bench = {
  about: "builds of the examples: cold, warm and from the cache, by language, backend and step",
  options: {
    examples: "a,b: those whose names start so (all)",
    table: "FILE: writes the table of examples there, in Markdown",
  },
  run: async ({ examples = "", table }) => {
    const { measureBuilds, sum } = await import("./build-steps.ts");
    const measured = await measureBuilds(examples.split(",").filter((name) => name !== ""));
    if (table !== undefined) writeFileSync(table, markdown(measured, sum));
    return resultOf(measured, sum);
  },
};

type Sum = (timings_ms: Record<string, number>) => number;

function resultOf(measured: Measured[], sum: Sum): BenchResult {
  const ms = (timings: Record<string, number>, step: string) => `${timings[step] ?? "-"}`;
  const rows = measured.flatMap(({ example, backend, cold, warm, compiler_ms }) =>
    Object.entries({ cold, warm }).map(([how, timings]) => [
      example.name,
      backend,
      how,
      ...STEPS.map((step) => ms(timings, step)),
      `${sum(timings)}`,
      how === "warm" ? `${compiler_ms ?? ""}` : "",
    ]),
  );
  const figures: Figure[] = [];
  for (const [group, of_group] of Map.groupBy(
    measured,
    ({ example, backend }) => `${example.language}_${backend}`,
  )) {
    const { language } = of_group[0]!.example;
    const slowest = (value: (one: Measured) => number) => Math.max(...of_group.map(value));
    const goal = WARM_GOALS_MS[language];
    const noise = slowest((one) => one.noise);
    figures.push({ metric: `cold_ms_${group}`, value: slowest(({ cold }) => sum(cold)) });
    figures.push({
      metric: `warm_ms_${group}`,
      value: slowest(({ warm }) => sum(warm)),
      noise,
      ...(goal && { goal }),
    });
    if (goal === undefined) {
      const value = slowest(({ warm, compiler_ms }) => sum(warm) - (compiler_ms ?? 0));
      figures.push({ metric: `warm_ms_over_compiler_${group}`, value, noise, goal: OVERHEAD_GOAL_MS });
    }
  }
  const hit = Math.max(...measured.map((one) => sum(one.hit)));
  figures.push({ metric: "cache_hit_ms", value: hit, goal: HIT_GOAL_MS });
  return { rows: [["example", "backend", "", ...STEPS, "all ms", "cargo, go"], ...rows], figures };
}

function markdown(measured: Measured[], sum: Sum): string {
  const rows = measured.map(({ example, backend, module_bytes, instructions, cold, warm }) => {
    const seconds = (timings: Record<string, number>) => (sum(timings) / 1_000).toFixed(1);
    const cells = [
      example.name,
      example.language,
      backend,
      module_bytes,
      seconds(cold),
      seconds(warm),
      instructions ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `# Builds of the examples

Made by \`npm run bench -- build --table wasi-examples/BUILDS.md\`; times are of the machine that made it. Warm: sources, dependencies and compiler are
there, the module is not. Instructions are of the first sample that ends well, by name.

| example | language | backend | bytes | cold s | warm s | instructions |
| --- | --- | --- | --: | --: | --: | --: |
${rows.join("\n")}
`;
}

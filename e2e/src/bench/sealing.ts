/** How much slower sealed modules are than plain ones, kernel by kernel and engine by engine, and what sealing costs. */

import { type Engine, type EngineName, findEngines, openEngine } from "@near-offshore/engines";
import { type Comparison, compare, geometricMean } from "../../../packages/sealer/bench/compare.ts";
import { compileKernel, KERNEL_SIZES } from "../../../packages/sealer/bench/kernels.ts";
import { BIG_MODULES, sealingMemory, sealingSpeed } from "../../../packages/sealer/bench/sealing-cost.ts";
import { type Forms, formsOf, variantsOf } from "../../../packages/sealer/bench/variants.ts";
import { say } from "../log.ts";
import { CACHE } from "../paths.ts";
import type { Bench, BenchResult, Figure } from "./bench.ts";

/** Page 4 of the design, and the issue. */
const GOALS: Record<string, Partial<Record<EngineName, number>>> = {
  metered: { node: 1.08, chromium: 1.08 },
  sealed: { node: 1.12, chromium: 1.12, firefox: 1.25 },
};
const WORST_GOAL = 1.5;
const MB_PER_S_GOAL = 20;
const MEMORY_GOAL = 8;
const ROUNDS = 96;

/** Comparisons by kernel. */
type Results = Map<string, Comparison>;

export const bench: Bench = {
  about: "sealed kernels over plain ones in every engine; speed and memory of sealing",
  options: {
    engines: "node,chromium,firefox: those to measure in (default: all that are here)",
    kernels: `a,b: those of ${Object.keys(KERNEL_SIZES).join(", ")}; sealing itself is not measured then`,
    rounds: `N: calls of each variant (${ROUNDS})`,
    forms:
      "a,b: metered, sealed, sliced, stack, nan, exact, or name={...} with options of seal() in JSON, separated by ;",
  },
  run: (options) => measure(options),
};

async function measure(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const kernels = choose("kernel", Object.keys(KERNEL_SIZES), options.kernels);
  const engines = choose("engine", findEngines(), options.engines);
  const forms = formsOf(options.forms);
  const rounds = Number(options.rounds ?? ROUNDS);
  const rows: string[][] = [["kernel", "engine", "M instr", "plain ms", "noise", ...Object.keys(forms)]];
  const figures: Figure[] = [];
  for (const name of engines) {
    const engine = await openEngine(name);
    say(`${name} ${engine.version}`);
    try {
      const results = await compareKernels(engine, kernels, forms, rounds);
      rows.push(...rowsOf(name, results, Object.keys(forms)));
      figures.push(...figuresOf(name, results, Object.keys(forms)));
      if (!options.kernels) figures.push(await speedFigure(engine));
    } finally {
      await engine.close();
    }
  }
  if (!options.kernels) figures.push(await memoryFigure());
  return { rows, figures };
}

function choose<T extends string>(what: string, known: readonly T[], wanted: string | undefined): T[] {
  if (!wanted) return [...known];
  return wanted.split(",").map((name) => {
    const found = known.find((candidate) => candidate === name);
    if (!found) throw new Error(`no ${what} "${name}" here: there are ${known.join(", ")}`);
    return found;
  });
}

async function compareKernels(
  engine: Engine,
  kernels: string[],
  forms: Forms,
  rounds: number,
): Promise<Results> {
  const results: Results = new Map();
  for (const kernel of kernels) {
    const variants = variantsOf(
      await compileKernel(kernel, CACHE),
      forms,
      engine.name === "firefox" ? "spidermonkey" : "v8",
    );
    results.set(kernel, await compare(engine, variants, KERNEL_SIZES[kernel]!, rounds));
    const ratios = [...results.get(kernel)!.over_plain].map(([name, ratio]) => `${name} ${ratio.toFixed(2)}`);
    say(`  ${kernel}: ${ratios.join(", ")}`);
  }
  return results;
}

const ratiosOf = (results: Results, form: string) =>
  [...results.values()].map(({ over_plain }) => over_plain.get(form)!);

/** How far from 1 the ratios of plain over plain are: positive and negative errors do not make up for each other. */
const noiseOf = (results: Results) =>
  geometricMean(ratiosOf(results, "again").map((ratio) => Math.max(ratio, 1 / ratio)));

function rowsOf(engine: EngineName, results: Results, forms: string[]): string[][] {
  const columns = ["again", ...forms];
  const rows = [...results].map(([kernel, { instructions, plain_ms, over_plain }]) => [
    kernel,
    engine,
    (Number(instructions) / 1e6).toFixed(1),
    plain_ms.toFixed(2),
    ...columns.map((form) => over_plain.get(form)!.toFixed(2)),
  ]);
  const means = columns.map((form) => geometricMean(ratiosOf(results, form)).toFixed(3));
  return [...rows, ["geometric mean", engine, "", "", ...means]];
}

function figuresOf(engine: EngineName, results: Results, forms: string[]): Figure[] {
  const noise = noiseOf(results);
  const means = forms.map((form): Figure => {
    const goal = GOALS[form]?.[engine];
    const metric = `${form}_over_plain_geomean_${engine}`;
    return { metric, value: geometricMean(ratiosOf(results, form)), noise, ...(goal && { goal }) };
  });
  const worst = Math.max(...forms.filter((form) => form in GOALS).flatMap((form) => ratiosOf(results, form)));
  const worst_noise = Math.max(...ratiosOf(results, "again").map((ratio) => Math.max(ratio, 1 / ratio)));
  if (!Number.isFinite(worst)) return means;
  return [...means, { metric: `worst_kernel_${engine}`, value: worst, goal: WORST_GOAL, noise: worst_noise }];
}

/** Of the module that is the slowest to seal. */
async function speedFigure(engine: Engine): Promise<Figure> {
  const speeds = [];
  for (const [name, path] of Object.entries(BIG_MODULES)) {
    const speed = await sealingSpeed(engine, path);
    const { module_bytes, mb_per_s, first_mb_per_s } = speed;
    const megabytes = (module_bytes / 1e6).toFixed(1);
    say(
      `  sealing ${name} (${megabytes} MB): ${mb_per_s.toFixed(1)} MB/s, at first ${first_mb_per_s.toFixed(1)}`,
    );
    speeds.push(speed);
  }
  const { mb_per_s, noise } = speeds.toSorted((a, b) => a.mb_per_s - b.mb_per_s)[0]!;
  const figure = { value: mb_per_s, noise, more_is_better: true };
  if (engine.name === "node") return { ...figure, metric: "sealing_mb_per_s", goal: MB_PER_S_GOAL };
  return { ...figure, metric: `sealing_mb_per_s_${engine.name}` };
}

/** Of the module that takes the most for its size. */
async function memoryFigure(): Promise<Figure> {
  const measured = [];
  for (const [name, path] of Object.entries(BIG_MODULES)) {
    measured.push(await sealingMemory(path));
    say(`sealing ${name}: memory grew by ${measured.at(-1)!.toFixed(1)} times its size`);
  }
  return { metric: "sealing_memory_over_size", value: Math.max(...measured), goal: MEMORY_GOAL };
}

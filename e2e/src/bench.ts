// `npm run bench [-- NAME... --json ...]`: what is measured, and how it compares with its goals.
import { parseArgs } from "node:util";
import type { Bench, Figure } from "./bench/bench.ts";
import { bench as build } from "./bench/build.ts";
import { bench as contractGas } from "./bench/contract-gas.ts";
import { bench as localNear } from "./bench/local-near.ts";
import { bench as sealing } from "./bench/sealing.ts";
import { table } from "./bench/table.ts";
import { say } from "./log.ts";

/** Each in a file of its own, `bench/<name>.ts`. What is heavy to import they import when they run. */
const BENCHES: Record<string, Bench> = {
  build,
  "contract-gas": contractGas,
  sealing,
  "local-near": localNear,
};

async function main(): Promise<number> {
  const read = readArguments();
  if (typeof read === "string") {
    say(read);
    printHelp();
    return 1;
  }
  const { json, help, names, options } = read;
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (help || unknown !== undefined) {
    if (unknown !== undefined) say(`there is no bench "${unknown}"`);
    printHelp();
    return help ? 0 : 1;
  }
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const bench = BENCHES[name]!;
    say(`bench ${name}: ${bench.about}`);
    const { rows, figures } = await bench.run(options);
    console.log(`${table(rows)}\n\n${table(figureRows(figures))}\n`);
    if (json) for (const figure of figures) console.log(inJson(name, figure));
  }
  return 0;
}

/** @returns what is wrong with them, where something is */
function readArguments() {
  const of_benches = Object.values(BENCHES).flatMap((bench) => Object.keys(bench.options));
  const texts = Object.fromEntries(of_benches.map((name) => [name, { type: "string" }] as const));
  const flags = { json: { type: "boolean" }, help: { type: "boolean" } } as const;
  try {
    const { values, positionals } = parseArgs({ options: { ...texts, ...flags }, allowPositionals: true });
    const { json, help, ...options } = values;
    return { json, help, names: positionals, options: options as Record<string, string> };
  } catch (error) {
    return (error as Error).message;
  }
}

function printHelp(): void {
  say("npm run bench [-- NAME... [--json] [--OPTION VALUE]...]; benches:");
  for (const [name, { about, options }] of Object.entries(BENCHES)) {
    say(`  ${name}: ${about}`);
    for (const [option, explanation] of Object.entries(options)) say(`    --${option} ${explanation}`);
  }
}

function figureRows(figures: Figure[]): string[][] {
  const shown = (value: number | undefined) => (value === undefined ? "-" : value.toPrecision(4));
  const rows = figures.map((figure) => [
    figure.metric,
    shown(figure.value),
    shown(figure.goal),
    shown(figure.noise),
    verdict(figure),
  ]);
  return [["metric", "value", "goal", "noise", ""], ...rows];
}

function verdict({ value, goal, more_is_better }: Figure): string {
  if (goal === undefined) return "";
  return (more_is_better ? value >= goal : value <= goal) ? "met" : "MISSED";
}

function inJson(bench: string, { metric, value, goal, noise }: Figure): string {
  return JSON.stringify({ bench, metric, value, goal: goal ?? null, noise: noise ?? null });
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
});

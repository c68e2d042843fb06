// `npm run wasi-testsuite -- PATH [ENGINE...]`: runs a checkout of WebAssembly/wasi-testsuite (branch prod/testsuite-base, which has
// the tests prebuilt) in the sandbox, in Node and every browser that is here.
import path from "node:path";
import { ENGINE_NAMES, type EngineName, findEngines, openEngine } from "@near-offshore/engines";
import type { CaseResult } from "./entry.ts";
import { readSuite, type SuiteCase } from "./suite.ts";

const ENTRY = new URL("./entry.ts", import.meta.url);
const USAGE = `usage: npm run wasi-testsuite -- PATH_TO_CHECKOUT [${ENGINE_NAMES.join("|")}]...\n`;

async function runIn(name: EngineName, cases: SuiteCase[]): Promise<CaseResult[]> {
  const engine = await openEngine(name);
  try {
    return await engine.run<CaseResult[]>(ENTRY, cases);
  } finally {
    await engine.close();
  }
}

function report(name: string, results: CaseResult[], skipped: number): void {
  const failures = results.filter(({ failure }) => failure !== null);
  for (const { name: test, failure } of failures)
    process.stdout.write(`${name}: FAILED ${test}: ${failure}\n`);
  const passed = results.length - failures.length;
  process.stdout.write(
    `${name}: ${passed} passed, ${failures.length} failed, ${skipped} skipped (not WASI preview 1)\n`,
  );
}

/** Tests whose count of instructions is not the same in all engines. */
function differing(all: CaseResult[][]): string[] {
  const [first = [], ...others] = all;
  const isDifferent = ({ instructions }: CaseResult, index: number) =>
    others.some((results) => results[index]?.instructions !== instructions);
  return first.filter(isDifferent).map(({ name }) => name);
}

async function main([checkout, ...names]: string[]): Promise<number> {
  const unknown = names.some((name) => !ENGINE_NAMES.includes(name as EngineName));
  if (!checkout || unknown) {
    process.stderr.write(USAGE);
    return 2;
  }
  // npm changes to the repository's root first.
  const { cases, skipped } = readSuite(path.resolve(process.env.INIT_CWD ?? ".", checkout));
  const all: CaseResult[][] = [];
  for (const name of names.length > 0 ? (names as EngineName[]) : findEngines()) {
    const results = await runIn(name, cases);
    report(name, results, skipped.length);
    all.push(results);
  }
  const different = differing(all);
  for (const name of different)
    process.stdout.write(`FAILED ${name}: not the same count of instructions everywhere\n`);
  const has_failed = all.flat().some(({ failure }) => failure !== null) || different.length > 0;
  return has_failed || cases.length === 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));

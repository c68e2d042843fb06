// Reads a checkout of WebAssembly/wasi-testsuite (branch prod/testsuite-base): doc/specification.md there says what is here.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { readTree } from "../../src/cli/host-files.ts";
import type { FileTree } from "../../src/index.ts";

/** One test, ready to run on any engine. */
export interface SuiteCase {
  name: string;
  module: Uint8Array;
  args: string[];
  env: Record<string, string>;
  preopens: Record<string, FileTree>;
  stdin: string;
  /** What has to come out: the streams start with these. */
  expected: { exit_code: number; stdout: string; stderr: string };
}

interface Operation {
  type: string;
  id?: string;
  payload?: string;
  args?: string[];
  env?: Record<string, string>;
  root?: string;
  exit_code?: number;
}

/** What stands in a test's `.json`: one of two forms. `dirs` is that of older versions of the suite. */
interface Config extends Omit<Operation, "type" | "id" | "payload"> {
  dirs?: string[];
  stdout?: string;
  stderr?: string;
  operations?: Operation[];
}

/** Of the operations, those that need nothing but one program. */
const KNOWN = ["run", "read", "write", "wait"];

/** Every test for WASI preview 1 in a checkout, and the names of those that are for something else. */
export function readSuite(checkout: string): { cases: SuiteCase[]; skipped: string[] } {
  const cases: SuiteCase[] = [];
  const skipped: string[] = [];
  for (const file of findModules(join(checkout, "tests"))) {
    const name = relative(join(checkout, "tests"), file).replace(/\.wasm$/, "");
    const module = new Uint8Array(readFileSync(file));
    const config = readConfig(file);
    const operations = config.operations ?? legacyOperations(config);
    const is_for_us = isCoreModule(module) && operations.every(({ type }) => KNOWN.includes(type));
    if (is_for_us) cases.push({ name, module, ...caseOf(file, config, operations) });
    else skipped.push(name);
  }
  return { cases, skipped };
}

function findModules(directory: string): string[] {
  const found = readdirSync(directory, { withFileTypes: true }).map((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return findModules(path);
    return entry.isFile() && entry.name.endsWith(".wasm") ? [path] : [];
  });
  return found.flat().sort();
}

/** A component (WASI 0.2, 0.3) has another number where a module has its version. */
function isCoreModule(bytes: Uint8Array): boolean {
  return bytes[4] === 1 && bytes[6] === 0;
}

function readConfig(file: string): Config {
  const path = file.replace(/\.wasm$/, ".json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

function legacyOperations({ args, env, root, stdout, stderr, exit_code }: Config): Operation[] {
  return [
    { type: "run", ...(args && { args }), ...(env && { env }), ...(root && { root }) },
    { type: "read", id: "stdout", payload: stdout ?? "" },
    { type: "read", id: "stderr", payload: stderr ?? "" },
    { type: "wait", exit_code: exit_code ?? 0 },
  ];
}

function caseOf(
  file: string,
  { dirs = [] }: Config,
  operations: Operation[],
): Omit<SuiteCase, "name" | "module"> {
  const of = (type: string) => operations.filter((operation) => operation.type === type);
  const payload = (type: string, id: string) =>
    of(type)
      .map((each) => ((each.id ?? "stdout") === id ? (each.payload ?? "") : ""))
      .join("");
  const [run] = of("run");
  const mapped: [guest: string, host: string][] = dirs.map((name) => [name, name]);
  if (run?.root) mapped.push(["/", run.root]);
  return {
    args: [file.slice(dirname(file).length + 1), ...(run?.args ?? [])],
    env: run?.env ?? {},
    preopens: Object.fromEntries(
      mapped.map(([guest, host]) => [guest, cleanTree(join(dirname(file), host))]),
    ),
    stdin: of("write")
      .map((each) => each.payload ?? "")
      .join(""),
    expected: {
      exit_code: of("wait")[0]?.exit_code ?? 0,
      stdout: payload("read", "stdout"),
      stderr: payload("read", "stderr"),
    },
  };
}

/** A directory without what earlier runs have left (`*.cleanup`). */
function cleanTree(directory: string): FileTree {
  const entries = Object.entries(readTree(directory));
  return Object.fromEntries(entries.filter(([path]) => !/\.cleanup(\/|$)/.test(path)));
}

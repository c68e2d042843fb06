#!/usr/bin/env node
// The sandbox as a WASI runtime on the command line; `--help` says how.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import package_json from "../package.json" with { type: "json" };
import { HELP, parseCommand, type RunCommand } from "./cli/arguments.ts";
import { readStdin, readTree, writeTree } from "./cli/host-files.ts";
import { runWasi } from "./run-wasi.ts";
import type { WasiResult } from "./types.ts";

const VERSION: string = package_json.version;
const EXIT = { limit: 124, not_run: 125, trap: 134 } as const;

function run(command: RunCommand): number {
  const { directories, module, args, stats, ...task } = command;
  const trees = directories.map(({ host, guest }) => ({ host, guest, tree: readTree(host) }));
  const result = runWasi({
    ...task,
    module: new Uint8Array(readFileSync(module)),
    args: [basename(module), ...args],
    preopens: Object.fromEntries(trees.map(({ guest, tree }) => [guest, tree])),
    stdin: readStdin,
    return_files: command.write_back,
  });
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  if (command.write_back)
    for (const { host, guest, tree } of trees) writeTree(host, tree, result.files[guest]!);
  const { status, instructions, exit_code } = result;
  if (exit_code === null) process.stderr.write(`wasi-sandbox: ${reasonOf(result, command)}\n`);
  if (stats) process.stderr.write(`${JSON.stringify({ status, instructions })}\n`);
  return exit_code ?? (status.startsWith("trap:") ? EXIT.trap : EXIT.limit);
}

/** Why the program did not end by itself. */
function reasonOf({ status, instructions }: WasiResult, { limits }: RunCommand): string {
  if (status === "out_of_memory")
    return `${status}: the module needs more than --max-memory-mb from the start`;
  if (status === "out_of_instructions") return `${status}: ${limits.max_instructions} were allowed`;
  return `${status} after ${instructions} instructions`;
}

function main(argv: readonly string[]): number {
  try {
    const command = parseCommand(argv);
    if (typeof command !== "string") return run(command);
    process.stdout.write(command === "version" ? `${VERSION}\n` : HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`wasi-sandbox: ${error instanceof Error ? error.message : error}\n`);
    return EXIT.not_run;
  }
}

// Not `process.exit`: what was written may still be on its way.
process.exitCode = main(process.argv.slice(2));

// `npm run check`: formatting, lint and types of the whole workspace.
import { spawnSync } from "node:child_process";
import { ROOT } from "./paths.ts";

const CHECKS: [string, string[]][] = [
  ["biome", ["check", "."]],
  ["tsc", ["--noEmit", "-p", "tsconfig.json"]],
  ["tsc", ["--noEmit", "-p", "contract"]],
  ["tsc", ["--noEmit", "-p", "coordinator-worker"]],
  ["tsc", ["--noEmit", "-p", "coordinator-worker/tsconfig.node.json"]],
  ["tsc", ["--noEmit", "-p", "web-worker-client"]],
];

const failed = CHECKS.filter(([command, args]) => {
  process.stderr.write(`check: ${command} ${args.join(" ")}\n`);
  return spawnSync(command, args, { cwd: ROOT, stdio: "inherit" }).status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);

// `npm test`: sets up what the tests need, checks formatting and types, and runs every test of the workspace.
import { spawnSync } from "node:child_process";
import { findChromium } from "./browser.ts";
import { buildContract, buildPage } from "./builds.ts";
import { say } from "./log.ts";
import { ROOT } from "./paths.ts";

const filters = process.argv.slice(2);
const chromium = findChromium();
say("setup: building the contract and the page");
await Promise.all([buildContract(), buildPage()]);
const steps: [string, string[]][] = [
  ["node", ["e2e/src/check.ts"]],
  // The time limit only ends what hangs: it is wide, since a test may share two cores with a browser or a compiler.
  [
    "vitest",
    [
      "run",
      "--project=!e2e",
      "--testTimeout=180000",
      "--hookTimeout=180000",
      "--passWithNoTests",
      ...filters,
    ],
  ],
  // Whole networks with browsers: alone, so that they have the machine to themselves.
  ["vitest", ["run", "--project=e2e", "--passWithNoTests", ...filters]],
];
for (const [command, args] of steps) {
  const env = { ...process.env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) };
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}

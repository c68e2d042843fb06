// `npm test`: sets up what the tests need, checks formatting and types, and runs every test of the workspace.
import { spawnSync } from "node:child_process";
import { findChromium } from "./browser.ts";
import { buildContract, buildPage } from "./builds.ts";
import { openEngine } from "./engine.ts";
import { say } from "./log.ts";
import { ROOT } from "./paths.ts";

const filters = process.argv.slice(2);
const chromium = findChromium();
say("setup: building the contract and the page");
const [engine] = await Promise.all([
  openEngine((line) => say(`setup: ${line}`), "tests in containers are skipped"),
  buildContract(),
  buildPage(),
]);
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
const env = {
  ...process.env,
  ...(chromium && { CHROMIUM_PATH: chromium }),
  ...(engine && { DOCKER_HOST: engine.engine.address }),
};
let failed = 0;
for (const [command, args] of steps) {
  if (failed === 0) failed = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env }).status ?? 1;
}
await engine?.stop();
process.exit(failed);

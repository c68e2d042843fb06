// `npm run demo`: the whole network on this machine, one real request through it, and the page left open for you.
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { findChromium, launchChromium } from "./browser.ts";
import { exampleRepository } from "./example-repository.ts";
import { say } from "./log.ts";
import { type Network, startNetwork } from "./network.ts";
import { sendRequest, settledTask } from "./request.ts";
import { verifyTask } from "./verify.ts";
import { openTab, startNodeVolunteer, volunteersActive } from "./volunteers.ts";

const USAGE = `usage: npm run demo [-- --once] [--json] [--tabs N]

  --once   exit after the first answer (default: leave the network and its page up until Ctrl-C)
  --json   print the answer as one line of JSON, the last line of standard output
  --tabs N volunteers' tabs to open, 2 to 8 (default 3)`;

const BLOCK_MS = 300;
const stops: (() => Promise<void>)[] = [];
let stopping: Promise<void> | null = null;

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void stopAll().then(() => process.exit(signal === "SIGINT" ? 130 : 143)));

try {
  const options = readOptions();
  const chromium = findChromium();
  const [network, browser] = await Promise.all([open(), chromium ? openBrowser(chromium) : null]);
  await openVolunteers(network, browser, options.tabs);
  const answer = await askOnce(network, browser ? "chromium" : "node");
  if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else
    process.stdout.write(
      `\nanswer: ${JSON.stringify(answer.output)} (verified: ${answer.attestations.length} of ${answer.quorum} signatures)\n`,
    );
  if (!options.once) {
    process.stdout.write(
      `\nThe page: ${network.coordinator.url}\nThe chain's RPC: ${network.chain.rpc_url}\nCtrl-C stops everything.\n`,
    );
    await new Promise(() => {});
  }
  await stopAll();
  process.exit(0);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  await stopAll();
  process.exit(1);
}

function readOptions(): { once: boolean; json: boolean; tabs: number } {
  const spec = {
    once: { type: "boolean" },
    json: { type: "boolean" },
    tabs: { type: "string" },
    help: { type: "boolean" },
  } as const;
  try {
    const { values } = parseArgs({ options: spec });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    const tabs = Number(values.tabs ?? 3);
    if (!Number.isInteger(tabs) || tabs < 2 || tabs > 8)
      throw new Error(`--tabs takes a number from 2 to 8, not ${values.tabs}`);
    return { once: values.once ?? false, json: values.json ?? false, tabs };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exit(2);
  }
}

async function open(): Promise<Network> {
  const network = await startNetwork({ block_ms: BLOCK_MS });
  stops.push(() => network.stop());
  return network;
}

async function openBrowser(chromium: string): Promise<Browser> {
  const browser = await launchChromium(chromium);
  stops.push(() => browser.close());
  return browser;
}

async function openVolunteers(network: Network, browser: Browser | null, count: number): Promise<void> {
  const { url } = network.coordinator;
  if (browser) {
    say(`volunteers: opening ${count} browser tabs, each with a profile of its own`);
    await Promise.all(Array.from({ length: count }, () => openTab(browser, url)));
  } else {
    say(`volunteers: starting ${count} Node volunteers instead of browser tabs`);
    for (let i = 0; i < count; i++) {
      const volunteer = startNodeVolunteer(url, `volunteer-${i}`, `${network.folder}/logs`);
      stops.push(() => volunteer.stop());
    }
  }
  await volunteersActive(url, 2);
}

async function askOnce(network: Network, executors: "chromium" | "node") {
  const source = await exampleRepository("get-random/c", network.folder);
  say(
    "request: alice.local asks for a random number from 1 to 100 (a C program, compiled from its git repository)",
  );
  const asked_ms = Date.now();
  const sent = await sendRequest({
    caller: network.accounts.alice,
    args: {
      source: { GitHub: { ...source, build_target: "wasm32-wasip1" } },
      input_data: '{"min":1,"max":100}',
      response_format: "Json",
      resource_limits: { max_instructions: 100_000_000, max_memory_mb: 64, max_execution_seconds: 30 },
    },
  });
  const requested_ms = Date.now();
  const output = await sent.answer();
  const answered_ms = Date.now();
  const task = await settledTask(network.coordinator.url, sent.request_id);
  if (task.outcome === null)
    throw new Error(`request ${sent.request_id} failed: ${task.failure?.code}: ${task.failure?.message}`);
  verifyTask(task);
  say(`request: answered after ${((answered_ms - asked_ms) / 1000).toFixed(1)} s; every signature checked`);
  return {
    status: task.outcome.status,
    output,
    quorum: task.quorum,
    attestations: task.outcome.attestations,
    instructions: task.outcome.instructions,
    request_id: sent.request_id,
    request_tx: sent.request_tx,
    settle_tx: task.settle_tx,
    timings_ms: {
      start: asked_ms - performance.timeOrigin,
      request: requested_ms - asked_ms,
      answer: answered_ms - asked_ms,
      stages: task.timeline_ms,
    },
    executors,
  };
}

function stopAll(): Promise<void> {
  stopping ??= (async () => {
    for (const stop of stops.splice(0).reverse()) await stop().catch(() => {});
  })();
  return stopping;
}

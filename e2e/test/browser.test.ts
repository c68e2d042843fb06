// Promises kept here: real browser tabs answer a contract; a closed tab is replaced; endless programs are cut at the same
// instruction everywhere and paid; a failed build gives the money back less the base fee, and says why.
import { readFile } from "node:fs/promises";
import { actions } from "near-api-js";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, localAccount } from "../src/accounts.ts";
import { findChromium, launchChromium } from "../src/browser.ts";
import { contractViews, workerShare } from "../src/contract-views.ts";
import { exampleRepository } from "../src/example-repository.ts";
import { until } from "../src/log.ts";
import { COIN_FLIP_ID, CONTRACT_ID, type Network, startNetwork } from "../src/network.ts";
import { at } from "../src/paths.ts";
import { readTask, sendRequest, settledTask } from "../src/request.ts";
import { verifyTask } from "../src/verify.ts";
import { openTab, type Tab, volunteersActive } from "../src/volunteers.ts";

const chromium = findChromium();
const GAS = 300_000_000_000_000n;
const DEPOSIT = 100_000_000_000_000_000_000_000n;
const PAYER = "payer.local";
/** A request lives for 200 blocks: 80 s, so that a slow machine is slow and no more. */
const BLOCK_MS = 400;

describe.skipIf(chromium === null)("three browser tabs", () => {
  let network: Network;
  let browser: Browser;
  let views: ReturnType<typeof contractViews>;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    network = await startNetwork({ block_ms: BLOCK_MS });
    views = contractViews(network.accounts.alice);
    browser = await launchChromium(chromium!);
    for (let i = 0; i < 3; i++) tabs.push(await openTab(browser, network.coordinator.url));
    await volunteersActive(network.coordinator.url, 3);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  const github = async (example: string) => ({
    GitHub: { ...(await exampleRepository(example, network.folder)), build_target: "wasm32-wasip1" },
  });
  it("answer a coin flip called through the caller contract, and its state shows the result", async () => {
    const coin_flip = connect(network.chain.rpc_url, localAccount(COIN_FLIP_ID));
    const init = { offshore_id: CONTRACT_ID, source: await github("get-random/c") };
    await coin_flip.signAndSendTransaction({
      receiverId: COIN_FLIP_ID,
      actions: [
        actions.deployContract(await readFile(at("contract/dist/coin-flip.wasm"))),
        actions.functionCall("new", init, GAS, 0n),
      ],
      waitUntil: "FINAL",
    });
    const flip = {
      caller: network.accounts.alice,
      contract_id: COIN_FLIP_ID,
      method: "flip",
      args: { guess: "heads" },
    };
    const sent = await sendRequest(flip);
    await sent.answer();
    const task = await settledTask(network.coordinator.url, sent.request_id);
    verifyTask(task);
    const { random_number } = JSON.parse(Buffer.from(task.outcome!.output_base64, "base64").toString());
    const result = random_number === 0 ? "won" : "lost"; // 0 is heads
    const last = await views.view("get_last_flip", { account_id: "alice.local" }, COIN_FLIP_ID);
    expect(last).toMatchObject({ player: "alice.local", guess: "heads", result, random_number });
    expect(new Set(task.outcome!.attestations.map((a) => a.worker)).size).toBe(2);
  });

  it("run what a branch is at, and tell which commit that was; who asks only for that is told the module", async () => {
    const { GitHub } = await github("get-random/c");
    const source = { GitHub: { ...GitHub, commit: "HEAD" } };
    const args = { source, input_data: '{"min": 5, "max": 5}', response_format: "Json" };
    const run = await sendRequest({ caller: network.accounts.alice, args });
    expect(await run.answer()).toEqual({ random_number: 5 });
    const task = await settledTask(network.coordinator.url, run.request_id);
    verifyTask(task);
    expect(task).toMatchObject({ commit: GitHub.commit, source: { GitHub: { commit: "HEAD" } } });
    const asked = await sendRequest({
      caller: network.accounts.alice,
      args: { source, response_format: "Json", resource_limits: null },
    });
    expect(await asked.answer()).toEqual({ module_sha256: task.module_sha256, commit: GitHub.commit });
  });

  it("add workers until the answer is as sure as the caller wants, and say how sure it is", async () => {
    const sent = await sendRequest({
      caller: network.accounts.alice,
      args: {
        source: await github("get-random/c"),
        input_data: '{"min": 1, "max": 9}',
        params: { quorum: 1, max_error: 0.05 },
      },
    });
    await sent.answer();
    const { outcome } = await settledTask(network.coordinator.url, sent.request_id);
    // One newcomer is wrong with a probability of 0.2.
    expect(outcome!.attestations.length).toBeGreaterThan(1);
    expect(outcome!.error_estimate).toBeLessThanOrEqual(0.05);
  });

  it("a tab closed in mid-task is replaced and the request still settles", async () => {
    const sent = await sendRequest({
      caller: network.accounts.alice,
      args: {
        source: await github("primes"),
        input_data: '{"below": 200000000}',
        response_format: "Json",
        resource_limits: { max_instructions: 20_000_000_000, max_memory_mb: 64, max_execution_seconds: 100 },
        params: { quorum: 2 },
      },
    });
    await until(
      "the task to run",
      async () => (await readTask(network.coordinator.url, sent.request_id))?.state === "running",
      { timeout_ms: 60_000, every_ms: 20 },
    );
    const busy = await until("a tab to compute", () => firstBusy(tabs), { timeout_ms: 30_000, every_ms: 50 });
    await busy.close();
    tabs.splice(tabs.indexOf(busy), 1);
    expect(await sent.answer()).toMatchObject({ below: 200_000_000, count: 11_078_937 });
    verifyTask(await settledTask(network.coordinator.url, sent.request_id));
    tabs.push(await openTab(browser, network.coordinator.url));
    await volunteersActive(network.coordinator.url, 3);
  });

  it("an endless loop ends as out_of_instructions with the same count in all tabs, and is paid", async () => {
    const max_instructions = 300_000_000;
    const sent = await sendRequest({
      caller: network.accounts.alice,
      args: {
        source: await github("endless-loop"),
        resource_limits: { max_instructions, max_memory_mb: 16, max_execution_seconds: 30 },
        params: { quorum: 3 },
      },
    });
    expect(await sent.answer()).toBeNull();
    const task = await settledTask(network.coordinator.url, sent.request_id);
    expect(task.outcome).toMatchObject({ status: "out_of_instructions", instructions: max_instructions });
    expect(task.outcome!.attestations).toHaveLength(3);
    verifyTask(task);
    const share = workerShare(await views.pricing(), max_instructions);
    for (const { worker } of task.outcome!.attestations) {
      const { account_id } = await views.worker(worker);
      expect(await views.earnings(account_id)).toBeGreaterThanOrEqual(share);
    }
  });

  it("a request whose build fails gets null, its money back less the base fee, and the compiler's message", async () => {
    const before = await views.balance(PAYER);
    const sent = await sendRequest({
      caller: network.accounts.alice,
      deposit_yocto: DEPOSIT,
      args: { source: await github("broken"), payer_account_id: PAYER },
    });
    expect(await sent.answer()).toBeNull();
    const task = await settledTask(network.coordinator.url, sent.request_id);
    expect(task.failure?.code).toBe("build_failed");
    expect(task.failure?.message).toMatch(/error:/);
    const { base_fee_yocto } = await views.pricing();
    expect((await views.balance(PAYER)) - before).toBe(DEPOSIT - BigInt(base_fee_yocto));
  });
});

/** The first tab whose page says that it computes. */
async function firstBusy(tabs: Tab[]): Promise<Tab | null> {
  for (const tab of tabs) {
    const busy = await tab.page.locator("[data-state=computing]").count();
    if (busy > 0) return tab;
  }
  return null;
}

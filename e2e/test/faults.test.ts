// Promises kept here: a liar is outvoted and not paid; nobody's request is lost or paid for when nobody serves it; a
// coordinator that crashes around a settlement settles once.
import { afterEach, describe, expect, it } from "vitest";
import { contractViews, workerShare } from "../src/contract-views.ts";
import { exampleRepository } from "../src/example-repository.ts";
import { type Network, type NetworkOptions, startNetwork } from "../src/network.ts";
import { sendRequest, settledTask } from "../src/request.ts";
import { type RpcProxy, sendsCall, startRpcProxy, type Verdict } from "../src/rpc-proxy.ts";
import { verifyTask } from "../src/verify.ts";
import { startNodeVolunteer, volunteersActive } from "../src/volunteers.ts";
import { startLiar } from "./liar.ts";

const DEPOSIT = 100_000_000_000_000_000_000_000n;
const PAYER = "payer.local";
/** A request lives for 200 blocks: 80 s, so that a slow machine is slow and no more. */
const BLOCK_MS = 400;
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function openNetwork(options: Partial<NetworkOptions> = {}): Promise<Network> {
  const network = await startNetwork({ block_ms: BLOCK_MS, ...options });
  stops.push(() => network.stop());
  return network;
}

function openVolunteers(network: Network, count: number): void {
  for (let i = 0; i < count; i++) {
    const volunteer = startNodeVolunteer(network.coordinator.url, `volunteer-${i}`, `${network.folder}/logs`);
    stops.push(() => volunteer.stop());
  }
}

async function randomNumberRequest(network: Network, extra: object = {}) {
  const source = await exampleRepository("get-random/c", network.folder);
  return sendRequest({
    caller: network.accounts.alice,
    deposit_yocto: DEPOSIT,
    args: {
      source: { GitHub: { ...source, build_target: "wasm32-wasip1" } },
      input_data: '{"min":1,"max":100}',
      response_format: "Json",
      payer_account_id: PAYER,
      ...extra,
    },
  });
}

describe("a worker that lies", () => {
  it("with a valid signature is outvoted and not paid", async () => {
    const network = await openNetwork();
    const liar = await startLiar(network.coordinator.url);
    stops.push(() => liar.stop());
    await volunteersActive(network.coordinator.url, 1);
    const sent = await randomNumberRequest(network);
    await liar.assigned;
    openVolunteers(network, 2);
    const answer = (await sent.answer()) as { random_number: number };
    expect(answer.random_number).toBeGreaterThanOrEqual(1);
    const task = await settledTask(network.coordinator.url, sent.request_id);
    verifyTask(task);
    expect(liar.lies()).toBeGreaterThan(0);
    expect(task.outcome!.attestations.map((a) => a.worker)).not.toContain(liar.public_key);
    const views = contractViews(network.accounts.alice);
    const { account_id, accepted } = await views.worker(liar.public_key);
    expect(accepted).toBe(0);
    expect(await views.earnings(account_id)).toBe(0n);
  });
});

describe("a request nobody serves", () => {
  it("times out at 200 blocks and is refunded in full", async () => {
    const network = await openNetwork();
    const views = contractViews(network.accounts.alice);
    const before = await views.balance(PAYER);
    const sent = await randomNumberRequest(network);
    const { chain } = network.chain;
    chain.fastForward(190);
    expect(await views.view("get_request", { request_id: sent.request_id })).not.toBeNull();
    chain.fastForward(20);
    expect(await sent.answer()).toBeNull();
    expect((await views.balance(PAYER)) - before).toBe(DEPOSIT);
    expect(await views.view("get_request", { request_id: sent.request_id })).toBeNull();
  });
});

describe("a coordinator killed after the settlement was written", () => {
  const cases: [string, Verdict][] = [
    ["and before it was sent", "drop"],
    ["and before it saw that it was sent", "lose_reply"],
  ];
  it.each(cases)("%s settles it once, not twice, after restart", async (_name, verdict) => {
    let proxy: RpcProxy | undefined;
    let crashed: Promise<void> | undefined;
    const settlements = new Set<string>();
    const network: Network = await openNetwork({
      rpc_url_of: async (chain_rpc_url) => {
        proxy = await startRpcProxy(chain_rpc_url, (method, body) => {
          if (!sendsCall(method, body, "resolve_execution")) return "forward";
          settlements.add(body);
          if (crashed) return "forward";
          crashed = network.coordinator.kill();
          return verdict;
        });
        return proxy.url;
      },
    });
    stops.push(async () => proxy?.stop());
    openVolunteers(network, 2);
    await volunteersActive(network.coordinator.url, 2);
    const views = contractViews(network.accounts.alice);
    const before = await views.balance(PAYER);
    const sent = await randomNumberRequest(network);
    while (!crashed) await new Promise((resolve) => setTimeout(resolve, 20));
    await crashed;
    await network.coordinator.start();
    await sent.answer();
    const task = await settledTask(network.coordinator.url, sent.request_id);
    verifyTask(task);
    const pricing = await views.pricing();
    const share = workerShare(pricing, task.outcome!.instructions);
    const paid = DEPOSIT - ((await views.balance(PAYER)) - before);
    const receipt = BigInt(pricing.receipt_yocto) + 2n * BigInt(pricing.receipt_worker_yocto);
    // The first request that a published module answers pays for its storage.
    const module = BigInt(pricing.module_storage_yocto);
    expect(paid).toBe(BigInt(pricing.base_fee_yocto) + 2n * share + receipt + module);
    for (const { worker } of task.outcome!.attestations)
      expect((await views.worker(worker)).accepted).toBe(1);
  });
});

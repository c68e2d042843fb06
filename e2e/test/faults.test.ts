// Promises kept here: a liar is outvoted and not paid; nobody's request is lost or paid for when nobody serves it; a
// coordinator that crashes around a settlement settles once.
import { afterEach, describe, expect, it } from "vitest";
import { exampleRepository } from "../src/example-repository.ts";
import { CONTRACT_ID, type Network, type NetworkOptions, startNetwork } from "../src/network.ts";
import { sendRequest, settledTask } from "../src/request.ts";
import { type RpcProxy, sendsCall, startRpcProxy, type Verdict } from "../src/rpc-proxy.ts";
import { verifyTask } from "../src/verify.ts";
import { startNodeVolunteer, volunteersActive } from "../src/volunteers.ts";
import { startLiar } from "./liar.ts";

const DEPOSIT = 100_000_000_000_000_000_000_000n;
const PAYER = "payer.local";
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function openNetwork(options: Partial<NetworkOptions> = {}): Promise<Network> {
  const network = await startNetwork({ block_ms: 100, ...options });
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

const view = (network: Network, method: string, args: object) =>
  network.accounts.alice.provider.callFunction({
    contractId: CONTRACT_ID,
    method,
    args: args as Record<string, unknown>,
  });

const balanceOf = async (network: Network, account_id: string) =>
  (await network.accounts.alice.provider.viewAccount({ accountId: account_id })).amount as bigint;

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
    const worker = (await view(network, "get_worker", { public_key: liar.public_key })) as {
      account_id: string;
    };
    expect(await view(network, "get_earnings", { account_id: worker.account_id })).toBe("0");
  });
});

describe("a request nobody serves", () => {
  it("times out at 200 blocks and is refunded in full", async () => {
    const network = await openNetwork();
    const before = await balanceOf(network, PAYER);
    const sent = await randomNumberRequest(network);
    const { chain } = network.chain;
    chain.fastForward(190);
    expect(await view(network, "get_request", { request_id: sent.request_id })).not.toBeNull();
    chain.fastForward(20);
    expect(await sent.answer()).toBeNull();
    expect((await balanceOf(network, PAYER)) - before).toBe(DEPOSIT);
    expect(await view(network, "get_request", { request_id: sent.request_id })).toBeNull();
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
    const before = await balanceOf(network, PAYER);
    const sent = await randomNumberRequest(network);
    while (!crashed) await new Promise((resolve) => setTimeout(resolve, 20));
    await crashed;
    await network.coordinator.start();
    await sent.answer();
    const task = await settledTask(network.coordinator.url, sent.request_id);
    verifyTask(task);
    const pricing = (await view(network, "get_pricing", {})) as Record<string, string>;
    const share =
      (BigInt(pricing.rate_per_million_yocto!) * BigInt(task.outcome!.instructions) + 999_999n) / 1_000_000n;
    const paid = DEPOSIT - ((await balanceOf(network, PAYER)) - before);
    expect(paid).toBe(BigInt(pricing.base_fee_yocto!) + 2n * share);
    expect(
      await accepted(
        network,
        task.outcome!.attestations.map((a) => a.worker),
      ),
    ).toEqual([1, 1]);
  });
});

const accepted = (network: Network, workers: string[]) =>
  Promise.all(
    workers.map(async (public_key) => {
      const worker = (await view(network, "get_worker", { public_key })) as { accepted: number };
      return worker.accepted;
    }),
  );

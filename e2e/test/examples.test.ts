// Promises kept here: every example answers a request on the network as its samples say, whatever it is written in and whichever compiler
// service looks at it first; a language without a compiler is refused early, and costs nothing.
import { buildReply, parse, sha256Hex } from "@near-offshore/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerBackend } from "../../compiler-service/test/backends.ts";
import { type Example, findExamples } from "../../compiler-service/test/examples.ts";
import { contractViews } from "../src/contract-views.ts";
import { exampleRepository } from "../src/example-repository.ts";
import { type Network, startNetwork } from "../src/network.ts";
import { sendRequest, settledTask } from "../src/request.ts";
import { verifyTask } from "../src/verify.ts";
import { startNodeVolunteer, volunteersActive } from "../src/volunteers.ts";

/** A request lives for 200 blocks: long enough for Rust on a machine that is busy. */
const BLOCK_MS = 1_500;
const REQUEST_MS = 420_000;
const has_containers = (await dockerBackend()) !== null;
const EMBEDDED = ["c", "c++", "assemblyscript"];

let network: Network;
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(compilers: Record<string, string>[]): Promise<void> {
  network = await startNetwork({ block_ms: BLOCK_MS, compilers });
  stops.push(() => network.stop());
  for (let i = 0; i < 2; i++) {
    const volunteer = startNodeVolunteer(network.coordinator.url, `volunteer-${i}`, `${network.folder}/logs`);
    stops.push(() => volunteer.stop());
  }
  await volunteersActive(network.coordinator.url, 2);
}

async function request(example: string, input_data: string, extra: object = {}, deposit_yocto?: bigint) {
  const source = await exampleRepository(example, network.folder);
  const sent = await sendRequest({
    caller: network.accounts.alice,
    ...(deposit_yocto && { deposit_yocto }),
    args: {
      source: { GitHub: { ...source, build_target: "wasm32-wasip1" } },
      input_data,
      ...extra,
    },
  });
  await sent.answer();
  return settledTask(network.coordinator.url, sent.request_id);
}

/** That the service without containers has looked at a build first, and the other one has built it. */
async function expectHandedBack(build_id: string, language: string): Promise<void> {
  const reply = await fetch(`${network.coordinator.url}/v1/builds/${build_id}`);
  const build = parse(buildReply, await reply.json(), "build");
  expect(build).toMatchObject({ state: "complete", language });
  expect(build.products.map(({ builder }) => builder)).toEqual([network.builders[1]!.public_key]);
}

/** The sample to ask for: one that ends well, and quickly. */
function sampleOf({ samples }: Example) {
  return (
    samples.findLast(([name, { status }]) => status === "ok" && !name.includes("000"))?.[1] ?? samples[0]![1]
  );
}

describe("on the network", () => {
  // Whatever it can build, the service without containers is nearly always the first to claim.
  beforeAll(() => open([{ BACKEND: "wasm", POLL_MS: "20" }, { POLL_MS: "1000" }]), REQUEST_MS);

  const examples = findExamples().filter(({ language }) => has_containers || EMBEDDED.includes(language));
  it.each(examples)(
    "$name",
    async (example) => {
      const sample = sampleOf(example);
      const { max_instructions = 1_000_000_000 } = sample;
      const task = await request(example.name, sample.input, {
        resource_limits: { max_instructions, max_memory_mb: 128, max_execution_seconds: 60 },
      });
      expect(task.failure).toBeNull();
      verifyTask(task);
      expect(task.outcome!.status).toBe(sample.status);
      if (!EMBEDDED.includes(example.language)) await expectHandedBack(task.build_id!, example.language);
      if (sample.seed !== undefined) return; // the request's seed is its own
      const output = Buffer.from(task.outcome!.output_base64, "base64");
      if (sample.output_sha256 !== undefined) expect(sha256Hex(output)).toBe(sample.output_sha256);
      else expect(output.toString()).toBe(sample.output_in?.[example.language] ?? sample.output);
    },
    REQUEST_MS,
  );
});

describe("without a container engine", () => {
  beforeAll(() => open([{ BACKEND: "wasm" }, { BACKEND: "wasm" }]), REQUEST_MS);

  it.each(["get-random/rust", "get-random/go"])(
    "%s is refused early, says what there is, and gets all its money back",
    async (example) => {
      const payer_account_id = "payer.local";
      const deposit = 100_000_000_000_000_000_000_000n;
      const views = contractViews(network.accounts.alice);
      const before = await views.balance(payer_account_id);
      const task = await request(example, '{"min":1,"max":6}', { payer_account_id }, deposit);
      expect(task.failure).toMatchObject({
        code: "toolchain_unavailable",
        message: `the source is written in ${example.split("/")[1]}; builders that are here build assemblyscript, c, c++`,
      });
      expect((await views.balance(payer_account_id)) - before).toBe(deposit);
    },
    REQUEST_MS,
  );
});

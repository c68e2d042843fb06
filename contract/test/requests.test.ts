// `request_execution` and the views of open requests.
import { LIMITS, RULES_VERSION, requestView, sha256Hex, taskDigest } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import { EMBEDDED } from "./support/chain.ts";
import {
  ALICE,
  BOB,
  createNetwork,
  events,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  SOURCE,
} from "./support/network.ts";

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("a request's view is all that it takes to run it, and its digest is the protocol's", async () => {
  const input_data = '{"min":1,"max":100,"name":"Žofie 🎲"}';
  const { view } = await network.request({ input_data, response_format: "Json", payer_account_id: BOB });
  expect(requestView.parse(view)).toEqual(view);
  expect(view).toMatchObject({
    input_data,
    input_sha256: sha256Hex(Buffer.from(input_data)),
    source: SOURCE,
    quorum: 2,
    response_format: "Json",
    payer_account_id: BOB,
    deposit_yocto: "100000000000000000000000",
    settled: false,
    limits: { max_instructions: 1_000_000_000, max_memory_mb: 128, max_execution_seconds: 60 },
    context: { sender_id: ALICE, predecessor_id: ALICE, payment_yocto: "100000000000000000000000" },
  });
  expect(view.context.signer_public_key).toMatch(/^ed25519:/);
  const { rules_version, request_id, source, input_sha256, limits, context } = view;
  const task = { rules_version, contract_id: OFFSHORE, request_id, source, input_sha256, limits, context };
  expect(view.task_digest).toBe(taskDigest(task));
});

test("every kind of source is stored in the form that the digest uses", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const repo = "https://example.org/a/b";
  const SOURCES = [
    [
      { GitHub: { repo, commit, build_target: "wasm32-wasi" } },
      { GitHub: { repo, commit, build_target: "wasm32-wasip1", module_sha256: null } },
    ],
    [
      { GitHub: { repo, commit, module_sha256: MODULE } },
      { GitHub: { repo, commit, build_target: "wasm32-wasip1", module_sha256: MODULE } },
    ],
    [
      { WasmUrl: { url: "https://example.org/m.wasm", hash: MODULE } },
      { WasmUrl: { url: "https://example.org/m.wasm", hash: MODULE, build_target: "wasm32-wasip1" } },
    ],
  ] as const;
  for (const [written, stored] of SOURCES) {
    const { view } = await network.request({ source: written });
    expect(view.source).toEqual(stored);
    const { rules_version, request_id, input_sha256, limits, context } = view;
    const task = {
      rules_version,
      contract_id: OFFSHORE,
      request_id,
      source: stored,
      input_sha256,
      limits,
      context,
    };
    expect(view.task_digest).toBe(taskDigest(task));
  }
});

test("two requests of the same thing have different seeds", async () => {
  const a = await network.request();
  const b = await network.request();
  expect(a.view.context.seed).not.toBe(b.view.context.seed);
});

test("the deposit is what the estimate says, to the yocto", async () => {
  const resource_limits = { max_instructions: 3_000_001 };
  const estimate = { resource_limits, quorum: 3, input_bytes: 5 };
  const required = BigInt(await network.view<string>("estimate_execution_cost", estimate));
  const args = { source: SOURCE, resource_limits, params: { quorum: 3 }, input_data: "12345" };
  const short = await network.call(ALICE, "request_execution", args, required - 1n);
  expect(short.error).toBe(
    `insufficient_deposit: attached ${required - 1n} yoctoNEAR, this request needs ${required}`,
  );
  expect(short.transfers.some(({ to, yocto }) => to === ALICE && yocto === required - 1n)).toBe(true);
  expect((await network.call(ALICE, "request_execution", args, required)).waiting).toBe(true);
  // base 0.001 NEAR, 3 workers * 3.000001 million instructions * 10^18 (not rounded here), 4,101 bytes * 10^19
  expect(required).toBe(10n ** 21n + 3n * 3_000_001n * 10n ** 12n + 4_101n * 10n ** 19n);
});

test("what a request may ask ends at the limits", async () => {
  const resource_limits = {
    max_instructions: LIMITS.instructions_max,
    max_memory_mb: LIMITS.memory_mb_max,
    max_execution_seconds: LIMITS.execution_seconds_max,
  };
  const args = { resource_limits, params: { quorum: 7 }, input_data: "x".repeat(LIMITS.input_bytes_max) };
  const { view } = await network.request(args, 3n * 10n ** 24n);
  expect(view.limits).toEqual(resource_limits);
  expect(view.input_data).toHaveLength(LIMITS.input_bytes_max);
});

test("the event has the input, unless it would crowd the log", async () => {
  const short = await network.request({ input_data: "short" });
  expect(events(short.logs)).toMatchObject([
    { event: "execution_requested", data: [{ request_id: 0, input_data: "short", source: SOURCE }] },
  ]);
  // Every character takes six in JSON.
  const long = await network.request({ input_data: "\u0001".repeat(2_000) });
  expect(events(long.logs)).toMatchObject([{ data: [{ request_id: 1, input_data: null }] }]);
  expect(long.view.input_data).toHaveLength(2_000);
});

test.skipIf(!EMBEDDED)(
  "open requests are listed oldest first, in pages, without the settled ones (embedded chain only: 70 requests before the first ends)",
  async () => {
    const asked = [];
    for (let i = 0; i < 70; i++) {
      const args = { source: SOURCE };
      asked.push(
        await network.session.send(ALICE, OFFSHORE, "request_execution", args, { deposit: 10n ** 23n }),
      );
    }
    await network.session.settle();
    expect(asked).toHaveLength(70);
    const ids = (page: object) => network.view<number[]>("get_pending_request_ids", page);
    expect(await ids({})).toEqual(Array.from({ length: 70 }, (_, i) => i));
    expect(await ids({ from_index: 30, limit: 5 })).toEqual([30, 31, 32, 33, 34]);
    const gone = [...Array.from({ length: 33 }, (_, i) => i), 40, 69];
    for (const request_id of gone) {
      const failure = { request_id, code: "unavailable", message: "" };
      await network.session.send(OPERATOR, OFFSHORE, "fail_execution", failure);
    }
    await network.session.settle();
    const left = Array.from({ length: 70 }, (_, i) => i).filter((id) => !gone.includes(id));
    expect(await ids({})).toEqual(left);
    expect(await ids({ from_index: 6, limit: 2 })).toEqual(left.slice(6, 8));
    expect(await network.view("get_stats")).toMatchObject({
      requests: 70,
      open_requests: left.length,
      failed: gone.length,
    });
  },
);

test("a paused contract takes no requests, and settles those that it has", async () => {
  const { view } = await network.request();
  network.mustSucceed(await network.call(OWNER, "set_paused", { paused: true }));
  const refused = await network.call(ALICE, "request_execution", { source: SOURCE }, 10n ** 23n);
  expect(refused.error).toMatch(/^paused: /);
  network.mustSucceed(await network.resolve(view));
  network.mustSucceed(await network.call(OWNER, "set_paused", { paused: false }));
  await network.request();
  expect(view.rules_version).toBe(RULES_VERSION);
});

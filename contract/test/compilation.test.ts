// `params.compile_only`: the caller wants to know what its source compiles to, and pays for no more.
import { requestView, sha256Hex } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  BUILDERS,
  createNetwork,
  events,
  MODULE,
  MODULE_STORAGE,
  type Network,
  OFFSHORE,
  OPERATOR,
  publishModule,
  SOURCE,
  signRefCommit,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const BASE_FEE = 10n ** 21n;
const DEPOSIT = NEAR / 10n;
const REPO = "https://example.org/a/b";
const COMMIT = "ab".repeat(20);
const ASKED = { source: { GitHub: { repo: REPO, commit: COMMIT } }, params: { compile_only: true } };

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

const publish = () => publishModule(network, { repo: REPO, commit: COMMIT });

test("is answered with the published module, by anyone, for the base fee and the module's storage", async () => {
  const before = await network.reserve();
  const { hash, view, request_id } = await network.request(ASKED);
  expect(requestView.parse(view)).toMatchObject({ compile_only: true, quorum: 0, max_error: null });
  const early = await network.call(BOB, "resolve_compilation", { request_id });
  expect(early.error).toBe(
    `wrong_module: no module is published for commit ${COMMIT} of request ${request_id}`,
  );
  network.mustSucceed(await publish());
  network.mustSucceed(await network.call(BOB, "resolve_compilation", { request_id }));
  const result = await network.session.result(hash);
  expect(result.value).toBe(MODULE);
  const refund = DEPOSIT - BASE_FEE - MODULE_STORAGE;
  expect(result.transfers).toContainEqual({ from: OFFSHORE, to: ALICE, yocto: refund });
  expect(events(result.logs)[1]).toMatchObject({
    event: "execution_completed",
    data: [{ status: "compiled", module_sha256: MODULE, commit: COMMIT, refund_yocto: `${refund}` }],
  });
  expect(await network.view("get_stats")).toMatchObject({
    completed: 1,
    open_deposits_yocto: "0",
    unvested_yocto: "0",
    fees_yocto: `${BASE_FEE}`,
    storage_pool_yocto: `${MODULE_STORAGE}`,
  });
  expect(await network.view("get_receipt", { request_id })).toBeNull();
  expect(await network.reserve()).toBeGreaterThanOrEqual(before);
  expect((await network.call(BOB, "resolve_compilation", { request_id })).error).toMatch(
    /^unknown_request: /,
  );
});

test.each([
  ["Json", { module_sha256: MODULE, commit: COMMIT }],
  ["Text", MODULE],
  ["Bytes", Buffer.from(MODULE, "hex").toString("base64")],
])("as %s", async (response_format, value) => {
  network.mustSucceed(await publish());
  const { hash, request_id } = await network.request({ ...ASKED, response_format });
  network.mustSucceed(await network.call(OPERATOR, "resolve_compilation", { request_id }));
  expect((await network.session.result(hash)).value).toEqual(value);
});

test("is what null resource_limits mean, as in the system whose callers this one serves", async () => {
  const { source } = ASKED;
  const nulled = await network.request({ source, resource_limits: null });
  expect(nulled.view).toMatchObject({ compile_only: true, quorum: 0 });
  const both = await network.request({ source, resource_limits: null, params: { compile_only: false } });
  expect(both.view).toMatchObject({ compile_only: true, quorum: 0 });
  const run = await network.request({ source, params: { compile_only: false } });
  expect(run.view).toMatchObject({ compile_only: false, quorum: 2 });
});

test("has no use for an input", async () => {
  const refused = await network.call(ALICE, "request_execution", { ...ASKED, input_data: "x" }, DEPOSIT);
  expect(refused.error).toBe(
    "invalid_argument: input_data has no use where nothing is run: this request is compile only",
  );
  expect(
    (await network.call(ALICE, "request_execution", { ...ASKED, input_data: "" }, DEPOSIT)).waiting,
  ).toBe(true);
});

test("costs the base fee and the request's own storage", async () => {
  const estimate = await network.view<string>("estimate_execution_cost", { resource_limits: null });
  const cost = BASE_FEE + 4_096n * 10n ** 19n;
  expect(estimate).toBe(`${cost}`);
  expect((await network.call(ALICE, "request_execution", ASKED, cost - 1n)).error).toBe(
    `insufficient_deposit: attached ${cost - 1n} yoctoNEAR, this request needs ${cost}`,
  );
  // The least that can be attached is enough for everything that is taken from it.
  const { hash, request_id } = await network.request(ASKED, cost);
  network.mustSucceed(await publish());
  network.mustSucceed(await network.call(OPERATOR, "resolve_compilation", { request_id }));
  expect((await network.session.result(hash)).value).toBe(MODULE);
});

test.each([
  ["Module", SOURCE],
  ["WasmUrl", { WasmUrl: { url: "https://example.org/m.wasm", hash: MODULE } }],
])("has no use for a %s source", async (_, source) => {
  const refused = await network.call(ALICE, "request_execution", { ...ASKED, source }, DEPOSIT);
  expect(refused.error).toBe(
    "invalid_argument: source.GitHub is what can be compiled: this source is a module already",
  );
});

test("each kind of request has its own settlement", async () => {
  network.mustSucceed(await publish());
  const compile = await network.request(ASKED);
  const settlement = await network.settlement({ ...compile.view, quorum: 2 });
  expect((await network.call(OPERATOR, "resolve_execution", settlement)).error).toBe(
    `wrong_settlement: request ${compile.request_id} is settled by resolve_compilation`,
  );
  const { request_id } = await network.request();
  expect((await network.call(OPERATOR, "resolve_compilation", { request_id })).error).toBe(
    `wrong_settlement: request ${request_id} is settled by resolve_execution`,
  );
});

test("a source that does not compile fails like any other", async () => {
  const { hash, request_id } = await network.request(ASKED);
  const failure = { request_id, code: "build_failed", message: "main.c:1" };
  network.mustSucceed(await network.call(OPERATOR, "fail_execution", failure));
  expect((await network.session.result(hash)).value).toBeNull();
  expect(await network.view("get_stats")).toMatchObject({ failed: 1, fees_yocto: `${BASE_FEE}` });
});

test("a pinned module is what the source has to compile to", async () => {
  const other = sha256Hex(Buffer.from("another module"));
  network.mustSucceed(await publish());
  const { request_id } = await network.request({
    ...ASKED,
    source: { GitHub: { repo: REPO, commit: COMMIT, module_sha256: other } },
  });
  expect((await network.call(OPERATOR, "resolve_compilation", { request_id })).error).toBe(
    `wrong_module: request ${request_id} pins module ${other}, its source compiles to ${MODULE}`,
  );
});

test("of a branch is answered with the commit that it was", async () => {
  network.mustSucceed(await publish());
  const { hash, request_id } = await network.request({
    source: { GitHub: { repo: REPO, commit: "main" } },
    resource_limits: null,
    response_format: "Json",
  });
  expect((await network.call(BOB, "resolve_compilation", { request_id })).error).toBe(
    "invalid_argument: ref_commit is missing: expected an object",
  );
  const said = { contract_id: OFFSHORE, request_id, repo: REPO, ref: "main", commit: COMMIT };
  const ref_commit = { commit: COMMIT, signatures: await signRefCommit(said, BUILDERS.slice(0, 2)) };
  network.mustSucceed(await network.call(BOB, "resolve_compilation", { request_id, ref_commit }));
  expect((await network.session.result(hash)).value).toEqual({ module_sha256: MODULE, commit: COMMIT });
});

test("the first request that a module answers pays for its publication, the next does not", async () => {
  const { view } = await network.request({ source: ASKED.source, params: { quorum: 1 } });
  network.mustSucceed(await publish());
  const pool = async () => (await network.view<Record<string, string>>("get_stats")).storage_pool_yocto;
  expect(await pool()).toBe("0");
  network.mustSucceed(await network.resolve(view));
  expect(await pool()).toBe(`${MODULE_STORAGE}`);
  const { request_id } = await network.request(ASKED);
  network.mustSucceed(await network.call(OPERATOR, "resolve_compilation", { request_id }));
  expect(await pool()).toBe(`${MODULE_STORAGE}`);
});

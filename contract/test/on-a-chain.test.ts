// The contract as any client sees it, over RPC: on local-near, or with OFFSHORE_CHAIN=near-sandbox on nearcore itself.
// Nothing here reaches into the chain, so whatever passes on one must pass on the other.
import { readFileSync } from "node:fs";
import { type RpcChain, startChain } from "@near-offshore/local-near";
import type { RequestView, Signer } from "@near-offshore/protocol";
import { Account, actions, KeyPair } from "near-api-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  attest,
  BUILDERS,
  MODULE,
  MODULE_STORAGE,
  SOURCE,
  signLink,
  signPublication,
  signRefCommit,
  signSettlement,
  WORKER_STORAGE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const TIMEOUT_MS = 120_000;
const GAS = 300n * 10n ** 12n;
const CODE = readFileSync(new URL("../dist/offshore.wasm", import.meta.url));
const OUTCOME = { status: "ok", instructions: 1_000_000, module_sha256: MODULE };
/** What each worker earns by it. */
const PRICE = 10n ** 18n;
const REPOSITORY = {
  repo: "https://example.org/a",
  commit: "ab".repeat(20),
  build_target: "wasm32-wasip1" as const,
};

let chain: RpcChain;
let contract: Account;
let operator: Account;
let alice: Account;
let bob: Account;

beforeAll(async () => {
  chain = await startChain();
  const { account_id, secret_key } = chain.root;
  const root = new Account(account_id, chain.rpc_url, secret_key as `ed25519:${string}`);
  contract = await create(root, "offshore");
  operator = await create(root, "operator");
  alice = await create(root, "alice");
  bob = await create(root, "bob");
  await contract.deployContract(Uint8Array.from(CODE));
  await call(operator, "new", { owner_id: operator.accountId, operator_id: operator.accountId });
  const public_keys = WORKERS.slice(0, 7).map(({ public_key }) => public_key);
  await call(operator, "enroll_workers", { public_keys }, 7n * WORKER_STORAGE);
  const builders = BUILDERS.map(({ public_key }) => public_key);
  await call(operator, "set_builders", { builders, min_builders: 2 });
}, TIMEOUT_MS);

afterAll(() => chain?.stop());

async function create(root: Account, name: string): Promise<Account> {
  const account_id = `${name}.${root.accountId}`;
  const key = KeyPair.fromRandom("ed25519");
  const list = [
    actions.createAccount(),
    actions.transfer(50n * NEAR),
    actions.addFullAccessKey(key.getPublicKey()),
  ];
  await root.signAndSendTransaction({ receiverId: account_id, actions: list });
  return new Account(account_id, chain.rpc_url, key.toString());
}

function call(from: Account, methodName: string, args: Record<string, unknown>, deposit = 0n) {
  return from.callFunction({ contractId: contract.accountId, methodName, args, gas: GAS, deposit });
}

function view<T>(method: string, args: Record<string, unknown> = {}): Promise<T> {
  return operator.provider.callFunction({ contractId: contract.accountId, method, args }) as Promise<T>;
}

/** A call that is answered later; asked in the background, so that whoever fails it is heard. */
function ask(args: Record<string, unknown>, deposit = NEAR): Promise<unknown> {
  const asked = call(alice, "request_execution", { source: SOURCE, ...args }, deposit);
  asked.catch(() => {});
  return asked;
}

/** What the operator sends to settle a request with this output of its quorum. */
function settlement(request: RequestView, output: string, workers?: Signer[]) {
  return signSettlement(request, { ...OUTCOME, output }, workers);
}

async function settle(request: RequestView, output: string): Promise<void> {
  await call(operator, "resolve_execution", await settlement(request, output));
}

/** Both chains have near-sandbox's method for it. */
async function fastForward(delta_height: number): Promise<void> {
  const body = { jsonrpc: "2.0", id: "1", method: "sandbox_fast_forward", params: { delta_height } };
  const headers = { "content-type": "application/json" };
  const response = await fetch(chain.rpc_url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(await response.json()).not.toHaveProperty("error");
}

const balanceOf = async (account: Account) => (await account.getState()).balance.total;

/** The request that waits, as soon as there is one. */
async function waiting(): Promise<RequestView> {
  for (;;) {
    const [request_id] = await view<number[]>("get_pending_request_ids");
    if (request_id !== undefined) return view<RequestView>("get_request", { request_id });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a request is answered with what its quorum signed", { timeout: TIMEOUT_MS }, async () => {
  const asked = ask({});
  await settle(await waiting(), "42");
  expect(await asked).toBe("42");
  expect(await view("get_stats")).toMatchObject({ requests: 1, completed: 1, open_deposits_yocto: "0" });
});

test("a request that fails is answered with nothing, and its deposit comes back", {
  timeout: TIMEOUT_MS,
}, async () => {
  const before = await balanceOf(alice);
  const asked = ask({});
  const { request_id } = await waiting();
  await call(operator, "fail_execution", { request_id, code: "unavailable", message: "" });
  expect(await asked).toBe(null);
  // Refunds come in later blocks; what is missing in the end is gas.
  await expect
    .poll(async () => before - (await balanceOf(alice)), { timeout: 30_000 })
    .toBeLessThan(NEAR / 20n);
});

test("a request that nobody settles ends after 200 blocks, and its deposit comes back", {
  timeout: TIMEOUT_MS,
}, async () => {
  const before = await balanceOf(alice);
  const asked = ask({});
  const { request_id } = await waiting();
  await fastForward(210);
  expect(await asked).toBe(null);
  expect(await view("get_request", { request_id })).toBe(null);
  await expect
    .poll(async () => before - (await balanceOf(alice)), { timeout: 30_000 })
    .toBeLessThan(NEAR / 20n);
});

test.each([
  ["Text", "\u0001".repeat(32_768), "\u0001".repeat(32_768)],
  ["Json", `[${"1e-5,".repeat(5_400)}1]`, [...Array(5_400).fill(1e-5), 1]],
])(
  "the largest output, as %s, of a quorum of 7 with 64 KiB of input",
  { timeout: TIMEOUT_MS },
  async (response_format, output, answer) => {
    const asked = ask({ response_format, params: { quorum: 7 }, input_data: "x".repeat(65_536) }, 2n * NEAR);
    await settle(await waiting(), output);
    expect(await asked).toEqual(answer);
  },
);

test("a byte more is refused, and so are signatures of anything else; the request stays open", {
  timeout: TIMEOUT_MS,
}, async () => {
  const asked = ask({});
  const request = await waiting();
  const good = await settlement(request, "42");
  const refused = (change: object, error: RegExp) =>
    expect(call(operator, "resolve_execution", { ...good, ...change })).rejects.toThrow(error);
  await refused(
    { output_base64: Buffer.alloc(32_769).toString("base64") },
    /invalid_argument: output_base64/,
  );
  await refused({ output_base64: "NDM=" }, /bad_signature/);
  await refused({ instructions: 1 }, /bad_signature/);
  await refused({ attestations: good.attestations.slice(1) }, /quorum_not_met/);
  await refused({ attestations: [good.attestations[0], good.attestations[0]] }, /duplicate_key/);
  await call(operator, "resolve_execution", good);
  expect(await asked).toBe("42");
});

test("a branch is answered by the module of the commit that its builders say it was", {
  timeout: TIMEOUT_MS,
}, async () => {
  const contract_id = contract.accountId;
  const publication = { contract_id, ...REPOSITORY, module_sha256: MODULE };
  const signatures = await signPublication(publication, BUILDERS.slice(0, 2));
  const published = { source: REPOSITORY, module_sha256: MODULE, signatures };
  await call(operator, "publish_module", published, MODULE_STORAGE);
  const { repo, commit } = REPOSITORY;
  for (const compile_only of [false, true]) {
    const source = { GitHub: { repo, commit: "main" } };
    const asked = ask({ source, response_format: compile_only ? "Json" : "Text", params: { compile_only } });
    const request = await waiting();
    const { request_id } = request;
    const said = { contract_id, request_id, repo, ref: "main", commit };
    const ref_commit = { commit, signatures: await signRefCommit(said, BUILDERS.slice(0, 2)) };
    if (compile_only) await call(alice, "resolve_compilation", { request_id, ref_commit });
    else await call(operator, "resolve_execution", { ...(await settlement(request, "7")), ref_commit });
    expect(await asked).toEqual(compile_only ? { module_sha256: MODULE, commit } : "7");
  }
});

test("a worker registers with a stake, earns, signs a lie and loses; the reporter is paid", {
  timeout: TIMEOUT_MS,
}, async () => {
  const worker = WORKERS[7]!;
  const { public_key } = worker;
  const signature = await signLink(bob.accountId, worker, contract.accountId);
  await call(bob, "register_worker", { public_key, signature }, NEAR + WORKER_STORAGE);
  const asked = ask({ params: { quorum: 1 } });
  const request = await waiting();
  await call(operator, "resolve_execution", await settlement(request, "42", [worker]));
  expect(await asked).toBe("42");
  const { request_id, task_digest } = request;
  const balance = { vested_yocto: "0", unvested_yocto: `${PRICE}` };
  expect(await view("get_balance", { account_id: bob.accountId })).toEqual(balance);
  const lie = { ...OUTCOME, output_sha256: "0".repeat(64) };
  const [attestation] = await attest(task_digest, lie, [worker]);
  const before = await balanceOf(alice);
  await call(alice, "report_fault", { request_id, ...lie, ...attestation });
  await expect
    .poll(async () => (await balanceOf(alice)) - before, { timeout: 30_000 })
    .toBeGreaterThan(NEAR / 10n);
  expect(await view("get_worker", { public_key })).toMatchObject({
    slashed: true,
    active: false,
    stake_yocto: "0",
  });
});

test("what is owed is paid out, to the account that it is owed to", { timeout: TIMEOUT_MS }, async () => {
  const { public_key } = WORKERS[6]!;
  const link = { public_key, account_id: bob.accountId };
  const signature = await signLink(bob.accountId, WORKERS[6]!, contract.accountId);
  await call(alice, "link_account", { ...link, signature }, NEAR / 100n);
  await call(operator, "set_limits", { vesting_results: 0 });
  const asked = ask({ params: { quorum: 1 } });
  await call(operator, "resolve_execution", await settlement(await waiting(), "1", [WORKERS[6]!]));
  await asked;
  const owed = BigInt(await view<string>("get_earnings", { account_id: bob.accountId }));
  expect(owed).toBeGreaterThanOrEqual(PRICE);
  const before = await balanceOf(bob);
  await call(alice, "withdraw_earnings", { account_id: bob.accountId });
  await expect.poll(async () => (await balanceOf(bob)) - before, { timeout: 30_000 }).toBe(owed);
});

test("gas is within what callers and the coordinator set aside", { timeout: TIMEOUT_MS }, async () => {
  const asked = alice.callFunctionRaw({
    contractId: contract.accountId,
    methodName: "request_execution",
    args: { source: SOURCE, params: { quorum: 3 } },
    deposit: NEAR,
    gas: GAS,
  });
  const args = await settlement(await waiting(), "x".repeat(1_024));
  const settled = await operator.callFunctionRaw({
    contractId: contract.accountId,
    methodName: "resolve_execution",
    args,
    gas: GAS,
  });
  const burnt = (outcome: { outcome: { gas_burnt: number } }) => outcome.outcome.gas_burnt / 1e12;
  const [request, callback] = (await asked).receipts_outcome.filter(
    ({ outcome }) => outcome.executor_id === contract.accountId,
  );
  expect(burnt(request!)).toBeLessThan(20);
  expect(burnt(callback!)).toBeLessThan(25);
  expect(burnt(settled.receipts_outcome[0]!)).toBeLessThan(25);
});

test("refusals are told in the contract's words", { timeout: TIMEOUT_MS }, async () => {
  const failure = { request_id: 99, code: "unavailable", message: "" };
  await expect(call(operator, "fail_execution", failure)).rejects.toThrow(/unknown_request/);
  await expect(call(alice, "fail_execution", failure)).rejects.toThrow(/not_operator|operator/);
  await expect(call(alice, "request_execution", { source: SOURCE })).rejects.toThrow(/deposit/);
  await call(operator, "set_paused", { paused: true });
  await expect(call(alice, "request_execution", { source: SOURCE }, NEAR)).rejects.toThrow(/paused: /);
  await call(operator, "set_paused", { paused: false });
});

// The contract as any client sees it, over RPC: on local-near, or with OFFSHORE_CHAIN=near-sandbox on nearcore itself.
// Nothing here reaches into the chain, so whatever passes on one must pass on the other.
import { readFileSync } from "node:fs";
import { type RpcChain, startChain } from "@near-offshore/local-near";
import { type RequestView, RULES_VERSION } from "@near-offshore/protocol";
import { Account, actions, KeyPair } from "near-api-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attest, MODULE, SOURCE, sha256, WORKER_STORAGE, WORKERS } from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const TIMEOUT_MS = 120_000;
const GAS = 300n * 10n ** 12n;
const CODE = readFileSync(new URL("../dist/offshore.wasm", import.meta.url));

let chain: RpcChain;
let contract: Account;
let operator: Account;
let alice: Account;

beforeAll(async () => {
  chain = await startChain();
  const { account_id, secret_key } = chain.root;
  const root = new Account(account_id, chain.rpc_url, secret_key as `ed25519:${string}`);
  contract = await create(root, "offshore");
  operator = await create(root, "operator");
  alice = await create(root, "alice");
  await contract.deployContract(Uint8Array.from(CODE));
  await call(operator, "new", { owner_id: operator.accountId, operator_id: operator.accountId });
  const public_keys = WORKERS.slice(0, 3).map(({ public_key }) => public_key);
  await call(operator, "enroll_workers", { public_keys }, 3n * WORKER_STORAGE);
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

/** The request that waits, as soon as there is one. */
async function waiting(): Promise<RequestView> {
  for (;;) {
    const [request_id] = await view<number[]>("get_pending_request_ids");
    if (request_id !== undefined) return view<RequestView>("get_request", { request_id });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a request is answered with what its quorum signed", { timeout: TIMEOUT_MS }, async () => {
  const asked = call(alice, "request_execution", { source: SOURCE }, NEAR / 10n);
  const request = await waiting();
  const outcome = { status: "ok", instructions: 1_234, module_sha256: MODULE };
  const output_sha256 = Buffer.from(sha256(Buffer.from("42"))).toString("hex");
  const quorum = WORKERS.slice(0, request.quorum);
  await call(operator, "resolve_execution", {
    request_id: request.request_id,
    rules_version: RULES_VERSION,
    ...outcome,
    output_base64: Buffer.from("42").toString("base64"),
    attestations: await attest(request.task_digest, { ...outcome, output_sha256 }, quorum),
  });
  expect(await asked).toBe("42");
  expect(await view("get_stats")).toMatchObject({ requests: 1, completed: 1, open_deposits_yocto: "0" });
});

test("a request that fails is answered with nothing, and its deposit comes back", {
  timeout: TIMEOUT_MS,
}, async () => {
  const before = (await alice.getState()).balance.total;
  const asked = call(alice, "request_execution", { source: SOURCE }, NEAR);
  const { request_id } = await waiting();
  await call(operator, "fail_execution", { request_id, code: "unavailable", message: "" });
  expect(await asked).toBe(null);
  // Refunds come in later blocks; what is missing in the end is gas.
  await expect
    .poll(async () => before - (await alice.getState()).balance.total, { timeout: 30_000 })
    .toBeLessThan(NEAR / 20n);
});

test("refusals are told in the contract's words", { timeout: TIMEOUT_MS }, async () => {
  const failure = { request_id: 99, code: "unavailable", message: "" };
  await expect(call(operator, "fail_execution", failure)).rejects.toThrow(/unknown_request/);
  await expect(call(alice, "fail_execution", failure)).rejects.toThrow(/not_operator|operator/);
  await expect(call(alice, "request_execution", { source: SOURCE })).rejects.toThrow(/deposit/);
});

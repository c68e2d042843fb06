// Who may call what, and what a pause stops: every method of the contract is in this table.
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  createNetwork,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  WORKER_ACCOUNT,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const EVERYBODY = [ALICE, OWNER, OPERATOR, OFFSHORE, WORKER_ACCOUNT];
const KEY = { public_key: WORKERS[6]!.public_key };

const OWNERS = "not_owner: only the owner, owner, may call this";
const OPERATORS = "not_operator: only the operator, operator, may call this";
const PRIVATE = "not_private: only the contract itself may call this method";
const ACCOUNTS = `not_account: only the account of ${KEY.public_key}, ${WORKER_ACCOUNT}, may call this`;

/** Methods that not everybody may call: who may, what the others hear, and arguments that get that far. */
const RESTRICTED: Record<string, [string[], string, object]> = {
  resolve_execution: [[OPERATOR], OPERATORS, {}],
  fail_execution: [[OPERATOR], OPERATORS, {}],
  enroll_workers: [[OPERATOR], OPERATORS, {}],
  withdraw_storage: [[OPERATOR], OPERATORS, {}],
  set_builders: [[OWNER], OWNERS, {}],
  set_owner: [[OWNER], OWNERS, {}],
  set_operator: [[OWNER], OWNERS, {}],
  set_pricing: [[OWNER], OWNERS, {}],
  set_limits: [[OWNER], OWNERS, {}],
  set_paused: [[OWNER], OWNERS, {}],
  withdraw_fees: [[OWNER], OWNERS, {}],
  migrate: [[OWNER, OFFSHORE], OWNERS, {}],
  on_execution_response: [[OFFSHORE], PRIVATE, { request_id: 0 }],
  on_transfer: [[OFFSHORE], PRIVATE, { account_id: ALICE, amount_yocto: "0" }],
  unregister_worker: [[WORKER_ACCOUNT], ACCOUNTS, KEY],
  rotate_key: [[WORKER_ACCOUNT], ACCOUNTS, { ...KEY, new_public_key: WORKERS[7]!.public_key }],
};

/** Methods that everybody may call; what they may do is in their arguments. */
const OPEN = [
  "new",
  "request_execution",
  "cancel_stale_execution",
  "publish_module",
  "resolve_compilation",
  "register_worker",
  "link_account",
  "add_stake",
  "withdraw_stake",
  "report_fault",
  "withdraw_earnings",
  "vest_earnings",
  "deposit_storage",
  "prune_receipts",
];

const PAUSED = ["request_execution", "register_worker"];

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("every method is in this table or only reads", () => {
  const source = readFileSync(new URL("../src/contract.ts", import.meta.url), "utf8");
  const methods = [...source.matchAll(/^export const (\w+) = (call|callback|payable)\(/gm)].map(
    ([, name]) => name,
  );
  expect([...methods, "new"].sort()).toEqual([...Object.keys(RESTRICTED), ...OPEN].sort());
});

describe.each(Object.entries(RESTRICTED))("%s", (method, [allowed, error, args]) => {
  test("is refused to everybody else", async () => {
    const copy = await network.snapshot();
    for (const account_id of [...EVERYBODY, BOB]) {
      const refused = (await (await copy()).call(account_id, method, args)).error ?? "";
      if (allowed.includes(account_id)) expect(refused).not.toBe(error);
      else expect(refused).toBe(error);
    }
  });
});

test.each(OPEN)("%s is nobody's alone", async (method) => {
  for (const account_id of EVERYBODY) {
    const { error } = await network.call(account_id, method);
    expect(error ?? "").not.toMatch(/^not_(owner|operator|private|account): /);
  }
});

test.each([...Object.keys(RESTRICTED), ...OPEN])("a pause and %s", async (method) => {
  network.mustSucceed(await network.call(OWNER, "set_paused", { paused: true }));
  const [allowed] = RESTRICTED[method] ?? [[ALICE]];
  const { error } = await network.call(allowed[0]!, method, RESTRICTED[method]?.[2] ?? {});
  const sentence = "paused: the owner has paused new requests and registrations";
  if (PAUSED.includes(method)) expect(error).toBe(sentence);
  else expect(error).not.toBe(sentence);
});

test("a new owner owns, the old one does not any more", async () => {
  network.mustSucceed(await network.call(OWNER, "set_owner", { owner_id: BOB }));
  expect((await network.call(OWNER, "set_paused", { paused: true })).error).toMatch(
    /^not_owner: only the owner, bob/,
  );
  network.mustSucceed(await network.call(BOB, "set_paused", { paused: true }));
});

test("rules at the edge of what may be set are taken, and rule what is asked from then on", async () => {
  const { view } = await network.request();
  const pricing = {
    base_fee_yocto: `${NEAR}`,
    rate_per_million_yocto: `${10n ** 22n}`,
    min_stake_yocto: `${10n ** 28n}`,
    reporter_percent: 50,
  };
  network.mustSucceed(await network.call(OWNER, "set_pricing", pricing));
  const { reporter_percent, ...prices } = pricing;
  expect(await network.view("get_pricing")).toMatchObject(prices);
  expect(await network.view("get_config")).toMatchObject({ reporter_percent });
  const limits = { max_instructions: 1_000_000, max_memory_mb: 16, max_execution_seconds: 5 };
  network.mustSucceed(await network.call(OWNER, "set_limits", limits));
  expect(await network.view("get_max_limits")).toMatchObject(limits);
  const cost = NEAR + 2n * 10n ** 22n + 4096n * 10n ** 19n;
  expect(await network.view("estimate_execution_cost")).toBe(cost.toString());
  const asked = { source: { Module: { sha256: "ab".repeat(32) } } };
  expect((await network.call(ALICE, "request_execution", asked, cost - 1n)).error).toBe(
    `insufficient_deposit: attached ${cost - 1n} yoctoNEAR, this request needs ${cost}`,
  );
  const more = { ...asked, resource_limits: { max_instructions: 1_000_001 } };
  expect((await network.call(ALICE, "request_execution", more, 9n * NEAR)).error).toBe(
    "invalid_argument: resource_limits.max_instructions must be an integer from 1 to 1000000, got 1000001",
  );
  expect((await network.call(ALICE, "request_execution", asked, cost)).waiting).toBe(true);
  network.mustSucceed(await network.resolve(view));
  expect(await network.view("get_stats")).toMatchObject({ fees_yocto: (10n ** 21n).toString() });
});

test("fees are the owner's, in part or whole", async () => {
  expect((await network.call(OWNER, "withdraw_fees")).error).toBe("nothing_to_withdraw: there are no fees");
  const { view } = await network.request();
  network.mustSucceed(await network.resolve(view));
  const part = network.mustSucceed(await network.call(OWNER, "withdraw_fees", { amount_yocto: "1" }));
  expect(part.transfers).toContainEqual({ from: OFFSHORE, to: OWNER, yocto: 1n });
  const rest = network.mustSucceed(await network.call(OWNER, "withdraw_fees"));
  expect(rest.transfers).toContainEqual({ from: OFFSHORE, to: OWNER, yocto: 10n ** 21n - 1n });
  expect(await network.view("get_stats")).toMatchObject({ fees_yocto: "0" });
});

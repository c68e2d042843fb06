// State that previous versions wrote is read by this one, and nobody loses what was theirs.
import { configView, implicitAccount, requestView, workerView } from "@near-offshore/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import state_1 from "./fixtures/state-1.json" with { type: "json" };
import state_2 from "./fixtures/state-2.json" with { type: "json" };
import {
  ALICE,
  BOB,
  createBlank,
  events,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  receiptStorage,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const ENTRY_BYTES = 40;

let network: Network;

beforeEach(async () => {
  network = await install(state_1);
});

interface Stored {
  /** UTF-8 values as they are, others in base64. */
  state: Record<string, string | { base64: string }>;
  balance_yocto: string;
  height: number;
}

/** A network whose contract has this storage and balance. */
async function install({ state, balance_yocto, height }: Stored): Promise<Network> {
  const network = await createBlank();
  const data = Object.entries(state).map(([key, value]) => ({
    key: Buffer.from(key),
    value: typeof value === "string" ? Buffer.from(value) : Buffer.from(value.base64, "base64"),
  }));
  const size = data.reduce((sum, { key, value }) => sum + key.length + value.length + ENTRY_BYTES, 0);
  const blank = (await network.session.account(OFFSHORE))!;
  const storage_usage = blank.storage_usage + size;
  await network.session.patch([
    { Account: { account_id: OFFSHORE, account: { ...blank, amount: balance_yocto, storage_usage } } },
    ...data.map(({ key, value }) => ({
      Data: {
        account_id: OFFSHORE,
        data_key: key.toString("base64"),
        value: value.toString("base64"),
      },
    })),
  ]);
  const missing = height - (await network.session.height());
  if (missing > 0) await network.session.skip(missing);
  return network;
}

test("nothing but migrate works on state that is not migrated, and callbacks", async () => {
  const sentence = "not_migrated: the owner has to call `migrate` first";
  expect((await network.call(ALICE, "request_execution", {}, NEAR)).error).toBe(sentence);
  expect((await network.call(OWNER, "set_paused", { paused: false })).error).toBe(sentence);
  await expect(network.view("get_config")).rejects.toThrow(sentence);
});

test("only the owner and the contract itself migrate, and only once is anything done", async () => {
  expect((await network.call(ALICE, "migrate")).error).toBe(
    "not_owner: only the owner, owner, may call this",
  );
  expect((await network.call(OPERATOR, "migrate")).error).toMatch(/^not_owner: /);
  expect(network.mustSucceed(await network.call(OFFSHORE, "migrate")).value).toEqual({ from: 1, to: 3 });
  const config = await network.view("get_config");
  expect(network.mustSucceed(await network.call(OWNER, "migrate")).value).toEqual({ from: 3, to: 3 });
  expect(await network.view("get_config")).toEqual(config);
});

test("who may do what, what is open and what is owed stay as they were", async () => {
  const before = JSON.parse(state_1.state.totals) as Record<string, unknown>;
  network.mustSucceed(await network.call(OWNER, "migrate"));
  const config = configView.parse(await network.view("get_config"));
  expect(config).toMatchObject({ owner_id: OWNER, operator_id: OPERATOR, paused: true, min_builders: 2 });
  const { next_request_id, ...totals } = before;
  expect(await network.view("get_stats")).toEqual({
    ...totals,
    requests: next_request_id,
    unvested_yocto: "0",
    storage_yocto: "0",
    storage_pool_yocto: "0",
  });
  expect(await network.reserve()).toBeGreaterThan(0n);
  expect(await network.view("get_pending_request_ids")).toEqual([5, 6]);
  const request = await network.view<object>("get_request", { request_id: 5 });
  expect(requestView.parse(request)).toMatchObject({ input_data: "open at the upgrade", min_established: 0 });
  const source = { repo: "https://example.org/a", commit: "ab".repeat(20), build_target: "wasm32-wasip1" };
  expect(await network.view("get_module", { source })).toBe(MODULE);
  const workers = await network.view<object[]>("get_workers");
  expect(workers).toHaveLength(8);
  for (const worker of workers) workerView.parse(worker);
  const staked = {
    accepted: 3,
    stake_yocto: `${2n * NEAR}`,
    active: true,
    established: true,
    unvested_yocto: "0",
  };
  expect(await network.view("get_worker", { public_key: WORKERS[7]!.public_key })).toMatchObject(staked);
});

test("earnings, stakes, fees and deposits of open requests are paid out to the last yocto", async () => {
  network.mustSucceed(await network.call(OWNER, "migrate"));
  const reserve = await network.reserve();
  const earned = await network.view<string>("get_earnings", { account_id: BOB });
  expect(earned).toBe((6n * 10n ** 18n).toString());
  const paid = network.mustSucceed(await network.call(BOB, "withdraw_earnings"));
  expect(paid.transfers).toContainEqual({ from: OFFSHORE, to: BOB, yocto: BigInt(earned) });
  network.mustSucceed(await network.call(OWNER, "set_limits", { fault_window_blocks: 1_000 }));
  network.mustSucceed(await network.call(BOB, "unregister_worker", { public_key: WORKERS[7]!.public_key }));
  await network.session.skip(300);
  for (const [request_id, payer] of [
    [5, ALICE],
    [6, BOB],
  ] as const) {
    const over = network.mustSucceed(await network.call(ALICE, "cancel_stale_execution", { request_id }));
    expect(over.transfers).toContainEqual({ from: OFFSHORE, to: payer, yocto: NEAR / 10n });
    expect(events(over.logs)).toMatchObject([{ event: "execution_timed_out" }]);
  }
  network.mustSucceed(await network.call(OWNER, "withdraw_fees"));
  await network.session.skip(2_000);
  network.mustSucceed(await network.call(BOB, "withdraw_stake", { public_key: WORKERS[7]!.public_key }));
  network.mustSucceed(await network.call(BOB, "withdraw_earnings"));
  for (let i = 0; i < 3; i++) {
    const { account_id } = await network.view<{ account_id: string }>("get_worker", {
      public_key: WORKERS[i]!.public_key,
    });
    network.mustSucceed(await network.call(ALICE, "withdraw_earnings", { account_id }));
  }
  expect(await network.view("get_stats")).toMatchObject({
    open_deposits_yocto: "0",
    stakes_yocto: "0",
    fees_yocto: "0",
    earnings_yocto: await network.view("get_earnings", { account_id: "nobody-has-this-account" }),
  });
  expect(await network.reserve()).toBeGreaterThanOrEqual(reserve);
});

test("workers of before go on, and what they earn now vests", async () => {
  network.mustSucceed(await network.call(OWNER, "migrate"));
  network.mustSucceed(await network.call(OWNER, "set_paused", { paused: false }));
  const { hash, view } = await network.request();
  expect(view.request_id).toBe(7);
  network.mustSucceed(await network.resolve(view));
  expect((await network.session.result(hash)).value).toBe("42");
  expect(await network.view("get_worker", { public_key: WORKERS[0]!.public_key })).toMatchObject({
    accepted: 2,
    unvested_yocto: (1_234_567n * 10n ** 12n).toString(),
  });
});

describe("state of version 2", () => {
  const OPEN = 8;
  const SETTLED = 9;
  const totals = JSON.parse(state_2.state.totals) as Record<string, string>;

  beforeEach(async () => {
    network = await install(state_2 as Stored);
    expect(network.mustSucceed(await network.call(OWNER, "migrate")).value).toEqual({ from: 2, to: 3 });
  });

  test("is all there", async () => {
    configView.parse(await network.view("get_config"));
    const { next_request_id, oldest_receipt_id: _, ...counted } = totals;
    expect(await network.view("get_stats")).toEqual({ ...counted, requests: next_request_id });
    expect(await network.view("get_pending_request_ids")).toEqual([OPEN]);
    const request = requestView.parse(await network.view("get_request", { request_id: OPEN }));
    expect(request).toMatchObject({
      input_data: "open at the upgrade",
      min_established: 1,
      compile_only: false,
      max_error: null,
    });
    const workers = (await network.view<object[]>("get_workers")).map((worker) => workerView.parse(worker));
    expect(workers).toHaveLength(9);
    expect(workers.filter(({ slashed }) => slashed)).toHaveLength(1);
    const source = { repo: "https://example.org/a", commit: "ab".repeat(20) };
    expect(await network.view("get_module", { source })).toBe(MODULE);
    expect(await network.view("get_receipt", { request_id: 6 })).toMatchObject({
      block_height: 76,
      module_sha256: null,
    });
    expect(await network.reserve()).toBeGreaterThan(0n);
  });

  test("a request that was settled before the upgrade ends as it was settled", async () => {
    // The chain's own part of a yield is not in the fixture: whoever looks after it closes the request.
    await network.session.skip(300);
    const closed = network.mustSucceed(
      await network.call(ALICE, "cancel_stale_execution", { request_id: SETTLED }),
    );
    expect(events(closed.logs)).toMatchObject([
      { event: "execution_completed", data: [{ request_id: SETTLED, status: "ok", commit: null }] },
    ]);
    const paid = NEAR / 10n - 10n ** 21n - 6n * 10n ** 18n - receiptStorage(3);
    expect(closed.transfers).toContainEqual({ from: OFFSHORE, to: BOB, yocto: paid });
  });

  test("a request without a yield to resume is not settled, and its deposit comes back", async () => {
    const failure = { request_id: OPEN, code: "unavailable", message: "" };
    expect((await network.call(OPERATOR, "fail_execution", failure)).error).toBe(
      `yield_closed: request ${OPEN} cannot be resumed: it was made in this block, or timed out`,
    );
    await network.session.skip(300);
    const closed = await network.call(ALICE, "cancel_stale_execution", { request_id: OPEN });
    expect(closed.transfers).toContainEqual({ from: OFFSHORE, to: ALICE, yocto: NEAR / 10n });
  });

  test("everything comes out", async () => {
    await network.session.skip(300);
    for (const request_id of [OPEN, SETTLED])
      network.mustSucceed(await network.call(ALICE, "cancel_stale_execution", { request_id }));
    await network.session.skip(2_000);
    const accounts = new Set<string>([ALICE]);
    for (const { public_key, account_id } of await network.view<Record<string, string>[]>("get_workers")) {
      accounts.add(account_id!).add(implicitAccount(public_key!));
      await network.call(BOB, "unregister_worker", { public_key });
      await network.call(ALICE, "withdraw_stake", { public_key });
      await network.call(ALICE, "vest_earnings", { public_key });
    }
    await network.session.skip(2_000);
    for (const { public_key } of await network.view<Record<string, string>[]>("get_workers"))
      await network.call(ALICE, "withdraw_stake", { public_key });
    for (const account_id of accounts) await network.call(ALICE, "withdraw_earnings", { account_id });
    network.mustSucceed(await network.call(ALICE, "prune_receipts"));
    network.mustSucceed(await network.call(OWNER, "withdraw_fees"));
    network.mustSucceed(await network.call(OPERATOR, "withdraw_storage"));
    const left = await network.view<Record<string, string>>("get_stats");
    expect(left).toMatchObject({
      open_deposits_yocto: "0",
      stakes_yocto: "0",
      unvested_yocto: "0",
      fees_yocto: "0",
      storage_pool_yocto: "0",
      earnings_yocto: await network.view("get_earnings", { account_id: "nobody-has-this-account" }),
    });
    expect(await network.reserve()).toBeGreaterThanOrEqual(0n);
  });
});

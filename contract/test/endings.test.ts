// The odd ends of a request: the money is where it belongs, and an event says so.

import { readFileSync } from "node:fs";
import { STORAGE_BYTE_YOCTO } from "@near-offshore/protocol";
import { actions } from "near-api-js";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ALICE,
  COIN_FLIP,
  createNetwork,
  events,
  type Network,
  OFFSHORE,
  OPERATOR,
  receiptStorage,
  SOURCE,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const BASE_FEE = 10n ** 21n;
const DEPOSIT = NEAR / 10n;
const CHARGED = BASE_FEE + receiptStorage(2);
const NOBODY = "nobody-has-this-account";

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

const stats = () => network.view<Record<string, unknown>>("get_stats");
const names = async (hash: string) =>
  events((await network.session.result(hash)).logs).map(({ event }) => event);

/** Lets ALICE ask through the coin flip's contract, whose callback then runs. */
async function flip(): Promise<{ hash: string; request_id: number }> {
  const wasm = readFileSync(new URL("../dist/coin-flip.wasm", import.meta.url));
  await network.session.deploy(COIN_FLIP, wasm);
  const settings = { offshore_id: OFFSHORE, source: SOURCE };
  network.mustSucceed(await network.session.call(COIN_FLIP, COIN_FLIP, "new", settings));
  const asked = await network.session.call(
    ALICE,
    COIN_FLIP,
    "flip",
    { guess: "heads" },
    { deposit: DEPOSIT },
  );
  expect(asked.waiting).toBe(true);
  return { hash: asked.hash, request_id: 0 };
}

test("a caller whose callback fails has its answer and the payer its money all the same", async () => {
  const { hash, request_id } = await flip();
  // Other code, without the callback: it fails with MethodNotFound.
  const wasm = readFileSync(new URL("../dist/offshore.wasm", import.meta.url));
  await network.session.deploy(COIN_FLIP, wasm);
  const before = await network.session.balance(ALICE);
  const view = await network.view<never>("get_request", { request_id });
  network.mustSucceed(await network.resolve(view, { instructions: 0 }));
  expect((await network.session.result(hash)).error).toContain("MethodNotFound");
  expect(await names(hash)).toEqual(["execution_requested", "execution_completed"]);
  expect((await network.session.balance(ALICE)) - before).toBeGreaterThanOrEqual(DEPOSIT - CHARGED);
  expect(await stats()).toMatchObject({ completed: 1, open_deposits_yocto: "0", earnings_yocto: "0" });
});

test("a caller that is deleted meanwhile changes nothing for workers and payer", async () => {
  const { hash, request_id } = await flip();
  network.mustSucceed(await network.session.run(COIN_FLIP, COIN_FLIP, [actions.deleteAccount(ALICE)]));
  const view = await network.view<never>("get_request", { request_id });
  network.mustSucceed(await network.resolve(view, { instructions: 0 }));
  expect((await network.session.result(hash)).error).toContain("AccountDoesNotExist");
  expect((await network.session.result(hash)).transfers).toContainEqual({
    from: OFFSHORE,
    to: ALICE,
    yocto: DEPOSIT - CHARGED,
  });
  expect(await names(hash)).toEqual(["execution_requested", "execution_completed"]);
});

describe("a payer that does not exist", () => {
  test.each([
    ["an outcome", CHARGED, (view: never) => network.resolve(view, { instructions: 0 })],
    [
      "a failure",
      0n,
      () => network.call(OPERATOR, "fail_execution", { request_id: 0, code: "no_quorum", message: "" }),
    ],
  ] as const)("is owed its refund after %s", async (_, kept, settle) => {
    const { hash, view } = await network.request({ payer_account_id: NOBODY });
    network.mustSucceed(await settle(view as never));
    expect(await network.view("get_balance", { account_id: NOBODY })).toEqual({
      vested_yocto: (DEPOSIT - kept).toString(),
      unvested_yocto: "0",
    });
    const [, , returned] = events((await network.session.result(hash)).logs);
    expect(returned).toMatchObject({
      event: "transfer_returned",
      data: [{ account_id: NOBODY, amount_yocto: (DEPOSIT - kept).toString() }],
    });
  });

  test("and is made later can take it out", async () => {
    await network.request({ payer_account_id: NOBODY });
    const failure = { request_id: 0, code: "no_quorum", message: "" };
    network.mustSucceed(await network.call(OPERATOR, "fail_execution", failure));
    // A top-level name of fewer than 32 characters is the registrar's on the real chain; here genesis' world is ours.
    const account = (await network.session.account(ALICE))!;
    await network.session.patch([{ Account: { account_id: NOBODY, account: { ...account, amount: "0" } } }]);
    const taken = network.mustSucceed(await network.call(ALICE, "withdraw_earnings", { account_id: NOBODY }));
    expect(taken.transfers).toContainEqual({ from: OFFSHORE, to: NOBODY, yocto: DEPOSIT });
    expect(await network.session.balance(NOBODY)).toBe(DEPOSIT);
  });
});

describe("an output", () => {
  test.each(["Text", "Bytes", "Json"])("at the cap of 32 KiB is answered as %s", async (response_format) => {
    const { hash, view } = await network.request({ response_format });
    network.mustSucceed(await network.resolve(view, { output: `"${"a".repeat(32_766)}"` }));
    expect((await network.session.result(hash)).value).toHaveLength(
      { Text: 32_768, Bytes: 43_692, Json: 32_766 }[response_format]!,
    );
    expect(await names(hash)).toEqual(["execution_requested", "execution_completed"]);
  });

  // A yield's payload holds 1,024 bytes; answers lie in the state, so its edge is nobody's.
  test.each([1_023, 1_024, 1_025])("of %i bytes is answered whole", async (bytes) => {
    const { hash, view } = await network.request();
    network.mustSucceed(await network.resolve(view, { output: "a".repeat(bytes) }));
    expect((await network.session.result(hash)).value).toBe("a".repeat(bytes));
  });

  test("one byte over the cap is refused, and the request stays open", async () => {
    const { hash, view } = await network.request();
    const result = await network.resolve(view, { output: "a".repeat(32_769) });
    expect(result.error).toMatch(
      /^invalid_argument: output_base64 must be base64, with padding, of at most 32768/,
    );
    expect((await network.session.result(hash)).waiting).toBe(true);
    network.mustSucceed(await network.resolve(view));
  });
});

test("an answer that the contract's balance cannot hold for a block is refused by the chain, and settled later", async () => {
  const { hash, view } = await network.request();
  const account = (await network.session.account(OFFSHORE))!;
  const amount = `${BigInt(account.storage_usage) * STORAGE_BYTE_YOCTO + NEAR}`;
  await network.session.patch([{ Account: { account_id: OFFSHORE, account: { ...account, amount } } }]);
  const outcome = { output: "\u0001".repeat(32_768), instructions: 0 };
  const { error } = await network.resolve(view, outcome);
  expect(error).toContain("LackBalanceForState");
  expect((await network.session.result(hash)).waiting).toBe(true);
  network.mustSucceed(await network.session.run(ALICE, OFFSHORE, [actions.transfer(5n * NEAR)]));
  network.mustSucceed(await network.resolve(view, outcome));
  expect((await network.session.result(hash)).value).toBe(outcome.output);
});

describe("two settlements in one block", () => {
  test("the first one counts, and pays once", async () => {
    const { hash, view } = await network.request();
    const first = await network.settlement(view, { output: "first", instructions: 1_000_000 });
    const second = await network.settlement(view, { output: "second", instructions: 2_000_000 });
    const failure = { request_id: 0, code: "build_failed", message: "" };
    const hashes = [
      await network.session.send(OPERATOR, OFFSHORE, "resolve_execution", first),
      await network.session.send(OPERATOR, OFFSHORE, "resolve_execution", second),
      await network.session.send(OPERATOR, OFFSHORE, "fail_execution", failure),
    ];
    await network.session.settle();
    const results = await Promise.all(hashes.map((sent) => network.session.result(sent)));
    const [one, ...others] = results.map(({ error }) => error);
    expect(one).toBeUndefined();
    for (const error of others) expect(error).toMatch(/^(already_settled|unknown_request): /);
    expect((await network.session.result(hash)).value).toBe("first");
    expect(await names(hash)).toEqual(["execution_requested", "execution_completed"]);
    expect(await stats()).toMatchObject({
      completed: 1,
      failed: 0,
      unvested_yocto: (2n * 10n ** 18n).toString(),
      fees_yocto: BASE_FEE.toString(),
      open_deposits_yocto: "0",
    });
  });
});

describe("a settlement", () => {
  test.each([199, 200, 201, 202])(
    "%i blocks after the request pays once or gives all back",
    async (distance) => {
      const { hash, view } = await network.request();
      const settlement = await network.settlement(view, { instructions: 1_000_000 });
      const made = await network.session.heightOf(hash);
      // The call runs in the block after the one in which it is sent.
      await network.session.advanceTo(made + distance - 1);
      const sent = await network.session.send(OPERATOR, OFFSHORE, "resolve_execution", settlement);
      await network.session.advanceTo(made + 210);
      const settled = (await network.session.result(sent)).error === undefined;
      const completed = (await stats()).completed === 1;
      // A resume may be told that it won and come too late: then the callback finds the stored outcome all the same.
      expect(completed).toBe(settled);
      expect((await names(hash)).at(-1)).toBe(completed ? "execution_completed" : "execution_timed_out");
      expect((await network.session.result(hash)).value).toBe(completed ? "42" : null);
      expect(await stats()).toMatchObject({
        open_requests: 0,
        open_deposits_yocto: "0",
        unvested_yocto: completed ? (2n * 10n ** 18n).toString() : "0",
        fees_yocto: completed ? BASE_FEE.toString() : "0",
      });
      const refund = completed ? DEPOSIT - CHARGED - 2n * 10n ** 18n : DEPOSIT;
      const { transfers } = await network.session.result(hash);
      expect(transfers.filter(({ from, to }) => from === OFFSHORE && to === ALICE)).toEqual([
        { from: OFFSHORE, to: ALICE, yocto: refund },
      ]);
    },
  );
});

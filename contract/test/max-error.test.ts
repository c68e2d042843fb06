// `params.max_error`: more than the quorum may attest, and all that do are paid. How sure they make the answer is the
// coordinator's estimate; the contract keeps the caller's bound for it.
import { requestView } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  createNetwork,
  type Network,
  OPERATOR,
  OWNER,
  receiptStorage,
  SOURCE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const ASKED = { resource_limits: { max_instructions: 1_000_000 }, params: { quorum: 2, max_error: 0.001 } };

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("the deposit covers as many workers as may attest", async () => {
  const args = { resource_limits: ASKED.resource_limits, quorum: 2 };
  const cost = async (more: object) =>
    BigInt(await network.view<string>("estimate_execution_cost", { ...args, ...more }));
  expect(await cost({ max_error: 0.001 })).toBe(await cost({ quorum: 7 }));
  expect(await cost({ max_error: null })).toBe(await cost({}));
  const short = (await cost({ quorum: 7 })) - 1n;
  const refused = await network.call(ALICE, "request_execution", { source: SOURCE, ...ASKED }, short);
  expect(refused.error).toMatch(/^insufficient_deposit: /);
  const { view } = await network.request(ASKED, short + 1n);
  expect(requestView.parse(view)).toMatchObject({ quorum: 2, max_error: 0.001, compile_only: false });
});

test.each([2, 3, 7])("%i workers attest it and are paid", async (count) => {
  const { hash, view } = await network.request(ASKED, NEAR);
  const workers = WORKERS.slice(0, count);
  const settlement = await network.settlement(view, { instructions: 1_000_000 }, workers);
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", settlement));
  expect((await network.session.result(hash)).value).toBe("42");
  expect(await network.view("get_stats")).toMatchObject({ unvested_yocto: `${BigInt(count) * 10n ** 18n}` });
  const refund = NEAR - 10n ** 21n - BigInt(count) * 10n ** 18n - receiptStorage(count);
  expect((await network.session.result(hash)).transfers).toContainEqual(
    expect.objectContaining({ to: ALICE, yocto: refund }),
  );
});

test("fewer than the quorum do not", async () => {
  const { view } = await network.request(ASKED, NEAR);
  const settlement = await network.settlement(view, { instructions: 1 }, WORKERS.slice(0, 1));
  expect((await network.call(OPERATOR, "resolve_execution", settlement)).error).toBe(
    "quorum_not_met: this request takes 2 to 7 attestations, got 1",
  );
});

test("without a bound, exactly the quorum", async () => {
  const { view } = await network.request({ params: { quorum: 2 } }, NEAR);
  const settlement = await network.settlement(view, {}, WORKERS.slice(0, 3));
  expect((await network.call(OPERATOR, "resolve_execution", settlement)).error).toBe(
    "quorum_not_met: this request takes 2 attestations, got 3",
  );
});

test("the least deposit pays for seven workers at the highest price", async () => {
  network.mustSucceed(await network.call(OWNER, "set_pricing", { rate_per_million_yocto: `${10n ** 22n}` }));
  const args = { resource_limits: ASKED.resource_limits, quorum: 2, max_error: 0.5 };
  const cost = BigInt(await network.view<string>("estimate_execution_cost", args));
  const { hash, view } = await network.request(ASKED, cost);
  const settlement = await network.settlement(view, { instructions: 1_000_000 }, WORKERS.slice(0, 7));
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", settlement));
  expect((await network.session.result(hash)).value).toBe("42");
});

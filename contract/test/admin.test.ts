// Who may change what the contract's rules are.

import { configView, pricingView } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  createBlank,
  createNetwork,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
} from "./support/network.ts";

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("a contract is initialized once", async () => {
  const result = await network.call(ALICE, "new", { owner_id: ALICE, operator_id: ALICE });
  expect(result.error).toBe("already_initialized: the contract has an owner already");
});

test("a contract that is not initialized says so", async () => {
  const blank = await createBlank();
  const sentence = "not_initialized: call `new` with owner_id and operator_id first";
  expect((await blank.call(ALICE, "request_execution")).error).toBe(sentence);
  await expect(blank.view("get_config")).rejects.toThrow(sentence);
});

test("views have the protocol's shapes", async () => {
  const config = await network.view("get_config");
  expect(configView.parse(config)).toEqual(config);
  expect(config).toMatchObject({ owner_id: OWNER, operator_id: OPERATOR, min_builders: 2, paused: false });
  const pricing = await network.view("get_pricing");
  expect(pricingView.parse(pricing)).toEqual(pricing);
  expect(await network.view("get_max_limits")).toMatchObject({
    max_instructions: 1e11,
    max_output_bytes: 32_768,
  });
});

test.each([
  ["set_operator", { operator_id: BOB }],
  ["set_paused", { paused: true }],
])("%s is the owner's", async (method, args) => {
  for (const account_id of [ALICE, OPERATOR, OFFSHORE]) {
    const result = await network.call(account_id, method, args);
    expect(result.error).toBe("not_owner: only the owner, owner, may call this");
  }
  network.mustSucceed(await network.call(OWNER, method, args));
});

test("a new operator settles, the old one does not any more", async () => {
  const { view } = await network.request();
  const settlement = await network.settlement(view);
  network.mustSucceed(await network.call(OWNER, "set_operator", { operator_id: BOB }));
  expect((await network.call(OPERATOR, "resolve_execution", settlement)).error).toMatch(/^not_operator: /);
  network.mustSucceed(await network.call(BOB, "resolve_execution", settlement));
});

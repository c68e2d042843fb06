// The example caller: its own state shows what the network answered.
import { readFileSync } from "node:fs";
import type { RequestView } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  COIN_FLIP,
  createNetwork,
  type Network,
  OFFSHORE,
  OPERATOR,
  SOURCE,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const DEPOSIT = NEAR / 10n;

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
  await network.session.deploy(COIN_FLIP, readFileSync(new URL("../dist/coin-flip.wasm", import.meta.url)));
  const args = { offshore_id: OFFSHORE, source: SOURCE };
  network.mustSucceed(await network.session.call(COIN_FLIP, COIN_FLIP, "new", args));
});

const flip = (guess: unknown, deposit = DEPOSIT) =>
  network.session.call(ALICE, COIN_FLIP, "flip", { guess }, { deposit });

const lastFlip = (account_id = ALICE) => network.session.view(COIN_FLIP, "get_last_flip", { account_id });

const openRequest = () => network.view<RequestView>("get_request", { request_id: 0 });

test.each([
  ["heads", 0, "won"],
  ["heads", 1, "lost"],
  ["tails", 0, "lost"],
  ["tails", 1, "won"],
])("%s against %i: %s", async (guess, random_number, result) => {
  const { hash } = await flip(guess);
  const view = await openRequest();
  expect(view).toMatchObject({
    input_data: '{"min":0,"max":1}',
    payer_account_id: ALICE,
    context: { sender_id: ALICE, predecessor_id: COIN_FLIP },
  });
  network.mustSucceed(await network.resolve(view, { output: JSON.stringify({ random_number }) }));
  const flipped = { player: ALICE, guess, result, random_number };
  expect((await network.session.result(hash)).value).toEqual(flipped);
  expect(await lastFlip()).toEqual(flipped);
  expect(await lastFlip(BOB)).toBeNull();
  expect(await network.session.view(COIN_FLIP, "get_flips")).toEqual([flipped]);
});

const FAILED = { player: ALICE, guess: "heads", result: "failed", random_number: null };

test("a failed run is a failed flip, and the player gets what is left of the deposit", async () => {
  const { hash } = await flip("heads");
  const failure = { request_id: 0, code: "no_quorum", message: "" };
  network.mustSucceed(await network.call(OPERATOR, "fail_execution", failure));
  expect(await lastFlip()).toEqual(FAILED);
  expect((await network.session.result(hash)).transfers).toContainEqual({
    from: OFFSHORE,
    to: ALICE,
    yocto: DEPOSIT,
  });
});

test.each(['{"random_number":2}', '{"random_number":"1"}', "[]", "null", "7"])(
  "an answer of another shape, %s, is a failed flip",
  async (output) => {
    await flip("heads");
    network.mustSucceed(await network.resolve(await openRequest(), { output }));
    expect(await lastFlip()).toEqual(FAILED);
  },
);

test("a request that the network refuses is a failed flip, and the player gets the deposit", async () => {
  const { hash } = await flip("heads", 5n);
  expect(await lastFlip()).toEqual(FAILED);
  expect((await network.session.result(hash)).transfers).toContainEqual({
    from: COIN_FLIP,
    to: ALICE,
    yocto: 5n,
  });
});

test("a guess is heads or tails", async () => {
  expect((await flip("edge")).error).toBe('invalid_argument: guess must be one of heads, tails, got "edge"');
});

test("nobody but the contract says how a flip ended", async () => {
  const args = { player: BOB, guess: "heads", deposit_yocto: "1" };
  expect((await network.session.call(BOB, COIN_FLIP, "on_flip", args)).error).toMatch(/^not_private: /);
});

// Who may attest, and how they get their money.
import { signerFromSeed, workerView } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ALICE,
  BOB,
  createNetwork,
  events,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  WORKER_STORAGE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const NEW_KEY = WORKERS[7]!.public_key;

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("an enrolled key is its implicit account's", async () => {
  const result = network.mustSucceed(
    await network.call(OPERATOR, "enroll_workers", { public_keys: [NEW_KEY] }, WORKER_STORAGE),
  );
  const worker = await network.view("get_worker", { public_key: NEW_KEY });
  expect(workerView.parse(worker)).toEqual({
    public_key: NEW_KEY,
    account_id: "1398f62c6d1a457c51ba6a4b5f3dbd2f69fca93216218dc8997e416bd17d93ca",
    stake_yocto: "0",
    active: true,
    accepted: 0,
    unvested_yocto: "0",
    established: false,
    slashed: false,
  });
  expect(events(result.logs)).toMatchObject([
    { event: "worker_registered", data: [{ public_key: NEW_KEY }] },
  ]);
  expect(await network.view("is_worker_active", { public_key: NEW_KEY })).toBe(true);
});

test("enrolling again changes nothing", async () => {
  const before = await network.view<unknown[]>("get_workers");
  const public_keys = before.map((worker) => (worker as { public_key: string }).public_key);
  const result = network.mustSucceed(await network.call(OPERATOR, "enroll_workers", { public_keys }));
  expect(result.logs).toEqual([]);
  expect(await network.view("get_workers")).toEqual(before);
  const twice = { public_keys: [NEW_KEY, NEW_KEY] };
  network.mustSucceed(await network.call(OPERATOR, "enroll_workers", twice, WORKER_STORAGE));
  expect(await network.view("get_workers")).toHaveLength(before.length + 1);
});

test("twenty keys are enrolled at once, and listed in pages", async () => {
  const keys = Array.from(
    { length: 20 },
    (_, i) => signerFromSeed(new Uint8Array(32).fill(100 + i)).public_key,
  );
  network.mustSucceed(
    await network.call(OPERATOR, "enroll_workers", { public_keys: keys }, 20n * WORKER_STORAGE),
  );
  const listed = await network.view<{ public_key: string }[]>("get_workers", { from_index: 10, limit: 5 });
  expect(listed.map(({ public_key }) => public_key)).toEqual(keys.slice(3, 8));
  expect(await network.view("get_workers", { from_index: 1_000 })).toEqual([]);
});

test("only the operator enrolls", async () => {
  const result = await network.call(OWNER, "enroll_workers", { public_keys: [NEW_KEY] });
  expect(result.error).toMatch(/^not_operator: /);
});

test("a key that an account registers with a stake is that account's, and nobody else's", async () => {
  network.mustSucceed(await network.register(BOB, WORKERS[7]!, NEAR + 5n));
  const worker = { account_id: BOB, stake_yocto: (NEAR + 5n).toString(), active: true };
  expect(await network.view("get_worker", { public_key: NEW_KEY })).toMatchObject(worker);
  expect(await network.view("get_stats")).toMatchObject({ stakes_yocto: (NEAR + 5n).toString(), workers: 8 });
  const again = await network.register(ALICE, WORKERS[7]!);
  expect(again.error).toBe(`already_registered: ${NEW_KEY} is registered already`);
  network.mustSucceed(
    await network.call(OPERATOR, "enroll_workers", { public_keys: [NEW_KEY] }, WORKER_STORAGE),
  );
  expect(await network.view("get_worker", { public_key: NEW_KEY })).toMatchObject(worker);
});

test("a stake below the minimum is refused and comes back", async () => {
  const result = await network.register(BOB, WORKERS[7]!, NEAR - 1n);
  expect(result.error).toMatch(
    /^insufficient_stake: the stake would be 999999999999999999999999 yoctoNEAR, it is at least/,
  );
  expect(await network.view("is_worker_active", { public_key: NEW_KEY })).toBe(false);
  expect(await network.view("get_worker", { public_key: NEW_KEY })).toBeNull();
});

/** Lets a worker of BOB's account, and one of an implicit account, earn. */
async function earn(): Promise<{ implicit: string; amount: bigint }> {
  network.mustSucceed(await network.call(OWNER, "set_limits", { vesting_results: 0 }));
  network.mustSucceed(await network.register(BOB, WORKERS[7]!));
  const { view } = await network.request();
  const settlement = await network.settlement(view, { instructions: 1_000_000 }, [WORKERS[0]!, WORKERS[7]!]);
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", settlement));
  const { account_id } = await network.view<{ account_id: string }>("get_worker", {
    public_key: WORKERS[0]!.public_key,
  });
  return { implicit: account_id, amount: 10n ** 18n };
}

test("anyone may have earnings paid out, and they go to the account itself", async () => {
  const { amount } = await earn();
  const before = await network.reserve();
  const result = network.mustSucceed(await network.call(ALICE, "withdraw_earnings", { account_id: BOB }));
  expect(result.transfers).toContainEqual({ from: OFFSHORE, to: BOB, yocto: amount });
  expect(events(result.logs)).toMatchObject([
    { event: "earnings_withdrawn", data: [{ account_id: BOB, amount_yocto: amount.toString() }] },
  ]);
  expect(await network.view("get_earnings", { account_id: BOB })).toBe("0");
  expect(await network.reserve()).toBeGreaterThanOrEqual(before);
  const again = await network.call(BOB, "withdraw_earnings");
  expect(again.error).toBe("nothing_to_withdraw: bob has no vested earnings");
});

test("a transfer makes the implicit account that it pays", async () => {
  const { implicit, amount } = await earn();
  network.mustSucceed(await network.call(ALICE, "withdraw_earnings", { account_id: implicit }));
  expect(await network.session.balance(implicit)).toBe(amount);
});

test("earnings that do not arrive are kept", async () => {
  const nobody = "nobody-has-this-account";
  const { view } = await network.request({ payer_account_id: nobody });
  network.mustSucceed(await network.resolve(view, { instructions: 0 }));
  const owed = await network.view("get_earnings", { account_id: nobody });
  const total = (await network.view<{ earnings_yocto: string }>("get_stats")).earnings_yocto;
  const result = await network.call(ALICE, "withdraw_earnings", { account_id: nobody });
  expect(result.logs.at(-1)).toContain('"event":"transfer_returned"');
  expect(await network.view("get_earnings", { account_id: nobody })).toBe(owed);
  expect(await network.view("get_stats")).toMatchObject({ earnings_yocto: total });
});

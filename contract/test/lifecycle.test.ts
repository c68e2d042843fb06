// A worker's life: what it earns vests, what it stakes can be lost, and all that is not lost comes back to it.
import { outcomeDigest, type RequestView, sha256Hex, signerFromSeed } from "@near-offshore/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT_STORAGE,
  ALICE,
  attest,
  BOB,
  createNetwork,
  events,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  receiptStorage,
  signLink,
  WORKER_ACCOUNT,
  WORKER_STORAGE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const PRICE = 10n ** 18n;
const WINDOW = 1_000;
/** From a signature to the end of the time in which it can be reported. */
const HELD_BLOCKS = WINDOW + 250;
const SEVENTH = WORKERS[6]!;
const EIGHTH = WORKERS[7]!;

let network: Network;
let prepared: Promise<() => Promise<Network>> | undefined;

beforeEach(async () => {
  prepared ??= prepare();
  network = await (await prepared)();
});

async function prepare(): Promise<() => Promise<Network>> {
  const prepared = await createNetwork();
  const rules = { vesting_results: 2, fault_window_blocks: WINDOW };
  prepared.mustSucceed(await prepared.call(OWNER, "set_limits", rules));
  return prepared.snapshot();
}

/** Settles a request with these workers; each earns PRICE. */
async function work(workers = [WORKERS[0]!, SEVENTH]): Promise<RequestView> {
  const { view } = await network.request({ params: { quorum: workers.length } });
  const settlement = await network.settlement(view, { instructions: 1_000_000 }, workers);
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", settlement));
  return view;
}

async function balance(account_id: string): Promise<{ vested: bigint; unvested: bigint }> {
  const { vested_yocto, unvested_yocto } = await network.view<Record<string, string>>("get_balance", {
    account_id,
  });
  return { vested: BigInt(vested_yocto!), unvested: BigInt(unvested_yocto!) };
}

function worker(public_key: string): Promise<Record<string, unknown>> {
  return network.view("get_worker", { public_key });
}

async function skip(blocks: number): Promise<void> {
  await network.session.advanceTo((await network.session.height()) + blocks);
}

/** What a worker signs who found another answer than the quorum's. */
async function fault(view: RequestView, signer = SEVENTH, output = "43") {
  const outcome = {
    module_sha256: MODULE,
    status: "ok",
    output_sha256: sha256Hex(Buffer.from(output)),
    instructions: 1_000_000,
  };
  const [attestation] = await attest(view.task_digest, outcome, [signer]);
  return { request_id: view.request_id, ...outcome, ...attestation! };
}

describe("vesting", () => {
  test("what is earned in one round of results is free at the end of the next", async () => {
    const seen = [];
    for (let i = 0; i < 6; i++) {
      await work();
      const { vested, unvested } = await balance(WORKER_ACCOUNT);
      seen.push([vested / PRICE, unvested / PRICE]);
    }
    expect(seen).toEqual([
      [0n, 1n],
      [0n, 2n],
      [0n, 3n],
      [2n, 2n],
      [2n, 3n],
      [4n, 2n],
    ]);
    expect(await worker(SEVENTH.public_key)).toMatchObject({ accepted: 6, established: true });
    expect(await network.view("get_earnings", { account_id: WORKER_ACCOUNT })).toBe((6n * PRICE).toString());
    const paid = network.mustSucceed(await network.call(WORKER_ACCOUNT, "withdraw_earnings"));
    expect(paid.transfers).toContainEqual({ from: OFFSHORE, to: WORKER_ACCOUNT, yocto: 4n * PRICE });
    const again = await network.call(WORKER_ACCOUNT, "withdraw_earnings");
    expect(again.error).toBe(`nothing_to_withdraw: ${WORKER_ACCOUNT} has no vested earnings`);
  });

  test("a volunteer who leaves early gets everything once no fault can be reported", async () => {
    await work();
    const since = (await worker(SEVENTH.public_key)).last_result_height as number;
    const args = { public_key: SEVENTH.public_key };
    expect((await network.call(BOB, "vest_earnings", args)).error).toContain(
      `too_early: the earnings of ${SEVENTH.public_key} are held until block ${since + HELD_BLOCKS}`,
    );
    await skip(HELD_BLOCKS);
    network.mustSucceed(await network.call(BOB, "vest_earnings", args));
    expect(await balance(WORKER_ACCOUNT)).toEqual({ vested: PRICE, unvested: 0n });
    expect((await network.call(BOB, "vest_earnings", args)).error).toBe(
      `nothing_to_withdraw: ${SEVENTH.public_key} has no unvested earnings`,
    );
  });
});

describe("established workers", () => {
  test("a request takes as many as when it was made; a stake or a history makes one", async () => {
    const before = await network.request();
    network.mustSucceed(await network.call(OWNER, "set_limits", { min_established: 1 }));
    const { view } = await network.request();
    expect(view).toMatchObject({ min_established: 1, established_results: 4 });
    network.mustSucceed(await network.call(OWNER, "set_limits", { min_established: 0 }));
    network.mustSucceed(await network.resolve(before.view));
    expect((await network.resolve(view)).error).toBe(
      "quorum_not_met: this request takes 1 established workers, got 0",
    );
    const args = { public_key: WORKERS[0]!.public_key };
    network.mustSucceed(await network.call(ALICE, "add_stake", args, NEAR));
    network.mustSucceed(await network.resolve(view));
  });

  test("more than a quorum has are never asked for", async () => {
    network.mustSucceed(await network.call(OWNER, "set_limits", { min_established: 7 }));
    const { view } = await network.request();
    expect(view.min_established).toBe(2);
  });
});

describe("registration", () => {
  test("takes a signature of the key for this account and this contract", async () => {
    const { public_key } = EIGHTH;
    const signatures = [
      await signLink(ALICE, EIGHTH),
      await signLink(BOB, EIGHTH, "other-contract"),
      await signLink(BOB, WORKERS[5]!),
    ];
    for (const signature of signatures) {
      const result = await network.call(BOB, "register_worker", { public_key, signature }, 2n * NEAR);
      expect(result.error).toBe(`bad_signature: the signature is not ${public_key}'s of a link to bob`);
    }
    network.mustSucceed(await network.register(BOB, EIGHTH));
  });

  test("takes its storage from the deposit first", async () => {
    const args = { public_key: EIGHTH.public_key, signature: await signLink(BOB, EIGHTH) };
    const call = (deposit: bigint) => network.call(BOB, "register_worker", args, deposit);
    expect((await call(WORKER_STORAGE - 1n)).error).toBe(
      "insufficient_deposit: attached 9999999999999999999999 yoctoNEAR, storing this takes 10000000000000000000000",
    );
    expect((await call(NEAR + WORKER_STORAGE - 1n)).error).toMatch(/^insufficient_stake: /);
    network.mustSucceed(await call(NEAR + WORKER_STORAGE));
  });

  test("is stopped by a pause", async () => {
    network.mustSucceed(await network.call(OWNER, "set_paused", { paused: true }));
    expect(await network.view("is_paused")).toBe(true);
    expect((await network.register(BOB, EIGHTH)).error).toBe(
      "paused: the owner has paused new requests and registrations",
    );
  });

  test("of newcomers takes prepaid storage", async () => {
    const args = { public_keys: [EIGHTH.public_key] };
    expect((await network.call(OPERATOR, "enroll_workers", args)).error).toBe(
      "insufficient_storage: storing this takes 10000000000000000000000 yoctoNEAR, 0 are prepaid",
    );
    network.mustSucceed(await network.call(ALICE, "deposit_storage", {}, WORKER_STORAGE + 3n));
    network.mustSucceed(await network.call(OPERATOR, "enroll_workers", args));
    expect(await network.view("get_stats")).toMatchObject({ storage_pool_yocto: "3" });
    expect((await network.call(ALICE, "withdraw_storage")).error).toMatch(/^not_operator: /);
    const taken = network.mustSucceed(await network.call(OPERATOR, "withdraw_storage"));
    expect(taken.transfers).toContainEqual({ from: OFFSHORE, to: OPERATOR, yocto: 3n });
    expect((await network.call(OPERATOR, "withdraw_storage")).error).toBe(
      "nothing_to_withdraw: nothing is prepaid",
    );
  });
});

describe("stakes", () => {
  test("come back after the unbonding time, with what was earned", async () => {
    network.mustSucceed(await network.register(BOB, EIGHTH, 2n * NEAR));
    await work([WORKERS[0]!, EIGHTH]);
    const args = { public_key: EIGHTH.public_key };
    expect((await network.call(ALICE, "unregister_worker", args)).error).toBe(
      `not_account: only the account of ${EIGHTH.public_key}, bob, may call this`,
    );
    expect((await network.call(BOB, "withdraw_stake", args)).error).toBe(
      `too_early: ${EIGHTH.public_key} is not unregistered`,
    );
    const left = network.mustSucceed(await network.call(BOB, "unregister_worker", args));
    expect(events(left.logs)).toMatchObject([{ event: "worker_changed", data: [{ active: false }] }]);
    expect((await network.call(BOB, "unregister_worker", args)).error).toMatch(/^worker_inactive: /);
    expect((await network.call(BOB, "add_stake", args, NEAR)).error).toMatch(/^worker_inactive: /);
    await skip(HELD_BLOCKS - 30);
    expect((await network.call(ALICE, "withdraw_stake", args)).error).toMatch(/^too_early: the stake of /);
    await skip(30);
    network.mustSucceed(await network.call(ALICE, "withdraw_stake", args));
    expect(await balance(BOB)).toEqual({ vested: 2n * NEAR + PRICE, unvested: 0n });
    expect(await network.view("get_stats")).toMatchObject({ stakes_yocto: "0" });
    network.mustSucceed(await network.register(BOB, EIGHTH));
    expect(await worker(EIGHTH.public_key)).toMatchObject({
      active: true,
      accepted: 1,
      stake_yocto: `${NEAR + WORKER_STORAGE}`,
    });
  });

  test("grow by anybody's money, and never stay below the minimum", async () => {
    const args = { public_key: SEVENTH.public_key };
    expect((await network.call(ALICE, "add_stake", args)).error).toMatch(/^insufficient_deposit: /);
    expect((await network.call(ALICE, "add_stake", args, NEAR - 1n)).error).toMatch(/^insufficient_stake: /);
    network.mustSucceed(await network.call(ALICE, "add_stake", args, NEAR));
    network.mustSucceed(await network.call(ALICE, "add_stake", args, 1n));
    expect(await worker(SEVENTH.public_key)).toMatchObject({
      stake_yocto: `${NEAR + 1n}`,
      established: true,
    });
    const unknown = { public_key: EIGHTH.public_key };
    expect((await network.call(ALICE, "add_stake", unknown, NEAR)).error).toBe(
      `unknown_worker: ${EIGHTH.public_key} is not a registered worker`,
    );
  });
});

describe("links", () => {
  const link = async (from: string, account_id: string, signer = SEVENTH, deposit = ACCOUNT_STORAGE) => {
    const args = { public_key: signer.public_key, account_id, signature: await signLink(account_id, signer) };
    return network.call(from, "link_account", args, deposit);
  };

  test("earnings go to the linked account, those that are held too", async () => {
    await work();
    network.mustSucceed(await link(ALICE, BOB, SEVENTH, ACCOUNT_STORAGE + 7n));
    expect(await worker(SEVENTH.public_key)).toMatchObject({ account_id: BOB });
    expect(await balance(BOB)).toEqual({ vested: 0n, unvested: PRICE });
    expect(await balance(WORKER_ACCOUNT)).toEqual({ vested: 0n, unvested: 0n });
    await work();
    expect((await balance(BOB)).unvested).toBe(2n * PRICE);
  });

  test("an older link is not worth anything to the account that it was for", async () => {
    network.mustSucceed(await link(ALICE, ALICE));
    expect((await link(BOB, BOB)).error).toMatch(/^not_account: /);
    network.mustSucceed(await link(ALICE, BOB));
    expect((await link(ALICE, ALICE)).error).toMatch(/^not_account: /);
    expect(await worker(SEVENTH.public_key)).toMatchObject({ account_id: BOB });
  });

  test("take storage and the key's signature", async () => {
    expect((await link(ALICE, ALICE, SEVENTH, ACCOUNT_STORAGE - 1n)).error).toMatch(
      /^insufficient_deposit: /,
    );
    const args = {
      public_key: SEVENTH.public_key,
      account_id: BOB,
      signature: await signLink(ALICE, SEVENTH),
    };
    expect((await network.call(ALICE, "link_account", args, NEAR)).error).toMatch(/^bad_signature: /);
    expect((await link(BOB, BOB, EIGHTH)).error).toMatch(/^unknown_worker: /);
  });
});

describe("a new key", () => {
  const rotate = async (from: string, old = SEVENTH, next = EIGHTH) => {
    const signature = await signLink(WORKER_ACCOUNT, next);
    const args = { public_key: old.public_key, new_public_key: next.public_key, signature };
    return network.call(from, "rotate_key", args, WORKER_STORAGE);
  };

  test("takes over stake, earnings, history and faults", async () => {
    network.mustSucceed(await network.call(ALICE, "add_stake", { public_key: SEVENTH.public_key }, NEAR));
    const view = await work();
    network.mustSucceed(await rotate(WORKER_ACCOUNT));
    expect(await worker(SEVENTH.public_key)).toMatchObject({
      active: false,
      stake_yocto: "0",
      unvested_yocto: "0",
      rotated_to: EIGHTH.public_key,
    });
    const taken = { active: true, stake_yocto: `${NEAR}`, unvested_yocto: `${PRICE}`, accepted: 1 };
    expect(await worker(EIGHTH.public_key)).toMatchObject(taken);
    expect(await network.view("get_workers")).toHaveLength(8);
    network.mustSucceed(await network.call(ALICE, "report_fault", await fault(view)));
    expect(await worker(EIGHTH.public_key)).toMatchObject({ slashed: true, stake_yocto: "0", active: false });
  });

  test("comes once in a fault window, from the worker's account, and is nobody's yet", async () => {
    expect((await rotate(ALICE)).error).toMatch(/^not_account: /);
    expect((await rotate(WORKER_ACCOUNT, SEVENTH, WORKERS[0])).error).toMatch(/^already_registered: /);
    network.mustSucceed(await rotate(WORKER_ACCOUNT));
    expect((await rotate(WORKER_ACCOUNT)).error).toMatch(/^worker_inactive: /);
    const next = signerFromSeed(new Uint8Array(32).fill(77));
    expect((await rotate(WORKER_ACCOUNT, EIGHTH, next)).error).toMatch(
      /^too_early: the key was changed at block /,
    );
    await skip(HELD_BLOCKS);
    network.mustSucceed(await rotate(WORKER_ACCOUNT, EIGHTH, next));
  });
});

describe("a fault", () => {
  test("costs the stake and what has not vested; the reporter gets a fifth", async () => {
    network.mustSucceed(await network.call(BOB, "add_stake", { public_key: SEVENTH.public_key }, NEAR));
    await work();
    const view = await work([WORKERS[0]!, WORKERS[1]!]);
    const fees = BigInt((await network.view<Record<string, string>>("get_stats")).fees_yocto!);
    const lost = NEAR + PRICE;
    const result = network.mustSucceed(await network.call(ALICE, "report_fault", await fault(view)));
    expect(result.transfers).toContainEqual({ from: OFFSHORE, to: ALICE, yocto: lost / 5n });
    expect(events(result.logs)).toMatchObject([
      {
        event: "worker_slashed",
        data: [{ public_key: SEVENTH.public_key, slashed_yocto: `${lost}`, reward_yocto: `${lost / 5n}` }],
      },
    ]);
    expect(await balance(WORKER_ACCOUNT)).toEqual({ vested: 0n, unvested: 0n });
    expect(await network.view("get_stats")).toMatchObject({
      stakes_yocto: "0",
      fees_yocto: (fees + lost - lost / 5n).toString(),
    });
    const again = await network.call(ALICE, "report_fault", await fault(view));
    expect(again.error).toBe(`already_slashed: ${SEVENTH.public_key} has lost all it had already`);
    const args = { public_key: SEVENTH.public_key, signature: await signLink(BOB, SEVENTH) };
    expect((await network.call(BOB, "register_worker", args, 2n * NEAR)).error).toMatch(
      /^already_registered: /,
    );
  });

  test("of a worker that is leaving counts too", async () => {
    network.mustSucceed(await network.call(BOB, "add_stake", { public_key: SEVENTH.public_key }, NEAR));
    const view = await work([WORKERS[0]!, WORKERS[1]!]);
    const args = { public_key: SEVENTH.public_key };
    network.mustSucceed(await network.call(WORKER_ACCOUNT, "unregister_worker", args));
    network.mustSucceed(await network.call(ALICE, "report_fault", await fault(view)));
    await skip(HELD_BLOCKS);
    expect((await network.call(ALICE, "withdraw_stake", args)).error).toMatch(/^too_early: /);
  });

  test("is none where the worker ran another module: it is not the worker that chooses", async () => {
    const view = await work([WORKERS[0]!, WORKERS[1]!]);
    const honest = {
      module_sha256: sha256Hex(Buffer.from("another module")),
      status: "ok",
      output_sha256: sha256Hex(Buffer.from("its answer")),
      instructions: 5,
    };
    const [attestation] = await attest(view.task_digest, honest, [SEVENTH]);
    const report = { request_id: view.request_id, ...honest, ...attestation! };
    expect((await network.call(OPERATOR, "report_fault", report)).error).toBe(
      `no_fault: request ${view.request_id} was settled with module ${MODULE}`,
    );
  });

  test("is none where the outcome is the settled one, the signature another's, or the receipt gone", async () => {
    const view = await work();
    const report = (args: object) => network.call(ALICE, "report_fault", args);
    expect((await report(await fault(view, SEVENTH, "42"))).error).toBe(
      "no_fault: this is the settled outcome of request 0",
    );
    const stranger = await fault(view, EIGHTH);
    expect((await report(stranger)).error).toMatch(/^unknown_worker: /);
    expect((await report({ ...stranger, worker: SEVENTH.public_key })).error).toMatch(/^bad_signature: /);
    expect((await report({ ...(await fault(view)), instructions: 5 })).error).toMatch(/^bad_signature: /);
    expect((await report({ ...(await fault(view)), request_id: 9 })).error).toBe(
      "unknown_receipt: there is no receipt of request 9",
    );
    await skip(WINDOW + 1);
    expect((await report(await fault(view))).error).toMatch(/^too_late: faults of request 0 could be/);
  });
});

describe("a receipt", () => {
  test("says what was settled and by whom, and makes way once it is too old", async () => {
    const view = await work();
    await network.request();
    const receipt = await network.view<Record<string, unknown>>("get_receipt", { request_id: 0 });
    const outcome = {
      task_digest: view.task_digest,
      module_sha256: MODULE,
      status: "ok",
      output_sha256: sha256Hex(Buffer.from("42")),
      instructions: 1_000_000,
    };
    expect(receipt).toEqual({
      request_id: 0,
      task_digest: view.task_digest,
      outcome_digest: outcomeDigest(outcome),
      module_sha256: MODULE,
      block_height: expect.any(Number),
      workers: [WORKERS[0]!.public_key, SEVENTH.public_key],
    });
    network.mustSucceed(await network.call(ALICE, "prune_receipts"));
    expect(await network.view("get_receipt", { request_id: 0 })).toEqual(receipt);
    await skip(WINDOW + 1);
    await network.request();
    expect(await network.view("get_receipt", { request_id: 0 })).toBeNull();
    expect(await network.view("get_stats")).toMatchObject({
      storage_yocto: (7n * WORKER_STORAGE).toString(),
      storage_pool_yocto: receiptStorage(2).toString(),
    });
    expect(await network.view("get_receipt", { request_id: 1 })).toBeNull();
  });
});

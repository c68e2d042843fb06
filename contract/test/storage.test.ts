// What is stored for ever is paid for when it is written, at its largest too: nobody can make the contract's own money pay.
import { LIMITS, type Signer, STORAGE_BYTES, signerFromSeed } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import {
  ACCOUNT_STORAGE,
  ALICE,
  createNetwork,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  publishModule,
  signLink,
  WORKER_ACCOUNT,
  WORKER_STORAGE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

/** As long as account names get. */
const LONG = WORKER_ACCOUNT;
const STAKE = 123_456_789n;

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

const bytes = async () => (await network.session.account(OFFSHORE))!.storage_usage;

/** Bytes that `change` adds. */
async function added(change: () => Promise<unknown>): Promise<number> {
  const before = await bytes();
  await change();
  return (await bytes()) - before;
}

/** A quorum of which this worker is one, settled at the highest price. */
async function work(...workers: Signer[]): Promise<void> {
  const args = {
    params: { quorum: workers.length },
    resource_limits: { max_instructions: LIMITS.instructions_max },
  };
  const { view } = await network.request(args, 3n * NEAR);
  const outcome = { instructions: LIMITS.instructions_max };
  const settlement = await network.settlement(view, outcome, workers);
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", settlement));
}

test("a worker with a long account, a stake, a history, earnings held, on its way out", async () => {
  const eighth = WORKERS[7]!;
  network.mustSucceed(await network.call(OWNER, "set_limits", { vesting_results: 1_000 }));
  network.mustSucceed(await network.call(OPERATOR, "prune_receipts"));
  const used = await added(async () => {
    network.mustSucceed(await network.register(LONG, eighth, (STAKE * NEAR) / 1_000_000n));
    for (let i = 0; i < 3; i++) await work(eighth);
    const { public_key } = eighth;
    network.mustSucceed(await network.call(LONG, "unregister_worker", { public_key }));
  });
  const receipts = 3 * (STORAGE_BYTES.receipt + STORAGE_BYTES.receipt_worker);
  expect(used).toBeLessThanOrEqual(STORAGE_BYTES.worker + receipts);
});

test("a newcomer, a link to a long account, a change of key", async () => {
  const newcomer = signerFromSeed(new Uint8Array(32).fill(77));
  const { public_key } = newcomer;
  const enrolled = await added(() =>
    network.call(OPERATOR, "enroll_workers", { public_keys: [public_key] }, WORKER_STORAGE),
  );
  expect(enrolled).toBeLessThanOrEqual(STORAGE_BYTES.worker);
  await work(newcomer);
  const link = { public_key, account_id: LONG, signature: await signLink(LONG, newcomer) };
  const linked = await added(async () =>
    network.mustSucceed(await network.call(ALICE, "link_account", link, ACCOUNT_STORAGE)),
  );
  expect(enrolled + linked).toBeLessThanOrEqual(STORAGE_BYTES.worker + STORAGE_BYTES.account);
  const next = signerFromSeed(new Uint8Array(32).fill(78));
  const rotation = { public_key, new_public_key: next.public_key, signature: await signLink(LONG, next) };
  const rotated = await added(async () =>
    network.mustSucceed(await network.call(LONG, "rotate_key", rotation, WORKER_STORAGE)),
  );
  expect(rotated).toBeLessThanOrEqual(STORAGE_BYTES.worker);
});

test("a module of a repository with the longest address", async () => {
  const repo = "r".repeat(LIMITS.repo_chars_max);
  const used = await added(async () =>
    network.mustSucceed(await publishModule(network, { repo, commit: "ab".repeat(20) })),
  );
  expect(used).toBeLessThanOrEqual(STORAGE_BYTES.module);
});

test.each([1, 7])("a receipt of %i workers; nothing else of a request stays", async (quorum) => {
  await work(...WORKERS.slice(0, quorum));
  const used = await added(() => work(...WORKERS.slice(0, quorum)));
  // Counters and earnings get longer by a digit now and then.
  expect(used).toBeLessThanOrEqual(STORAGE_BYTES.receipt + quorum * STORAGE_BYTES.receipt_worker);
});

test("an open request takes no more than its deposit covers, until it is settled", async () => {
  const input_data = "x".repeat(LIMITS.input_bytes_max);
  const source = { GitHub: { repo: "r".repeat(300), commit: "b".repeat(LIMITS.ref_chars_max) } };
  const used = await added(() =>
    network.request(
      { source, input_data, payer_account_id: LONG, params: { quorum: 7, max_error: 1e-300 } },
      NEAR,
    ),
  );
  expect(used).toBeLessThanOrEqual(4_096 + input_data.length);
});

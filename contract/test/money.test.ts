// Whatever is called in whatever order: the balance is what is owed, to the yocto, after every block, and in the end
// everything can be taken out by whom it belongs to. MONEY_RUNS asks for more sequences than the
// default, MONEY_SHRINK for a short one that fails (that takes long).
import {
  implicitAccount,
  type RequestView,
  type Signer,
  sha256Hex,
  signerFromSeed,
} from "@near-offshore/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EMBEDDED } from "./support/chain.ts";
import type { EmbeddedSession } from "./support/embedded-session.ts";
import { Ledger } from "./support/ledger.ts";
import {
  ACCOUNT_STORAGE,
  ALICE,
  attest,
  BOB,
  BUILDERS,
  createNetwork,
  MODULE,
  MODULE_STORAGE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  publishModule,
  SOURCE,
  signLink,
  signPublication,
  signRefCommit,
  WORKER_ACCOUNT,
  WORKER_STORAGE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const RUNS = Number(process.env.MONEY_RUNS ?? 20);
const STEPS = 60;
const WINDOW = 1_000;
const REPO = "https://example.org/a";
const COMMITS = ["ab".repeat(20), "cd".repeat(20)];
const NOBODY = "nobody-has-this-account";
const ACCOUNTS = [ALICE, BOB, WORKER_ACCOUNT, OWNER, OPERATOR];
/** The first 7 are enrolled, the others are not registered at first. */
const SIGNERS: Signer[] = [
  ...WORKERS.slice(0, 8),
  ...[31, 32, 33].map((i) => signerFromSeed(new Uint8Array(32).fill(i))),
];

/** A step: what is done, and numbers that choose with whom and how much. */
type Step = { kind: keyof typeof STEPS_BY_KIND; a: number; b: number; c: number };

class Run {
  readonly network: Network;
  readonly ledger: Ledger;
  readonly requests: RequestView[] = [];
  calls = 0;

  constructor(network: Network) {
    this.network = network;
    this.ledger = new Ledger((network.session as EmbeddedSession).chain);
  }

  async send(from: string, method: string, args: object = {}, deposit = 0n): Promise<string> {
    this.calls++;
    return this.network.session.send(from, OFFSHORE, method, args, { deposit });
  }

  /** Calls and settles; true where the call was not refused. */
  async call(from: string, method: string, args: object = {}, deposit = 0n): Promise<boolean> {
    const hash = await this.send(from, method, args, deposit);
    this.ledger.settle();
    return (await this.network.session.result(hash)).error === undefined;
  }

  /** A request by number, most likely one of the newest. */
  request(n: number): RequestView | undefined {
    return this.requests.at(-1 - (n % 4));
  }

  async accountOf({ public_key }: Signer): Promise<string> {
    const worker = await this.network.view<{ account_id: string } | null>("get_worker", { public_key });
    return worker?.account_id ?? ALICE;
  }

  /** The account that may act for a worker, where it is one that exists; else somebody else. */
  async actorOf(signer: Signer): Promise<string> {
    const account_id = await this.accountOf(signer);
    return ACCOUNTS.includes(account_id) ? account_id : ALICE;
  }
}

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

async function settlement(run: Run, view: RequestView, a: number, b: number) {
  const more = view.max_error === null ? 0 : b % 6;
  const workers = Array.from({ length: view.quorum + more }, (_, i) => pick(SIGNERS, a + i));
  const settled = await run.network.settlement(view, { instructions: b * 1_000 }, workers);
  return { ...settled, ...(await refCommit(view, a)) };
}

/** What a settlement of a branch's request carries. */
async function refCommit({ request_id, source }: RequestView, a: number) {
  if (!("GitHub" in source) || source.GitHub.commit !== "main") return {};
  const said = { contract_id: OFFSHORE, request_id, repo: REPO, ref: "main", commit: pick(COMMITS, a) };
  return { ref_commit: { commit: said.commit, signatures: await signRefCommit(said, BUILDERS.slice(0, 2)) } };
}

const STEPS_BY_KIND = {
  request: async (run: Run, { a, b, c }: Step) => {
    const commit = pick([...COMMITS, "main"], b);
    const args = {
      source: a % 2 === 0 ? SOURCE : { GitHub: { repo: REPO, commit } },
      resource_limits: c % 5 === 0 ? null : { max_instructions: 1_000_000_000 },
      payer_account_id: pick([ALICE, BOB, NOBODY, OFFSHORE], b),
      params: { quorum: 1 + (a % 3), max_error: c % 4 === 0 ? 0.01 : null },
    };
    const request_id = Number(run.ledger.totals().next_request_id);
    await run.call(pick([ALICE, BOB], c), "request_execution", args, NEAR / 10n + BigInt(c));
    const view = await run.network.view<RequestView | null>("get_request", { request_id });
    if (view !== null) run.requests.push(view);
  },
  resolve: async (run: Run, { a, b, c }: Step) => {
    const view = run.request(c);
    if (view !== undefined) await run.call(OPERATOR, "resolve_execution", await settlement(run, view, a, b));
  },
  compile: async (run: Run, { a, b, c }: Step) => {
    const view = run.request(c);
    if (view === undefined) return;
    const args = { request_id: view.request_id, ...(await refCommit(view, a)) };
    await run.call(pick(ACCOUNTS, b), "resolve_compilation", args);
  },
  publish: async (run: Run, { a, b, c }: Step) => {
    const source = { repo: REPO, commit: pick(COMMITS, a), build_target: "wasm32-wasip1" as const };
    const publication = { contract_id: OFFSHORE, ...source, module_sha256: MODULE };
    const signatures = await signPublication(publication, BUILDERS.slice(0, 2));
    const args = { source, module_sha256: MODULE, signatures };
    await run.call(pick(ACCOUNTS, b), "publish_module", args, BigInt(c % 3) * (MODULE_STORAGE / 2n));
  },
  fail: async (run: Run, { a, b }: Step) => {
    const code = pick(["build_failed", "no_quorum", "deadline"], a);
    const view = run.request(b);
    if (view !== undefined)
      await run.call(OPERATOR, "fail_execution", { request_id: view.request_id, code, message: "" });
  },
  settle_twice: async (run: Run, { a, b, c }: Step) => {
    const view = run.request(c);
    if (view === undefined) return;
    const { request_id } = view;
    await run.send(OPERATOR, "resolve_execution", await settlement(run, view, a, b));
    await run.send(OPERATOR, "fail_execution", { request_id, code: "no_quorum", message: "" });
    await run.send(BOB, "cancel_stale_execution", { request_id });
    run.ledger.settle();
  },
  skip: async (run: Run, { a }: Step) => run.ledger.skip(pick([1, 190, 199, 200, 260, WINDOW + 300], a)),
  cancel: async (run: Run, { a, b }: Step) => {
    const view = run.request(a);
    if (view !== undefined)
      await run.call(pick(ACCOUNTS, b), "cancel_stale_execution", { request_id: view.request_id });
  },
  enroll: async (run: Run, { a, b }: Step) => {
    const public_keys = [pick(SIGNERS, a).public_key, pick(SIGNERS, b).public_key];
    await run.call(OPERATOR, "enroll_workers", { public_keys }, BigInt(b % 3) * WORKER_STORAGE);
  },
  register: async (run: Run, { a, b, c }: Step) => {
    const signer = pick(SIGNERS.slice(7), a);
    const account_id = pick([ALICE, BOB], b);
    const args = { public_key: signer.public_key, signature: await signLink(account_id, signer) };
    await run.call(account_id, "register_worker", args, NEAR + WORKER_STORAGE + BigInt(c));
  },
  add_stake: async (run: Run, { a, b, c }: Step) => {
    const signer = pick(SIGNERS.slice(6), a);
    if (!ACCOUNTS.includes(await run.accountOf(signer))) return;
    await run.call(pick(ACCOUNTS, b), "add_stake", { public_key: signer.public_key }, BigInt(c) * 10n ** 21n);
  },
  unregister: async (run: Run, { a }: Step) => {
    const signer = pick(SIGNERS, a);
    await run.call(await run.actorOf(signer), "unregister_worker", { public_key: signer.public_key });
  },
  withdraw_stake: (run: Run, { a }: Step) =>
    run.call(ALICE, "withdraw_stake", { public_key: pick(SIGNERS, a).public_key }),
  vest: (run: Run, { a }: Step) =>
    run.call(ALICE, "vest_earnings", { public_key: pick(SIGNERS, a).public_key }),
  link: async (run: Run, { a, b, c }: Step) => {
    const [signer, account_id] = [pick(SIGNERS, a), pick(ACCOUNTS, b)];
    const args = { public_key: signer.public_key, account_id, signature: await signLink(account_id, signer) };
    await run.call(await run.actorOf(signer), "link_account", args, ACCOUNT_STORAGE + BigInt(c));
  },
  rotate: async (run: Run, { a, b, c }: Step) => {
    const [signer, next] = [pick(SIGNERS, a), pick(SIGNERS.slice(7), b)];
    const account_id = await run.actorOf(signer);
    const signature = await signLink(account_id, next);
    const args = { public_key: signer.public_key, new_public_key: next.public_key, signature };
    await run.call(account_id, "rotate_key", args, WORKER_STORAGE + BigInt(c));
  },
  fault: async (run: Run, { a, b, c }: Step) => {
    const view = run.request(c);
    if (view === undefined) return;
    const output_sha256 = sha256Hex(Buffer.from("a lie"));
    const outcome = { module_sha256: MODULE, status: "ok", output_sha256, instructions: 1 };
    const [attestation] = await attest(view.task_digest, outcome, [pick(SIGNERS, a)]);
    await run.call(pick(ACCOUNTS, b), "report_fault", {
      request_id: view.request_id,
      ...outcome,
      ...attestation,
    });
  },
  withdraw: (run: Run, { a, b }: Step) =>
    run.call(pick(ACCOUNTS, a), "withdraw_earnings", {
      account_id: pick(
        [...ACCOUNTS, NOBODY, ...SIGNERS.map(({ public_key }) => implicitAccount(public_key))],
        b,
      ),
    }),
  prices: (run: Run, { a, b }: Step) =>
    run.call(OWNER, "set_pricing", {
      base_fee_yocto: (BigInt(a) * 10n ** 19n + 1n).toString(),
      rate_per_million_yocto: (BigInt(b) * 10n ** 15n + 7n).toString(),
      reporter_percent: a % 51,
    }),
  limits: (run: Run, { a, b }: Step) =>
    run.call(OWNER, "set_limits", { vesting_results: a % 4, min_established: b % 3 === 0 ? 1 : 0 }),
  pause: async (run: Run, { a }: Step) => {
    await run.call(OWNER, "set_paused", { paused: a % 2 === 0 });
    await run.call(OWNER, "set_paused", { paused: false });
  },
  fees: (run: Run, { a }: Step) =>
    run.call(OWNER, "withdraw_fees", a % 2 === 0 ? {} : { amount_yocto: BigInt(a).toString() }),
  storage: async (run: Run, { a, b, c }: Step) => {
    if (a % 2 === 0) await run.call(pick(ACCOUNTS, b), "deposit_storage", {}, BigInt(c) * 10n ** 20n);
    else await run.call(OPERATOR, "withdraw_storage", {});
  },
  prune: (run: Run, { a }: Step) => run.call(BOB, "prune_receipts", { limit: 1 + (a % 5) }),
  hostile: async (run: Run, { a, b, c }: Step) => {
    const request_id = run.request(c)?.request_id ?? 0;
    const [method, args] = pick(
      [
        ["withdraw_fees", {}],
        ["withdraw_storage", {}],
        ["set_owner", { owner_id: BOB }],
        ["set_pricing", { base_fee_yocto: "0" }],
        ["resolve_execution", { request_id }],
        ["fail_execution", { request_id, code: "no_quorum", message: "" }],
        ["on_execution_response", { request_id }],
        ["on_transfer", { account_id: BOB, amount_yocto: "1000000" }],
        ["unregister_worker", { public_key: pick(SIGNERS, b).public_key }],
        ["migrate", {}],
      ] as const,
      a,
    );
    // NOBODY's friend: an account with no part in anything.
    expect(await run.call("mallory", method, args), method).toBe(false);
  },
};

const KINDS = Object.keys(STEPS_BY_KIND) as Step["kind"][];
const number = fc.nat({ max: 997 });
/** Requests and settlements come up more often than the rest. */
const kind = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Step["kind"][]>("request", "resolve") },
  { weight: 5, arbitrary: fc.constantFrom(...KINDS) },
);
const step: fc.Arbitrary<Step> = fc.record({ kind, a: number, b: number, c: number });

/** Everybody takes what is theirs; what stays is what pays for bytes that stay, and what belongs to no account. */
async function takeEverythingOut(run: Run): Promise<void> {
  const { network, ledger } = run;
  await run.call(OWNER, "set_paused", { paused: false });
  ledger.skip(300);
  for (const { request_id } of run.requests) {
    if ((await network.view("get_request", { request_id })) !== null) {
      expect(await run.call(ALICE, "cancel_stale_execution", { request_id })).toBe(true);
    }
  }
  for (const signer of SIGNERS) {
    await run.call(await run.actorOf(signer), "unregister_worker", { public_key: signer.public_key });
  }
  ledger.skip(WINDOW + 300);
  const accounts = new Set([...ACCOUNTS, NOBODY]);
  for (const signer of SIGNERS) {
    const { public_key } = signer;
    await run.call(ALICE, "withdraw_stake", { public_key });
    await run.call(ALICE, "vest_earnings", { public_key });
    accounts.add(await run.accountOf(signer)).add(implicitAccount(public_key));
  }
  for (const account_id of accounts) await run.call(ALICE, "withdraw_earnings", { account_id });
  for (let i = 0; i < 3; i++) await run.call(ALICE, "prune_receipts");
  await run.call(OWNER, "withdraw_fees");
  await run.call(OPERATOR, "withdraw_storage");
  const {
    open_deposits_yocto,
    stakes_yocto,
    unvested_yocto,
    fees_yocto,
    storage_pool_yocto,
    earnings_yocto,
  } = ledger.totals();
  expect({ open_deposits_yocto, stakes_yocto, unvested_yocto, fees_yocto, storage_pool_yocto }).toEqual({
    open_deposits_yocto: "0",
    stakes_yocto: "0",
    unvested_yocto: "0",
    fees_yocto: "0",
    storage_pool_yocto: "0",
  });
  expect(earnings_yocto).toBe(await network.view("get_earnings", { account_id: NOBODY }));
}

test.skipIf(!EMBEDDED)(
  `${RUNS} sequences of ${STEPS} calls (embedded chain only: the books are looked into after every block)`,
  { timeout: 60_000 + RUNS * 20_000 },
  async () => {
    const prepared = await createNetwork();
    const rules = { vesting_results: 2, fault_window_blocks: WINDOW };
    prepared.mustSucceed(await prepared.call(OWNER, "set_limits", rules));
    prepared.mustSucceed(await publishModule(prepared, { repo: REPO, commit: COMMITS[0]! }));
    const copy = await prepared.snapshot();
    let calls = 0;
    const endings = { completed: 0, failed: 0, timed_out: 0 };
    const property = fc.asyncProperty(
      fc.array(step, { minLength: STEPS, maxLength: STEPS }),
      async (steps) => {
        const run = new Run(await copy());
        for (const step of steps) await STEPS_BY_KIND[step.kind](run, step);
        await takeEverythingOut(run);
        calls += run.calls;
        for (const name of Object.keys(endings) as (keyof typeof endings)[])
          endings[name] += Number(run.ledger.totals()[name]);
      },
    );
    await fc.assert(property, { numRuns: RUNS, endOnFailure: process.env.MONEY_SHRINK === undefined });
    console.log(`${calls} calls kept the books; requests ended: ${JSON.stringify(endings)}`);
    for (const [name, count] of Object.entries(endings)) expect(count, name).toBeGreaterThan(0);
  },
);

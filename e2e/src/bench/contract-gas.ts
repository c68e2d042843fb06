// Gas that the contract's methods burn, with small and with their largest arguments.
import { outcomeDigest, sha256Hex, signerFromSeed } from "@near-offshore/protocol";
import { buildContracts } from "../../../contract/build/build.ts";
import {
  ALICE,
  BOB,
  BUILDERS,
  createNetwork,
  MODULE,
  MODULE_STORAGE,
  OFFSHORE,
  OPERATOR,
  OWNER,
  publishModule,
  signLink,
  signPublication,
  signRefCommit,
  WORKER_ACCOUNT,
  WORKER_STORAGE,
  WORKERS,
} from "../../../contract/test/support/network.ts";
import type { Result } from "../../../contract/test/support/result.ts";
import { NEAR } from "../../../contract/test/support/session.ts";
import type { Bench, BenchResult, Figure } from "./bench.ts";

const KIB = 1024;
/** What a request sets aside for its callback. */
const TRANSACTION_TGAS_MAX = 300;

/** Tgas by method and arguments. */
type Measured = Map<string, number>;

export const bench: Bench = {
  about: "gas of the contract's methods, small and largest, on the embedded chain",
  options: {},
  run: async () => {
    await buildContracts();
    const gas: Measured = new Map();
    await measureRequests(gas);
    await measureWorkers(gas);
    await measureOthers(gas);
    return resultOf(gas);
  },
};

async function measureRequests(gas: Measured): Promise<void> {
  const network = await createNetwork();
  const SHAPES = [
    { name: "quorum 3, 100 B in, 1 KiB out", quorum: 3, input: 100, output: KIB },
    { name: "quorum 3, 10 KB in, 1 KiB out", quorum: 3, input: 10_000, output: KIB },
    { name: "quorum 7, 10 KB in, 32 KiB out", quorum: 7, input: 10_000, output: 32 * KIB },
    { name: "quorum 7, 64 KiB in, 32 KiB out", quorum: 7, input: 64 * KIB, output: 32 * KIB },
  ];
  for (const { name, quorum, input, output } of SHAPES) {
    const asked = { params: { quorum }, input_data: "x".repeat(input) };
    const { hash, view } = await network.request(asked, NEAR);
    const settled = network.mustSucceed(await network.resolve(view, { output: "y".repeat(output) }));
    note(gas, settled, "resolve_execution", name);
    const result = await network.session.result(hash);
    for (const method of ["request_execution", "on_execution_response", "on_transfer"]) {
      note(gas, result, method, name);
    }
  }
  await measureBranch(gas);
  const { hash, request_id } = await network.request();
  const failure = { request_id, code: "build_failed", message: "m".repeat(1_000) };
  note(gas, await network.call(OPERATOR, "fail_execution", failure), "fail_execution", "longest message");
  note(gas, await network.session.result(hash), "on_execution_response", "failure");
}

/** A request for a branch, which its builders resolve: with a run, and compile only. */
async function measureBranch(gas: Measured): Promise<void> {
  const network = await createNetwork();
  const repo = "r".repeat(300);
  const commit = "ab".repeat(20);
  network.mustSucceed(await publishModule(network, { repo, commit }));
  const source = { GitHub: { repo, commit: "main" } };
  for (const [method, params] of Object.entries({
    resolve_execution: { quorum: 3 },
    resolve_compilation: { compile_only: true },
  })) {
    const { hash, view, request_id } = await network.request({ source, params }, NEAR);
    const said = { contract_id: OFFSHORE, request_id, repo, ref: "main", commit };
    const ref_commit = { commit, signatures: await signRefCommit(said, BUILDERS) };
    const run = method === "resolve_execution" ? await network.settlement(view) : { request_id };
    note(gas, await network.call(OPERATOR, method, { ...run, ref_commit }), method, "a branch, 3 builders");
    note(gas, await network.session.result(hash), "on_execution_response", `${method} of a branch`);
  }
}

async function measureWorkers(gas: Measured): Promise<void> {
  const network = await createNetwork();
  const copy = async () => (await network.snapshot())();
  const keys = Array.from(
    { length: 20 },
    (_, i) => signerFromSeed(new Uint8Array(32).fill(100 + i)).public_key,
  );
  const enroll = (public_keys: string[]) =>
    network.call(OPERATOR, "enroll_workers", { public_keys }, 20n * WORKER_STORAGE);
  note(gas, await enroll(keys.slice(0, 1)), "enroll_workers", "1 key");
  note(
    gas,
    await (await copy()).call(OPERATOR, "enroll_workers", { public_keys: keys }, NEAR),
    "enroll_workers",
    "20 keys",
  );
  note(gas, await network.register(BOB, WORKERS[7]!), "register_worker");
  const { public_key } = WORKERS[6]!;
  note(gas, await network.call(ALICE, "add_stake", { public_key }, NEAR), "add_stake");
  const { view } = await network.request();
  network.mustSucceed(await network.resolve(view));
  const outcome = {
    module_sha256: MODULE,
    status: "ok",
    output_sha256: sha256Hex(Buffer.from("43")),
    instructions: 1,
  };
  const digest = Buffer.from(outcomeDigest({ task_digest: view.task_digest, ...outcome }), "hex");
  const report = { request_id: 0, ...outcome, worker: public_key, signature: await WORKERS[6]!.sign(digest) };
  note(gas, await (await copy()).call(ALICE, "report_fault", report), "report_fault");
  const next = signerFromSeed(new Uint8Array(32).fill(99));
  const rotation = {
    public_key,
    new_public_key: next.public_key,
    signature: await signLink(WORKER_ACCOUNT, next),
  };
  note(gas, await (await copy()).call(WORKER_ACCOUNT, "rotate_key", rotation, WORKER_STORAGE), "rotate_key");
  const link = { public_key, account_id: BOB, signature: await signLink(BOB, WORKERS[6]!) };
  note(gas, await (await copy()).call(ALICE, "link_account", link, NEAR), "link_account");
  note(gas, await network.call(WORKER_ACCOUNT, "unregister_worker", { public_key }), "unregister_worker");
  for (let i = 0; i < 11; i++) await network.session.skip(100_000);
  note(gas, await network.call(ALICE, "withdraw_stake", { public_key }), "withdraw_stake");
  note(
    gas,
    await network.call(ALICE, "withdraw_earnings", { account_id: WORKER_ACCOUNT }),
    "withdraw_earnings",
  );
  note(
    gas,
    await network.call(ALICE, "vest_earnings", { public_key: WORKERS[0]!.public_key }),
    "vest_earnings",
  );
  note(gas, await network.call(ALICE, "prune_receipts"), "prune_receipts");
}

async function measureOthers(gas: Measured): Promise<void> {
  const network = await createNetwork();
  const repository = {
    repo: "r".repeat(300),
    commit: "ab".repeat(20),
    build_target: "wasm32-wasip1" as const,
  };
  const publication = { contract_id: OFFSHORE, ...repository, module_sha256: MODULE };
  const signatures = await signPublication(publication, BUILDERS);
  const args = { source: repository, module_sha256: MODULE, signatures };
  note(
    gas,
    await network.call(ALICE, "publish_module", args, MODULE_STORAGE),
    "publish_module",
    "3 builders",
  );
  note(gas, await network.call(ALICE, "deposit_storage", {}, NEAR), "deposit_storage");
  note(gas, await network.call(OPERATOR, "withdraw_storage"), "withdraw_storage");
  for (const [method, set] of Object.entries({
    set_pricing: { base_fee_yocto: "5" },
    set_limits: { vesting_results: 3 },
    set_paused: { paused: false },
    set_builders: { builders: BUILDERS.map((builder) => builder.public_key), min_builders: 1 },
    migrate: {},
  })) {
    note(gas, await network.call(OWNER, method, set), method);
  }
}

function note(gas: Measured, result: Result, method: string, shape = ""): void {
  if (result.error !== undefined) throw new Error(`${method}: ${result.error}`);
  const burnt = result.gas.find((call) => call.method === method);
  if (burnt === undefined) throw new Error(`${method} did not run`);
  gas.set(shape === "" ? method : `${method}: ${shape}`, burnt.tgas);
}

function resultOf(gas: Measured): BenchResult {
  const of = (name: string) => gas.get(name) ?? Number.NaN;
  const figures: Figure[] = [
    { metric: "request_tgas", value: of("request_execution: quorum 3, 100 B in, 1 KiB out"), goal: 20 },
    {
      metric: "resolve_quorum3_tgas",
      value: of("resolve_execution: quorum 3, 100 B in, 1 KiB out"),
      goal: 25,
    },
    {
      metric: "callback_1kib_tgas",
      value: of("on_execution_response: quorum 3, 100 B in, 1 KiB out"),
      goal: 25,
    },
    { metric: "request_10kb_tgas", value: of("request_execution: quorum 3, 10 KB in, 1 KiB out"), goal: 20 },
    {
      metric: "resolve_quorum7_32kib_tgas",
      value: of("resolve_execution: quorum 7, 10 KB in, 32 KiB out"),
      goal: TRANSACTION_TGAS_MAX,
    },
    { metric: "largest_tgas", value: Math.max(...gas.values()), goal: TRANSACTION_TGAS_MAX },
  ];
  const rows = [...gas].map(([name, tgas]) => [name, tgas.toFixed(2)]);
  return { rows: [["method", "Tgas burnt"], ...rows], figures };
}

// The network's contract on a chain, with workers and a builder whose keys the tests have.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type Attestation,
  accountLinkMessage,
  type ContractEvent,
  implicitAccount,
  type ModulePublication,
  modulePublicationPreimage,
  outcomePreimage,
  parseEventLog,
  type RefCommit,
  type RequestView,
  RULES_VERSION,
  refCommitPreimage,
  type Signer,
  type Source,
  STORAGE_BYTE_YOCTO,
  STORAGE_BYTES,
  sha256Hex,
  signerFromSeed,
} from "@near-offshore/protocol";
import { createSession } from "./chain.ts";
import type { Result } from "./result.ts";
import { NEAR, type Session, type Snapshot } from "./session.ts";

export const OFFSHORE = "offshore";
export const OWNER = "owner";
export const OPERATOR = "operator";
export const ALICE = "alice";
export const BOB = "bob";
export const COIN_FLIP = "coin-flip";
/** See caller.ts. */
export const CALLER = "caller";

export const MODULE = sha256Hex(Buffer.from("a module"));
export const SOURCE: Source = { Module: { sha256: MODULE } };
export const WORKERS: Signer[] = [1, 2, 3, 4, 5, 6, 7, 8].map((i) =>
  signerFromSeed(new Uint8Array(32).fill(i)),
);
/** The implicit account of the 7th worker, which can sign transactions here. The others' do not exist yet. */
export const WORKER_ACCOUNT = implicitAccount(WORKERS[6]!.public_key);
export const BUILDERS: Signer[] = [21, 22, 23].map((i) => signerFromSeed(new Uint8Array(32).fill(i)));

export interface OutcomeOfTest {
  status: string;
  output: string | Uint8Array;
  instructions: number;
  module_sha256: string;
}

const OUTCOME: OutcomeOfTest = { status: "ok", output: "42", instructions: 1_234_567, module_sha256: MODULE };

/** What storing costs. */
export const WORKER_STORAGE = BigInt(STORAGE_BYTES.worker) * STORAGE_BYTE_YOCTO;
export const MODULE_STORAGE = BigInt(STORAGE_BYTES.module) * STORAGE_BYTE_YOCTO;
export const ACCOUNT_STORAGE = BigInt(STORAGE_BYTES.account) * STORAGE_BYTE_YOCTO;

/** What the receipt of a request that has an outcome costs. */
export function receiptStorage(quorum: number): bigint {
  return BigInt(STORAGE_BYTES.receipt + quorum * STORAGE_BYTES.receipt_worker) * STORAGE_BYTE_YOCTO;
}

let blank: Promise<Snapshot> | undefined;
let prepared: Promise<Snapshot> | undefined;

/** A network of its own for a test, with the contract's code and nothing else. */
export async function createBlank(): Promise<Network> {
  blank ??= prepareBlank();
  return new Network(await (await blank)());
}

/** A network of its own for a test: initialized, with the first 7 workers enrolled and 2 of 3 builders to publish. */
export async function createNetwork(): Promise<Network> {
  prepared ??= prepare();
  return new Network(await (await prepared)());
}

async function prepareBlank(): Promise<Snapshot> {
  const accounts = [OFFSHORE, OWNER, OPERATOR, ALICE, BOB, COIN_FLIP, CALLER, WORKER_ACCOUNT, "mallory"];
  const session = await createSession(accounts);
  await session.deploy(OFFSHORE, readFileSync(new URL("../../dist/offshore.wasm", import.meta.url)));
  return session.snapshot();
}

async function prepare(): Promise<Snapshot> {
  const network = await createBlank();
  network.mustSucceed(await network.call(OWNER, "new", { owner_id: OWNER, operator_id: OPERATOR }));
  const public_keys = WORKERS.slice(0, 7).map(({ public_key }) => public_key);
  network.mustSucceed(await network.call(OPERATOR, "enroll_workers", { public_keys }, 7n * WORKER_STORAGE));
  const builders = BUILDERS.map(({ public_key }) => public_key);
  network.mustSucceed(await network.call(OWNER, "set_builders", { builders, min_builders: 2 }));
  return network.session.snapshot();
}

export class Network {
  readonly session: Session;
  readonly settlement = signSettlement;

  constructor(session: Session) {
    this.session = session;
  }

  /** Makes networks on which everything is as it is here now; each goes its own way. */
  async snapshot(): Promise<() => Promise<Network>> {
    const copy = await this.session.snapshot();
    return async () => new Network(await copy());
  }

  call(from: string, method: string, args: object = {}, deposit = 0n): Promise<Result> {
    return this.session.call(from, OFFSHORE, method, args, { deposit });
  }

  view<T>(method: string, args: object = {}): Promise<T> {
    return this.session.view<T>(OFFSHORE, method, args);
  }

  /** Makes a request of ALICE's, which waits. */
  async request(args: object = {}, deposit = NEAR / 10n) {
    const { requests: request_id } = await this.view<{ requests: number }>("get_stats");
    const result = await this.call(ALICE, "request_execution", { source: SOURCE, ...args }, deposit);
    if (!result.waiting) throw new Error(`the request does not wait: ${result.error}`);
    const view = await this.view<RequestView>("get_request", { request_id });
    return { hash: result.hash, request_id, view, logs: result.logs };
  }

  async resolve(view: RequestView, changes: Partial<OutcomeOfTest> = {}): Promise<Result> {
    return this.call(OPERATOR, "resolve_execution", await this.settlement(view, changes));
  }

  mustSucceed(result: Result): Result {
    if (result.error !== undefined) throw new Error(result.error);
    return result;
  }

  /** Registers a key of which the test has the signer, as an account's. */
  async register(account_id: string, signer: Signer, stake = NEAR): Promise<Result> {
    const args = { public_key: signer.public_key, signature: await signLink(account_id, signer) };
    return this.call(account_id, "register_worker", args, stake + WORKER_STORAGE);
  }

  /** What the contract's balance holds beyond what came in: the deployment's own, and its share of gas. It never shrinks. */
  async reserve(): Promise<bigint> {
    const stats = Object.entries(await this.view<Record<string, string>>("get_stats"));
    const owed = stats.filter(([name]) => name.endsWith("_yocto"));
    const balance = await this.session.balance(OFFSHORE);
    return owed.reduce((rest, [, amount]) => rest - BigInt(amount), balance);
  }
}

/** What the operator sends to settle a request: by default the quorum's own signatures of one good outcome. */
export async function signSettlement(
  view: RequestView,
  changes: Partial<OutcomeOfTest> = {},
  workers = WORKERS.slice(0, view.quorum),
) {
  const { status, output, instructions, module_sha256 } = { ...OUTCOME, ...changes };
  const bytes = Buffer.from(output);
  const outcome = { status, instructions, module_sha256 };
  return {
    request_id: view.request_id,
    rules_version: RULES_VERSION,
    ...outcome,
    output_base64: bytes.toString("base64"),
    attestations: await attest(view.task_digest, { ...outcome, output_sha256: sha256Hex(bytes) }, workers),
  };
}

/** Signatures of one outcome of one task. */
export function attest(
  task_digest: string,
  outcome: { status: string; instructions: number; module_sha256: string; output_sha256: string },
  workers: readonly Signer[],
): Promise<Attestation[]> {
  const digest = sha256(outcomePreimage({ task_digest, ...outcome }));
  const sign = async (worker: Signer) => ({
    worker: worker.public_key,
    signature: await worker.sign(digest),
  });
  return Promise.all(workers.map(sign));
}

/** A key's signature of whose it is. */
export function signLink(account_id: string, signer: Signer, contract_id = OFFSHORE): Promise<string> {
  const worker_key = implicitAccount(signer.public_key);
  return signer.sign(accountLinkMessage({ contract_id, account_id, worker_key }));
}

/** Builders' signatures of what a repository compiles to. */
export function signPublication(publication: ModulePublication, builders: readonly Signer[]) {
  return signAs(builders, modulePublicationPreimage(publication));
}

/** Builders' signatures of which commit a request's branch or tag named. */
export function signRefCommit(said: RefCommit, builders: readonly Signer[]) {
  return signAs(builders, refCommitPreimage(said));
}

/** Publishes what a repository at a commit compiles to, with two builders' signatures. */
export async function publishModule(
  network: Network,
  { repo, commit, module_sha256 = MODULE }: { repo: string; commit: string; module_sha256?: string },
): Promise<Result> {
  const source = { repo, commit, build_target: "wasm32-wasip1" as const };
  const publication = { contract_id: OFFSHORE, ...source, module_sha256 };
  const signatures = await signPublication(publication, BUILDERS.slice(0, 2));
  return network.call(OPERATOR, "publish_module", { source, module_sha256, signatures }, MODULE_STORAGE);
}

function signAs(builders: readonly Signer[], preimage: Uint8Array) {
  const digest = sha256(preimage);
  const sign = async (builder: Signer) => ({
    builder: builder.public_key,
    signature: await builder.sign(digest),
  });
  return Promise.all(builders.map(sign));
}

export function events(logs: string[]): ContractEvent[] {
  return logs.flatMap((log) => parseEventLog(log) ?? []);
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

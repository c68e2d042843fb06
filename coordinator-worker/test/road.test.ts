import { evictAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  type Assign,
  hexToBytes,
  implicitAccount,
  LIMITS,
  modulePublicationDigest,
  outcomeDigest,
  type Receipt,
  refCommitDigest,
  type Signer,
  sha256Hex,
  type TaskDetail,
  taskDigest,
  verifySignature,
} from "@near-offshore/protocol";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { dispatcher, relayer } from "../src/env.ts";
import { BOUNDS } from "../src/limits.ts";
import { asOwner, CHAIN_URL, request, taskIn, until, view } from "./support/chain.ts";
import { COMPILER, call, connect, errorOf, post, type Socket, signer, upload } from "./support/client.ts";
import { answerSigned } from "./support/signed.ts";
import { BUILDER, VARS } from "./support/vars.ts";

// From the contract and back to it, with the real chain on one side and workers' sockets on the other.

const WASM = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const MODULE = sha256Hex(WASM);
/** The same with an empty custom section. */
const OTHER_WASM = new Uint8Array([...WASM, 0, 2, 1, 97]);
const OTHER_MODULE = sha256Hex(OTHER_WASM);
const PROVENANCE = {
  toolchain: "test 1.0.0",
  image: `sha256:${"1".repeat(64)}`,
  tree: "2".repeat(40),
};
const SOURCE = { Module: { sha256: MODULE } };
const INPUT = { input_data: "input", response_format: "Text" };

interface Volunteer {
  key: Signer;
  socket: Socket;
}

/** A connected worker that the contract knows: the coordinator has it enrolled. */
async function volunteer(number: number): Promise<Volunteer> {
  const key = signer(number);
  const { socket, welcome } = await connect(key);
  if (!welcome.worker.active) await socket.next("activated");
  return { key, socket };
}

/** What the worker says of an assignment: `output`, computed with 1000 instructions. */
function answer(assign: Assign, { key }: Volunteer, output: string) {
  return answerSigned(assign.task, assign.module, assign, key, output);
}

/** Takes the next assignment and goes through with it. */
async function work(worker: Volunteer, output: string): Promise<void> {
  worker.socket.send({ v: 1, type: "ready", slots: 1 });
  const { commit, reveal } = await answer(await worker.socket.next("assign"), worker, output);
  worker.socket.send(commit);
  await worker.socket.next("open");
  worker.socket.send(reveal);
}

describe.skipIf(CHAIN_URL === "")("a request on the chain", () => {
  let workers: Volunteer[];
  beforeAll(async () => {
    await call("/v1/health");
    await upload(MODULE, WASM);
    await upload(OTHER_MODULE, OTHER_WASM);
    workers = await Promise.all([11, 12, 13].map(volunteer));
  });

  it("is answered by a quorum, settled and paid, and everybody can check it", async () => {
    const request_id = await request({ source: SOURCE, ...INPUT, params: { quorum: 3 } });
    await Promise.all(workers.map((worker) => work(worker, "42")));
    const verdicts = await Promise.all(workers.map(({ socket }) => socket.next("verdict")));
    for (const verdict of verdicts) expect(verdict).toMatchObject({ request_id, accepted: true });
    expect(BigInt(verdicts[0]?.earned_yocto ?? 0)).toBeGreaterThan(0n);
    await taskIn(request_id, "settled");
    const receipt = (await (await call(`/v1/receipts/${request_id}`)).json()) as Receipt;
    expect(atob(receipt.output_base64)).toBe("42");
    expect(receipt.settle_tx).toBe(verdicts[0]?.tx);
    const digest = hexToBytes(outcomeDigest(receipt));
    for (const { worker, signature } of receipt.attestations)
      expect(verifySignature(signature, digest, worker)).toBe(true);
    await until(async () => (await view("get_request", { request_id })) === null);
    const [one] = workers as [Volunteer];
    expect(await view("get_earnings", { account_id: implicitAccount(one.key.public_key) })).toBe(
      verdicts[0]?.earned_yocto,
    );
    const seen = (await (await call(`/v1/workers/${one.key.public_key}`)).json()) as object;
    expect(seen).toMatchObject({
      accepted: 1,
      rejected: 0,
      active: true,
      earned_yocto: verdicts[0]?.earned_yocto,
    });
  });

  it("is settled once, though everything restarts while it is being settled", async () => {
    const request_id = await request({ source: SOURCE, ...INPUT, params: { quorum: 2 } });
    await Promise.all(workers.slice(0, 2).map((worker) => work(worker, "7")));
    await runInDurableObject(relayer(env), () => {});
    await evictAllDurableObjects();
    await Promise.all([relayer(env).wake(), dispatcher(env).wake()]);
    const task = await taskIn<TaskDetail>(request_id, "settled", "failed");
    expect(task).toMatchObject({ state: "settled", failure: null });
    const stats = (await view("get_stats", {})) as { completed: number };
    expect(stats.completed).toBe(2);
  });

  it("whose build fails is told so, with the compiler's message", async () => {
    const source = { GitHub: { repo: "https://example.org/broken", commit: "b".repeat(40) } };
    const request_id = await request({ source, ...INPUT });
    const build = await claim();
    const failure = { epoch: build.epoch, code: "build_failed", message: "main.c:1: expected ';'" };
    expect((await post(`/v1/builds/${build.build_id}/fail`, failure, COMPILER)).status).toBe(200);
    const task = await taskIn<TaskDetail>(request_id, "failed");
    expect(task.failure).toEqual({ code: "build_failed", message: failure.message });
    await until(async () => (await view("get_request", { request_id })) === null);
    const again = await post(`/v1/builds/${build.build_id}/fail`, failure, COMPILER);
    expect([again.status, (await errorOf(again)).code]).toEqual([409, "stale_epoch"]);
  });

  it("whose build fails in more words than the contract takes is told so in whole characters", async () => {
    const source = { GitHub: { repo: "https://example.org/wordy", commit: "b".repeat(40) } };
    const request_id = await request({ source, ...INPUT });
    const { build_id, epoch } = await claim();
    const words = "x".repeat(LIMITS.failure_message_chars_max - 1);
    const failure = { epoch, code: "build_failed", message: `${words}\u{1f600}` };
    expect((await post(`/v1/builds/${build_id}/fail`, failure, COMPILER)).status).toBe(200);
    const settled = await until(async () => {
      const task = await taskIn<TaskDetail>(request_id, "failed");
      return task.settle_tx === null ? null : task;
    });
    expect(settled.failure?.message).toBe(`${words}\ufffd`);
  });

  it("from a repository waits for its build, and its module is published before it is settled", async () => {
    const { request_id, source, complete, build } = await building("a");
    const { report, publication } = await reportOf(source, signer(BUILDER));
    const refused = [
      { ...report, publication: null },
      { ...report, publication: { ...publication, builder: signer(51).public_key } },
      { ...report, publication: { ...publication, signature: await signer(51).sign(new Uint8Array(32)) } },
      { ...report, publication, module_sha256: "0".repeat(64) },
    ].map(async (body) => (await errorOf(await complete(body))).code);
    expect(await Promise.all(refused)).toEqual([
      "invalid_argument",
      "invalid_argument",
      "bad_signature",
      "module_unavailable",
    ]);
    expect((await complete({ ...report, publication })).status).toBe(200);
    await until(async () => (await (await call(`${build}/log`)).text()) === "compiling\ndone\n");
    expect(await (await call(build)).json()).toMatchObject({ state: "complete", module_sha256: MODULE });
    await work(workers[2] as Volunteer, "1");
    expect(await taskIn<TaskDetail>(request_id, "settled", "failed")).toMatchObject({ state: "settled" });
    expect(await view("get_module", { source })).toBe(MODULE);
  });

  it("is built by nobody whom the contract does not trust", async () => {
    await building("d");
    const source = { GitHub: { repo: "https://example.org/good", commit: "e".repeat(40) } };
    await request({ source, ...INPUT, params: { quorum: 1 } });
    const body = { builder: signer(51).public_key, toolchains: ["c"] };
    const refused = await until(async () => {
      const response = await post("/v1/builds/claim", body, COMPILER);
      return response.status === 204 ? null : response;
    });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([403, "forbidden"]);
    await claim();
  });

  it("in a language that nobody has is refused as soon as a compiler has seen it, and refunded", async () => {
    // It was started a moment ago: until builders had time to claim again, none is taken to be gone.
    await new Promise((resolve) => setTimeout(resolve, BOUNDS.builder_silence_max_ms));
    const source = { GitHub: { repo: "https://example.org/haskell", commit: "9".repeat(40) } };
    const request_id = await request({ source, ...INPUT });
    const { build_id, epoch } = await claim();
    const release = (language: string) =>
      post(`/v1/builds/${build_id}/release`, { epoch, language }, COMPILER);
    expect([(await release("c")).status, (await release("haskell")).status]).toEqual([400, 200]);
    const task = await taskIn<TaskDetail>(request_id, "failed");
    expect(task.failure).toEqual({
      code: "toolchain_unavailable",
      message: "the source is written in haskell; builders that are here build c",
    });
    const build = (await (await call(`/v1/builds/${build_id}`)).json()) as object;
    expect(build).toMatchObject({ state: "failed", language: "haskell", products: [] });
    await until(async () => (await view("get_request", { request_id })) === null);
    expect((await release("haskell")).status).toBe(409);
  });

  it("for a branch is settled with the commit that its builder said it was", async () => {
    const source = { GitHub: { repo: "https://example.org/good", commit: "main" } };
    const request_id = await request({ source, ...INPUT, params: { quorum: 1 } });
    const claimed = await claim();
    expect(claimed).toMatchObject({ request_id, source: { GitHub: { commit: "main" } } });
    const commit = "f".repeat(40);
    const repository: Repository = { repo: source.GitHub.repo, commit, build_target: "wasm32-wasip1" };
    const { report, publication } = await reportOf(repository, signer(BUILDER));
    const complete = (body: object) =>
      post(`/v1/builds/${claimed.build_id}/complete`, { epoch: claimed.epoch, ...body }, COMPILER);
    const ref_commit = await refCommit(request_id, "main", commit);
    const refused = [
      { ...report, publication },
      { ...report, publication, ref_commit: await refCommit(request_id, "dev", commit) },
      { ...report, publication, ref_commit: { ...ref_commit, commit: "a".repeat(40) } },
    ].map(async (body) => (await errorOf(await complete(body))).code);
    expect(await Promise.all(refused)).toEqual(["invalid_argument", "bad_signature", "bad_signature"]);
    expect((await complete({ ...report, publication, ref_commit })).status).toBe(200);
    await work(workers[2] as Volunteer, "1");
    const task = await taskIn<TaskDetail>(request_id, "settled", "failed");
    expect(task).toMatchObject({ state: "settled", commit });
    expect(await view("get_module", { source: repository })).toBe(MODULE);
    const receipt = (await (await call(`/v1/receipts/${request_id}`)).json()) as Receipt;
    expect(receipt).toMatchObject({ commit, max_error: null, error_estimate: expect.any(Number) });
    expect(taskDigest(receipt.task)).toBe(receipt.task_digest);
  });

  it("that is compile only is settled when its module is published, without a worker", async () => {
    const source = { GitHub: { repo: "https://example.org/good", commit: "v1.0" } };
    const request_id = await request({ source, resource_limits: null });
    const claimed = await claim();
    const commit = "0".repeat(40);
    const repository: Repository = { repo: source.GitHub.repo, commit, build_target: "wasm32-wasip1" };
    const { report, publication } = await reportOf(repository, signer(BUILDER));
    const ref_commit = await refCommit(request_id, "v1.0", commit);
    const body = { epoch: claimed.epoch, ...report, publication, ref_commit };
    expect((await post(`/v1/builds/${claimed.build_id}/complete`, body, COMPILER)).status).toBe(200);
    const task = await taskIn<TaskDetail>(request_id, "settled", "failed");
    expect(task).toMatchObject({
      state: "settled",
      compile_only: true,
      module_sha256: MODULE,
      outcome: null,
    });
    await until(async () => (await view("get_request", { request_id })) === null);
    const build = await (await call(`/v1/builds/${claimed.build_id}`)).json();
    expect(build).toMatchObject({
      builders_needed: 1,
      products: [{ builder: signer(BUILDER).public_key, module_sha256: MODULE, commit, ...PROVENANCE }],
    });
  });

  it("that two builders have to agree on is run when they do, and fails in words that say who said what", async () => {
    const [first, second] = [signer(BUILDER), signer(51)];
    const builders = [first.public_key, second.public_key];
    await asOwner("set_builders", { builders, min_builders: 2 });
    const logged = vi.spyOn(console, "log");
    // It has read the old rules a moment ago.
    await evictDurableObject(dispatcher(env));
    for (const agree of [true, false]) {
      const commit = (agree ? "1" : "2").repeat(40);
      const source: Repository = { repo: "https://example.org/good", commit, build_target: "wasm32-wasip1" };
      const request_id = await request({ source: { GitHub: source }, ...INPUT, params: { quorum: 1 } });
      const claims = [await claim(first), await claim(second)];
      for (const [i, builder] of [first, second].entries()) {
        const { build_id, epoch } = claims[i] as Awaited<ReturnType<typeof claim>>;
        const other = { module_sha256: OTHER_MODULE, module_bytes: OTHER_WASM.length };
        const { report, publication } = await reportOf(
          source,
          builder,
          i === 0 || agree ? MODULE : OTHER_MODULE,
        );
        const said = { epoch, ...report, publication, ...(i === 0 || agree ? {} : other) };
        expect((await post(`/v1/builds/${build_id}/complete`, said, COMPILER)).status).toBe(200);
      }
      if (agree) await work(workers[1] as Volunteer, "2");
      const task = await taskIn<TaskDetail>(request_id, "settled", "failed");
      if (agree) expect(task.state).toBe("settled");
      else
        expect(task.failure).toEqual({
          code: "no_quorum",
          message: `builders disagree: ${first.public_key} says ${MODULE}; ${second.public_key} says ${OTHER_MODULE}`,
        });
      const build = await (await call(`/v1/builds/${claims[0]?.build_id}`)).json();
      const second_says = agree ? MODULE : OTHER_MODULE;
      expect(build).toMatchObject({
        disputed: !agree,
        products: [
          { builder: first.public_key, module_sha256: MODULE },
          { builder: second.public_key, module_sha256: second_says },
        ],
      });
    }
    expect(logged.mock.calls.flat()).toContainEqual(
      expect.stringMatching(/^builds: \S+: builders disagree: ed25519:\w+ says \w+; ed25519:\w+ says \w+$/),
    );
    logged.mockRestore();
    expect(await (await call("/v1/stats")).json()).toMatchObject({ builds_disputed: 1 });
    await asOwner("set_builders", { builders: [first.public_key], min_builders: 1 });
    await evictDurableObject(dispatcher(env));
  });

  it("whose answer one worker contradicts costs that worker what it had", async () => {
    const liar = await volunteer(14);
    const request_id = await request({ source: SOURCE, ...INPUT, params: { quorum: 2 } });
    const [one, two] = workers as [Volunteer, Volunteer];
    await Promise.all([work(liar, "a lie"), work(one, "42")]);
    await work(two, "42");
    expect(await liar.socket.next("verdict")).toMatchObject({ request_id, accepted: false });
    const { public_key } = liar.key;
    await until(async () => {
      const worker = (await view("get_worker", { public_key })) as { slashed: boolean; active: boolean };
      return worker.slashed && !worker.active;
    });
    await until(async () => {
      const worker = (await (await call(`/v1/workers/${public_key}`)).json()) as { active: boolean };
      return !worker.active;
    });
  });

  async function refCommit(request_id: number, ref: string, commit: string) {
    const contract_id = VARS.CONTRACT_ID;
    const said = { contract_id, request_id, repo: "https://example.org/good", ref, commit };
    return { commit, signature: await signer(BUILDER).sign(hexToBytes(refCommitDigest(said))) };
  }

  interface Repository {
    repo: string;
    commit: string;
    build_target: "wasm32-wasip1";
  }

  /** A request for a repository that a compiler has claimed and says something of. */
  async function building(commit: string) {
    const source: Repository = {
      repo: "https://example.org/good",
      commit: commit.repeat(40),
      build_target: "wasm32-wasip1",
    };
    const request_id = await request({ source: { GitHub: source }, ...INPUT, params: { quorum: 1 } });
    const claimed = await claim();
    expect(claimed.source).toEqual({ GitHub: { ...source, module_sha256: null } });
    const { epoch } = claimed;
    const build = `/v1/builds/${claimed.build_id}`;
    await post(`${build}/log`, { epoch, text: "compiling\n" }, COMPILER);
    await post(`${build}/heartbeat`, { epoch }, COMPILER);
    await post(`${build}/log`, { epoch, text: "done\n" }, COMPILER);
    const complete = (body: object) => post(`${build}/complete`, { epoch, ...body }, COMPILER);
    return { request_id, source, build, complete };
  }

  async function reportOf(source: Repository, builder: Signer, module_sha256 = MODULE) {
    const contract_id = VARS.CONTRACT_ID;
    const digest = hexToBytes(modulePublicationDigest({ contract_id, ...source, module_sha256 }));
    const publication = { builder: builder.public_key, signature: await builder.sign(digest) };
    const report = { module_sha256, module_bytes: 8, ...PROVENANCE, timings_ms: { compile: 1 } };
    return { report, publication };
  }

  it("that the contract does not know is nobody's business", async () => {
    const args = { request_id: 999, code: "deadline", message: "too late" };
    await relayer(env).submit({ kind: "fail", args });
    const entry = () =>
      runInDurableObject(relayer(env), (_, { storage }) =>
        storage.sql.exec("SELECT state, closed FROM outbox WHERE id = 'settle:999'").one(),
      );
    expect(await until(async () => ((await entry()).state === "refused" ? entry() : null))).toMatchObject({
      closed: 1,
    });
  });

  async function claim(builder = signer(BUILDER)) {
    const body = { builder: builder.public_key, toolchains: ["c"] };
    return until(async () => {
      const response = await post("/v1/builds/claim", body, COMPILER);
      if (response.status === 204) return null;
      return (await response.json()) as {
        build_id: string;
        epoch: number;
        contract_id: string;
        source: object;
      };
    });
  }
});

describe("records of an earlier version", () => {
  it("are forgotten: the dispatcher starts, and its workers come back to it", async () => {
    const key = signer(71);
    await connect(key);
    await runInDurableObject(dispatcher(env), (_, { storage: { sql } }) => {
      sql.exec("UPDATE counters SET value = 1 WHERE name = 'version'");
      sql.exec("UPDATE records SET body = '{}'");
    });
    await evictDurableObject(dispatcher(env), { webSockets: "close" });
    const { welcome } = await connect(key);
    expect(welcome.worker.public_key).toBe(key.public_key);
    expect(await dispatcher(env).openRequests()).toEqual([]);
  });
});

describe("history", () => {
  it("waits for a database that is down, and the dispatcher goes on meanwhile", async () => {
    await env.DB.exec("ALTER TABLE workers RENAME TO workers_away");
    const key = signer(70);
    await connect(key);
    await evictDurableObject(dispatcher(env), { webSockets: "close" });
    const { welcome } = await connect(key);
    expect(welcome.worker.public_key).toBe(key.public_key);
    await env.DB.exec("ALTER TABLE workers_away RENAME TO workers");
    await until(async () => (await call(`/v1/workers/${key.public_key}`)).ok);
  });
});

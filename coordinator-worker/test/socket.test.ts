import { applyD1Migrations, evictDurableObject, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { implicitAccount, type Signer, SOCKET_CLOSE, type TaskDetail } from "@near-offshore/protocol";
import { sign } from "hono/jwt";
import { afterEach, describe, expect, it } from "vitest";
import { dispatcher } from "../src/env.ts";
import { BOUNDS } from "../src/limits.ts";
import { call, connect, errorOf, openSession, openSocket, type Socket, signer } from "./support/client.ts";
import { MODULE, openRequest } from "./support/fixtures.ts";
import { answerSigned } from "./support/signed.ts";
import { VARS } from "./support/vars.ts";

const HELLO = { v: 1, type: "hello", engine: "test", cores: 1, features: [] };
const KEY = signer(1).public_key;
const claims = { sub: KEY, aud: "worker", exp: Math.floor(Date.now() / 1000) + 60 };

afterEach(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe("a bad frame is answered with its error", () => {
  const commit = { v: 1, type: "commit", assignment: "x", epoch: 1, commitment: "0".repeat(64) };
  it.each<[string, unknown, string]>([
    ["what is not JSON", "{", "invalid_frame"],
    ["what is no frame", [], "invalid_frame"],
    ["another version", { ...commit, v: 2 }, "invalid_frame"],
    ["an unknown type", { v: 1, type: "steal" }, "invalid_frame"],
    ["a coordinator's frame", { v: 1, type: "ping" }, "invalid_frame"],
    ["ready with a negative number", { v: 1, type: "ready", slots: -1 }, "invalid_frame"],
    ["commit without its hash", { ...commit, commitment: "abc" }, "invalid_frame"],
    ["commit to nothing it was given", commit, "not_found"],
    ["release for a reason of its own", { ...commit, type: "release", reason: "bored" }, "invalid_frame"],
    ["a reveal of an impossible status", { ...commit, type: "reveal", status: "exit:256" }, "invalid_frame"],
    ["8 KiB of padding", `{"v":1,"type":"pong"${" ".repeat(BOUNDS.frame_bytes_max)}}`, "payload_too_large"],
    ["64 KiB of anything", "x".repeat(BOUNDS.reveal_frame_bytes_max + 1), "payload_too_large"],
  ])("%s", async (_, frame, code) => {
    const { socket } = await connect(signer(1));
    socket.send(frame);
    expect(await socket.next("error")).toMatchObject({ code, retryable: false });
    socket.send({ v: 1, type: "pong" });
    expect(socket.closed).toBeNull();
  });

  it("a binary one", async () => {
    const { socket } = await connect(signer(1));
    socket.sendBytes(new Uint8Array(4));
    expect(await socket.next("error")).toMatchObject({ code: "invalid_frame" });
  });

  it("and after too many the socket is closed", async () => {
    const { socket } = await connect(signer(1));
    for (let i = 0; i < BOUNDS.bad_frames_max; i++) socket.send("{");
    expect((await socket.untilClosed()).code).toBe(SOCKET_CLOSE.misbehaved);
  });

  it("and a flood is stopped", async () => {
    const { socket } = await connect(signer(1));
    for (let i = 0; i < BOUNDS.frames_per_second_max + 10; i++) socket.send({ v: 1, type: "pong" });
    expect(await socket.next("error")).toMatchObject({ code: "too_many_requests", retryable: true });
  });
});

describe("hello", () => {
  it.each<[string, () => Promise<string> | string, string]>([
    ["no token of ours", () => "nonsense", "unauthorized"],
    ["a token of another coordinator", () => sign(claims, "another secret"), "unauthorized"],
    [
      "a token for another purpose",
      () => sign({ ...claims, aud: "admin" }, VARS.SESSION_SECRET),
      "unauthorized",
    ],
    ["a token that is over", () => sign({ ...claims, exp: 1 }, VARS.SESSION_SECRET), "session_expired"],
  ])("with %s is refused", async (_, token, code) => {
    const socket = await openSocket();
    socket.send({ ...HELLO, token: await token() });
    expect(await socket.next("error")).toMatchObject({ code });
    expect((await socket.untilClosed()).code).toBe(SOCKET_CLOSE.unauthorized);
  });

  it("comes before anything else", async () => {
    const socket = await openSocket();
    socket.send({ v: 1, type: "ready", slots: 1 });
    expect(await socket.next("error")).toMatchObject({ code: "unauthorized" });
    expect((await socket.untilClosed()).code).toBe(SOCKET_CLOSE.unauthorized);
  });

  it("of the same key on a second socket closes the first", async () => {
    const first = await connect(signer(1));
    const second = await connect(signer(1));
    expect((await first.socket.untilClosed()).code).toBe(SOCKET_CLOSE.replaced);
    expect(second.welcome.worker).toEqual({
      public_key: KEY,
      account_id: implicitAccount(KEY),
      active: false,
    });
  });

  it("has only so many sockets to say it on, from one address", async () => {
    for (let i = 0; i < BOUNDS.sockets_per_address_max; i++) await openSocket("203.0.113.1");
    const headers = { upgrade: "websocket", "cf-connecting-ip": "203.0.113.1" };
    const refused = await call("/v1/worker/socket", { headers });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([429, "too_many_requests"]);
    await openSocket("203.0.113.2");
  });
});

describe("a task", () => {
  const workers = [signer(1), signer(2)] as const;
  // Of a block far ahead of the chain's: this request is the dispatcher's alone, the contract does not know it.
  const request = openRequest(1, { block_height: 1_000_000_000 });

  const say = (assigned: { assignment: string; epoch: number }, worker: Signer) =>
    answerSigned(request.description, MODULE.sha256, assigned, worker, "42");

  async function activate(...keys: Signer[]): Promise<Socket[]> {
    const sockets = await Promise.all(keys.map(async (key) => (await connect(key)).socket));
    const active = keys.map(({ public_key }) => ({
      public_key,
      account_id: implicitAccount(public_key),
      active: true,
      stake_yocto: "0",
      accepted: 0,
    }));
    await dispatcher(env).workersChecked(active);
    for (const socket of sockets) {
      await socket.next("activated");
      socket.send({ v: 1, type: "ready", slots: 1 });
    }
    return sockets;
  }

  async function open(): Promise<void> {
    const { module } = request;
    await env.DB.prepare("INSERT INTO modules VALUES (?, ?, 0)").bind(module?.sha256, module?.bytes).run();
    expect(await dispatcher(env).openRequest(request)).toBe(true);
  }

  async function untilAgreed(): Promise<TaskDetail> {
    for (;;) {
      const task = (await (await call("/v1/tasks/1")).json()) as TaskDetail;
      if (task.timeline_ms?.agreed !== undefined) return task;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("goes to two workers, who commit, reveal and agree", async () => {
    const sockets = await activate(...workers);
    await open();
    const answers = await Promise.all(
      sockets.map(async (socket, i) => say(await socket.next("assign"), workers[i] as Signer)),
    );
    for (const [i, socket] of sockets.entries()) socket.send(answers[i]?.commit);
    for (const [i, socket] of sockets.entries()) {
      await socket.next("open");
      socket.send(answers[i]?.reveal);
    }
    const task = await untilAgreed();
    expect(task.outcome).toMatchObject({ status: "ok", output_base64: btoa("42") });
    const page = (await (await call("/v1/tasks")).json()) as { tasks: object[] };
    expect(page.tasks).toHaveLength(1);
    expect(page.tasks[0]).not.toHaveProperty("outcome");
  });

  it("lives on when the coordinator hibernates in the middle of it", async () => {
    const sockets = await activate(...workers);
    await open();
    const answers = await Promise.all(
      sockets.map(async (socket, i) => say(await socket.next("assign"), workers[i] as Signer)),
    );
    sockets[0]?.send(answers[0]?.commit);
    await evictDurableObject(dispatcher(env));
    sockets[1]?.send(answers[1]?.commit);
    for (const [i, socket] of sockets.entries()) {
      await socket.next("open");
      socket.send(answers[i]?.reveal);
    }
    await untilAgreed();
  });

  it("is still its worker's after a crash, when that worker comes back", async () => {
    const sockets = await activate(...workers);
    await open();
    const assigned = await Promise.all(sockets.map((socket) => socket.next("assign")));
    await evictDurableObject(dispatcher(env), { webSockets: "close" });
    const back = await Promise.all(workers.map((worker) => connect(worker)));
    for (const [i, { socket, welcome }] of back.entries()) {
      const { assignment, epoch } = assigned[i] as { assignment: string; epoch: number };
      expect(welcome).toMatchObject({ worker: { active: true }, live: [{ assignment, epoch }] });
      const { commit } = await say({ assignment, epoch }, workers[i] as Signer);
      socket.send(commit);
    }
    for (const { socket } of back) await socket.next("open");
  });

  it("says nothing of who else has it, or of how many", async () => {
    const [socket] = await activate(...workers);
    await open();
    const assign = (await socket?.next("assign")) as object;
    expect(Object.keys(assign).sort()).toEqual(
      [
        "assignment",
        "deadline_ms",
        "epoch",
        "input_base64",
        "module",
        "module_bytes",
        "task",
        "type",
        "v",
      ].sort(),
    );
    expect(JSON.stringify(assign)).not.toContain("quorum");
  });
});

it("tokens are bound to their key", async () => {
  const token = await openSession(signer(1));
  const socket = await openSocket();
  socket.send({ ...HELLO, token });
  expect((await socket.next("welcome")).worker.public_key).toBe(KEY);
});

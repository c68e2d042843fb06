import { implicitAccount, SOCKET_CLOSE, sha256Hex, signerFromSeed } from "@near-offshore/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createVolunteer,
  type Executor,
  VOLUNTEER_LIMITS,
  type Volunteer,
  type VolunteerOptions,
  type VolunteerState,
} from "../src/index.ts";
import { systemClock } from "../src/system.ts";
import { type FakeCoordinator, startFakeCoordinator } from "./fake-coordinator.ts";
import { assignFrame, revealMatches } from "./fixtures.ts";

const MODULE = new TextEncoder().encode("stands for a module; these executors do not look inside");
const signer = signerFromSeed(new Uint8Array(32).fill(7));

let coordinator: FakeCoordinator;
let volunteer: Volunteer;

beforeEach(async () => {
  coordinator = await startFakeCoordinator();
  coordinator.addModule(MODULE);
});

afterEach(async () => {
  volunteer?.stop({ after_current: false });
  await coordinator.close();
  expect(coordinator.failures).toEqual([]);
});

/** An executor that echoes its input, for tests of what happens around a run. */
function echo(): Executor {
  return {
    run: ({ input }) => ({
      instructions: () => 41,
      result: Promise.resolve({ status: "ok", output: input, instructions: 42, stderr: new Uint8Array() }),
    }),
    stop() {},
  };
}

/** An executor whose run ends only when it is stopped; `log` hears of both. */
function endless(log: string[] = []): Executor {
  let fail: (error: Error) => void = () => {};
  return {
    run: () => {
      log.push("run");
      const result = new Promise<never>((_, reject) => {
        fail = reject;
      });
      return { instructions: () => 1_000, result };
    },
    stop() {
      log.push("stop");
      fail(Object.assign(new Error("stopped"), { reason: "stopped" }));
    },
  };
}

function start(options: Partial<VolunteerOptions> = {}): Volunteer {
  volunteer = createVolunteer({
    coordinator_url: coordinator.url,
    signer,
    executor_factory: echo,
    cores: 1,
    ...options,
  });
  volunteer.start();
  return volunteer;
}

/** The first state that satisfies a test's condition. */
function until(condition: (state: VolunteerState) => boolean): Promise<VolunteerState> {
  return new Promise((resolve) => {
    if (condition(volunteer.state)) return resolve(volunteer.state);
    const unsubscribe = volunteer.subscribe((state) => {
      if (!condition(state)) return;
      unsubscribe();
      resolve(state);
    });
  });
}

describe("one assignment", () => {
  it("is checked, run, committed, revealed when told, and judged", async () => {
    start();
    expect(await coordinator.next("ready")).toMatchObject({ slots: 1 });
    const assign = assignFrame(MODULE);
    coordinator.send(assign);
    const { commitment } = await coordinator.next("commit");
    expect(coordinator.untaken("reveal")).toEqual([]);
    coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
    const reveal = await coordinator.next("reveal");
    expect(revealMatches(assign, commitment, reveal, signer.public_key)).toBe(true);
    coordinator.send({
      type: "verdict",
      assignment: "a-1",
      accepted: true,
      earned_yocto: "5",
      request_id: 7,
      tx: "abc",
    });
    const { ledger, assignments, account_id } = await until((state) => state.ledger.accepted === 1);
    expect(ledger).toMatchObject({ rejected: 0, earned_yocto: "5", recent: [{ request_id: 7, tx: "abc" }] });
    expect(assignments).toEqual([]);
    expect(account_id).toBe(implicitAccount(signer.public_key));
  });

  it("asks for as many as there are cores, and again when a core is free", async () => {
    start({ cores: 2 });
    expect(await coordinator.next("ready")).toMatchObject({ slots: 2 });
    coordinator.send(assignFrame(MODULE));
    await coordinator.next("commit");
    expect(await coordinator.next("ready")).toMatchObject({ slots: 2 });
  });

  it("offers more slots when its owner gives it more cores, up to those it said hello with", async () => {
    start({ cores: 1, cores_max: 3 });
    await coordinator.next("ready");
    volunteer.setCores(8);
    expect(await coordinator.next("ready")).toMatchObject({ slots: 3 });
  });

  it("waits until the key is registered", async () => {
    coordinator.settings.active = false;
    start();
    const { active } = await until((state) => state.link.phase === "online");
    expect(active).toBe(false);
    coordinator.send({ type: "activated" });
    await until((state) => state.active);
  });

  it("reports progress no more often than it was told", async () => {
    coordinator.settings.progress_ms = 1;
    start({ executor_factory: () => endless() });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    expect(await coordinator.next("progress")).toMatchObject({ assignment: "a-1", instructions: 1_000 });
    expect(volunteer.state.assignments[0]).toMatchObject({ instructions: 1_000, max_instructions: 1e9 });
  });

  it("downloads a module once and runs it again from the cache", async () => {
    start();
    await coordinator.next("ready");
    for (const assignment of ["a-1", "a-2"]) {
      coordinator.send(assignFrame(MODULE, { assignment }));
      await coordinator.next("commit");
    }
    expect(coordinator.counts.module_downloads).toBe(1);
  });
});

describe("an assignment that is not what it says", () => {
  const other = "0".repeat(64);
  it.each([
    ["another input than its hash", { input_base64: "eHh4" }, "crashed", "hash_mismatch"],
    ["other rules", { task: { rules_version: 99 } }, "crashed", "not_supported"],
    [
      "another module than the source pins",
      { task: { source: { Module: { sha256: other } } } },
      "crashed",
      "hash_mismatch",
    ],
    ["a module that nobody has", { module: other }, "module_unavailable", "not_found"],
    ["a module longer than announced", { module_bytes: 3 }, "module_unavailable", "payload_too_large"],
  ])("is given back: %s", async (_, change, reason, code) => {
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE, change));
    expect(await coordinator.next("release")).toMatchObject({ assignment: "a-1", epoch: 1, reason });
    expect(volunteer.state.notice?.code).toBe(code);
    expect(volunteer.state.assignments).toEqual([]);
  });

  it("is given back: module bytes that do not have their hash", async () => {
    coordinator.addModule(new Uint8Array([1, 2, 3]), sha256Hex(MODULE));
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    expect(await coordinator.next("release")).toMatchObject({ reason: "module_unavailable" });
    expect(volunteer.state.notice?.code).toBe("hash_mismatch");
  });

  it("is given back when all cores are busy", async () => {
    start({ executor_factory: () => endless() });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    coordinator.send(assignFrame(MODULE, { assignment: "a-2" }));
    expect(await coordinator.next("release")).toMatchObject({ assignment: "a-2", reason: "busy" });
  });

  it("is given back with the executor's reason when this machine cannot finish it", async () => {
    const refusing = (): Executor => ({
      run: () => ({
        instructions: () => 0,
        result: Promise.reject(Object.assign(new Error("no memory"), { reason: "memory_refused" })),
      }),
      stop() {},
    });
    start({ executor_factory: refusing });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    expect(await coordinator.next("release")).toMatchObject({ reason: "memory_refused" });
  });

  it("is given back when its deadline passes", async () => {
    start({ executor_factory: () => endless() });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE, { deadline_ms: 20 }));
    expect(await coordinator.next("release")).toMatchObject({ reason: "wall_clock" });
  });
});

describe("cancel and stale epochs", () => {
  it("terminates the executor of a cancelled assignment and asks for more", async () => {
    const log: string[] = [];
    start({ executor_factory: () => endless(log) });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await expect.poll(() => log).toEqual(["run"]);
    coordinator.send({ type: "cancel", assignment: "a-1", epoch: 1, reason: "enough others" });
    expect(await coordinator.next("ready")).toMatchObject({ slots: 1 });
    expect(log).toContain("stop");
    expect(coordinator.untaken("release")).toEqual([]);
  });

  it("ignores a cancel and an open for another epoch", async () => {
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE, { epoch: 5 }));
    await coordinator.next("commit");
    coordinator.send({ type: "cancel", assignment: "a-1", epoch: 4, reason: "late" });
    coordinator.send({ type: "open", assignment: "a-1", epoch: 4 });
    coordinator.send({ type: "open", assignment: "a-1", epoch: 5 });
    expect(await coordinator.next("reveal")).toMatchObject({ epoch: 5 });
    expect(coordinator.untaken("reveal")).toEqual([]);
  });

  it("drops an assignment whose reveal was refused, and is ready for others", async () => {
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await coordinator.next("commit");
    await coordinator.next("ready");
    const refusal = { code: "commitment_mismatch", message: "not what was committed", retryable: false };
    coordinator.send({ type: "error", ...refusal, assignment: "a-1" });
    await coordinator.next("ready");
    expect(volunteer.state).toMatchObject({ assignments: [], notice: refusal });
  });

  it("drops an assignment whose epoch the coordinator calls stale", async () => {
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await coordinator.next("commit");
    coordinator.send({
      type: "error",
      code: "stale_epoch",
      message: "epoch 2 now",
      retryable: false,
      assignment: "a-1",
    });
    await until((state) => state.assignments.length === 0);
  });
});

describe("reconnection", () => {
  it("repeats the commitment it made, and reveals with the same salt", async () => {
    start();
    await coordinator.next("ready");
    const assign = assignFrame(MODULE);
    coordinator.send(assign);
    const { commitment } = await coordinator.next("commit");
    coordinator.settings.live = [{ assignment: "a-1", epoch: 1 }];
    coordinator.drop();
    expect((await coordinator.next("commit")).commitment).toBe(commitment);
    expect(coordinator.counts).toMatchObject({ sessions: 1, hellos: 2 });
    coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
    const reveal = await coordinator.next("reveal");
    expect(revealMatches(assign, commitment, reveal, signer.public_key)).toBe(true);
    coordinator.drop();
    expect(await coordinator.next("reveal")).toEqual(reveal);
  });

  it("forgets what is no longer its own and gives back what it does not have", async () => {
    start({ executor_factory: () => endless() });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await until((state) => state.assignments.length === 1);
    coordinator.settings.live = [{ assignment: "a-9", epoch: 3 }];
    coordinator.drop();
    expect(await coordinator.next("release")).toMatchObject({
      assignment: "a-9",
      epoch: 3,
      reason: "crashed",
    });
    expect(volunteer.state.assignments).toEqual([]);
  });

  it("opens a new session when the old one is refused", async () => {
    start();
    await coordinator.next("ready");
    coordinator.forgetSessions();
    coordinator.drop();
    await coordinator.next("ready");
    expect(coordinator.counts).toMatchObject({ sessions: 2, hellos: 3 });
  });

  it("drops a connection that has gone silent, and answers pings on one that has not", async () => {
    coordinator.settings.heartbeat_ms = 20;
    start();
    await coordinator.next("ready");
    coordinator.send({ type: "ping" });
    await coordinator.next("pong");
    await coordinator.next("ready");
    expect(coordinator.counts.hellos).toBeGreaterThan(1);
  });

  it("says why while the coordinator cannot be reached, and retries at once when told", async () => {
    start({ coordinator_url: "http://127.0.0.1:1" });
    const { link } = await until((state) => state.link.phase === "retrying");
    expect(link).toMatchObject({ failure: { code: "unavailable", retryable: true } });
    volunteer.retryNow();
    expect(volunteer.state.link.phase).toBe("authenticating");
  });
});

describe("bad coordinators", () => {
  it("refuses to sign for an origin other than the one it called", async () => {
    coordinator.settings.origin = "https://offshore.example";
    let signatures = 0;
    const counting = {
      public_key: signer.public_key,
      sign: (message: Uint8Array) => {
        signatures++;
        return signer.sign(message);
      },
    };
    start({ signer: counting });
    const { link } = await until((state) => state.link.phase === "retrying");
    expect(link).toMatchObject({ failure: { code: "forbidden", retryable: false } });
    expect(signatures).toBe(0);
  });

  it.each([
    ["no JSON", "{"],
    ["an unknown type", '{"v":1,"type":"dance"}'],
    ["another version", '{"v":2,"type":"ping"}'],
    ["an assignment without a task", '{"v":1,"type":"assign","assignment":"a-1","epoch":1}'],
    ["a negative epoch", '{"v":1,"type":"open","assignment":"a-1","epoch":-1}'],
  ])("notes a bad frame and goes on: %s", async (_, text) => {
    start();
    await coordinator.next("ready");
    coordinator.sendText(text);
    const { notice } = await until((state) => state.notice !== null);
    expect(notice?.code).toBe("invalid_frame");
    coordinator.send(assignFrame(MODULE));
    await coordinator.next("commit");
  });
});

describe("what the coordinator says when it closes", () => {
  it("stops when the same key has connected elsewhere, instead of taking it back", async () => {
    start();
    await coordinator.next("ready");
    coordinator.hangUp(SOCKET_CLOSE.replaced);
    const { notice } = await until((state) => state.intent === "stopped");
    expect(notice?.code).toBe("conflict");
  });

  it("opens a new session when it was unauthorized", async () => {
    start();
    await coordinator.next("ready");
    coordinator.hangUp(SOCKET_CLOSE.unauthorized);
    await coordinator.next("ready");
    expect(coordinator.counts.sessions).toBe(2);
  });

  it.each([
    ["misbehaved", SOCKET_CLOSE.misbehaved, VOLUNTEER_LIMITS.backoff_max_ms / 2],
    ["overloaded", SOCKET_CLOSE.overloaded, VOLUNTEER_LIMITS.overloaded_wait_ms],
  ])("waits longer than after a break when it says %s", async (_, code, wait_ms) => {
    start({ clock: { ...systemClock, now_ms: () => 1_000 } });
    await coordinator.next("ready");
    coordinator.hangUp(code);
    const { link } = await until((state) => state.link.phase === "retrying");
    expect(link.phase === "retrying" && link.until_ms - 1_000).toBeGreaterThanOrEqual(wait_ms);
  });
});

describe("stop", () => {
  it("stops now: executors end, work is given back, the socket closes", async () => {
    const log: string[] = [];
    start({ executor_factory: () => endless(log) });
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await expect.poll(() => log).toEqual(["run"]);
    volunteer.stop({ after_current: false });
    expect(log).toContain("stop");
    expect(volunteer.state).toMatchObject({ intent: "stopped", link: { phase: "offline" }, assignments: [] });
    expect(await coordinator.next("release")).toMatchObject({ assignment: "a-1", reason: "stopped" });
  });

  it("finishes what it holds, takes no more, then stops", async () => {
    start();
    await coordinator.next("ready");
    coordinator.send(assignFrame(MODULE));
    await coordinator.next("commit");
    await coordinator.next("ready");
    volunteer.stop({ after_current: true });
    expect(await coordinator.next("ready")).toMatchObject({ slots: 0 });
    coordinator.send(assignFrame(MODULE, { assignment: "a-2" }));
    expect(await coordinator.next("release")).toMatchObject({ assignment: "a-2", reason: "stopped" });
    expect(volunteer.state.intent).toBe("draining");
    coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
    await coordinator.next("reveal");
    coordinator.send({
      type: "verdict",
      assignment: "a-1",
      accepted: false,
      earned_yocto: "0",
      request_id: 7,
    });
    const { ledger } = await until((state) => state.intent === "stopped");
    expect(ledger).toMatchObject({ accepted: 0, rejected: 1 });
  });

  it("starts again after a stop, with the session it has", async () => {
    start();
    await coordinator.next("ready");
    volunteer.stop({ after_current: false });
    volunteer.start();
    await coordinator.next("ready");
    expect(coordinator.counts).toMatchObject({ sessions: 1, hellos: 2 });
  });
});

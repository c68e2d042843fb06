import { LIMITS } from "@near-offshore/protocol";
import { describe, expect, it } from "vitest";
import { Bench, outvoted, refusal, running } from "../../../test/support/bench.ts";
import { keyOf, MODULE, openRequest, SALT } from "../../../test/support/fixtures.ts";
import { BOUNDS, replicasMax } from "../../limits.ts";
import { nextDeadline } from "./time.ts";

describe("commit and reveal", () => {
  it("opens only when a quorum has committed, and agrees when a quorum reveals the same", () => {
    const { bench, workers, request } = running(3);
    const [a, b, idle] = workers as [string, string, string];
    expect(bench.framesTo(idle, "assign")).toEqual([]);
    bench.commit(request, a, "42");
    expect(bench.framesTo(a, "open")).toEqual([]);
    bench.commit(request, b, "42");
    expect(bench.framesTo(a, "open")).toHaveLength(1);
    bench.reveal(request, a, "42");
    expect(bench.task(1).state).toBe("running");
    const effects = bench.reveal(request, b, "42");
    expect(bench.task(1).state).toBe("agreed");
    expect(bench.task(1).outcome?.attestations.map(({ worker }) => worker)).toEqual([a, b]);
    expect(effects).toContainEqual({ type: "hand_over", request_id: 1 });
  });

  it("refuses a reveal before it is opened", () => {
    const { bench, workers, request } = running(2);
    bench.commit(request, workers[0] as string, "42");
    expect(refusal(bench.reveal(request, workers[0] as string, "42"))).toBe("conflict");
    expect(bench.task(1).state).toBe("running");
  });

  it.each([
    ["another outcome than was committed to", { output_base64: btoa("43") }, "commitment_mismatch"],
    ["another salt", { salt: SALT.replace("a", "b") }, "commitment_mismatch"],
    ["another module", { module_sha256: "0".repeat(64) }, "hash_mismatch"],
    ["more instructions than allowed", { instructions: 1_000_001 }, "invalid_argument"],
    [
      "too large an output",
      { output_base64: btoa("x".repeat(LIMITS.output_bytes_max + 1)) },
      "payload_too_large",
    ],
    ["a signature that does not verify", { signature: keyOf(1) }, "bad_signature"],
  ])("rejects %s, and gives the task to somebody else", (_, change, code) => {
    const { bench, workers, request } = running(3);
    const [a, b, spare] = workers as [string, string, string];
    bench.commit(request, a, "42");
    bench.commit(request, b, "42");
    const frame = bench.framesTo(a, "open")[0];
    const reveal = {
      ...bench.held(a),
      v: 1,
      type: "reveal",
      module_sha256: MODULE.sha256,
      status: "ok",
    } as const;
    const full = { ...reveal, output_base64: btoa("42"), instructions: 1000, salt: SALT, signature: "" };
    bench.frame(a, { ...full, ...change } as never);
    expect(frame?.assignment).toBe(bench.held(a).assignment);
    expect(bench.framesTo(a, "error").map((error) => error.code)).toEqual([code]);
    expect(bench.state.workers.get(a)?.rejected).toBe(1);
    expect(bench.framesTo(spare, "assign")).toHaveLength(1);
  });

  it("takes a commitment again, but not another one", () => {
    const { bench, workers, request } = running(2);
    const [a] = workers as [string];
    bench.commit(request, a, "42");
    expect(refusal(bench.commit(request, a, "42"))).toBeNull();
    expect(refusal(bench.commit(request, a, "43"))).toBe("conflict");
  });

  it("outvotes a liar: it is told that it was rejected and earns nothing", () => {
    const { bench, liar, honest } = outvoted();
    const [, c] = honest;
    bench.do({ type: "settlement_handed", request_id: 1 });
    bench.do({ type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" });
    expect(bench.task(1).state).toBe("settled");
    expect(bench.framesTo(liar, "verdict")).toMatchObject([{ accepted: false, earned_yocto: "0" }]);
    expect(bench.framesTo(c, "verdict")).toMatchObject([{ accepted: true, earned_yocto: "5", tx: "hash" }]);
    expect(bench.state.workers.get(c)).toMatchObject({ accepted: 1, rejected: 0, earned_yocto: "5" });
  });

  it("ends in no_quorum when nobody agrees with anybody", () => {
    const { bench, workers, request } = running(replicasMax(2) + 2);
    const [first, ...others] = workers.slice(0, replicasMax(2)) as [string, ...string[]];
    bench.commit(request, first, "0");
    for (const [i, worker] of others.entries()) {
      bench.commit(request, worker, `${i + 1}`);
      if (i === 0) bench.reveal(request, first, "0");
      expect(bench.task(1).state).toBe("running");
      bench.reveal(request, worker, `${i + 1}`);
    }
    expect(bench.task(1)).toMatchObject({ state: "failed", failure: { code: "no_quorum" } });
  });
});

describe("who gets a task", () => {
  it("gives one account, one subnet one live assignment of a task", () => {
    const bench = new Bench();
    bench.worker(keyOf(1), "10.0.1.0/24", "one.local");
    bench.worker(keyOf(2), "10.0.2.0/24", "one.local");
    bench.worker(keyOf(3), "10.0.1.0/24", "three.local");
    bench.do({ type: "request_opened", request: openRequest(1, { quorum: 3 }) });
    expect(bench.task(1).assignments).toHaveLength(1);
    bench.worker(keyOf(4), "10.0.4.0/24");
    expect(bench.task(1).assignments).toHaveLength(2);
  });

  it("exempts loopback from the subnet rule", () => {
    const bench = new Bench();
    bench.worker(keyOf(1), null);
    bench.worker(keyOf(2), null);
    bench.do({ type: "request_opened", request: openRequest(1) });
    expect(bench.task(1).assignments).toHaveLength(2);
  });

  it("gives nothing to a key that is not active on the contract", () => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { quorum: 1 }) });
    const public_key = keyOf(1);
    const hello = {
      type: "worker_connected",
      public_key,
      account_id: "a",
      subnet: null,
      cores: 1,
      engine: "",
    } as const;
    expect(bench.do(hello)).toContainEqual({ type: "check_workers", public_keys: [public_key] });
    bench.frame(public_key, { v: 1, type: "ready", slots: 1 });
    expect(bench.task(1).assignments).toEqual([]);
    const standing = { public_key, account_id: "a", active: true, stake_yocto: "0", accepted: 0 };
    bench.do({ type: "workers_checked", workers: [standing] });
    expect(bench.framesTo(public_key, "activated")).toHaveLength(1);
    expect(bench.task(1).assignments).toHaveLength(1);
  });

  it("gives a worker no more than it has cores and slots", () => {
    const bench = new Bench();
    const [worker] = bench.workers(1) as [string];
    for (const id of [1, 2, 3]) bench.do({ type: "request_opened", request: openRequest(id, { quorum: 1 }) });
    expect(bench.framesTo(worker, "assign")).toHaveLength(1);
    bench.frame(worker, { v: 1, type: "ready", slots: 9 });
    expect(bench.framesTo(worker, "assign")).toHaveLength(1);
  });
});

describe("lost workers", () => {
  it("waits for a closed tab a little, then replaces it", () => {
    const { bench, workers } = running(2);
    const [gone] = workers as [string];
    bench.do({ type: "worker_disconnected", public_key: gone });
    const [spare] = bench.workers(1, 9) as [string];
    expect(bench.framesTo(spare, "assign")).toEqual([]);
    expect(nextDeadline(bench.state)).toBe(bench.now_ms + BOUNDS.reconnect_grace_ms);
    bench.now_ms += BOUNDS.reconnect_grace_ms;
    bench.do({ type: "tick" });
    expect(bench.framesTo(spare, "assign")).toHaveLength(1);
  });

  it("lets a worker that comes back in time go on where it was", () => {
    const { bench, workers, request } = running(2);
    const [a, b] = workers as [string, string];
    bench.commit(request, a, "42");
    bench.do({ type: "worker_disconnected", public_key: a });
    bench.commit(request, b, "42");
    bench.worker(a);
    const { assignment, epoch } = bench.held(a);
    expect(bench.framesTo(a, "welcome").at(-1)?.live).toEqual([{ assignment, epoch }]);
    bench.commit(request, a, "42");
    bench.reveal(request, a, "42");
    bench.reveal(request, b, "42");
    expect(bench.task(1).state).toBe("agreed");
  });

  it("replaces a worker that misses its deadline, and answers it stale_epoch from then on", () => {
    const { bench, workers, request } = running(3, 1);
    const [slow, next] = workers as [string, string];
    bench.now_ms = bench.state.assignments.get(bench.held(slow).assignment)?.deadline_ms as number;
    for (const worker of workers) bench.frame(worker, { v: 1, type: "pong" });
    bench.do({ type: "tick" });
    expect(bench.framesTo(slow, "cancel")).toMatchObject([{ reason: "deadline" }]);
    expect(bench.framesTo(next, "assign")).toHaveLength(1);
    expect(refusal(bench.commit(request, slow, "42"))).toBe("stale_epoch");
    expect(bench.task(1).state).toBe("running");
  });

  it("does not hold the others' pace against a worker that has committed", () => {
    const bench = new Bench();
    const request = openRequest(1);
    bench.do({ type: "request_opened", request });
    const [quick] = bench.workers(1) as [string];
    bench.commit(request, quick, "42");
    bench.now_ms += 30_000;
    const [slow] = bench.workers(1, 2) as [string];
    bench.now_ms += 30_000;
    bench.frame(quick, { v: 1, type: "pong" });
    bench.do({ type: "tick" });
    bench.commit(request, slow, "42");
    expect(bench.framesTo(quick, "open")).toHaveLength(1);
  });

  it("gives a task that was given back to another, and to the same again only when it is ready again", () => {
    const bench = new Bench();
    const [only] = bench.workers(1) as [string];
    bench.frame(only, { v: 1, type: "ready", slots: 2 });
    bench.do({ type: "request_opened", request: openRequest(1, { quorum: 1 }) });
    const { assignment, epoch } = bench.held(only);
    bench.frame(only, { v: 1, type: "release", assignment, epoch, reason: "busy" });
    expect(bench.task(1).state).toBe("queued");
    expect(bench.framesTo(only, "assign")).toHaveLength(1);
    bench.frame(only, { v: 1, type: "ready", slots: 1 });
    expect(bench.framesTo(only, "assign")).toHaveLength(2);
    expect(bench.held(only).epoch).toBeGreaterThan(epoch);
  });

  it("hangs up on a worker that says nothing", () => {
    const { bench, workers } = running(1, 1);
    bench.now_ms += BOUNDS.silence_max_ms;
    expect(bench.do({ type: "tick" })).toContainEqual({ type: "hang_up", worker: workers[0] });
  });

  it("gives everybody time to return after a restart", () => {
    const { bench, workers } = running(2);
    bench.do({ type: "restarted", connected: [] });
    expect(bench.state.workers.get(workers[0] as string)?.connected).toBe(false);
    expect(nextDeadline(bench.state)).toBe(bench.now_ms + BOUNDS.restart_grace_ms);
  });
});

describe("the request's window", () => {
  it("fails a task early that cannot be settled in time any more", () => {
    const { bench, workers } = running(2);
    const last = 100 + LIMITS.yield_blocks - BOUNDS.settle_margin_blocks;
    bench.do({ type: "chain_head", block_height: last - 1 });
    expect(bench.task(1).state).toBe("running");
    const effects = bench.do({ type: "chain_head", block_height: last });
    expect(bench.task(1)).toMatchObject({ state: "failed", failure: { code: "deadline" } });
    expect(effects).toContainEqual({ type: "hand_over", request_id: 1 });
    expect(bench.framesTo(workers[0] as string, "cancel")).toHaveLength(1);
  });

  it("sends nothing for a request that nobody ever served: the chain times it out", () => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1) });
    expect(bench.do({ type: "chain_head", block_height: 299 })).toEqual([]);
    bench.workers(2);
    expect(bench.task(1).assignments).toEqual([]);
    bench.do({ type: "request_closed", request_id: 1 });
    expect(bench.task(1)).toMatchObject({ state: "failed", settlement: null, failure: { code: "deadline" } });
  });
});

describe("settlement", () => {
  function agreed() {
    const { bench, workers, request } = running(2);
    for (const worker of workers) bench.commit(request, worker, "42");
    for (const worker of workers) bench.reveal(request, worker, "42");
    return { bench, workers };
  }

  it("is handed over again until the relayer has it", () => {
    const { bench } = agreed();
    bench.now_ms += BOUNDS.handoff_retry_ms;
    expect(bench.do({ type: "tick" })).toContainEqual({ type: "hand_over", request_id: 1 });
    bench.do({ type: "settlement_handed", request_id: 1 });
    bench.now_ms += BOUNDS.handoff_retry_ms;
    expect(bench.do({ type: "tick" })).not.toContainEqual({ type: "hand_over", request_id: 1 });
    expect(bench.task(1).state).toBe("settling");
  });

  it("gives verdicts once, however often it is told", () => {
    const { bench, workers } = agreed();
    const done = { type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" } as const;
    bench.do(done);
    bench.do(done);
    expect(bench.framesTo(workers[0] as string, "verdict")).toHaveLength(1);
    expect(bench.state.workers.get(workers[0] as string)?.earned_yocto).toBe("5");
  });

  it("once done, stays done", () => {
    const { bench } = agreed();
    bench.do({ type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" });
    bench.do({ type: "settlement_refused", request_id: 1, message: "late news", closed: false });
    bench.do({ type: "settlement_handed", request_id: 1 });
    expect(bench.task(1)).toMatchObject({ state: "settled", failure: null, settlement: { stage: "done" } });
  });

  it("that the contract refuses becomes a failure; that came too late, just ends", () => {
    const refused = agreed().bench;
    const no = { type: "settlement_refused", request_id: 1, message: "worker_inactive: no" } as const;
    expect(refused.do({ ...no, closed: false })).toContainEqual({ type: "hand_over", request_id: 1 });
    expect(refused.task(1)).toMatchObject({
      state: "failed",
      settlement: { kind: "fail", stage: "decided" },
    });
    const late = agreed().bench;
    expect(late.do({ ...no, closed: true })).toEqual([]);
    expect(late.task(1)).toMatchObject({ state: "failed", settlement: { stage: "done" } });
  });

  it("is forgotten by the dispatcher in the end, with all its assignments", () => {
    const { bench } = agreed();
    bench.do({ type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" });
    bench.now_ms += BOUNDS.ended_task_kept_ms;
    bench.do({ type: "tick" });
    expect(bench.state.tasks.size + bench.state.assignments.size + bench.state.held.size).toBe(0);
  });
});

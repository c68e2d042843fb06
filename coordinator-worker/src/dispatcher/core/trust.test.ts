import { describe, expect, it } from "vitest";
import { Bench, outvoted } from "../../../test/support/bench.ts";
import { keyOf, openRequest } from "../../../test/support/fixtures.ts";
import { BOUNDS } from "../../limits.ts";

describe("established workers", () => {
  const established = { workers: 1, results: 20 };

  it("are as many of a quorum as the contract asks for, whoever agrees", () => {
    const bench = new Bench();
    const request = openRequest(1, { established });
    bench.do({ type: "request_opened", request });
    const [a, b] = bench.workers(2) as [string, string];
    expect(bench.task(1).assignments).toHaveLength(1);
    expect(bench.framesTo(b, "assign")).toEqual([]);
    bench.worker(keyOf(8), "10.0.8.0/24", "old", { accepted: 20 });
    expect(bench.framesTo(keyOf(8), "assign")).toHaveLength(1);
    // They disagree, and a newcomer of the same opinion as the newcomer would not do.
    bench.commit(request, a, "7");
    bench.commit(request, keyOf(8), "42");
    bench.reveal(request, a, "7");
    bench.reveal(request, keyOf(8), "42");
    expect(bench.framesTo(b, "assign")).toEqual([]);
    bench.worker(keyOf(9), "10.0.9.0/24", "staked", { stake_yocto: "5" });
    bench.commit(request, keyOf(9), "42");
    bench.reveal(request, keyOf(9), "42");
    expect(bench.task(1).outcome?.attestations.map(({ worker }) => worker)).toEqual([keyOf(8), keyOf(9)]);
  });

  it("become so by results that are paid for", () => {
    const bench = new Bench();
    bench.worker(keyOf(1), "10.0.1.0/24", "almost", { accepted: 19 });
    const request = openRequest(1, { quorum: 1 });
    bench.do({ type: "request_opened", request });
    bench.commit(request, keyOf(1), "42");
    bench.reveal(request, keyOf(1), "42");
    bench.do({ type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" });
    bench.frame(keyOf(1), { v: 1, type: "ready", slots: 1 });
    bench.do({ type: "request_opened", request: openRequest(2, { quorum: 1, established }) });
    expect(bench.task(2).assignments).toHaveLength(1);
  });
});

describe("faults and credibility", () => {
  const DONE = { type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "5" } as const;
  const REPORT = { type: "report_faults", request_id: 1 };

  it("has whoever signed another outcome reported once it is settled, until the relayer has heard", () => {
    const { bench, liar } = outvoted();
    expect(bench.task(1).faults).toEqual([]);
    expect(bench.do(DONE)).toContainEqual(REPORT);
    expect(bench.task(1).faults.map((id) => bench.state.assignments.get(id)?.worker)).toEqual([liar]);
    bench.now_ms += BOUNDS.handoff_retry_ms;
    expect(bench.do({ type: "tick" })).toContainEqual(REPORT);
    bench.do({ type: "faults_handed", request_id: 1 });
    bench.now_ms += BOUNDS.handoff_retry_ms;
    expect(bench.do({ type: "tick" })).not.toContainEqual(REPORT);
  });

  it("blames nobody where the contract has no outcome", () => {
    const { bench } = outvoted();
    const no = { type: "settlement_refused", request_id: 1, message: "late", closed: true } as const;
    expect(bench.do(no)).toEqual([]);
    expect(bench.task(1).faults).toEqual([]);
  });

  it("counts results that others confirmed, from the last wrong one on", () => {
    const { bench, liar, honest } = outvoted();
    bench.confirm(liar, 50);
    bench.do(DONE);
    expect(bench.state.workers.get(liar)?.confirmed).toBe(0);
    for (const worker of honest) expect(bench.state.workers.get(worker)?.confirmed).toBe(1);
  });

  it("says how sure an outcome is", () => {
    const { bench } = outvoted();
    expect(bench.task(1).outcome?.error_estimate).toBeCloseTo(0.04 / 0.168, 6);
  });

  it("takes as many workers as the caller's bound does, and all of them attest", () => {
    const bench = new Bench();
    const workers = bench.workers(7);
    const request = openRequest(1, { max_error: 0.001 });
    bench.do({ type: "request_opened", request });
    expect(bench.task(1).assignments).toHaveLength(5);
    for (const worker of workers.slice(0, 5)) bench.commit(request, worker, "42");
    for (const worker of workers.slice(0, 5)) bench.reveal(request, worker, "42");
    expect(bench.task(1).outcome?.attestations).toHaveLength(5);
    expect(bench.task(1).outcome?.error_estimate).toBeLessThan(0.001);
  });

  it("gives a task back to nobody once others made it sure enough", () => {
    const bench = new Bench();
    const request = openRequest(1, { max_error: 0.01 });
    const [weak, also_weak] = bench.workers(2) as [string, string];
    bench.do({ type: "request_opened", request });
    const [strong] = bench.workers(1, 3) as [string];
    bench.confirm(strong, 1_000);
    bench.frame(strong, { v: 1, type: "ready", slots: 1 });
    expect(bench.task(1).assignments).toHaveLength(3);
    for (const worker of [weak, strong]) bench.commit(request, worker, "42");
    for (const worker of [weak, strong]) bench.reveal(request, worker, "42");
    expect(bench.task(1).state).toBe("agreed");
    expect(bench.framesTo(also_weak, "cancel")).toMatchObject([{ reason: "agreed" }]);
  });

  it("has nobody work for a request that nobody can be sure enough for", () => {
    const bench = new Bench();
    const [known] = bench.workers(7) as [string];
    bench.do({ type: "request_opened", request: openRequest(1, { max_error: 1e-9 }) });
    expect(bench.task(1)).toMatchObject({ state: "failed", failure: { code: "no_quorum" }, assignments: [] });
    for (const worker of bench.state.workers.values()) worker.confirmed = 100;
    bench.do({ type: "request_opened", request: openRequest(2, { max_error: 1e-9 }) });
    expect(bench.task(2).assignments.length).toBeGreaterThan(0);
    expect(bench.framesTo(known, "assign")).toHaveLength(1);
  });

  it("makes sure by the surest of those that are free", () => {
    const bench = new Bench();
    const workers = bench.workers(4);
    const surest = workers[3] as string;
    bench.confirm(surest, 1_000);
    bench.do({ type: "request_opened", request: openRequest(1, { max_error: 0.001 }) });
    expect(bench.task(1).assignments).toHaveLength(3);
    expect(bench.framesTo(surest, "assign")).toHaveLength(1);
  });

  it("fails a request that turned out to be too unsure", () => {
    const bench = new Bench();
    const workers = bench.workers(7);
    for (const worker of bench.state.workers.values()) worker.confirmed = 100;
    const request = openRequest(1, { max_error: 1e-14 });
    bench.do({ type: "request_opened", request });
    // What was known of them is not any more.
    for (const worker of bench.state.workers.values()) worker.confirmed = 0;
    const [seventh, ...six] = [workers[6] as string, ...workers.slice(0, 6)];
    for (const worker of six) bench.commit(request, worker, "42");
    for (const worker of six) bench.reveal(request, worker, "42");
    bench.commit(request, seventh, "42");
    bench.reveal(request, seventh, "42");
    expect(bench.task(1).failure).toMatchObject({ code: "no_quorum" });
    expect(bench.task(1).failure?.message).toContain("max_error is 1e-14");
  });
});

import { describe, expect, it } from "vitest";
import { Bench, refusal } from "../../../test/support/bench.ts";
import { GIT_SOURCE, keyOf, MODULE, openRequest, SIGNATURE } from "../../../test/support/fixtures.ts";
import { BOUNDS } from "../../limits.ts";
import { forgetClaims } from "./builders.ts";
import { nextDeadline } from "./time.ts";

describe("modules", () => {
  it("fails a request for a module that nobody uploaded", () => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { module: null }) });
    expect(bench.task(1)).toMatchObject({ state: "failed", failure: { code: "module_unavailable" } });
  });

  it("makes one build of a source, however many ask, and fails all of them with the compiler's message", () => {
    const bench = new Bench();
    for (const id of [1, 2])
      bench.do({ type: "request_opened", request: openRequest(id, { source: GIT_SOURCE, module: null }) });
    expect(bench.state.builds.size).toBe(1);
    const { build_id, epoch } = bench.claim();
    expect(bench.claimed()).toBeNull();
    bench.do({ type: "build_failed", build_id, epoch, code: "build_failed", message: "main.c:1: no" });
    const failure = { code: "build_failed", message: "main.c:1: no" };
    expect([bench.task(1).failure, bench.task(2).failure]).toEqual([failure, failure]);
  });

  it("gives a silent compiler's build to another, and refuses the first one's result", () => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { source: GIT_SOURCE, module: null }) });
    const first = bench.claim();
    bench.now_ms += BOUNDS.build_lease_ms;
    bench.do({ type: "tick" });
    const second = bench.claim();
    expect(second.build_id).toBe(first.build_id);
    expect(refusal(bench.complete(first))).toBe("stale_epoch");
    expect(refusal(bench.complete(second))).toBeNull();
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("is tried again where a compiler was unavailable, a few times, and then fails in the last one's words", () => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { source: GIT_SOURCE, module: null }) });
    for (let tries = 1; tries <= BOUNDS.build_attempts_max; tries++) {
      expect(bench.task(1).state).toBe("waiting_for_module");
      const message = `no route, ${tries}`;
      bench.do({ type: "build_failed", ...bench.claim(), code: "unavailable", message });
    }
    const message = "3 tries came to nothing; the last: no route, 3";
    expect(bench.task(1).failure).toEqual({ code: "unavailable", message });
  });

  it("cancels a build when no request waits for it any more, and makes another for the next", () => {
    const bench = new Bench();
    for (const id of [1, 2])
      bench.do({ type: "request_opened", request: openRequest(id, { source: GIT_SOURCE, module: null }) });
    const { build_id, epoch } = bench.claim();
    bench.do({ type: "request_closed", request_id: 1 });
    expect(refusal(bench.do({ type: "build_alive", build_id, epoch }))).toBeNull();
    bench.do({ type: "request_closed", request_id: 2 });
    expect(refusal(bench.do({ type: "build_alive", build_id, epoch }))).toBe("stale_epoch");
    expect(bench.state.builds.get(build_id)).toMatchObject({
      state: "failed",
      failure: { code: "deadline" },
    });
    bench.do({ type: "request_opened", request: openRequest(3, { source: GIT_SOURCE, module: null }) });
    expect(bench.claim().build_id).not.toBe(build_id);
  });

  const pinned = (module_sha256: string) => ({
    GitHub: { ...("GitHub" in GIT_SOURCE ? GIT_SOURCE.GitHub : never()), module_sha256 },
  });

  it.each([
    ["is published where a request runs what the source compiles to", GIT_SOURCE, false, true],
    ["is published where a request asks what the source compiles to", pinned(MODULE.sha256), true, true],
    [
      "is not where the request pins it: nothing would make up for its storage",
      pinned(MODULE.sha256),
      false,
      false,
    ],
  ])("%s", (_, source, compile_only, published) => {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { source, module: null, compile_only }) });
    const build = bench.claim();
    const effects = bench.complete(build);
    expect(bench.task(1).module).toEqual(MODULE);
    expect(effects.some(({ type }) => type === "publish")).toBe(published);
  });

  it("refuses a module that is not the one the request pins", () => {
    const bench = new Bench();
    const source = pinned("0".repeat(64));
    bench.do({ type: "request_opened", request: openRequest(1, { source, module: null }) });
    bench.complete(bench.claim());
    expect(bench.task(1)).toMatchObject({ state: "failed", failure: { code: "bad_module" } });
  });
});

describe("several builders", () => {
  const OTHER = { sha256: "0".repeat(64), bytes: 6 };
  const [FIRST, SECOND, THIRD] = [keyOf(91), keyOf(92), keyOf(93)];

  function asked(builders = { needed: 2, known: 3 }) {
    const bench = new Bench();
    const request = openRequest(1, { source: GIT_SOURCE, module: null, builders });
    bench.do({ type: "request_opened", request });
    return bench;
  }

  function failed(bench: Bench, builder: string, message: string) {
    return bench.do({ type: "build_failed", ...bench.claim(builder), code: "build_failed", message });
  }

  it("build at the same time, each once, and agree", () => {
    const bench = asked();
    const first = bench.claim(FIRST);
    expect(bench.claimed(FIRST)).toBeNull();
    const second = bench.claim(SECOND);
    expect(bench.claimed(THIRD)).toBeNull();
    expect(bench.complete(second).some(({ type }) => type === "publish")).toBe(false);
    expect(bench.task(1).state).toBe("waiting_for_module");
    expect(bench.claimed(SECOND)).toBeNull();
    expect(bench.complete(first)).toContainEqual({ type: "publish", build_id: first.build_id });
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
    const build = bench.state.builds.get(first.build_id);
    expect(build?.products.map(({ builder }) => builder)).toEqual([SECOND, FIRST]);
  });

  it("that disagree are told apart by another", () => {
    const bench = asked();
    const first = bench.claim(FIRST);
    bench.complete(bench.claim(SECOND), { module: OTHER });
    const message = `builders disagree: ${SECOND} says ${OTHER.sha256}; ${FIRST} says ${MODULE.sha256}`;
    expect(bench.complete(first)).toEqual([{ type: "disputed", build_id: first.build_id, message }]);
    expect(bench.task(1).state).toBe("waiting_for_module");
    bench.complete(bench.claim(THIRD));
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("that disagree for good end in words that say who said what", () => {
    const bench = asked({ needed: 2, known: 2 });
    bench.complete(bench.claim(FIRST));
    bench.complete(bench.claim(SECOND), { module: OTHER });
    expect(bench.task(1).failure).toEqual({
      code: "no_quorum",
      message: `builders disagree: ${FIRST} says ${MODULE.sha256}; ${SECOND} says ${OTHER.sha256}`,
    });
  });

  it("of which one cannot compile it disagree, and are told apart by another", () => {
    const bench = asked();
    const first = bench.claim(FIRST);
    failed(bench, SECOND, "main.c:1");
    expect(bench.complete(first)).toMatchObject([{ type: "disputed" }]);
    const { build_id } = bench.claim(THIRD);
    expect(bench.state.builds.get(build_id)?.refusals).toEqual([
      { builder: SECOND, code: "build_failed", message: "main.c:1" },
    ]);
    expect(bench.task(1).state).toBe("waiting_for_module");
  });

  it("that cannot compile it have to be as many as have to agree, since the caller pays for that", () => {
    const bench = asked();
    failed(bench, FIRST, "main.c:1: no");
    expect(bench.task(1).state).toBe("waiting_for_module");
    failed(bench, SECOND, "main.c:1: not at all");
    expect(bench.task(1).failure).toEqual({ code: "build_failed", message: "main.c:1: no" });
  });

  it("of which one cannot compile it, and no other is left, end in words that say who said what", () => {
    const bench = asked({ needed: 2, known: 2 });
    failed(bench, SECOND, "main.c:1");
    bench.complete(bench.claim(FIRST));
    expect(bench.task(1).failure).toEqual({
      code: "no_quorum",
      message: `builders disagree: ${FIRST} says ${MODULE.sha256}; ${SECOND} says build_failed: main.c:1`,
    });
  });

  it("are asked for more where a later request takes more", () => {
    const bench = asked({ needed: 1, known: 2 });
    bench.complete(bench.claim(FIRST));
    const request = openRequest(2, { source: GIT_SOURCE, module: null, builders: { needed: 2, known: 2 } });
    bench.do({ type: "request_opened", request });
    expect(bench.task(2).state).toBe("waiting_for_module");
    bench.complete(bench.claim(SECOND));
    expect(bench.task(2)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("that disagree by a later request's demand leave it a build of its own", () => {
    const bench = asked();
    bench.complete(bench.claim(FIRST));
    bench.complete(bench.claim(SECOND), { module: OTHER });
    const request = openRequest(2, { source: GIT_SOURCE, module: null, builders: { needed: 3, known: 3 } });
    bench.do({ type: "request_opened", request });
    expect(bench.task(1).failure).toMatchObject({ code: "no_quorum" });
    for (const builder of [FIRST, SECOND, THIRD]) bench.complete(bench.claim(builder));
    expect(bench.task(2)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("one that was unavailable has said nothing of the source, and disagrees with nobody", () => {
    const bench = asked();
    bench.complete(bench.claim(FIRST));
    const unavailable = { ...bench.claim(SECOND), code: "unavailable", message: "no route" } as const;
    expect(bench.do({ type: "build_failed", ...unavailable })).toEqual([]);
    bench.complete(bench.claim(SECOND));
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("one that goes silent is replaced by another, or comes again", () => {
    const bench = asked({ needed: 1, known: 2 });
    bench.claim(FIRST);
    bench.now_ms += BOUNDS.build_lease_ms;
    bench.do({ type: "tick" });
    bench.claim(SECOND);
    bench.now_ms += BOUNDS.build_lease_ms;
    bench.do({ type: "tick" });
    bench.claim(FIRST);
    bench.now_ms += BOUNDS.build_lease_ms;
    bench.do({ type: "tick" });
    expect(bench.task(1).failure).toMatchObject({ code: "unavailable" });
  });
});

describe("a language that not every builder has", () => {
  const [SMALL, FULL, OTHER] = [keyOf(91), keyOf(92), keyOf(93)];
  const ALL = ["c", "rust"];
  const source = GIT_SOURCE;

  function asked(builders = { needed: 1, known: 3 }) {
    const bench = new Bench();
    bench.do({ type: "request_opened", request: openRequest(1, { source, module: null, builders }) });
    return bench;
  }

  it("goes to those that have it, and to nobody else again", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    expect(bench.claimed(FULL, ALL)).toBeNull();
    expect(bench.release(lost, "rust")).toEqual([]);
    expect(bench.task(1).state).toBe("waiting_for_module");
    expect(bench.claimed(SMALL)).toBeNull();
    expect(bench.claimed(OTHER, ["assemblyscript"])).toBeNull();
    expect(refusal(bench.complete(lost))).toBe("stale_epoch");
    const build = bench.claim(FULL, ALL);
    expect(build.epoch).toBeGreaterThan(lost.epoch);
    bench.complete(build);
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("fails the request at once where nobody who is there has it, naming it and what there is", () => {
    const bench = asked();
    const build = bench.claim(SMALL);
    bench.claimed(OTHER, ["go"]);
    bench.release(build, "rust");
    expect(bench.task(1)).toMatchObject({
      state: "failed",
      failure: {
        code: "toolchain_unavailable",
        message: "the source is written in rust; builders that are here build c, go",
      },
    });
  });

  it("waits for a builder that is at work on something else, as long as that takes", () => {
    const bench = new Bench();
    const builders = { needed: 1, known: 2 };
    const busy_with = {
      GitHub: { ...("GitHub" in source ? source.GitHub : never()), repo: "https://example.org/big" },
    };
    const big = openRequest(2, { source: busy_with, module: null, builders });
    bench.do({ type: "request_opened", request: big });
    const work = bench.claim(FULL, ALL);
    bench.do({ type: "request_opened", request: openRequest(1, { source, module: null, builders }) });
    bench.release(bench.claim(SMALL), "rust");
    for (let i = 0; i < 10; i++) {
      bench.now_ms += BOUNDS.builder_silence_max_ms;
      bench.do({ type: "build_alive", ...work });
      bench.do({ type: "tick" });
    }
    expect(bench.task(1).state).toBe("waiting_for_module");
    bench.now_ms += BOUNDS.builder_silence_max_ms - 1;
    bench.complete(work);
    bench.now_ms += 1;
    bench.do({ type: "tick" });
    bench.complete(bench.claim(FULL, ALL));
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("fails the request soon after the only builder that has it stops claiming", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    bench.claimed(FULL, ALL);
    bench.release(lost, "rust");
    const due_ms = bench.now_ms + BOUNDS.builder_silence_max_ms;
    expect(nextDeadline(bench.state)).toBe(due_ms);
    bench.now_ms = due_ms - 1;
    bench.claimed(SMALL);
    bench.do({ type: "tick" });
    expect(bench.task(1).state).toBe("waiting_for_module");
    bench.now_ms = due_ms;
    bench.do({ type: "tick" });
    expect(bench.task(1).failure).toMatchObject({ code: "toolchain_unavailable" });
    expect(nextDeadline(bench.state)).toBeGreaterThan(due_ms);
  });

  it("fails the request when the only builder that has it goes silent over it", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    bench.claimed(FULL, ALL);
    bench.release(lost, "rust");
    bench.claim(FULL, ALL);
    const end_ms = bench.now_ms + BOUNDS.build_lease_ms + BOUNDS.builder_silence_max_ms;
    for (let due = nextDeadline(bench.state); due <= end_ms; due = nextDeadline(bench.state)) {
      bench.now_ms = due;
      bench.do({ type: "tick" });
    }
    expect(bench.task(1).failure).toMatchObject({ code: "toolchain_unavailable" });
  });

  it("is not taken to be nobody's while builders are still to be heard again after a restart", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    forgetClaims(bench.state, bench.now_ms);
    bench.release(lost, "rust");
    expect(bench.task(1).state).toBe("waiting_for_module");
    bench.now_ms += BOUNDS.builder_silence_max_ms - 1;
    bench.do({ type: "tick" });
    const build = bench.claim(FULL, ALL);
    // It is at work when the coordinator starts again, and says nothing of what it can do.
    forgetClaims(bench.state, bench.now_ms);
    for (let i = 0; i < 3; i++) {
      bench.now_ms += BOUNDS.builder_silence_max_ms;
      bench.do({ type: "build_alive", ...build });
      bench.do({ type: "tick" });
    }
    bench.complete(build);
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });
  });

  it("fails the request after a restart where nobody has it still", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    forgetClaims(bench.state, bench.now_ms);
    bench.release(lost, "rust");
    bench.now_ms = nextDeadline(bench.state);
    bench.claimed(SMALL);
    bench.do({ type: "tick" });
    expect(bench.task(1).failure).toMatchObject({ code: "toolchain_unavailable" });
    expect(nextDeadline(bench.state)).toBeGreaterThan(bench.now_ms);
  });

  it("is built by as many as have to agree, or refused where too few have it", () => {
    const bench = asked({ needed: 2, known: 3 });
    const [lost, first] = [bench.claim(SMALL), bench.claim(FULL, ALL)];
    bench.claimed(OTHER, ALL);
    bench.release(lost, "rust");
    bench.complete(first);
    expect(bench.task(1).state).toBe("waiting_for_module");
    bench.complete(bench.claim(OTHER, ALL));
    expect(bench.task(1)).toMatchObject({ state: "queued", module: MODULE });

    const alone = asked({ needed: 2, known: 3 });
    const claims = [alone.claim(SMALL), alone.claim(FULL, ALL)] as const;
    alone.release(claims[0], "rust");
    expect(alone.task(1).failure).toEqual({
      code: "toolchain_unavailable",
      message:
        "the source is written in rust; 2 have to agree, 1 can build it; builders that are here build c, rust",
    });
    expect(refusal(alone.complete(claims[1]))).toBe("stale_epoch");
  });

  it("that two builders name differently is a disagreement, not a game of ping-pong", () => {
    const bench = asked();
    const lost = bench.claim(SMALL);
    bench.claimed(FULL, ALL);
    bench.release(lost, "rust");
    bench.release(bench.claim(FULL, ALL), "go");
    expect(bench.task(1).failure).toEqual({
      code: "no_quorum",
      message: `builders disagree: written in rust; ${FULL} says go`,
    });
  });

  it("cannot be handed back by one that claims to have it, nor for what is downloaded", () => {
    const bench = asked();
    expect(refusal(bench.release(bench.claim(FULL, ALL), "rust"))).toBe("invalid_argument");
    const WasmUrl = {
      url: "https://example.org/x.wasm",
      hash: MODULE.sha256,
      build_target: "wasm32-wasip1" as const,
    };
    bench.do({ type: "request_opened", request: openRequest(2, { source: { WasmUrl }, module: null }) });
    const download = bench.claim(SMALL, []);
    expect(refusal(bench.release(download, "rust"))).toBe("invalid_argument");
    bench.complete(download);
    expect(bench.task(2).state).toBe("queued");
  });
});

describe("a branch or tag", () => {
  const branch = { GitHub: { ...("GitHub" in GIT_SOURCE ? GIT_SOURCE.GitHub : never()), commit: "main" } };

  it("is looked up for each request, since it may have moved", () => {
    const bench = new Bench();
    for (const id of [1, 2])
      bench.do({ type: "request_opened", request: openRequest(id, { source: branch, module: null }) });
    const claims = [bench.claim(), bench.claim()];
    expect(claims.map(({ build_id }) => bench.state.builds.get(build_id)?.request_id)).toEqual([1, 2]);
    for (const [i, held] of claims.entries())
      bench.complete(held, { ref_commit: { commit: `${i}`.repeat(40), signature: SIGNATURE } });
    expect([bench.task(1).state, bench.task(2).state]).toEqual(["queued", "queued"]);
  });

  it("that moved between two builders is a disagreement", () => {
    const bench = new Bench();
    const builders = { needed: 2, known: 2 };
    bench.do({ type: "request_opened", request: openRequest(1, { source: branch, module: null, builders }) });
    for (const [i, builder] of [keyOf(91), keyOf(92)].entries())
      bench.complete(bench.claim(builder), {
        ref_commit: { commit: `${i}`.repeat(40), signature: SIGNATURE },
      });
    expect(bench.task(1).failure?.message).toContain(`of commit ${"1".repeat(40)}`);
  });
});

describe("a request that is compile only", () => {
  it("is settled as soon as there is a module, without a worker", () => {
    const bench = new Bench();
    bench.workers(2);
    const request = openRequest(1, { source: GIT_SOURCE, module: null, compile_only: true, quorum: 0 });
    bench.do({ type: "request_opened", request });
    const effects = bench.complete(bench.claim());
    expect(effects).toContainEqual({ type: "hand_over", request_id: 1 });
    expect(bench.task(1)).toMatchObject({
      state: "agreed",
      settlement: { kind: "compile" },
      assignments: [],
    });
    bench.do({ type: "settlement_handed", request_id: 1 });
    expect(bench.task(1).state).toBe("settling");
    bench.do({ type: "settlement_done", request_id: 1, tx: "hash", earned_yocto: "0" });
    expect(bench.task(1)).toMatchObject({ state: "settled", outcome: null });
  });
});

function never(): never {
  throw new Error("unreachable");
}

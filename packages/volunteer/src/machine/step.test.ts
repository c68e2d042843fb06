import fc from "fast-check";
import { expect, it } from "vitest";
import { assignFrame } from "../../test/fixtures.ts";
import { VOLUNTEER_LIMITS } from "../limits.ts";
import { EMPTY_LEDGER } from "./ledger.ts";
import type { Effect, MachineEvent, MachineState } from "./state.ts";
import { initialState, step } from "./step.ts";

const CORES = 2;
const MODULE = new Uint8Array([0]);
const IDS = ["a", "b", "c", "d"];

const key = fc.record({ assignment: fc.constantFrom(...IDS), epoch: fc.integer({ min: 1, max: 2 }) });
const session = { token: "t", expires_ms: 1e15, account_id: "worker.near" };
const failure = { code: "unavailable", message: "gone", retryable: true };
const config = { heartbeat_ms: 1_000, progress_ms: 100 };
const worker = { public_key: `ed25519:${"1".repeat(32)}`, account_id: "worker.near", active: true };

const welcome = (live: { assignment: string; epoch: number }[]) =>
  ({ type: "frame", frame: { v: 1, type: "welcome", worker, config, live } }) as const;
const HELLO: MachineEvent[] = [
  { type: "start" },
  { type: "session", session },
  { type: "socket_open" },
  welcome([]),
];

const frame = fc.oneof(
  { weight: 8, arbitrary: key.map((assigned) => assignFrame(MODULE, assigned)) },
  { weight: 6, arbitrary: key.map((opened) => ({ v: 1, type: "open", ...opened }) as const) },
  key.map((cancelled) => ({ v: 1, type: "cancel", ...cancelled, reason: "" }) as const),
  fc
    .record({ assignment: fc.constantFrom(...IDS), accepted: fc.boolean() })
    .map((judged) => ({ v: 1, type: "verdict", ...judged, earned_yocto: "3", request_id: 1 }) as const),
  fc
    .constantFrom("stale_epoch", "overloaded", "conflict")
    .map((code) => ({ v: 1, type: "error", code, message: "", retryable: false, assignment: "a" }) as const),
  fc.constant({ v: 1, type: "ping" } as const),
);

function computed({ assignment, epoch }: { assignment: string; epoch: number }): MachineEvent {
  const outcome = { module_sha256: "", status: "ok", output_base64: "", instructions: 20 } as const;
  const reveal = { v: 1, type: "reveal", assignment, epoch, ...outcome, salt: "", signature: "" } as const;
  return { type: "computed", assignment, epoch, prepared: { commitment: `${assignment}${epoch}`, reveal } };
}

/** Mostly work; now and then a break, after which the worker comes back with some of its assignments still live. */
const events: fc.Arbitrary<MachineEvent[]> = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: frame.map((received) => [{ type: "frame", frame: received } as const]) },
      { weight: 12, arbitrary: key.map((done) => [computed(done)]) },
      { weight: 3, arbitrary: key.map((at) => [{ type: "progress", ...at, instructions: 10 } as const]) },
      {
        weight: 2,
        arbitrary: key.map((at) => [{ type: "not_computed", ...at, reason: "crashed", failure } as const]),
      },
      fc.constantFrom("a", "b").map((id) => [{ type: "timer", timer: `deadline:${id}` } as const]),
      fc.boolean().map((after_current) => [{ type: "stop", after_current } as const]),
      fc
        .tuple(fc.constantFrom(1006, 4001, 4002, 4005), fc.array(key, { maxLength: 3 }))
        .map(([code, live]): MachineEvent[] => [
          { type: "socket_closed", code, message: "" },
          { type: "timer", timer: "retry" },
          { type: "session", session },
          { type: "socket_open" },
          welcome(live),
        ]),
      fc.constantFrom("retry", "welcome", "silence").map((timer) => [{ type: "timer", timer } as const]),
      fc.constant(HELLO),
    ),
    { minLength: 40, maxLength: 120 },
  )
  .map((groups) => [...HELLO, ...groups.flat()]);

/** Which runs the driver has under way, by what it was asked to do. */
function follow(running: Set<string>, effects: readonly Effect[], ended: MachineEvent): void {
  if (ended.type === "computed" || ended.type === "not_computed")
    running.delete(`${ended.assignment}@${ended.epoch}`);
  for (const effect of effects) {
    if (effect.type === "halt") running.clear();
    if (effect.type === "compute") running.add(`${effect.assign.assignment}@${effect.assign.epoch}`);
    if (effect.type === "terminate")
      for (const run of running) if (run.startsWith(`${effect.assignment}@`)) running.delete(run);
  }
}

it("keeps its promises whatever happens, in whatever order", () => {
  fc.assert(
    fc.property(events, (story) => {
      let state: MachineState = initialState(
        { cores: CORES, cores_max: CORES, engine: "test", features: [] },
        EMPTY_LEDGER,
      );
      const running = new Set<string>();
      story.forEach((current, i) => {
        const before = JSON.stringify(state);
        const epochs = new Map(state.held.map(({ assignment, epoch }) => [assignment, epoch]));
        const done = step(state, current, { now_ms: i * 1_000, random: 0.5 });
        expect(JSON.stringify(state)).toBe(before);
        state = done.state;
        // A late answer of a run that was given up reaches nobody: the driver drops it, and so does the machine.
        follow(running, done.effects, current);

        for (const { assignment, epoch } of state.held)
          expect(epoch).toBeGreaterThanOrEqual(epochs.get(assignment) ?? 0);
        const computing = state.held.filter(({ phase }) => phase === "computing");
        expect(new Set(computing.map(({ assignment, epoch }) => `${assignment}@${epoch}`))).toEqual(running);
        expect(computing.length).toBeLessThanOrEqual(CORES);
        expect(state.held.length).toBeLessThanOrEqual(CORES * VOLUNTEER_LIMITS.held_per_core_max);
        expect(new Set(state.held.map(({ assignment }) => assignment)).size).toBe(state.held.length);
        if (state.intent === "stopped") expect(state).toMatchObject({ held: [], link: { phase: "offline" } });
        if (state.intent === "draining") expect(state.held).not.toEqual([]);
        for (const effect of done.effects) {
          if (effect.type !== "send") continue;
          if (effect.frame.type === "ready" && state.intent !== "running") expect(effect.frame.slots).toBe(0);
          // What is revealed is what was committed to, and only when it was asked for or repeated after a welcome.
          if (effect.frame.type === "reveal") {
            expect(current.type === "frame" && ["open", "welcome"].includes(current.frame.type)).toBe(true);
          }
        }
      });
    }),
    { numRuns: 300 },
  );
});

import type { Assign, CoordinatorFrame, WorkerFrame } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "../limits.ts";
import { enterVerdict } from "./ledger.ts";
import {
  andThen,
  type Effect,
  type Failure,
  type Held,
  type MachineState,
  next,
  type Prepared,
  type ReleaseReason,
  type Step,
  type StepInput,
} from "./state.ts";

type Key = { assignment: string; epoch: number };
type Frame<T extends CoordinatorFrame["type"]> = Extract<CoordinatorFrame, { type: T }>;

/** How many more assignments fit now. */
export function readyFrame(state: MachineState): WorkerFrame {
  return { v: 1, type: "ready", slots: freeSlots(state) };
}

/** Free cores, within what may be held in all; none once the owner wants to stop. */
function freeSlots({ intent, settings: { cores }, held }: MachineState): number {
  if (intent !== "running") return 0;
  const computing = held.filter(({ phase }) => phase === "computing").length;
  const room = cores * VOLUNTEER_LIMITS.held_per_core_max - held.length;
  return Math.max(0, Math.min(cores - computing, room));
}

/** Takes an assignment, or gives it back at once where there is no room for it. */
export function assigned(state: MachineState, frame: Assign, { now_ms }: StepInput): Step {
  if (find(state, frame) !== undefined) return next(state, {});
  const old = state.held.find((held) => held.assignment === frame.assignment);
  if (old !== undefined && old.epoch > frame.epoch) return next(state, {});
  const fresh = old === undefined ? next(state, {}) : drop(state, old);
  return andThen(fresh, (now) => {
    if (now.intent !== "running") return next(now, {}, release(frame, "stopped"));
    if (freeSlots(now) === 0) return next(now, {}, release(frame, "busy"));
    const held: Held = {
      assignment: frame.assignment,
      epoch: frame.epoch,
      module: frame.module,
      task: frame.task,
      phase: "computing",
      instructions: 0,
      started_ms: now_ms,
      progress_sent_ms: now_ms,
      prepared: null,
    };
    return next(
      now,
      { held: [...now.held, held] },
      { type: "timer", timer: `deadline:${frame.assignment}`, delay_ms: frame.deadline_ms },
      { type: "compute", assign: frame },
    );
  });
}

/** Notes how far a run is, and tells the coordinator at most every `progress_ms`. */
export function progressed(state: MachineState, key: Key, instructions: number, { now_ms }: StepInput): Step {
  const held = find(state, key);
  if (held === undefined || held.phase !== "computing") return next(state, {});
  if (instructions <= held.instructions) return next(state, {});
  const due = now_ms - held.progress_sent_ms >= (state.config?.progress_ms ?? Number.POSITIVE_INFINITY);
  const change = { instructions, ...(due ? { progress_sent_ms: now_ms } : {}) };
  const step = update(state, held, change, instructions);
  return due
    ? andThen(step, (now) => next(now, {}, send({ type: "progress", ...id(held), instructions })))
    : step;
}

/** A run has its outcome: commit to it. */
export function computed(state: MachineState, key: Key, prepared: Prepared): Step {
  const held = find(state, key);
  if (held === undefined || held.phase !== "computing") return next(state, {});
  const { instructions } = prepared.reveal;
  const step = update(state, held, { phase: "committed", instructions, prepared }, instructions);
  return andThen(step, (now) =>
    next(
      now,
      {},
      // Its own deadline has been met; what comes now depends on the others.
      { type: "timer", timer: `deadline:${held.assignment}`, delay_ms: VOLUNTEER_LIMITS.reveal_wait_ms },
      commit(held, prepared),
      { type: "send", frame: readyFrame(now) },
    ),
  );
}

/** A run ended without an outcome: give the assignment back. */
export function notComputed(state: MachineState, key: Key, reason: ReleaseReason, notice: Failure): Step {
  const held = find(state, key);
  return held === undefined ? next(state, {}) : giveBack({ ...state, notice }, held, reason);
}

/** Commitments are in: show the outcome. Asked twice, it is shown twice, with the same salt. */
export function opened(state: MachineState, frame: Frame<"open">): Step {
  const held = find(state, frame);
  if (held === undefined || held.prepared === null) return next(state, {});
  const timer = `deadline:${held.assignment}` as const;
  return andThen(update(state, held, { phase: "revealed" }, held.instructions), (now) =>
    next(
      now,
      {},
      { type: "send", frame: held.prepared?.reveal as WorkerFrame },
      { type: "timer", timer, delay_ms: VOLUNTEER_LIMITS.verdict_wait_ms },
    ),
  );
}

/** The coordinator takes an assignment away: its run is terminated. */
export function cancelled(state: MachineState, key: Key): Step {
  const held = find(state, key);
  return held === undefined ? next(state, {}) : dropAndReport(state, held);
}

/** The coordinator will have nothing more to do with an assignment: another epoch, or a reveal that it refused. */
export function refused(state: MachineState, assignment: string): Step {
  const held = state.held.find((candidate) => candidate.assignment === assignment);
  return held === undefined ? next(state, {}) : dropAndReport(state, held);
}

/** Enters what a result was worth; counts for assignments from before a reload, too. */
export function judged(state: MachineState, frame: Frame<"verdict">, { now_ms }: StepInput): Step {
  const ledger = enterVerdict(state.ledger, frame, now_ms);
  const held = state.held.find((candidate) => candidate.assignment === frame.assignment);
  return held === undefined ? next(state, { ledger }) : dropAndReport({ ...state, ledger }, held);
}

/** A deadline has passed. Whoever still computes gives up; whoever waits for a verdict waits no longer. */
export function overdue(state: MachineState, assignment: string): Step {
  const held = state.held.find((candidate) => candidate.assignment === assignment);
  if (held === undefined) return next(state, {});
  return held.phase === "revealed" ? dropAndReport(state, held) : giveBack(state, held, "wall_clock");
}

/** After a reconnection: forget what is no longer ours, return what we no longer have, repeat what may have been lost. */
export function resume(state: MachineState, live: readonly Key[]): Step {
  const isLive = (held: Held) => live.some((key) => sameKey(key, held));
  let step = next(state, {});
  for (const held of state.held) {
    if (held.phase !== "revealed" && !isLive(held)) step = andThen(step, (now) => drop(now, held));
    else if (held.prepared !== null) {
      const frame = held.phase === "revealed" ? held.prepared.reveal : null;
      const again: Effect = frame ? { type: "send", frame } : commit(held, held.prepared);
      if (isLive(held)) step = andThen(step, (now) => next(now, {}, again));
    }
  }
  const unknown = live.filter((key) => find(state, key) === undefined);
  return andThen(step, (now) => next(now, {}, ...unknown.map((key) => release(key, "crashed"))));
}

/** Effects that give everything back that the coordinator could still give to others. */
export function releaseAll(state: MachineState, reason: ReleaseReason): Effect[] {
  return state.held.filter((held) => held.phase !== "revealed").map((held) => release(held, reason));
}

function giveBack(state: MachineState, held: Held, reason: ReleaseReason): Step {
  return andThen(next(state, {}, release(held, reason)), (now) => dropAndReport(now, held));
}

function dropAndReport(state: MachineState, held: Held): Step {
  return andThen(drop(state, held), (now) => next(now, {}, { type: "send", frame: readyFrame(now) }));
}

function drop(state: MachineState, held: Held): Step {
  const effects: Effect[] = [{ type: "timer", timer: `deadline:${held.assignment}`, delay_ms: null }];
  if (held.phase === "computing") effects.push({ type: "terminate", assignment: held.assignment });
  return next(state, { held: state.held.filter((other) => other !== held) }, ...effects);
}

function update(state: MachineState, held: Held, change: Partial<Held>, instructions: number): Step {
  return next(state, {
    held: state.held.map((other) => (other === held ? { ...held, ...change } : other)),
    instructions_done: state.instructions_done + Math.max(0, instructions - held.instructions),
  });
}

function find(state: MachineState, key: Key): Held | undefined {
  return state.held.find((held) => sameKey(held, key));
}

function sameKey(a: Key, b: Key): boolean {
  return a.assignment === b.assignment && a.epoch === b.epoch;
}

function id({ assignment, epoch }: Key): Key {
  return { assignment, epoch };
}

function commit(held: Held, prepared: Prepared): Effect {
  return send({ type: "commit", ...id(held), commitment: prepared.commitment });
}

function release(key: Key, reason: ReleaseReason): Effect {
  return send({ type: "release", ...id(key), reason });
}

type Unversioned<T> = T extends WorkerFrame ? Omit<T, "v"> : never;

function send(frame: Unversioned<WorkerFrame>): Effect {
  return { type: "send", frame: { v: 1, ...frame } as WorkerFrame };
}

import { LIMITS } from "@near-offshore/protocol";
import { textToBase64 } from "../../base64.ts";
import { BOUNDS } from "../../limits.ts";
import { standing } from "./tasks.ts";
import { assignmentsOf, enter, heldBy, isDecided, isLive, send, setAssignment, type Turn } from "./turn.ts";
import type { Assignment, Module, State, Task, Worker } from "./types.ts";

/** Gives waiting tasks, oldest first, to workers that are free. Called after every event that may have changed either. */
export function dispatch(turn: Turn): void {
  let idle: Worker[] | null = null;
  for (const task of turn.state.tasks.values()) {
    while (wanted(turn.state, task) > 0) {
      idle ??= [...turn.state.workers.values()].filter((worker) => isIdle(turn.state, worker));
      if (idle.length === 0) return;
      const worker = choose(turn, task, idle);
      if (worker === null) break;
      lease(turn, task, worker);
      if (!isIdle(turn.state, worker)) idle = idle.filter((other) => other !== worker);
    }
  }
}

/** How many more workers a task should be leased to now. */
export function wanted(state: State, task: Task): number {
  if (task.module === null || isDecided(task) || !canStillSettle(state, task)) return 0;
  const { verdict } = standing(state, task);
  if (verdict.kind !== "open") return 0;
  return Math.min(verdict.more, BOUNDS.assignments_per_task_max - task.assignments.length);
}

/** Whether a settlement would still land before the yield's window is over. */
export function canStillSettle(state: State, task: Task): boolean {
  return blocksLeft(state, task) > BOUNDS.settle_margin_blocks;
}

function blocksLeft(state: State, task: Task): number {
  return task.description.context.block_height + LIMITS.yield_blocks - state.head_height;
}

function isIdle(state: State, worker: Worker): boolean {
  if (!worker.connected || !worker.active || worker.slots <= 0) return false;
  let running = 0;
  for (const { state: phase } of heldBy(state, worker.public_key)) if (phase === "leased") running++;
  return running < worker.cores;
}

/**
 * At random among those that may have it, so that nobody can arrange to meet. One account and one subnet see a task
 * once; an account that lost its lease without revealing may have it again where no fresh one is free.
 */
function choose(turn: Turn, task: Task, idle: Worker[]): Worker | null {
  const earlier = assignmentsOf(turn.state, task);
  const newcomers = newcomersLeft(turn.state, task, earlier);
  const free = idle.filter(
    (worker) => mayHave(earlier, worker) && (newcomers > 0 || isEstablished(task, worker)),
  );
  const fresh = free.filter((worker) => earlier.every(({ account_id }) => account_id !== worker.account_id));
  const choices = fresh.length > 0 ? fresh : free;
  // Those beyond the quorum are there to make it sure: the fewer, the surer each of them is.
  if (task.max_error !== null && earlier.filter(isHeld).length >= task.quorum)
    return choices.reduce<Worker | null>(
      (best, one) => (one.confirmed > (best?.confirmed ?? -1) ? one : best),
      null,
    );
  return choices[turn.ports.random(choices.length)] ?? null;
}

/**
 * How many more newcomers a task may go to. Whichever workers come to agree, a quorum of them has as many established ones
 * as the contract asks for, if no more than the rest of a quorum are not: of those that answered alike, and those that may.
 */
function newcomersLeft(state: State, task: Task, assignments: Assignment[]): number {
  if (task.established.workers === 0) return Number.POSITIVE_INFINITY;
  let may_answer = 0;
  const answered = new Map<string, number>();
  for (const assignment of assignments) {
    const worker = state.workers.get(assignment.worker);
    if (worker !== undefined && isEstablished(task, worker)) continue;
    const digest = assignment.reveal?.outcome_digest;
    if (isLive(assignment)) may_answer++;
    else if (assignment.state === "revealed" && digest !== undefined)
      answered.set(digest, (answered.get(digest) ?? 0) + 1);
  }
  return task.quorum - task.established.workers - may_answer - Math.max(0, ...answered.values());
}

/** As the contract decides it (`min_established`): staked, or past the results that the request asks for. */
function isEstablished({ established }: Task, { staked, results }: Worker): boolean {
  return staked || results >= established.results;
}

/** Whether an assignment counts: its worker answered, or may. */
function isHeld(assignment: Assignment): boolean {
  return isLive(assignment) || assignment.state === "revealed";
}

function mayHave(earlier: Assignment[], worker: Worker): boolean {
  let lost = 0;
  for (const assignment of earlier) {
    const ended = assignment.state === "expired" || assignment.state === "released";
    const same_account = assignment.account_id === worker.account_id;
    const same_subnet = worker.subnet !== null && assignment.subnet === worker.subnet;
    if (!ended && (same_account || same_subnet)) return false;
    if (ended && same_account && ++lost >= BOUNDS.assignments_per_account_max) return false;
  }
  return true;
}

function lease(turn: Turn, task: Task, worker: Worker): void {
  const { state, now_ms } = turn;
  const module = task.module as Module;
  const lease_ms = task.description.limits.max_execution_seconds * 1000 + BOUNDS.lease_overhead_ms;
  const assignment: Assignment = {
    assignment_id: turn.ports.newId(),
    request_id: task.request_id,
    worker: worker.public_key,
    account_id: worker.account_id,
    subnet: worker.subnet,
    epoch: ++state.epoch,
    state: "leased",
    deadline_ms: now_ms + lease_ms,
    commitment: null,
    opened: false,
    reveal: null,
  };
  setAssignment(state, assignment);
  task.assignments.push(assignment.assignment_id);
  worker.slots--;
  turn.touched.assignments.add(assignment);
  turn.touched.workers.add(worker);
  enter(turn, task, "running");
  send(turn, worker.public_key, {
    v: 1,
    type: "assign",
    assignment: assignment.assignment_id,
    epoch: assignment.epoch,
    module: module.sha256,
    module_bytes: module.bytes,
    task: task.description,
    input_base64: textToBase64(task.input_data),
    deadline_ms: lease_ms,
  });
}

import type { CoordinatorFrame, ErrorCode, TaskState } from "@near-offshore/protocol";
import type { Assignment, Build, Effect, Ports, State, Task, Worker } from "./types.ts";

/** One event being applied: where the state is, what time it is, and what has to follow. */
export interface Turn {
  readonly state: State;
  readonly ports: Ports;
  readonly now_ms: number;
  readonly effects: Effect[];
  /** Records that changed, to be stored before any effect leaves. */
  readonly touched: Touched;
}

export interface Touched {
  readonly tasks: Set<Task>;
  readonly assignments: Set<Assignment>;
  readonly workers: Set<Worker>;
  readonly builds: Set<Build>;
  readonly dropped: { kind: "task" | "assignment" | "worker" | "build"; id: string }[];
}

export function emptyState(): State {
  return {
    tasks: new Map(),
    assignments: new Map(),
    workers: new Map(),
    builds: new Map(),
    builders: new Map(),
    listening_until_ms: null,
    held: new Map(),
    epoch: 0,
    head_height: 0,
  };
}

export function newTurn(state: State, ports: Ports, now_ms: number): Turn {
  const touched = {
    tasks: new Set<Task>(),
    assignments: new Set<Assignment>(),
    workers: new Set<Worker>(),
    builds: new Set<Build>(),
    dropped: [],
  };
  return { state, ports, now_ms, effects: [], touched };
}

export function send(turn: Turn, worker: string, frame: CoordinatorFrame): void {
  turn.effects.push({ type: "send", worker, frame });
}

/** Says no. Callers refuse before they change anything, so a refused event leaves no trace. */
export function refuse(turn: Turn, code: ErrorCode, message: string, assignment?: string): void {
  turn.effects.push({ type: "refused", code, message, ...(assignment !== undefined && { assignment }) });
}

export function enter(turn: Turn, task: Task, state: TaskState): void {
  task.updated_ms = turn.now_ms;
  turn.touched.tasks.add(task);
  if (task.state === state && task.timeline_ms[state] !== undefined) return;
  task.state = state;
  task.timeline_ms[state] ??= turn.now_ms;
}

/** Whether an assignment still holds its task: its worker may yet reveal. */
export function isLive(assignment: Assignment): boolean {
  return assignment.state === "leased" || assignment.state === "committed";
}

/** Live assignments of a worker. */
export function heldBy(state: State, public_key: string): ReadonlySet<Assignment> {
  return state.held.get(public_key) ?? NONE;
}

/** Adds an assignment, or changes its state: the one place that keeps the index of live ones. */
export function setAssignment(state: State, assignment: Assignment, next = assignment.state): void {
  assignment.state = next;
  state.assignments.set(assignment.assignment_id, assignment);
  const held = state.held.get(assignment.worker) ?? new Set();
  if (isLive(assignment)) state.held.set(assignment.worker, held.add(assignment));
  else if (held.delete(assignment) && held.size === 0) state.held.delete(assignment.worker);
}

const NONE: ReadonlySet<Assignment> = new Set();

export function assignmentsOf(state: State, task: Task): Assignment[] {
  return task.assignments.flatMap((id) => state.assignments.get(id) ?? []);
}

/** Whether the task is over for workers: an outcome was agreed or it failed. */
export function isDecided(task: Task): boolean {
  return task.settlement !== null || task.state === "failed" || task.state === "settled";
}

/** Whether nothing will ever happen to the task again. */
export function isEnded(task: Task): boolean {
  if (task.state === "settled") return true;
  return task.state === "failed" && (task.settlement === null || task.settlement.stage === "done");
}

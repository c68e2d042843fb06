import type { CoordinatorFrame, TaskDescription, WorkerConfig, WorkerFrame } from "@near-offshore/protocol";
import type { Ledger } from "./ledger.ts";

/** Why something did not work, for people and programs. `code` is stable (docs: error codes). */
export interface Failure {
  code: string;
  message: string;
  retryable: boolean;
  /** The other side asked for this much patience. */
  retry_after_ms?: number;
}

/** A session with the coordinator: a bearer token, until when it is good, and the account the key belongs to. */
export interface Session {
  token: string;
  expires_ms: number;
  account_id: string;
}

/** Where the connection stands. */
export type Link =
  | { phase: "offline" }
  | { phase: "authenticating" }
  | { phase: "opening" }
  | { phase: "greeting" }
  | { phase: "online"; since_ms: number }
  | { phase: "retrying"; until_ms: number; failure: Failure };

export type RevealFrame = Extract<WorkerFrame, { type: "reveal" }>;

/** What a finished run sends: kept until the verdict, so that a reconnection repeats it with the same salt. */
export interface Prepared {
  commitment: string;
  reveal: RevealFrame;
}

/** An assignment this worker holds. `prepared` is set from `committed` on. */
export interface Held {
  assignment: string;
  epoch: number;
  module: string;
  task: TaskDescription;
  phase: "computing" | "committed" | "revealed";
  /** Used so far, as last reported by the executor. */
  instructions: number;
  started_ms: number;
  progress_sent_ms: number;
  prepared: Prepared | null;
}

export interface Settings {
  /** Assignments to compute at the same time. */
  cores: number;
  /** What `cores` can be raised to without a new session: the machine's. */
  cores_max: number;
  /** The JavaScript engine, for the coordinator's statistics. */
  engine: string;
  features: readonly string[];
}

/** The whole state of a worker. Plain data, never mutated. */
export interface MachineState {
  /** What its owner wants: to run, to finish what is held and then stop, or to stand still. */
  intent: "stopped" | "running" | "draining";
  settings: Settings;
  link: Link;
  session: Session | null;
  /** Whether the contract has this key registered, as the coordinator says. */
  active: boolean;
  config: WorkerConfig | null;
  /** Failed connections in a row. */
  attempt: number;
  held: readonly Held[];
  ledger: Ledger;
  /** Instructions used since the start, finished or not. */
  instructions_done: number;
  /** The last thing that went wrong and did not end the connection. */
  notice: Failure | null;
}

export type ReleaseReason = Extract<WorkerFrame, { type: "release" }>["reason"];
type Assign = Extract<CoordinatorFrame, { type: "assign" }>;

/** What can happen to a worker. */
export type MachineEvent =
  | { type: "start" }
  | { type: "stop"; after_current: boolean }
  | { type: "retry_now" }
  | { type: "cores"; cores: number }
  | { type: "session"; session: Session }
  | { type: "session_failed"; failure: Failure }
  | { type: "socket_open" }
  /** `code` as in RFC 6455, section 7.4; the coordinator's own are the protocol's `SOCKET_CLOSE`. */
  | { type: "socket_closed"; code: number; message: string }
  | { type: "frame"; frame: CoordinatorFrame }
  | { type: "bad_frame"; message: string }
  | { type: "timer"; timer: TimerName }
  | { type: "progress"; assignment: string; epoch: number; instructions: number }
  | { type: "computed"; assignment: string; epoch: number; prepared: Prepared }
  | { type: "not_computed"; assignment: string; epoch: number; reason: ReleaseReason; failure: Failure };

export type TimerName = "retry" | "welcome" | "silence" | `deadline:${string}`;

/** What the machine asks its driver to do. */
export type Effect =
  | { type: "authenticate" }
  | { type: "open_socket" }
  | { type: "close_socket" }
  | { type: "send"; frame: WorkerFrame }
  | { type: "compute"; assign: Assign }
  | { type: "terminate"; assignment: string }
  /** Ends every executor and everything under way. */
  | { type: "halt" }
  /** Starts a timer, or restarts it; null stops it. */
  | { type: "timer"; timer: TimerName; delay_ms: number | null };

export interface Step {
  state: MachineState;
  effects: readonly Effect[];
}

/** What a step may know besides the state: the time, and a random number in [0, 1) for jitter. */
export interface StepInput {
  now_ms: number;
  random: number;
}

/** A step that changes nothing but these fields. */
export function next(state: MachineState, change: Partial<MachineState>, ...effects: Effect[]): Step {
  return { state: { ...state, ...change }, effects };
}

/** Runs another step after this one; effects are kept in order. */
export function andThen(first: Step, second: (state: MachineState) => Step): Step {
  const { state, effects } = second(first.state);
  return { state, effects: [...first.effects, ...effects] };
}

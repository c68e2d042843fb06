import type { CoordinatorFrame } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "../limits.ts";
import { readyFrame, resume } from "./assignments.ts";
import { andThen, type Failure, type MachineState, next, type Step, type StepInput } from "./state.ts";

type Welcome = Extract<CoordinatorFrame, { type: "welcome" }>;

/** Opens the socket, after a new session where the old one is missing or about to end. */
export function connect(state: MachineState, { now_ms }: StepInput): Step {
  const { session } = state;
  if (session === null || session.expires_ms - now_ms < VOLUNTEER_LIMITS.session_margin_ms)
    return next(state, { link: { phase: "authenticating" }, session: null }, { type: "authenticate" });
  return next(
    state,
    { link: { phase: "opening" } },
    { type: "open_socket" },
    { type: "timer", timer: "welcome", delay_ms: VOLUNTEER_LIMITS.welcome_timeout_ms },
  );
}

/** Says who we are on a socket that has opened. */
export function greet(state: MachineState): Step {
  if (state.link.phase !== "opening" || state.session === null) return next(state, {});
  const { cores_max: cores, engine, features } = state.settings;
  const { token } = state.session;
  return next(
    state,
    { link: { phase: "greeting" } },
    { type: "send", frame: { v: 1, type: "hello", token, engine, cores, features: [...features] } },
  );
}

/** The coordinator knows us: repeat what a lost connection may have swallowed, then ask for work. */
export function welcomed(state: MachineState, frame: Welcome, { now_ms }: StepInput): Step {
  const link = { phase: "online", since_ms: now_ms } as const;
  const change = { link, active: frame.worker.active, config: frame.config, notice: null };
  const session = state.session && { ...state.session, account_id: frame.worker.account_id };
  const online = next({ ...state, session }, change, { type: "timer", timer: "welcome", delay_ms: null });
  const resumed = andThen(online, (now) => resume(now, frame.live));
  return andThen(resumed, (now) => next(now, {}, { type: "send", frame: readyFrame(now) }));
}

/** Any frame proves that the connection lives. */
export function heard(state: MachineState): Step {
  if (state.link.phase !== "online" || state.config === null) return next(state, {});
  const delay_ms = VOLUNTEER_LIMITS.heartbeats_missed_max * state.config.heartbeat_ms;
  return next(state, {}, { type: "timer", timer: "silence", delay_ms });
}

/** The connection is gone or could not be made: wait, longer each time and never in step with other workers. */
export function lost(state: MachineState, failure: Failure, { now_ms, random }: StepInput): Step {
  const { link } = state;
  const stable = link.phase === "online" && now_ms - link.since_ms >= VOLUNTEER_LIMITS.stable_connection_ms;
  const attempt = stable ? 0 : state.attempt;
  const delay_ms = Math.max(failure.retry_after_ms ?? 0, backoff_ms(attempt, failure.retryable, random));
  return next(
    state,
    { link: { phase: "retrying", until_ms: now_ms + delay_ms, failure }, attempt: attempt + 1 },
    { type: "close_socket" },
    { type: "timer", timer: "welcome", delay_ms: null },
    { type: "timer", timer: "silence", delay_ms: null },
    { type: "timer", timer: "retry", delay_ms },
  );
}

/** Doubles from `backoff_first_ms` to `backoff_max_ms`, of which the upper half is random; what is not retryable waits longest. */
function backoff_ms(attempt: number, retryable: boolean, random: number): number {
  const { backoff_first_ms, backoff_max_ms } = VOLUNTEER_LIMITS;
  const doubled = retryable ? backoff_first_ms * 2 ** Math.min(attempt, 16) : backoff_max_ms;
  const ceiling = Math.min(doubled, backoff_max_ms);
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}

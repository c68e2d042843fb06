import { type CoordinatorFrame, SOCKET_CLOSE } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "../limits.ts";
import {
  assigned,
  cancelled,
  computed,
  judged,
  notComputed,
  opened,
  overdue,
  progressed,
  readyFrame,
  refused,
  releaseAll,
} from "./assignments.ts";
import type { Ledger } from "./ledger.ts";
import { connect, greet, heard, lost, welcomed } from "./link.ts";
import {
  andThen,
  type Failure,
  type MachineEvent,
  type MachineState,
  next,
  type Settings,
  type Step,
  type StepInput,
} from "./state.ts";

/** A worker that stands still. */
export function initialState(settings: Settings, ledger: Ledger): MachineState {
  return {
    intent: "stopped",
    settings,
    link: { phase: "offline" },
    session: null,
    active: false,
    config: null,
    attempt: 0,
    held: [],
    ledger,
    instructions_done: 0,
    notice: null,
  };
}

/** The worker, pure: state + event -> new state + effects. A draining worker that holds nothing any more stops. */
export function step(state: MachineState, event: MachineEvent, input: StepInput): Step {
  // What was still under way when the worker stopped comes too late.
  if (state.intent === "stopped" && event.type !== "start" && event.type !== "cores") return next(state, {});
  const taken = take(state, event, input);
  const { intent, held } = taken.state;
  return intent === "draining" && held.length === 0 ? andThen(taken, stopNow) : taken;
}

function take(state: MachineState, event: MachineEvent, input: StepInput): Step {
  const { phase } = state.link;
  switch (event.type) {
    case "start":
      return start(state, input);
    case "stop":
      if (state.intent === "stopped") return next(state, {});
      return event.after_current ? drain(state) : stopNow(state);
    case "retry_now":
      return phase === "retrying" ? connect(state, input) : next(state, {});
    case "cores":
      return tellReady({ ...state, settings: { ...state.settings, cores: event.cores } });
    case "session":
      if (phase !== "authenticating") return next(state, {});
      return connect({ ...state, session: event.session }, input);
    case "session_failed":
      return phase === "authenticating" ? lost(state, event.failure, input) : next(state, {});
    case "socket_open":
      return greet(state);
    case "socket_closed":
      if (phase === "offline" || phase === "retrying") return next(state, {});
      return disconnected(state, event.code, event.message, input);
    case "frame":
      return andThen(takeFrame(state, event.frame, input), heard);
    case "bad_frame":
      return heard({ ...state, notice: failure("invalid_frame", event.message, false) });
    case "timer":
      return takeTimer(state, event.timer, input);
    case "progress":
      return progressed(state, event, event.instructions, input);
    case "computed":
      return computed(state, event, event.prepared);
    case "not_computed":
      return notComputed(state, event, event.reason, event.failure);
  }
}

function takeFrame(state: MachineState, frame: CoordinatorFrame, input: StepInput): Step {
  if (frame.type === "welcome")
    return state.link.phase === "greeting" ? welcomed(state, frame, input) : next(state, {});
  if (frame.type === "error") return takeError(state, frame, input);
  if (frame.type === "ping") return next(state, {}, { type: "send", frame: { v: 1, type: "pong" } });
  // Nothing else means anything before we have been greeted.
  if (state.link.phase !== "online") return next(state, {});
  switch (frame.type) {
    case "activated":
      return tellReady({ ...state, active: true });
    case "assign":
      return assigned(state, frame, input);
    case "open":
      return opened(state, frame);
    case "cancel":
      return cancelled(state, frame);
    case "verdict":
      return judged(state, frame, input);
  }
}

function takeError(
  state: MachineState,
  frame: Extract<CoordinatorFrame, { type: "error" }>,
  input: StepInput,
): Step {
  const notice = failure(frame.code, frame.message, frame.retryable);
  // The token is no good any more: the next connection begins with a new session.
  if (frame.code === "session_expired" || frame.code === "unauthorized")
    return lost({ ...state, session: null, notice }, notice, input);
  if (frame.code === "worker_inactive") return next(state, { active: false, notice });
  // A conflict says that something came too early, not that the assignment is over.
  const over = !frame.retryable && frame.code !== "conflict";
  if (over && frame.assignment !== undefined) return refused({ ...state, notice }, frame.assignment);
  // Refused before the welcome: there is nothing to wait for on this socket.
  if (state.link.phase === "greeting") return lost({ ...state, notice }, notice, input);
  return next(state, { notice });
}

function takeTimer(state: MachineState, timer: string, input: StepInput): Step {
  switch (timer) {
    case "retry":
      return state.link.phase === "retrying" ? connect(state, input) : next(state, {});
    case "welcome":
      return lost(state, connectionFailure("the coordinator did not answer in time"), input);
    case "silence":
      return lost(state, connectionFailure("the coordinator has gone silent"), input);
    default:
      return overdue(state, timer.slice("deadline:".length));
  }
}

/** The socket has closed; the code says what that means. */
function disconnected(state: MachineState, code: number, message: string, input: StepInput): Step {
  switch (code) {
    case SOCKET_CLOSE.replaced: {
      // Whoever connected last works; connecting again would only take it from them in turn.
      const notice = failure("conflict", "this key is computing somewhere else now", false);
      return stopNow({ ...state, notice });
    }
    case SOCKET_CLOSE.unauthorized:
      return lost({ ...state, session: null }, connectionFailure(message), input);
    case SOCKET_CLOSE.misbehaved:
      return lost(state, failure("invalid_frame", message, false), input);
    case SOCKET_CLOSE.overloaded: {
      const retry_after_ms = VOLUNTEER_LIMITS.overloaded_wait_ms;
      return lost(state, { ...failure("overloaded", message, true), retry_after_ms }, input);
    }
    default:
      return lost(state, connectionFailure(message), input);
  }
}

function start(state: MachineState, input: StepInput): Step {
  if (state.intent === "running") return next(state, {});
  if (state.intent === "draining") return tellReady({ ...state, intent: "running" });
  return connect({ ...state, intent: "running", attempt: 0, notice: null }, input);
}

function drain(state: MachineState): Step {
  return tellReady({ ...state, intent: "draining" });
}

function stopNow(state: MachineState): Step {
  const releases = state.link.phase === "online" ? releaseAll(state, "stopped") : [];
  return next(
    state,
    { intent: "stopped", link: { phase: "offline" }, held: [], attempt: 0 },
    ...releases,
    { type: "close_socket" },
    { type: "halt" },
  );
}

function tellReady(state: MachineState): Step {
  if (state.link.phase !== "online") return next(state, {});
  return next(state, {}, { type: "send", frame: readyFrame(state) });
}

function failure(code: string, message: string, retryable: boolean): Failure {
  return { code, message, retryable };
}

function connectionFailure(message: string): Failure {
  return failure("unavailable", message, true);
}

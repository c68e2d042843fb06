import type { Signer } from "@near-offshore/protocol";
import { compute } from "./compute.ts";
import {
  type CoordinatorSocket,
  openCoordinatorSocket,
  type WebSocketConstructor,
} from "./coordinator-socket.ts";
import { type ExecutorFactory, executorPool } from "./executor-pool.ts";
import { type Fetch, toFailure } from "./http.ts";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import { EMPTY_LEDGER, type Ledger } from "./machine/ledger.ts";
import type { Effect, MachineEvent } from "./machine/state.ts";
import { initialState, step } from "./machine/step.ts";
import { type ModuleCache, memoryModuleCache, moduleSource } from "./modules.ts";
import { rateMeter } from "./rate.ts";
import { openSession } from "./session.ts";
import { type Clock, systemClock, systemRandomBytes, timerSet } from "./system.ts";
import { type VolunteerState, viewOf } from "./view.ts";

export interface VolunteerOptions {
  /** Only its origin counts: `/v1/...` is called there. */
  coordinator_url: string;
  signer: Signer;
  executor_factory: ExecutorFactory;
  /** Assignments computed at the same time. */
  cores: number;
  /** What `setCores` may raise that to: the machine's cores. As many as `cores` where it is not given. */
  cores_max?: number;
  /** Verdicts of earlier runs of this key. */
  ledger?: Ledger;
  /** The JavaScript engine, for the network's statistics. */
  engine?: string;
  module_cache?: ModuleCache;
  fetch?: Fetch;
  WebSocket?: WebSocketConstructor;
  clock?: Clock;
  /** Secure random bytes. */
  random?: (length_bytes: number) => Uint8Array;
  /** Hears every event, for logs. */
  trace?: (event: MachineEvent) => void;
}

export interface Volunteer {
  /** Connects and takes work until stopped. */
  start(): void;
  /** Stops at once and gives everything back, or takes no more and stops when what it holds is judged. */
  stop(options: { after_current: boolean }): void;
  setCores(cores: number): void;
  /** Ends the wait for the next try to reach the coordinator. */
  retryNow(): void;
  readonly state: VolunteerState;
  /** Calls `listener` after every change; returns how to unsubscribe. */
  subscribe(listener: (state: VolunteerState) => void): () => void;
}

/**
 * A worker: the volunteer's side of the worker protocol. The rules are in `machine/`, which is pure; this drives it.
 *
 * @example
 * const volunteer = createVolunteer({ coordinator_url: "http://127.0.0.1:8787", signer, executor_factory, cores: 1 });
 * volunteer.subscribe((state) => console.log(state.link.phase));
 * volunteer.start();
 */
export function createVolunteer(options: VolunteerOptions): Volunteer {
  const { signer, clock = systemClock, random = systemRandomBytes, trace = () => {} } = options;
  const { fetch = globalThis.fetch, WebSocket = globalThis.WebSocket } = options;
  const coordinator_url = new URL(options.coordinator_url);
  const pool = executorPool(options.executor_factory, clock);
  const timers = timerSet(clock, (timer) => dispatch({ type: "timer", timer }));
  const fetchModule = moduleSource({
    coordinator_url,
    fetch,
    cache: options.module_cache ?? memoryModuleCache(),
    delay: timers.delay,
  });
  const meter = rateMeter();
  const listeners = new Set<(state: VolunteerState) => void>();
  const runs = new Map<string, AbortController>();
  const pending: MachineEvent[] = [];
  const cores = boundedCores(options.cores);
  const cores_max = Math.max(cores, boundedCores(options.cores_max ?? cores));
  const settings = { cores, cores_max, engine: options.engine ?? "unknown", features: [] };
  let machine = initialState(settings, options.ledger ?? EMPTY_LEDGER);
  let authentication = new AbortController();
  let socket: CoordinatorSocket | null = null;

  function dispatch(event: MachineEvent): void {
    // Effects may report at once; one event at a time, in order.
    if (pending.push(event) > 1) return;
    for (let current = pending[0]; current !== undefined; current = pending[0]) {
      trace(current);
      const done = step(machine, current, { now_ms: clock.now_ms(), random: unitOf(random(4)) });
      machine = done.state;
      for (const effect of done.effects) perform(effect);
      pending.shift();
    }
    meter.note(machine.instructions_done, clock.now_ms());
    const state = view();
    for (const listener of listeners) listener(state);
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "authenticate":
        authenticate();
        break;
      case "open_socket":
        openSocket();
        break;
      case "close_socket":
        socket?.close();
        socket = null;
        break;
      case "send":
        socket?.send(effect.frame);
        break;
      case "compute":
        run(effect.assign);
        break;
      case "terminate":
        runs.get(effect.assignment)?.abort();
        break;
      case "timer":
        timers.set(effect.timer, effect.delay_ms);
        break;
      case "halt":
        halt();
    }
  }

  function openSocket(): void {
    socket?.close();
    socket = openCoordinatorSocket(WebSocket, coordinator_url, clock, {
      onOpen: () => dispatch({ type: "socket_open" }),
      onFrame: (frame) => dispatch({ type: "frame", frame }),
      onBadFrame: (message) => dispatch({ type: "bad_frame", message }),
      onClose: (code, message) => dispatch({ type: "socket_closed", code, message }),
    });
  }

  function halt(): void {
    authentication.abort();
    for (const controller of runs.values()) controller.abort();
    pool.clear();
    timers.clear();
  }

  async function authenticate(): Promise<void> {
    authentication.abort();
    authentication = new AbortController();
    const { signal } = authentication;
    const event = await openSession({ coordinator_url, signer, fetch }, signal).then(
      (session) => ({ type: "session", session }) as const,
      (error) => ({ type: "session_failed", failure: toFailure(error) }) as const,
    );
    if (!signal.aborted) dispatch(event);
  }

  async function run(assign: Extract<Effect, { type: "compute" }>["assign"]): Promise<void> {
    const { assignment, epoch } = assign;
    const controller = new AbortController();
    const { signal } = controller;
    runs.set(assignment, controller);
    const tools = { signer, pool, fetchModule, randomBytes: random };
    const onProgress = (instructions: number) => {
      if (!signal.aborted) dispatch({ type: "progress", assignment, epoch, instructions });
    };
    const computation = await compute(assign, tools, onProgress, signal);
    if (runs.get(assignment) === controller) runs.delete(assignment);
    if (!signal.aborted) dispatch({ ...computation, assignment, epoch });
  }

  function view(): VolunteerState {
    const busy = machine.held.some((held) => held.phase === "computing");
    return viewOf(machine, signer.public_key, busy ? meter.perSecond(clock.now_ms()) : 0);
  }

  return {
    start: () => dispatch({ type: "start" }),
    stop: ({ after_current }) => dispatch({ type: "stop", after_current }),
    setCores: (wanted) => dispatch({ type: "cores", cores: Math.min(cores_max, boundedCores(wanted)) }),
    retryNow: () => dispatch({ type: "retry_now" }),
    get state() {
      return view();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function boundedCores(cores: number): number {
  return Math.min(VOLUNTEER_LIMITS.cores_max, Math.max(1, Math.floor(cores) || 1));
}

/** A number in [0, 1) from four random bytes. */
function unitOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}

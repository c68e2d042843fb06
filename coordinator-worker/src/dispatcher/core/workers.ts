import { BOUNDS } from "../../limits.ts";
import { dispatch } from "./leasing.ts";
import { heldBy, refuse, send, type Turn } from "./turn.ts";
import type { Event, Worker, WorkerStanding } from "./types.ts";

type Connected = Extract<Event, { type: "worker_connected" }>;

/** A worker said hello. Its live assignments are still its own; it drops the others that it holds. */
export function connectWorker(turn: Turn, event: Connected) {
  const known = turn.state.workers.get(event.public_key);
  if (known === undefined && turn.state.workers.size >= BOUNDS.known_workers_max)
    return refuse(turn, "overloaded", "too many workers; come back later");
  const { type: _, ...said } = event;
  const worker: Worker = {
    active: false,
    checked_ms: 0,
    accepted: 0,
    rejected: 0,
    staked: false,
    results: 0,
    confirmed: 0,
    earned_yocto: "0",
    ...known,
    ...said,
    account_id: known?.account_id ?? event.account_id,
    connected: true,
    disconnected_ms: 0,
    heard_ms: turn.now_ms,
    slots: 0,
  };
  turn.state.workers.set(worker.public_key, worker);
  turn.touched.workers.add(worker);
  send(turn, worker.public_key, {
    v: 1,
    type: "welcome",
    worker: { public_key: worker.public_key, account_id: worker.account_id, active: worker.active },
    config: { heartbeat_ms: BOUNDS.heartbeat_ms, progress_ms: BOUNDS.progress_ms },
    live: [...heldBy(turn.state, worker.public_key)].map(({ assignment_id, epoch }) => ({
      assignment: assignment_id,
      epoch,
    })),
  });
  if (turn.now_ms - worker.checked_ms > BOUNDS.worker_recheck_ms) askContract(turn, [worker]);
}

/** Its socket is gone. What it holds waits for it a while (`tick` ends that). */
export function disconnectWorker(turn: Turn, public_key: string): void {
  const worker = turn.state.workers.get(public_key);
  if (worker === undefined || !worker.connected) return;
  worker.connected = false;
  worker.disconnected_ms = turn.now_ms;
  worker.slots = 0;
  turn.touched.workers.add(worker);
}

/** What the contract says of these keys. */
export function checkWorkers(turn: Turn, answers: WorkerStanding[]): void {
  for (const { public_key, account_id, active, stake_yocto, accepted } of answers) {
    const worker = turn.state.workers.get(public_key);
    if (worker === undefined) continue;
    const activated = active && !worker.active;
    const standing = { account_id, active, staked: stake_yocto !== "0", results: accepted };
    Object.assign(worker, { ...standing, checked_ms: turn.now_ms });
    turn.touched.workers.add(worker);
    if (activated && worker.connected) send(turn, public_key, { v: 1, type: "activated" });
  }
  dispatch(turn);
}

/** After a restart nobody is connected but those whose sockets survived (hibernation); the others get time to return. */
export function restart(turn: Turn, connected: readonly string[]): void {
  const alive = new Set(connected);
  for (const worker of turn.state.workers.values()) {
    if (!worker.connected) continue;
    if (alive.has(worker.public_key)) worker.heard_ms = turn.now_ms;
    else {
      disconnectWorker(turn, worker.public_key);
      worker.disconnected_ms += BOUNDS.restart_grace_ms - BOUNDS.reconnect_grace_ms;
    }
  }
  dispatch(turn);
}

/** Asks the contract again about workers that are still not active. */
export function recheckWorkers(turn: Turn): void {
  const due = [...turn.state.workers.values()].filter(
    ({ connected, active, checked_ms }) =>
      connected && !active && turn.now_ms - checked_ms > BOUNDS.enrolment_recheck_ms,
  );
  if (due.length > 0) askContract(turn, due);
}

function askContract(turn: Turn, workers: Worker[]): void {
  for (const worker of workers) worker.checked_ms = turn.now_ms;
  turn.effects.push({ type: "check_workers", public_keys: workers.map(({ public_key }) => public_key) });
}

import { BOUNDS } from "../../limits.ts";
import { expire } from "./assignments.ts";
import { expireBuilds, forgetBuilds } from "./builds.ts";
import { dispatch } from "./leasing.ts";
import { reportFaults } from "./settlement.ts";
import { heldBy, isEnded, isLive, type Turn } from "./turn.ts";
import type { State } from "./types.ts";
import { disconnectWorker, recheckWorkers } from "./workers.ts";

/** Everything that is due by now. Safe to call at any time, and as often as one likes. */
export function tick(turn: Turn): void {
  silenceWorkers(turn);
  expireLeases(turn);
  expireBuilds(turn);
  retryHandovers(turn);
  recheckWorkers(turn);
  forgetEnded(turn);
  forgetBuilds(turn);
  dispatch(turn);
}

/** The earliest time at which `tick` has something to do; Infinity where nothing is pending. */
export function nextDeadline(state: State): number {
  let next = Number.POSITIVE_INFINITY;
  const at = (time_ms: number) => {
    if (time_ms < next) next = time_ms;
  };
  for (const held of state.held.values()) for (const { deadline_ms } of held) at(deadline_ms);
  for (const worker of state.workers.values()) {
    if (worker.connected) at(worker.heard_ms + BOUNDS.silence_max_ms);
    else if (heldBy(state, worker.public_key).size > 0)
      at(worker.disconnected_ms + BOUNDS.reconnect_grace_ms);
    if (worker.connected && !worker.active) at(worker.checked_ms + BOUNDS.enrolment_recheck_ms + 1);
  }
  if (state.listening_until_ms !== null) at(state.listening_until_ms);
  for (const { heard_ms } of state.builders.values()) at(heard_ms + BOUNDS.builder_silence_max_ms);
  for (const { leases } of state.builds.values()) for (const { deadline_ms } of leases) at(deadline_ms);
  for (const task of state.tasks.values()) {
    if (task.settlement?.stage === "decided" || task.faults.length > 0) at(task.settlement?.retry_ms ?? 0);
    if (isEnded(task)) at(task.updated_ms + BOUNDS.ended_task_kept_ms);
  }
  return next;
}

function silenceWorkers(turn: Turn): void {
  for (const { public_key, connected, heard_ms } of turn.state.workers.values()) {
    if (!connected || turn.now_ms - heard_ms < BOUNDS.silence_max_ms) continue;
    disconnectWorker(turn, public_key);
    turn.effects.push({ type: "hang_up", worker: public_key });
  }
}

function expireLeases(turn: Turn): void {
  const { state, now_ms } = turn;
  for (const [public_key, held] of [...state.held]) {
    const worker = state.workers.get(public_key);
    const gone =
      worker === undefined ||
      (!worker.connected && now_ms >= worker.disconnected_ms + BOUNDS.reconnect_grace_ms);
    for (const assignment of [...held]) {
      if (!isLive(assignment)) continue;
      if (gone) expire(turn, assignment, "disconnected");
      else if (assignment.deadline_ms <= now_ms) expire(turn, assignment, "deadline");
    }
  }
}

function retryHandovers(turn: Turn): void {
  for (const task of turn.state.tasks.values()) {
    const { settlement, faults } = task;
    if (settlement === null || settlement.retry_ms > turn.now_ms) continue;
    if (settlement.stage !== "decided" && faults.length === 0) continue;
    settlement.retry_ms = turn.now_ms + BOUNDS.handoff_retry_ms;
    turn.touched.tasks.add(task);
    if (settlement.stage === "decided") turn.effects.push({ type: "hand_over", request_id: task.request_id });
    reportFaults(turn, task);
  }
}

function forgetEnded(turn: Turn): void {
  const { tasks, assignments } = turn.state;
  for (const task of tasks.values()) {
    if (!isEnded(task) || turn.now_ms < task.updated_ms + BOUNDS.ended_task_kept_ms) continue;
    tasks.delete(task.request_id);
    turn.touched.dropped.push({ kind: "task", id: String(task.request_id) });
    for (const id of task.assignments) {
      assignments.delete(id);
      turn.touched.dropped.push({ kind: "assignment", id });
    }
  }
}

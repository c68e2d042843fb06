import { BOUNDS } from "../../limits.ts";
import { dispatch } from "./leasing.ts";
import { checkReveal, type RevealFrame } from "./reveal.ts";
import { judgeTask } from "./tasks.ts";
import { assignmentsOf, isLive, refuse, send, setAssignment, type Turn } from "./turn.ts";
import type { Assignment, AssignmentFrame, Task, Worker } from "./types.ts";

/** A frame of a connected worker. What it may not do is refused and changes nothing. */
export function receiveFrame(turn: Turn, public_key: string, frame: AssignmentFrame) {
  const worker = turn.state.workers.get(public_key);
  if (worker === undefined || !worker.connected)
    return refuse(turn, "unauthorized", "say hello with a session token first");
  worker.heard_ms = turn.now_ms;
  if (frame.type === "pong") return;
  if (frame.type === "ready") {
    worker.slots = frame.slots;
    turn.touched.workers.add(worker);
    return dispatch(turn);
  }
  const assignment = turn.state.assignments.get(frame.assignment);
  if (assignment === undefined || assignment.worker !== public_key)
    return refuse(turn, "not_found", "no such assignment of this worker", frame.assignment);
  if (assignment.epoch !== frame.epoch || !isLive(assignment))
    return refuse(turn, "stale_epoch", "the assignment is no longer this worker's", frame.assignment);
  const task = turn.state.tasks.get(assignment.request_id) as Task;
  if (frame.type === "commit") commit(turn, task, assignment, frame.commitment);
  else if (frame.type === "reveal") reveal(turn, task, assignment, worker, frame);
  else if (frame.type === "release") giveBack(turn, task, assignment, worker);
}

/** Ends a lease that gave no outcome; the task goes to somebody else. The caller dispatches. */
export function expire(turn: Turn, assignment: Assignment, reason: string): void {
  endAssignment(turn, assignment, "expired");
  const { assignment_id, epoch } = assignment;
  send(turn, assignment.worker, { v: 1, type: "cancel", assignment: assignment_id, epoch, reason });
  judgeTask(turn, turn.state.tasks.get(assignment.request_id) as Task);
}

export function endAssignment(turn: Turn, assignment: Assignment, state: Assignment["state"]): void {
  setAssignment(turn.state, assignment, state);
  turn.touched.assignments.add(assignment);
}

function commit(turn: Turn, task: Task, assignment: Assignment, commitment: string) {
  if (assignment.state === "committed") {
    // Said again after a reconnection: the same is fine, another outcome is what commitments are there to prevent.
    if (assignment.commitment !== commitment)
      return refuse(turn, "conflict", "already committed to another outcome", assignment.assignment_id);
    if (assignment.opened) sendOpen(turn, assignment);
    return;
  }
  assignment.commitment = commitment;
  // The others' pace is not this worker's fault: its own deadline stops until it is told to reveal.
  assignment.deadline_ms = Number.MAX_SAFE_INTEGER;
  endAssignment(turn, assignment, "committed");
  openCommitted(turn, task);
}

/** Reveals start only when a quorum is bound by commitments, so that nobody can answer by copying. */
function openCommitted(turn: Turn, task: Task): void {
  const bound = assignmentsOf(turn.state, task).filter(
    ({ state }) => state === "committed" || state === "revealed",
  );
  if (bound.length < task.quorum) return;
  for (const assignment of bound) {
    if (assignment.state !== "committed" || assignment.opened) continue;
    assignment.opened = true;
    assignment.deadline_ms = turn.now_ms + BOUNDS.reveal_within_ms;
    turn.touched.assignments.add(assignment);
    sendOpen(turn, assignment);
  }
}

function sendOpen(turn: Turn, { worker, assignment_id, epoch }: Assignment): void {
  send(turn, worker, { v: 1, type: "open", assignment: assignment_id, epoch });
}

function reveal(turn: Turn, task: Task, assignment: Assignment, worker: Worker, frame: RevealFrame) {
  if (!assignment.opened)
    return refuse(turn, "conflict", "not opened yet: reveal when told to", assignment.assignment_id);
  const checked = checkReveal(task, assignment, frame, turn.ports);
  if ("code" in checked) {
    worker.rejected++;
    worker.confirmed = 0;
    turn.touched.workers.add(worker);
    endAssignment(turn, assignment, "rejected");
    send(turn, worker.public_key, {
      v: 1,
      type: "error",
      code: checked.code,
      message: checked.message,
      retryable: false,
      assignment: assignment.assignment_id,
    });
  } else {
    assignment.reveal = checked.reveal;
    endAssignment(turn, assignment, "revealed");
  }
  judgeTask(turn, task);
  dispatch(turn);
}

function giveBack(turn: Turn, task: Task, assignment: Assignment, worker: Worker): void {
  endAssignment(turn, assignment, "released");
  // Whatever made it give this one back holds for the next one too, until it says that it is ready again.
  worker.slots = 0;
  turn.touched.workers.add(worker);
  judgeTask(turn, task);
  dispatch(turn);
}

import { fail } from "./tasks.ts";
import { assignmentsOf, enter, send, type Turn } from "./turn.ts";
import type { Assignment, Settlement, Task } from "./types.ts";

/** The relayer has written the settlement down: it is its to bring to the chain from here on. */
export function settlementHanded(turn: Turn, request_id: number): void {
  const found = undone(turn, request_id);
  if (found === null) return;
  const { task, settlement } = found;
  if (settlement.stage === "decided") settlement.stage = "handed";
  enter(turn, task, settlement.kind === "fail" ? "failed" : "settling");
}

/** The contract has it: everybody who revealed gets a verdict. */
export function settlementDone(
  turn: Turn,
  event: { request_id: number; tx: string | null; earned_yocto: string },
): void {
  const found = undone(turn, event.request_id);
  if (found === null) return;
  const { task, settlement } = found;
  settlement.stage = "done";
  settlement.tx = event.tx;
  enter(turn, task, settlement.kind === "fail" ? "failed" : "settled");
  const winner = settlement.kind === "resolve" ? task.outcome?.outcome_digest : undefined;
  for (const assignment of assignmentsOf(turn.state, task))
    if (assignment.state === "revealed") giveVerdict(turn, task, assignment, winner, event);
  reportFaults(turn, task);
}

/** The relayer has written the reports down. */
export function faultsHanded(turn: Turn, request_id: number): void {
  const task = turn.state.tasks.get(request_id);
  if (task === undefined) return;
  task.faults = [];
  turn.touched.tasks.add(task);
}

/** Has those reported who signed another outcome than the settled one; until the relayer has heard. */
export function reportFaults(turn: Turn, task: Task): void {
  if (task.faults.length > 0) turn.effects.push({ type: "report_faults", request_id: task.request_id });
}

/** The contract refused it for good, which proves that it did not happen. */
export function settlementRefused(
  turn: Turn,
  event: { request_id: number; message: string; closed: boolean },
) {
  const found = undone(turn, event.request_id);
  if (found === null) return;
  const { task, settlement } = found;
  if (settlement.kind !== "fail" && !event.closed)
    return fail(turn, task, { code: "unavailable", message: `settlement refused: ${event.message}` });
  settlement.stage = "done";
  task.failure ??= { code: "deadline", message: "the request timed out before its settlement landed" };
  enter(turn, task, "failed");
}

function undone(turn: Turn, request_id: number): { task: Task; settlement: Settlement } | null {
  const task = turn.state.tasks.get(request_id);
  if (task === undefined || task.settlement === null || task.settlement.stage === "done") return null;
  return { task, settlement: task.settlement };
}

function giveVerdict(
  turn: Turn,
  task: Task,
  assignment: Assignment,
  winner: string | undefined,
  event: { request_id: number; tx: string | null; earned_yocto: string },
): void {
  const accepted = assignment.reveal?.outcome_digest === winner;
  // Where the network failed the request (no quorum), nobody is known to have been right, so nobody is blamed.
  if (winner === undefined) return;
  const attestations = task.outcome?.attestations.length ?? 0;
  const earned_yocto = accepted ? event.earned_yocto : "0";
  assignment.state = accepted ? "accepted" : "rejected";
  turn.touched.assignments.add(assignment);
  const worker = turn.state.workers.get(assignment.worker);
  if (worker !== undefined) {
    if (accepted) {
      worker.accepted++;
      worker.results++;
      // Nobody confirmed what one worker alone said.
      if (attestations > 1) worker.confirmed++;
    } else {
      worker.rejected++;
      worker.confirmed = 0;
      task.faults.push(assignment.assignment_id);
      turn.touched.tasks.add(task);
    }
    worker.earned_yocto = (BigInt(worker.earned_yocto) + BigInt(earned_yocto)).toString();
    turn.touched.workers.add(worker);
  }
  send(turn, assignment.worker, {
    v: 1,
    type: "verdict",
    assignment: assignment.assignment_id,
    accepted,
    earned_yocto,
    request_id: event.request_id,
    ...(event.tx !== null && { tx: event.tx }),
  });
}

import { LIMITS } from "@near-offshore/protocol";
import { BOUNDS } from "../../limits.ts";
import { canBeSure, judge, type Verdict } from "./agreement.ts";
import { endAssignment } from "./assignments.ts";
import { buildFor } from "./builds.ts";
import { canStillSettle, dispatch } from "./leasing.ts";
import { assignmentsOf, enter, isDecided, isLive, refuse, send, type Turn } from "./turn.ts";
import type { Assignment, Failure, Module, OpenRequest, Reveal, Settlement, State, Task } from "./types.ts";

/** A request that the contract waits for. Opening one again changes nothing. */
export function openTask(turn: Turn, request: OpenRequest) {
  const { description, module, builders, ...asked } = request;
  const { request_id } = description;
  if (turn.state.tasks.has(request_id)) return;
  if (turn.state.tasks.size >= BOUNDS.open_tasks_max)
    return refuse(turn, "overloaded", "too many open tasks; this one is looked at again later");
  const task: Task = {
    request_id,
    state: "waiting_for_module",
    description,
    ...asked,
    module: null,
    build_id: null,
    assignments: [],
    outcome: null,
    failure: null,
    settlement: null,
    faults: [],
    created_ms: turn.now_ms,
    updated_ms: turn.now_ms,
    timeline_ms: {},
  };
  turn.state.tasks.set(request_id, task);
  enter(turn, task, "waiting_for_module");
  if (module !== null) return giveModule(turn, task, module);
  if ("Module" in description.source)
    return fail(turn, task, {
      code: "module_unavailable",
      message: `no module ${description.source.Module.sha256} was uploaded to this network`,
    });
  const build = buildFor(turn, description.source, request_id, builders);
  task.build_id = build.build_id;
  if (build.product !== null) giveModule(turn, task, build.product.module);
}

/** The task's module is in the store: it can be leased from now on. */
export function giveModule(turn: Turn, task: Task, module: Module) {
  const { source } = task.description;
  const pinned = "GitHub" in source ? source.GitHub.module_sha256 : null;
  if (pinned !== null && pinned !== module.sha256)
    return fail(turn, task, {
      code: "bad_module",
      message: `the source compiles to ${module.sha256}, but the request pins ${pinned}`,
    });
  task.module = module;
  if (task.compile_only) {
    task.settlement = decide(turn, task, "compile");
    enter(turn, task, "agreed");
    return;
  }
  const confirmed = [...turn.state.workers.values()].flatMap((worker) =>
    worker.connected && worker.active ? [worker.confirmed] : [],
  );
  if (!canBeSure(task, confirmed))
    return fail(turn, task, {
      code: "no_quorum",
      message: `the workers that are here cannot make an answer as sure as max_error ${task.max_error} asks`,
    });
  enter(turn, task, "queued");
  dispatch(turn);
}

/** Looks at what was revealed: agreed, given up, or waiting for (more) workers. The caller dispatches. */
export function judgeTask(turn: Turn, task: Task) {
  if (isDecided(task)) return;
  const all = assignmentsOf(turn.state, task);
  const { revealed, live, verdict } = standing(turn.state, task);
  if (verdict.kind === "agreed") return agree(turn, task, verdict);
  if (verdict.kind === "no_quorum")
    return fail(turn, task, {
      code: "no_quorum",
      message: `${revealed} workers answered and no ${task.quorum} of them alike`,
    });
  if (verdict.kind === "unsure")
    return fail(turn, task, {
      code: "no_quorum",
      message: `those who agree are wrong with a probability of ${verdict.error}: max_error is ${task.max_error}`,
    });
  if (live === 0 && all.length >= BOUNDS.assignments_per_task_max)
    return fail(turn, task, { code: "unavailable", message: `${all.length} workers lost this task` });
  if (live === 0 && revealed === 0) enter(turn, task, "queued");
}

/** The task cannot end well: workers stop, and the contract is told so that the caller gets its answer and its money. */
export function fail(turn: Turn, task: Task, failure: Failure): void {
  // Half of a character is no text: UTF-8 has none such.
  const message = failure.message.slice(0, LIMITS.failure_message_chars_max).toWellFormed();
  task.failure = { ...failure, message };
  task.settlement = decide(turn, task, "fail");
  enter(turn, task, "failed");
  cancelLive(turn, task, failure.code);
  // Those who revealed wait for a verdict that will not come.
  for (const assignment of assignmentsOf(turn.state, task))
    if (assignment.state === "revealed") sendCancel(turn, assignment, failure.code);
}

/** Block by block: a task that some worker had and that cannot make it any more is failed early, and refunded. */
export function seeHead(turn: Turn, block_height: number): void {
  if (block_height <= turn.state.head_height) return;
  turn.state.head_height = block_height;
  for (const task of turn.state.tasks.values()) {
    // What nobody ever served is left to the chain, which times it out at 200 blocks.
    if (isDecided(task) || task.assignments.length === 0 || canStillSettle(turn.state, task)) continue;
    fail(turn, task, { code: "deadline", message: "no quorum in time to settle within 200 blocks" });
  }
}

/** The contract no longer waits: it timed out, or somebody else settled it. Ours in flight are the relayer's business. */
export function closeTask(turn: Turn, request_id: number): void {
  const task = turn.state.tasks.get(request_id);
  if (task === undefined || isDecided(task)) return;
  task.failure = { code: "deadline", message: "the request timed out on chain" };
  enter(turn, task, "failed");
  cancelLive(turn, task, "deadline");
}

/** What was revealed of a task, who may yet reveal, and what follows. */
export function standing(state: State, task: Task) {
  const all = assignmentsOf(state, task);
  const confirmed = ({ worker }: Assignment) => state.workers.get(worker)?.confirmed ?? 0;
  const votes = all.flatMap((one) =>
    one.state === "revealed" && one.reveal !== null
      ? [{ outcome_digest: one.reveal.outcome_digest, confirmed: confirmed(one) }]
      : [],
  );
  const live = all.filter(isLive);
  const verdict = judge(task, votes, live.map(confirmed));
  return { revealed: votes.length, live: live.length, verdict };
}

function agree(
  turn: Turn,
  task: Task,
  { outcome_digest, error }: Extract<Verdict, { kind: "agreed" }>,
): void {
  const winners = assignmentsOf(turn.state, task).filter(
    ({ state, reveal }) => state === "revealed" && reveal?.outcome_digest === outcome_digest,
  );
  const { signature: _, ...outcome } = (winners[0] as Assignment).reveal as Reveal;
  const attestations = winners.map(({ worker, reveal }) => ({
    worker,
    signature: (reveal as Reveal).signature,
  }));
  task.outcome = { ...outcome, attestations, error_estimate: error };
  task.settlement = decide(turn, task, "resolve");
  enter(turn, task, "agreed");
  // Replicas are added only as far as they are needed, so that nobody works for nothing but where others made it surer.
  cancelLive(turn, task, "agreed");
}

function decide(turn: Turn, task: Task, kind: Settlement["kind"]): Settlement {
  turn.effects.push({ type: "hand_over", request_id: task.request_id });
  return { kind, stage: "decided", retry_ms: turn.now_ms + BOUNDS.handoff_retry_ms, tx: null };
}

function cancelLive(turn: Turn, task: Task, reason: string): void {
  for (const assignment of assignmentsOf(turn.state, task)) {
    if (!isLive(assignment)) continue;
    endAssignment(turn, assignment, "released");
    sendCancel(turn, assignment, reason);
  }
}

function sendCancel(turn: Turn, { worker, assignment_id, epoch }: Assignment, reason: string): void {
  send(turn, worker, { v: 1, type: "cancel", assignment: assignment_id, epoch, reason });
}

import type { buildReply, Receipt, TaskDetail } from "@near-offshore/protocol";
import type * as z from "zod";
import { textToBase64 } from "../base64.ts";
import { isDisputed } from "../dispatcher/core/build-agreement.ts";
import type { Build, Outcome, State, Task, Worker } from "../dispatcher/core/types.ts";
import { commitOf } from "../dispatcher/settlements.ts";
import type { HistoryRow } from "./outbox.ts";

// The dispatcher's records as the API shows them. Small and whole: a row is replaced, never patched.

export function taskRow(state: State, task: Task): HistoryRow {
  const { request_id, created_ms, updated_ms } = task;
  const commit = commitOf(state, task);
  const settled = task.state === "settled" && task.outcome !== null;
  const receipt = settled ? receiptOf(task, task.outcome as Outcome, commit) : null;
  return {
    request_id,
    state: task.state,
    requester: task.description.context.predecessor_id,
    module_sha256: task.module?.sha256 ?? null,
    created_ms,
    updated_ms,
    detail: JSON.stringify(detailOf(task, commit)),
    receipt: receipt === null ? null : JSON.stringify(receipt),
  };
}

export function buildRow(build: Build): HistoryRow {
  const { build_id, source, state, language, failure, created_ms, updated_ms } = build;
  const disputed = isDisputed(build);
  const detail: z.infer<typeof buildReply> = {
    build_id,
    source,
    state,
    module_sha256: build.product?.module.sha256 ?? null,
    language,
    failure,
    builders_needed: build.builders.needed,
    products: build.products.map(({ builder, module, ref_commit, toolchain, image, tree }) => ({
      builder,
      module_sha256: module.sha256,
      commit: ref_commit?.commit ?? null,
      toolchain,
      image,
      tree,
    })),
    refusals: build.refusals,
    disputed,
    created_ms,
    updated_ms,
  };
  return { build_id, state, updated_ms, disputed: disputed ? 1 : 0, detail: JSON.stringify(detail) };
}

export function workerRow(worker: Worker): HistoryRow {
  const { public_key, account_id, accepted, rejected, earned_yocto } = worker;
  return {
    public_key,
    account_id,
    active: worker.active ? 1 : 0,
    connected: worker.connected ? 1 : 0,
    accepted,
    rejected,
    earned_yocto,
    seen_ms: worker.connected ? worker.heard_ms : worker.disconnected_ms,
  };
}

export function networkRow(state: State, now_ms: number): HistoryRow {
  const workers = [...state.workers.values()].filter(({ connected }) => connected);
  return {
    id: 1,
    block_height: state.head_height === 0 ? null : state.head_height,
    workers_online: workers.length,
    workers_active: workers.filter(({ active }) => active).length,
    updated_ms: now_ms,
  };
}

function detailOf(task: Task, commit: string | null): TaskDetail {
  const { description, outcome } = task;
  return {
    request_id: task.request_id,
    state: task.state,
    source: description.source,
    module_sha256: task.module?.sha256 ?? null,
    quorum: task.quorum,
    requester: description.context.predecessor_id,
    compile_only: task.compile_only,
    created_ms: task.created_ms,
    updated_ms: task.updated_ms,
    failure: task.failure,
    task_digest: task.task_digest,
    limits: description.limits,
    input_sha256: description.input_sha256,
    input_data: task.input_data,
    build_id: task.build_id,
    commit,
    max_error: task.max_error,
    outcome: outcome === null ? null : publicOutcome(outcome),
    settle_tx: task.settlement?.tx ?? null,
    timeline_ms: task.timeline_ms,
  };
}

function receiptOf(task: Task, outcome: Outcome, commit: string | null): Receipt {
  return {
    request_id: task.request_id,
    task: task.description,
    task_digest: task.task_digest,
    input_base64: textToBase64(task.input_data),
    quorum: task.quorum,
    module_sha256: task.module?.sha256 ?? "",
    ...publicOutcome(outcome),
    commit,
    max_error: task.max_error,
    settle_tx: task.settlement?.tx ?? null,
  };
}

function publicOutcome({ outcome_digest: _, ...outcome }: Outcome): Omit<Outcome, "outcome_digest"> {
  return outcome;
}

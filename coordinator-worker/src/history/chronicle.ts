import type { Touched } from "../dispatcher/core/turn.ts";
import type { State } from "../dispatcher/core/types.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { HistoryOutbox } from "./outbox.ts";
import { buildRow, networkRow, taskRow, workerRow } from "./rows.ts";

/** Tells history what changed in the dispatcher, as often as a reader needs it and no oftener. */
export class Chronicle {
  readonly #outbox: HistoryOutbox;
  /** What history last said of each worker: most of its changes (slots) are nobody else's business. */
  readonly #workers = new Map<string, string>();
  readonly #log_bytes = new Map<string, number>();
  #network_ms = 0;
  #network_changed = false;
  #flush_ms: number;

  constructor(sql: SqlStorage, db: D1Database) {
    this.#outbox = new HistoryOutbox(sql, db);
    this.#flush_ms = this.#outbox.isEmpty() ? Number.POSITIVE_INFINITY : 0;
  }

  /** Notes records that changed; on disk when this returns, in D1 soon after. */
  note(state: State, touched: Touched, now_ms: number): void {
    for (const task of touched.tasks) this.#put(now_ms, "tasks", task.request_id, taskRow(state, task));
    for (const build of touched.builds) this.#put(now_ms, "builds", build.build_id, buildRow(build));
    for (const worker of touched.workers) {
      const row = workerRow(worker);
      const said = JSON.stringify({ ...row, seen_ms: 0 });
      if (this.#workers.get(worker.public_key) === said) continue;
      this.#workers.set(worker.public_key, said);
      this.#put(now_ms, "workers", worker.public_key, row);
      this.#network_changed = true;
    }
    this.noteNetwork(state, now_ms);
  }

  /** Notes how the network is, where that has changed and was not said just now. */
  noteNetwork(state: State, now_ms: number, changed = false): void {
    this.#network_changed ||= changed;
    if (!this.#network_changed || now_ms < this.#network_ms + BOUNDS.status_every_ms) return;
    this.#network_changed = false;
    this.#network_ms = now_ms;
    this.#put(now_ms, "network", 1, networkRow(state, now_ms));
  }

  /** Adds to a build's log; what is past its bound is dropped. */
  noteLog(build_id: string, text: string, now_ms: number): void {
    const bytes = (this.#log_bytes.get(build_id) ?? 0) + text.length;
    if (bytes > BOUNDS.build_log_bytes_max) return;
    this.#log_bytes.set(build_id, bytes);
    const part = this.#outbox.nextPart();
    this.#put(now_ms, "build_logs", `${build_id}:${part}`, { build_id, part, text });
  }

  /** When `flush` or `noteNetwork` has something to do; Infinity where neither has. */
  dueMs(): number {
    const network_ms = this.#network_changed
      ? this.#network_ms + BOUNDS.status_every_ms
      : Number.POSITIVE_INFINITY;
    return Math.min(this.#flush_ms, network_ms);
  }

  /** Brings what is due to D1. Never throws: what D1 does not take now, it takes later. */
  async flush(now_ms: number): Promise<void> {
    if (now_ms < this.#flush_ms) return;
    this.#flush_ms = Number.POSITIVE_INFINITY;
    try {
      await this.#outbox.flush();
    } catch (error) {
      this.#flush_ms = Date.now() + BOUNDS.history_retry_ms;
      log("history", describeError(error));
    }
  }

  #put(now_ms: number, ...row: Parameters<HistoryOutbox["put"]>): void {
    this.#outbox.put(...row);
    this.#flush_ms = Math.min(this.#flush_ms, now_ms + BOUNDS.history_flush_ms);
  }
}

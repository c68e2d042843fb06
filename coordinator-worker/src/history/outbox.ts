import { BOUNDS } from "../limits.ts";

export type HistoryTable = "tasks" | "builds" | "build_logs" | "modules" | "workers" | "network";
export type HistoryRow = Record<string, string | number | null>;

/**
 * History on its way to D1, kept beside the state that it tells of. A row that changes again before it was written
 * replaces its earlier form, so an outage of D1 costs one row for each record that changed and no more.
 */
export class HistoryOutbox {
  readonly #sql: SqlStorage;
  readonly #db: D1Database;
  #flushing = false;
  #last_part = 0;

  constructor(sql: SqlStorage, db: D1Database) {
    this.#sql = sql;
    this.#db = db;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS history
       (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, target TEXT NOT NULL, row TEXT NOT NULL)`,
    );
  }

  /** Writes down a row to be inserted or replaced. `id` names the record within its table. */
  put(target: HistoryTable, id: string | number, row: HistoryRow): void {
    const json = JSON.stringify(row);
    this.#sql.exec(
      "INSERT OR REPLACE INTO history (key, target, row) VALUES (?, ?, ?)",
      `${target}:${id}`,
      target,
      json,
    );
  }

  /** A number that only grows, over restarts too: orders the pieces of a log. */
  nextPart(): number {
    this.#last_part = Math.max(this.#last_part + 1, Date.now());
    return this.#last_part;
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM history LIMIT 1").toArray().length === 0;
  }

  /** Brings waiting rows to D1, oldest first. @throws what D1 throws; the rows stay for the next time. */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
        await this.#db.batch(batch.map(({ target, row }) => this.#statement(target, JSON.parse(row))));
        // By `seq`: a row that was replaced while it was being written has a new one, and is written again.
        for (const { seq } of batch) this.#sql.exec("DELETE FROM history WHERE seq = ?", seq);
      }
    } finally {
      this.#flushing = false;
    }
  }

  #next() {
    return this.#sql
      .exec<{ seq: number; target: HistoryTable; row: string }>(
        "SELECT seq, target, row FROM history ORDER BY seq LIMIT ?",
        BOUNDS.history_batch_max,
      )
      .toArray();
  }

  #statement(target: HistoryTable, row: HistoryRow): D1PreparedStatement {
    const columns = Object.keys(row);
    const marks = columns.map(() => "?").join(", ");
    const sql = `INSERT OR REPLACE INTO ${target} (${columns.join(", ")}) VALUES (${marks})`;
    return this.#db.prepare(sql).bind(...Object.values(row));
  }
}

import { forgetClaims } from "./core/builders.ts";
import { emptyState, setAssignment, type Touched } from "./core/turn.ts";
import type { Assignment, Build, State, Task, Worker } from "./core/types.ts";

type Kind = Touched["dropped"][number]["kind"];
type Row = { kind: Kind; body: string };

/** Of the shapes in core/types.ts. To be raised with any change that a record of before does not fit. */
const VERSION = 6;

/** The dispatcher's state on disk: one row of JSON for each record, written in the same turn as it changes. */
export class Records {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    // `seq` keeps the order in which records were made: the oldest task is served first, after a restart too.
    sql.exec(
      `CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,
       id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id))`,
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    );
    if (this.#counter("version") !== VERSION) this.#forget();
  }

  load(now_ms: number): State {
    const state = emptyState();
    for (const { kind, body } of this.#sql.exec<Row>("SELECT kind, body FROM records ORDER BY seq")) {
      const record: unknown = JSON.parse(body);
      if (kind === "task") state.tasks.set((record as Task).request_id, record as Task);
      else if (kind === "worker") state.workers.set((record as Worker).public_key, record as Worker);
      else if (kind === "build") state.builds.set((record as Build).build_id, record as Build);
      else setAssignment(state, record as Assignment);
    }
    state.epoch = this.#counter("epoch");
    state.head_height = this.#counter("head_height");
    forgetClaims(state, now_ms);
    return state;
  }

  save(state: State, touched: Touched): void {
    for (const task of touched.tasks) this.#put("task", String(task.request_id), task);
    for (const assignment of touched.assignments)
      this.#put("assignment", assignment.assignment_id, assignment);
    for (const worker of touched.workers) this.#put("worker", worker.public_key, worker);
    for (const build of touched.builds) this.#put("build", build.build_id, build);
    for (const { kind, id } of touched.dropped)
      this.#sql.exec("DELETE FROM records WHERE kind = ? AND id = ?", kind, id);
    if (touched.assignments.size > 0 || touched.builds.size > 0) this.#count("epoch", state.epoch);
    if (touched.tasks.size > 0) this.#count("head_height", state.head_height);
  }

  /**
   * Nothing here is not elsewhere: the contract lists open requests, workers come back and are looked up, what was compiled
   * is in the compilers' caches. Epochs go on from where they were.
   */
  #forget(): void {
    this.#sql.exec("DELETE FROM records");
    this.#count("version", VERSION);
  }

  #put(kind: Kind, id: string, record: unknown): void {
    this.#sql.exec(
      "INSERT INTO records (kind, id, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
      kind,
      id,
      JSON.stringify(record),
    );
  }

  #counter(name: string): number {
    const rows = this.#sql
      .exec<{ value: number }>("SELECT value FROM counters WHERE name = ?", name)
      .toArray();
    return rows[0]?.value ?? 0;
  }

  #count(name: string, value: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO counters VALUES (?, ?)", name, value);
  }
}

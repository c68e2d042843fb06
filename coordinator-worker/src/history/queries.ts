import { buildReply, parse, type Receipt, type TaskDetail, type TaskState } from "@near-offshore/protocol";
import type * as z from "zod";

// What the API reads. D1 holds a read model only; nothing here decides anything.

export async function listTasks(
  db: D1Database,
  page: { before: number | null; state: TaskState | null; limit: number },
): Promise<TaskDetail[]> {
  const { results } = await db
    .prepare(
      `SELECT detail FROM tasks WHERE (?1 IS NULL OR request_id < ?1) AND (?2 IS NULL OR state = ?2)
       ORDER BY request_id DESC LIMIT ?3`,
    )
    .bind(page.before, page.state, page.limit)
    .all<{ detail: string }>();
  return results.map(({ detail }) => JSON.parse(detail) as TaskDetail);
}

export async function readTask(
  db: D1Database,
  request_id: number,
): Promise<{ detail: TaskDetail; receipt: Receipt | null } | null> {
  const row = await db
    .prepare("SELECT detail, receipt FROM tasks WHERE request_id = ?")
    .bind(request_id)
    .first<{ detail: string; receipt: string | null }>();
  if (row === null) return null;
  return { detail: JSON.parse(row.detail), receipt: row.receipt === null ? null : JSON.parse(row.receipt) };
}

/** A build's record. One that was written before some field was has that field's default. */
export async function readBuild(
  db: D1Database,
  build_id: string,
): Promise<z.infer<typeof buildReply> | null> {
  const select = db.prepare("SELECT detail FROM builds WHERE build_id = ?").bind(build_id);
  const detail = await select.first<string>("detail");
  return detail === null ? null : parse(buildReply, JSON.parse(detail), "build record");
}

/** A build's log from its beginning, at most `bytes_max` characters of it. */
export async function readBuildLog(db: D1Database, build_id: string, bytes_max: number): Promise<string> {
  const { results } = await db
    .prepare("SELECT text FROM build_logs WHERE build_id = ? ORDER BY part LIMIT 1000")
    .bind(build_id)
    .all<{ text: string }>();
  return results
    .map(({ text }) => text)
    .join("")
    .slice(0, bytes_max);
}

export interface WorkerRow {
  public_key: string;
  account_id: string;
  active: number;
  accepted: number;
  rejected: number;
  earned_yocto: string;
}

export function readWorker(db: D1Database, public_key: string): Promise<WorkerRow | null> {
  return db
    .prepare(
      "SELECT public_key, account_id, active, accepted, rejected, earned_yocto FROM workers WHERE public_key = ?",
    )
    .bind(public_key)
    .first<WorkerRow>();
}

export interface NetworkRow {
  block_height: number | null;
  workers_online: number;
  workers_active: number;
}

export async function readNetwork(db: D1Database): Promise<NetworkRow & { tasks: Record<string, number> }> {
  const [network, tasks] = await db.batch<NetworkRow & { state: string; count: number }>([
    db.prepare("SELECT block_height, workers_online, workers_active FROM network WHERE id = 1"),
    db.prepare("SELECT state, count(*) AS count FROM tasks GROUP BY state"),
  ]);
  const counts = (tasks?.results ?? []).map(({ state, count }) => [state, count]);
  const now = network?.results[0] ?? { block_height: null, workers_online: 0, workers_active: 0 };
  return { ...now, tasks: Object.fromEntries(counts) };
}

export interface Totals {
  modules: number;
  builds: number;
  builds_disputed: number;
  workers: number;
  accepted: number;
  rejected: number;
}

export async function readTotals(db: D1Database): Promise<Totals> {
  const row = await db
    .prepare(
      `SELECT (SELECT count(*) FROM modules) AS modules, (SELECT count(*) FROM builds) AS builds,
       (SELECT coalesce(sum(disputed), 0) FROM builds) AS builds_disputed,
       count(*) AS workers, coalesce(sum(accepted), 0) AS accepted, coalesce(sum(rejected), 0) AS rejected
       FROM workers`,
    )
    .first<Totals>();
  return row ?? { modules: 0, builds: 0, builds_disputed: 0, workers: 0, accepted: 0, rejected: 0 };
}

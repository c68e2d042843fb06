import type { TransactionKind } from "./submissions.ts";

/** One transaction on its way to the chain. */
export interface Entry extends Record<string, SqlStorageValue> {
  id: string;
  kind: TransactionKind;
  /** JSON of the method's arguments. */
  args: string;
  /** Entry that has to end first. */
  needs: string | null;
  /** `signed`: bytes are written down and may have been sent. `done` and `refused` are final. */
  state: "waiting" | "signed" | "done" | "refused";
  tx_hash: string | null;
  tx_base64: string | null;
  nonce: string | null;
  /** Height of the block that the signed bytes refer to: they are dead a day after it. */
  signed_height: number;
  attempts: number;
  due_ms: number;
  message: string | null;
  /** Refused because the request is over. */
  closed: number;
  /** Whether the dispatcher has heard how it ended. */
  reported: number;
  created_ms: number;
  updated_ms: number;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS outbox (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, args TEXT NOT NULL, needs TEXT, state TEXT NOT NULL,
  tx_hash TEXT, tx_base64 TEXT, nonce TEXT, signed_height INTEGER NOT NULL, attempts INTEGER NOT NULL,
  due_ms INTEGER NOT NULL, message TEXT, closed INTEGER NOT NULL, reported INTEGER NOT NULL,
  created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL
) WITHOUT ROWID`;

/** The relayer's memory: what is to be sent, as it survives a crash at any instant. */
export class Outbox {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(SCHEMA);
    sql.exec(
      "CREATE TABLE IF NOT EXISTS enrolments (public_key TEXT PRIMARY KEY, entry TEXT, added_ms INTEGER)",
    );
  }

  /** Writes an entry down unless its id is there. A final entry is told again: whoever asks has forgotten. */
  add(id: string, kind: TransactionKind, args: unknown, needs: string | null = null): void {
    const now_ms = Date.now();
    this.#sql.exec(
      `INSERT INTO outbox VALUES (?, ?, ?, ?, 'waiting', NULL, NULL, NULL, 0, 0, ?, NULL, 0, 0, ?, ?)
       ON CONFLICT (id) DO UPDATE SET reported = 0`,
      id,
      kind,
      JSON.stringify(args),
      needs,
      now_ms,
      now_ms,
      now_ms,
    );
  }

  /** Makes every open entry due at once. */
  release(): void {
    this.#sql.exec("UPDATE outbox SET due_ms = 0 WHERE state IN ('waiting', 'signed') OR reported = 0");
  }

  get(id: string): Entry | null {
    return this.#sql.exec<Entry>("SELECT * FROM outbox WHERE id = ?", id).toArray()[0] ?? null;
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM outbox WHERE id = ?", id);
  }

  /** Entries to be advanced now: due, and with nothing before them that is still open. Oldest first. */
  due(now_ms: number): Entry[] {
    return this.#sql
      .exec<Entry>(
        `SELECT * FROM outbox AS entry WHERE state IN ('waiting', 'signed') AND due_ms <= ? AND NOT EXISTS
         (SELECT 1 FROM outbox AS other WHERE other.id = entry.needs AND other.state IN ('waiting', 'signed'))
         ORDER BY created_ms, id LIMIT 100`,
        now_ms,
      )
      .toArray();
  }

  /** When something is due next, in ms; null where all is done. */
  nextDue(): number | null {
    const [row] = this.#sql
      .exec<{ due_ms: number | null }>(
        "SELECT min(due_ms) AS due_ms FROM outbox WHERE state IN ('waiting', 'signed') OR reported = 0",
      )
      .toArray();
    return row?.due_ms ?? null;
  }

  unreported(): Entry[] {
    return this.#sql
      .exec<Entry>("SELECT * FROM outbox WHERE state IN ('done', 'refused') AND reported = 0 LIMIT 100")
      .toArray();
  }

  /** Highest nonce that was ever signed here. */
  lastNonce(): bigint {
    const rows = this.#sql
      .exec<{ nonce: string }>("SELECT nonce FROM outbox WHERE nonce IS NOT NULL")
      .toArray();
    return rows.reduce((last, { nonce }) => (BigInt(nonce) > last ? BigInt(nonce) : last), 0n);
  }

  update(id: string, change: Partial<Omit<Entry, "id">>): void {
    const columns = Object.keys(change).map((name) => `${name} = ?`);
    const values = Object.values(change) as SqlStorageValue[];
    this.#sql.exec(
      `UPDATE outbox SET ${columns.join(", ")}, updated_ms = ? WHERE id = ?`,
      ...values,
      Date.now(),
      id,
    );
  }

  /** Forgets what ended long ago. */
  prune(before_ms: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE reported = 1 AND updated_ms < ?", before_ms);
  }

  // --- keys that wait to be enrolled -------------------------------------------------------------------------------

  /** Notes keys to be enrolled; those already noted stay where they are. False where the queue is full. */
  queueKeys(public_keys: readonly string[], max: number): boolean {
    const [row] = this.#sql.exec<{ waiting: number }>("SELECT count(*) AS waiting FROM enrolments").toArray();
    if ((row?.waiting ?? 0) + public_keys.length > max) return false;
    for (const public_key of public_keys)
      this.#sql.exec("INSERT OR IGNORE INTO enrolments VALUES (?, NULL, ?)", public_key, Date.now());
    return true;
  }

  /** Keys that no entry carries yet, oldest first, and when the oldest came. */
  waitingKeys(limit: number): { public_key: string; added_ms: number }[] {
    return this.#sql
      .exec<{ public_key: string; added_ms: number }>(
        "SELECT public_key, added_ms FROM enrolments WHERE entry IS NULL ORDER BY added_ms LIMIT ?",
        limit,
      )
      .toArray();
  }

  giveKeys(public_keys: readonly string[], entry: string): void {
    for (const key of public_keys)
      this.#sql.exec("UPDATE enrolments SET entry = ? WHERE public_key = ?", entry, key);
  }

  dropKeys(entry: string): void {
    this.#sql.exec("DELETE FROM enrolments WHERE entry = ?", entry);
  }
}

-- The read model: everything that the API lists. Written by the dispatcher's outbox, never used as a lock.

CREATE TABLE tasks (
  request_id INTEGER PRIMARY KEY,
  state TEXT NOT NULL,
  requester TEXT NOT NULL,
  module_sha256 TEXT,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  -- JSON of `taskDetail`, as the API answers it
  detail TEXT NOT NULL,
  -- JSON of `receiptReply`, once settled
  receipt TEXT
);
CREATE INDEX tasks_by_state ON tasks (state, request_id);

CREATE TABLE builds (
  build_id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  updated_ms INTEGER NOT NULL,
  -- JSON of `buildReply`
  detail TEXT NOT NULL
);

CREATE TABLE build_logs (
  build_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (build_id, part)
) WITHOUT ROWID;

CREATE TABLE modules (
  sha256 TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE workers (
  public_key TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  active INTEGER NOT NULL,
  connected INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  earned_yocto TEXT NOT NULL,
  seen_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- One row: what `GET /v1/status` says of now.
CREATE TABLE network (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  block_height INTEGER,
  workers_online INTEGER NOT NULL,
  workers_active INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
);

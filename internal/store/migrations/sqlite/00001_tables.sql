-- +goose Up
-- Times are whole microseconds UTC, 0 for none. JSON is text, so that its numbers keep their digits.
-- Pages and sealed secrets are bytes.

CREATE TABLE connections (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  kind       TEXT NOT NULL,
  settings   TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  status     TEXT NOT NULL,
  detail     TEXT NOT NULL,
  checked_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE flows (
  id      TEXT NOT NULL PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL,
  newest  INTEGER NOT NULL
) STRICT;

CREATE TABLE flow_revisions (
  flow_id    TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  text       TEXT NOT NULL,
  flow       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (flow_id, number)
) STRICT;

-- Runs, errors and audit events outlive the flow or user they speak of.
CREATE TABLE runs (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  flow_id      TEXT NOT NULL,
  flow_name    TEXT NOT NULL,
  revision     INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  state        TEXT NOT NULL,
  cancel_asked INTEGER NOT NULL,
  owner        TEXT NOT NULL,
  fence        INTEGER NOT NULL,
  lease_until  INTEGER NOT NULL,
  position     BLOB,
  export_done  INTEGER NOT NULL,
  counts       TEXT NOT NULL,
  steps        TEXT NOT NULL,
  totals       TEXT NOT NULL,
  error        TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,
  finished_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_of_flow ON runs (flow_id, id);
CREATE INDEX runs_active ON runs (id) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX runs_one_manual ON runs (flow_id) WHERE kind = 'manual' AND state IN ('queued', 'running');

CREATE TABLE pages (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  items  BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (run_id, number)
) STRICT;

CREATE TABLE ledger (
  flow_id     TEXT NOT NULL,
  step        TEXT NOT NULL,
  key         TEXT NOT NULL,
  run_id      INTEGER NOT NULL,
  page        INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  state       TEXT NOT NULL,
  operation   TEXT NOT NULL,
  external_id TEXT NOT NULL,
  target_id   TEXT NOT NULL,
  digest      TEXT NOT NULL,
  before      TEXT NOT NULL,
  settles_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (flow_id, step, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_errors (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  flow_id        TEXT NOT NULL,
  flow_name      TEXT NOT NULL,
  run_id         INTEGER NOT NULL,
  step           TEXT NOT NULL,
  seq            INTEGER NOT NULL,
  key            TEXT NOT NULL,
  origin         TEXT NOT NULL,
  row_count      INTEGER NOT NULL,
  code           TEXT NOT NULL,
  classification TEXT NOT NULL,
  message        TEXT NOT NULL,
  place          TEXT NOT NULL,
  remedy         TEXT NOT NULL,
  record         TEXT NOT NULL,
  request        TEXT NOT NULL,
  response       TEXT NOT NULL,
  state          TEXT NOT NULL,
  retries        INTEGER NOT NULL,
  retry_run      INTEGER NOT NULL, -- the run that works the record again, 0 for none
  created_at     INTEGER NOT NULL,
  resolved_at    INTEGER NOT NULL,
  resolved_by    TEXT NOT NULL,
  UNIQUE (run_id, step, seq)
) STRICT;
CREATE INDEX record_errors_of_flow ON record_errors (flow_id, id);
CREATE INDEX record_errors_open ON record_errors (flow_id, key) WHERE state = 'open';
CREATE INDEX record_errors_retried ON record_errors (retry_run) WHERE retry_run <> 0;

CREATE TABLE users (
  id         TEXT NOT NULL PRIMARY KEY,
  email      TEXT NOT NULL,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  password   TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE tokens (
  id         TEXT NOT NULL PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  hash       TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used  INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of_user ON tokens (user_id);

CREATE TABLE audit_events (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  noun    TEXT NOT NULL,
  noun_id TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

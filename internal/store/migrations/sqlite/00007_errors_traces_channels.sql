-- +goose Up
-- What people and rules say of a record error.
ALTER TABLE record_errors ADD COLUMN trace TEXT NOT NULL DEFAULT '';
ALTER TABLE record_errors ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE record_errors ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE record_errors ADD COLUMN reason TEXT NOT NULL DEFAULT '';       -- why it is resolved
ALTER TABLE record_errors ADD COLUMN failed_at INTEGER NOT NULL DEFAULT 0;  -- the last time
ALTER TABLE record_errors ADD COLUMN size INTEGER NOT NULL DEFAULT 0;       -- bytes of record, request and answer
UPDATE record_errors SET failed_at = created_at, size = length(record) + length(request) + length(response);
CREATE INDEX record_errors_key ON record_errors (key);
CREATE INDEX record_errors_trace ON record_errors (trace) WHERE trace <> '';
CREATE INDEX record_errors_open_trace ON record_errors (flow_id, trace) WHERE state = 'open' AND trace <> '';
CREATE INDEX record_errors_assigned ON record_errors (assignee, id) WHERE assignee <> '';
CREATE INDEX record_errors_tagged ON record_errors (id) WHERE tags <> '[]';
CREATE INDEX record_errors_resolved ON record_errors (flow_id, resolved_at) WHERE state = 'resolved';
CREATE INDEX record_errors_intermittent ON record_errors (flow_id, retries, failed_at) WHERE state = 'open' AND classification = 'intermittent';

-- What was done with delivered records, a row for each page and step. names are
-- hashes of all that the records can be found by; the touches themselves are compressed.
CREATE TABLE touch_pages (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  flow_id    TEXT NOT NULL,
  flow_name  TEXT NOT NULL,
  run_id     INTEGER NOT NULL,
  page       INTEGER NOT NULL,
  step       TEXT NOT NULL,
  connection TEXT NOT NULL,
  at         INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  names      BLOB NOT NULL
) STRICT;
CREATE INDEX touch_pages_at ON touch_pages (at);
CREATE TABLE touches (
  page_id INTEGER PRIMARY KEY REFERENCES touch_pages (id) ON DELETE CASCADE,
  touches BLOB NOT NULL
) STRICT;

-- Where notices go, what has happened, and what is still to be told.
CREATE TABLE channels (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  channel    TEXT NOT NULL,
  sealed     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE events (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL,
  at    INTEGER NOT NULL
) STRICT;
CREATE TABLE messages (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  code       TEXT NOT NULL,
  noun_id    TEXT NOT NULL,
  event      TEXT NOT NULL, -- the newest
  repeats    INTEGER NOT NULL,
  first_at   INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  held_until INTEGER NOT NULL, -- by the process that sends it
  attempts   INTEGER NOT NULL,
  error      TEXT NOT NULL,
  state      TEXT NOT NULL,
  sent_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_due ON messages (due_at) WHERE state = 'waiting';
CREATE INDEX messages_of_channel ON messages (channel_id, code, noun_id, id);

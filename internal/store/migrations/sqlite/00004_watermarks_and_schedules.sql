-- +goose Up
-- What a run of a delta export reads, and how far such exports have got. Watermarks go with their flow.
ALTER TABLE runs ADD COLUMN bounds TEXT NOT NULL DEFAULT 'null';

CREATE TABLE watermarks (
  flow_id    TEXT NOT NULL,
  export     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  source     TEXT NOT NULL,
  run_id     INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (flow_id, export)
) STRICT;

-- A flow has one queued run at most that follows another flow's.
CREATE UNIQUE INDEX runs_one_next ON runs (flow_id) WHERE kind = 'next' AND state = 'queued';

-- next_at is 0 for a schedule that was not reckoned yet.
CREATE TABLE schedules (
  flow_id  TEXT NOT NULL PRIMARY KEY REFERENCES flows (id) ON DELETE CASCADE,
  schedule TEXT NOT NULL,
  paused   INTEGER NOT NULL,
  held     INTEGER NOT NULL, -- paused by the flow file
  next_at  INTEGER NOT NULL,
  last_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (next_at) WHERE NOT paused AND NOT held;

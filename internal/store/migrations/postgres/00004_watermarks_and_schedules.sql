-- +goose Up
-- What a run of a delta export reads, and how far such exports have got. Watermarks go with their flow.
ALTER TABLE runs ADD COLUMN bounds TEXT NOT NULL DEFAULT 'null';

CREATE TABLE watermarks (
  flow_id    TEXT NOT NULL,
  export     TEXT NOT NULL,
  at         BIGINT NOT NULL,
  source     TEXT NOT NULL,
  run_id     BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (flow_id, export)
);

-- A flow has one queued run at most that follows another flow's.
CREATE UNIQUE INDEX runs_one_next ON runs (flow_id) WHERE kind = 'next' AND state = 'queued';

-- next_at is 0 for a schedule that was not reckoned yet.
CREATE TABLE schedules (
  flow_id  TEXT NOT NULL PRIMARY KEY REFERENCES flows (id) ON DELETE CASCADE,
  schedule TEXT NOT NULL,
  paused   BOOLEAN NOT NULL,
  held     BOOLEAN NOT NULL, -- paused by the flow file
  next_at  BIGINT NOT NULL,
  last_at  BIGINT NOT NULL
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE NOT paused AND NOT held;

-- +goose Up
-- What processes noted of the requests that runs made, and of how accounts' request slots were used in each minute.
CREATE TABLE run_traffic (
  run_id  INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  process TEXT NOT NULL,
  at      INTEGER NOT NULL,
  body    BLOB NOT NULL,
  PRIMARY KEY (run_id, process)
) STRICT;
CREATE INDEX run_traffic_old ON run_traffic (at);

CREATE TABLE slot_minutes (
  minute  INTEGER NOT NULL,
  account TEXT NOT NULL,
  process TEXT NOT NULL,
  body    BLOB NOT NULL,
  PRIMARY KEY (minute, account, process)
) STRICT;

-- Runs by when they were made, for the history and its chart.
CREATE INDEX runs_by_time ON runs (created_at, id);

-- +goose Up
-- Roles in single integrations, as JSON: {"shop": "manage"}.
ALTER TABLE users ADD COLUMN integrations TEXT NOT NULL DEFAULT 'null';
ALTER TABLE users ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN integrations TEXT NOT NULL DEFAULT 'null';

-- Who has logged in by browser. Sessions of the old form end here: people log in again.
-- The hint is sealed; it names the session to the provider where it was begun.
DROP TABLE sessions;
CREATE TABLE sessions (
  id       TEXT NOT NULL PRIMARY KEY,
  user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash     TEXT NOT NULL UNIQUE,
  agent    TEXT NOT NULL,
  remote   TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  seen_at  BIGINT NOT NULL,
  ends_at  BIGINT NOT NULL,
  hint     BYTEA
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- The audit log of one person, and of some days, newest first.
CREATE INDEX audit_events_of_actor ON audit_events (actor, id);
CREATE INDEX audit_events_at ON audit_events (at);

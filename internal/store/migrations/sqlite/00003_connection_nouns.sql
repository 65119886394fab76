-- +goose Up
-- What a NetSuite connection is, its login before the last change of type, the one that it is to have, and the end of
-- its debug log.
ALTER TABLE connections ADD COLUMN identity TEXT NOT NULL DEFAULT 'null';
ALTER TABLE connections ADD COLUMN previous TEXT NOT NULL DEFAULT 'null';
ALTER TABLE connections ADD COLUMN candidate TEXT NOT NULL DEFAULT 'null';
ALTER TABLE connections ADD COLUMN debug_until INTEGER NOT NULL DEFAULT 0;

-- The body is the whole connection with its sealed secrets.
CREATE TABLE deleted_connections (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  deleted_by TEXT NOT NULL,
  purge_at   INTEGER NOT NULL,
  body       TEXT NOT NULL
) STRICT;

CREATE TABLE consumer_keys (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  account     TEXT NOT NULL,
  application TEXT NOT NULL,
  sealed      TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE integrations (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL,
  description TEXT NOT NULL,
  application TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;

-- Registrations outlive a deleted connection, which may be restored.
CREATE TABLE registrations (
  integration_id TEXT NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  connection_id  TEXT NOT NULL,
  PRIMARY KEY (integration_id, connection_id)
) STRICT;
CREATE INDEX registrations_of_connection ON registrations (connection_id);

CREATE TABLE notices (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  code      TEXT NOT NULL,
  noun      TEXT NOT NULL,
  noun_id   TEXT NOT NULL,
  name      TEXT NOT NULL,
  message   TEXT NOT NULL,
  remedy    TEXT NOT NULL,
  at        INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  closed_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX notices_open ON notices (code, noun_id) WHERE closed_at = 0;

CREATE TABLE authorizations (
  id            TEXT NOT NULL PRIMARY KEY,
  connection_id TEXT NOT NULL,
  connection    TEXT NOT NULL,
  state         TEXT NOT NULL,
  url           TEXT NOT NULL,
  callback      TEXT NOT NULL,
  return_to     TEXT NOT NULL,
  error         TEXT NOT NULL,
  identity      TEXT NOT NULL,
  started_by    TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  finished_at   INTEGER NOT NULL,
  state_hash    TEXT NOT NULL UNIQUE,
  request_token TEXT NOT NULL,
  sealed        TEXT NOT NULL,
  taken         INTEGER NOT NULL
) STRICT;

CREATE TABLE debug_entries (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  connection_id TEXT NOT NULL,
  at            INTEGER NOT NULL,
  method        TEXT NOT NULL,
  url           TEXT NOT NULL,
  status        INTEGER NOT NULL,
  took          INTEGER NOT NULL,
  request       TEXT NOT NULL,
  response      TEXT NOT NULL,
  error         TEXT NOT NULL
) STRICT;
CREATE INDEX debug_entries_of_connection ON debug_entries (connection_id, id);

CREATE INDEX audit_events_of_noun ON audit_events (noun, noun_id, id);

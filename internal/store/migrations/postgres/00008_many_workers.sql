-- +goose Up
-- What processes know together of an account's request slots: who has which until when, and who waits.
CREATE TABLE budgets (
  account TEXT NOT NULL PRIMARY KEY,
  state   TEXT NOT NULL
);

-- A page is offered by its run's owner (offered: since when, 0 for not), and worked by whoever claims it. Its claim
-- is a fence: each claim has a higher number.
ALTER TABLE pages ADD COLUMN offered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE pages ADD COLUMN claim BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN failure TEXT NOT NULL DEFAULT 'null'; -- why it could not be worked
CREATE INDEX pages_offered ON pages (offered, run_id, number) WHERE offered <> 0;

-- Who has logged in by browser, by the hash of the cookie's token.
CREATE TABLE sessions (
  token      TEXT NOT NULL PRIMARY KEY,
  data       BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expired ON sessions (expires_at);

-- +goose Up
-- What each of a run's exports has read, and what the other side answered to a write.
ALTER TABLE runs ADD COLUMN exports TEXT NOT NULL DEFAULT 'null';
ALTER TABLE ledger ADD COLUMN answer TEXT NOT NULL DEFAULT '';

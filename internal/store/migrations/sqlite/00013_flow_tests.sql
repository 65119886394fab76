-- +goose Up
-- Tests that are kept with their flow, each revision with the files that they read. One
-- whose text is empty took them away.
CREATE TABLE flow_tests (
  flow_id    TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  text       TEXT NOT NULL,
  files      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (flow_id, number)
) STRICT;

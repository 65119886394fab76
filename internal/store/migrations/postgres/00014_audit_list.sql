-- +goose Up
-- What was done to all things of a kind, newest first, among a million of other lines.
CREATE INDEX audit_events_of_kind ON audit_events (noun, id);

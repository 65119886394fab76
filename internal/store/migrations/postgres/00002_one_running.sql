-- +goose Up
-- Runs of a flow share its ledger: one is worked at a time, others wait in the queue.

UPDATE runs SET state = 'queued', owner = '', fence = fence + 1, lease_until = 0
  WHERE state = 'running' AND id NOT IN (SELECT min(id) FROM runs WHERE state = 'running' GROUP BY flow_id);
CREATE UNIQUE INDEX runs_one_running ON runs (flow_id) WHERE state = 'running';

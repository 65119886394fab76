-- +goose Up
-- What other systems deliver to flows. A flow's places are given out under the lock of
-- its row in inboxes, so that they can be seen in their order.
CREATE TABLE inboxes (
  flow_id TEXT NOT NULL PRIMARY KEY REFERENCES flows (id) ON DELETE CASCADE,
  last    BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

CREATE TABLE deliveries (
  flow_id     TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  seq         BIGINT NOT NULL,
  id          TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  headers     TEXT NOT NULL,
  body        BYTEA NOT NULL,
  taken       BIGINT NOT NULL, -- records that have become pages
  done        BOOLEAN NOT NULL, -- all of them have
  PRIMARY KEY (flow_id, seq)
);

-- IDs are remembered for longer than their deliveries are there.
CREATE TABLE delivery_ids (
  flow_id     TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
  id          TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (flow_id, id)
);
CREATE INDEX delivery_ids_by_age ON delivery_ids (flow_id, received_at);

-- A flow has one queued run at most that works what was delivered: it reads all that is there.
CREATE UNIQUE INDEX runs_one_webhook ON runs (flow_id) WHERE kind = 'webhook' AND state = 'queued';

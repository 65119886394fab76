-- +goose Up
-- Lists of a state, newest first, among a million of others.
CREATE INDEX runs_by_state ON runs (state, id);
CREATE INDEX record_errors_by_state ON record_errors (state, id);

-- How many open errors each flow has: the home page asks for all flows at once.
CREATE TABLE open_errors (
  flow_id TEXT NOT NULL PRIMARY KEY,
  errors  INTEGER NOT NULL
) STRICT;
INSERT INTO open_errors SELECT flow_id, COUNT(*) FROM record_errors WHERE state = 'open' GROUP BY flow_id;
-- +goose StatementBegin
CREATE TRIGGER record_errors_made AFTER INSERT ON record_errors WHEN NEW.state = 'open' BEGIN
  INSERT INTO open_errors VALUES (NEW.flow_id, 1) ON CONFLICT (flow_id) DO UPDATE SET errors = errors + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_errors_changed AFTER UPDATE OF state ON record_errors WHEN (NEW.state = 'open') <> (OLD.state = 'open') BEGIN
  INSERT INTO open_errors VALUES (NEW.flow_id, (NEW.state = 'open') - (OLD.state = 'open')) ON CONFLICT (flow_id) DO UPDATE SET errors = errors + excluded.errors;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_errors_removed AFTER DELETE ON record_errors WHEN OLD.state = 'open' BEGIN
  UPDATE open_errors SET errors = errors - 1 WHERE flow_id = OLD.flow_id;
END;
-- +goose StatementEnd

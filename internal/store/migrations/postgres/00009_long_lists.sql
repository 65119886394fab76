-- +goose Up
-- Lists of a state, newest first, among a million of others.
CREATE INDEX runs_by_state ON runs (state, id);
CREATE INDEX record_errors_by_state ON record_errors (state, id);

-- How many open errors each flow has: the home page asks for all flows at once.
CREATE TABLE open_errors (
  flow_id TEXT NOT NULL PRIMARY KEY,
  errors  BIGINT NOT NULL
);
INSERT INTO open_errors SELECT flow_id, COUNT(*) FROM record_errors WHERE state = 'open' GROUP BY flow_id;
-- +goose StatementBegin
CREATE FUNCTION count_open_errors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO open_errors SELECT flow_id, COUNT(*) FROM made WHERE state = 'open' GROUP BY flow_id ORDER BY flow_id
      ON CONFLICT (flow_id) DO UPDATE SET errors = open_errors.errors + excluded.errors;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO open_errors SELECT flow_id, -COUNT(*) FROM gone WHERE state = 'open' GROUP BY flow_id ORDER BY flow_id
      ON CONFLICT (flow_id) DO UPDATE SET errors = open_errors.errors + excluded.errors;
  ELSE
    INSERT INTO open_errors SELECT flow_id, SUM(n) FROM (
        SELECT flow_id, 1 AS n FROM made WHERE state = 'open' UNION ALL SELECT flow_id, -1 FROM gone WHERE state = 'open'
      ) AS changes GROUP BY flow_id HAVING SUM(n) <> 0 ORDER BY flow_id
      ON CONFLICT (flow_id) DO UPDATE SET errors = open_errors.errors + excluded.errors;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER record_errors_made AFTER INSERT ON record_errors REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION count_open_errors();
CREATE TRIGGER record_errors_changed AFTER UPDATE ON record_errors REFERENCING OLD TABLE AS gone NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION count_open_errors();
CREATE TRIGGER record_errors_removed AFTER DELETE ON record_errors REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION count_open_errors();

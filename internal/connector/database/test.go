package database

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice"
)

// Test proves that the database answers, and says what it is.
func Test(ctx context.Context, c *sluice.Connection) ([]sluice.Fact, error) {
	db, err := open(ctx, c, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	questions := []struct{ name, query string }{
		{"Version", "SELECT 'SQLite ' || sqlite_version()"},
		{"Tables", "SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view')"},
		{"Journal mode", "SELECT journal_mode FROM pragma_journal_mode"},
	}
	if c.Kind == sluice.KindPostgreSQL {
		questions = []struct{ name, query string }{
			{"Version", "SELECT 'PostgreSQL ' || current_setting('server_version')"},
			{"Database", "SELECT current_database()"},
			{"User", "SELECT current_user"},
			{"Schemas", "SELECT array_to_string(current_schemas(false), ', ')"},
			{"Tables", "SELECT count(*)::text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false)))"},
			{"Writable", "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' THEN 'no' ELSE 'yes' END"},
			{"Encrypted", "SELECT CASE WHEN ssl THEN 'yes, ' || version ELSE 'no' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()"},
		}
	}
	var facts []sluice.Fact
	for _, q := range questions {
		var answer any
		if err := db.QueryRowContext(ctx, q.query).Scan(&answer); err != nil {
			return facts, db.explain(ctx, err, c.Name)
		}
		facts = append(facts, sluice.Fact{Name: q.name, Value: fmt.Sprint(answer), OK: fmt.Sprint(answer) != "no" || q.name == "Encrypted"})
	}
	return facts, nil
}

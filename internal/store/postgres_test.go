package store_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/storetest"
	"github.com/sluicehq/sluice/internal/store/storetest/keeping"
	"github.com/sluicehq/sluice/internal/store/storetest/telling"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

// emptied deletes all rows and counts from 1 again. TRUNCATE would write new files
// for every table and index.
const emptied = `
	DELETE FROM connections; DELETE FROM flows; DELETE FROM runs; DELETE FROM ledger; DELETE FROM record_errors;
	DELETE FROM users; DELETE FROM audit_events; DELETE FROM settings;
	DELETE FROM deleted_connections; DELETE FROM consumer_keys; DELETE FROM integrations; DELETE FROM registrations;
	DELETE FROM notices; DELETE FROM authorizations; DELETE FROM debug_entries; DELETE FROM budgets; DELETE FROM sessions; DELETE FROM subjects; DELETE FROM sign_ins; DELETE FROM removed_users;
	DELETE FROM touch_pages; DELETE FROM slot_minutes; DELETE FROM watermarks; DELETE FROM channels; DELETE FROM events; DELETE FROM messages;
	ALTER SEQUENCE notices_id_seq RESTART; ALTER SEQUENCE debug_entries_id_seq RESTART;
	ALTER SEQUENCE runs_id_seq RESTART; ALTER SEQUENCE record_errors_id_seq RESTART; ALTER SEQUENCE audit_events_id_seq RESTART`

// TestPostgreSQL empties one database between the behaviours, which takes a
// fraction of the time that making databases takes.
func TestPostgreSQL(t *testing.T) {
	address := postgrestest.URL(t)
	s := openStore(t, address)
	connection, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(t.Context())
	storetest.Run(t, func(t *testing.T) sluice.Store {
		if _, err := connection.PgConn().Exec(t.Context(), emptied).ReadAll(); err != nil {
			t.Fatal(err)
		}
		return s
	}, telling.Behaviours(), keeping.Behaviours())
}

func TestPostgreSQLSignals(t *testing.T) {
	address := postgrestest.URL(t)
	storetest.Signals(t, openStore(t, address), openStore(t, address))
}

package store_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

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
		_, err := connection.Exec(t.Context(), `TRUNCATE connections, flows, flow_revisions, runs, pages, ledger, record_errors,
			users, tokens, audit_events, settings RESTART IDENTITY`)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

package postgrestest_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Stop(m.Run())) }

func TestDatabasesAreApart(t *testing.T) {
	for range 2 {
		connection, err := pgx.Connect(t.Context(), postgrestest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close(t.Context())
		if _, err := connection.Exec(t.Context(), "CREATE TABLE mine ()"); err != nil {
			t.Error(err)
		}
	}
}

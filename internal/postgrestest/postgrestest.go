// Package postgrestest gives tests PostgreSQL databases.
//
// It uses the server at $SLUICE_TEST_POSTGRES (a postgres:// address whose user may
// create databases), or starts one of its own from the programs that Debian puts
// under /usr/lib/postgresql. A test binary starts one server at most; Stop stops it.
package postgrestest

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice/internal/servertest"
)

// EnvURL names the variable that holds a server's address.
const EnvURL = "SLUICE_TEST_POSTGRES"

var errAbsent = errors.New("PostgreSQL's server is not installed: apt-get install postgresql, or set " + EnvURL + " to the address of a server")

var server = servertest.Shared{Name: "PostgreSQL", Variable: EnvURL, Absent: errAbsent, Start: start, Run: run}

// Stop stops the server behind a package's tests, when one was started. Packages
// that call URL have it in their TestMain: os.Exit(postgrestest.Stop(m.Run())).
func Stop(code int) int { return server.Stop(code) }

// URL returns the address of a new and empty database, which goes when the test
// ends, or with the server. Where no server can be had it skips the test, or fails it with CI=true.
func URL(t testing.TB) string {
	t.Helper()
	return server.Database(t, " WITH (FORCE)").String()
}

func run(t testing.TB, address *url.URL, statement string) {
	t.Helper()
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, address.String())
	if err != nil {
		t.Fatal(err)
	}
	_, err = connection.Exec(ctx, statement)
	if err := errors.Join(err, connection.Close(ctx)); err != nil {
		t.Fatal(err)
	}
}

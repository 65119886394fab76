// Package postgrestest gives tests PostgreSQL databases.
//
// It uses the server at $SLUICE_TEST_POSTGRES (a postgres:// address whose user may
// create databases), or starts one of its own from the programs that Debian puts
// under /usr/lib/postgresql. A test binary starts one server at most; Main stops it.
package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// EnvURL names the variable that holds a server's address.
const EnvURL = "SLUICE_TEST_POSTGRES"

var errAbsent = errors.New("PostgreSQL's server is not installed: apt-get install postgresql, or set " + EnvURL + " to the address of a server")

// server is the one server of this process.
var server struct {
	once sync.Once
	url  string
	stop func() error
	err  error
}

// Main runs a package's tests and stops the server behind them. Packages that call
// URL have it in their TestMain: os.Exit(postgrestest.Main(m)).
func Main(m *testing.M) int {
	code := m.Run()
	if server.stop != nil {
		if err := server.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "postgrestest:", err)
			return max(code, 1)
		}
	}
	return code
}

// URL returns the address of a new and empty database, which goes when the test
// ends, or with the server. Where no server can be had it skips the test, or fails it with CI=true.
func URL(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		if server.url = os.Getenv(EnvURL); server.url == "" {
			server.url, server.stop, server.err = start()
		}
	})
	switch {
	case errors.Is(server.err, errAbsent) && os.Getenv("CI") != "true":
		t.Skip(server.err)
	case server.err != nil:
		t.Fatal("PostgreSQL: ", server.err)
	}
	name := "sluice_test_" + strings.ToLower(rand.Text())
	run(t, "CREATE DATABASE "+name)
	if server.stop == nil { // ours goes with all its databases
		t.Cleanup(func() { run(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	}
	address, err := url.Parse(server.url)
	if err != nil {
		t.Fatalf("%s is not an address", EnvURL)
	}
	address.Path = "/" + name
	return address.String()
}

// run runs a statement on the server. It does not use t's context, which has ended
// when databases are dropped.
func run(t testing.TB, statement string) {
	t.Helper()
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, server.url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = connection.Exec(ctx, statement)
	if err := errors.Join(err, connection.Close(ctx)); err != nil {
		t.Fatal(err)
	}
}

// Package mysqltest gives tests MySQL databases.
//
// It uses the server at $SLUICE_TEST_MYSQL (a mysql://user:password@host:port
// address whose user may create databases), or starts a MariaDB of its own from the
// programs of Debian's mariadb-server. A test binary starts one server at most; Stop
// stops it.
package mysqltest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/sluicehq/sluice/internal/servertest"
)

// EnvURL names the variable that holds a server's address.
const EnvURL = "SLUICE_TEST_MYSQL"

var errAbsent = errors.New("MariaDB's server is not installed: apt-get install mariadb-server, or set " + EnvURL + " to the address of a server")

var server = servertest.Shared{Name: "MariaDB", Variable: EnvURL, Absent: errAbsent, Start: start, Run: run}

// Stop stops the server behind a package's tests, when one was started. Packages
// that call URL have it in their TestMain: os.Exit(mysqltest.Stop(m.Run())).
func Stop(code int) int { return server.Stop(code) }

// URL returns the address of a new and empty database, as
// mysql://user:password@host:port/database. It goes when the test ends, or with the
// server. Where no server can be had it skips the test, or fails it with CI=true.
func URL(t testing.TB) *url.URL {
	t.Helper()
	return server.Database(t, "")
}

// Open connects to the database at an address.
func Open(address *url.URL) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr, config.User, config.DBName = "tcp", address.Host, address.User.Username(), strings.TrimPrefix(address.Path, "/")
	config.Passwd, _ = address.User.Password()
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func run(t testing.TB, address *url.URL, statement string) {
	t.Helper()
	at := *address
	at.Path = ""
	db, err := Open(&at)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(context.Background(), statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

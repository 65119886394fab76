// Package mysqltest gives tests MySQL databases.
//
// It uses the server at $SLUICE_TEST_MYSQL (a mysql://user:password@host:port
// address whose user may create databases), or starts a MariaDB of its own from the
// programs of Debian's mariadb-server. A test binary starts one server at most; Main
// stops it.
package mysqltest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"
)

// EnvURL names the variable that holds a server's address.
const EnvURL = "SLUICE_TEST_MYSQL"

var errAbsent = errors.New("MariaDB's server is not installed: apt-get install mariadb-server, or set " + EnvURL + " to the address of a server")

// server is the one server of this process.
var server struct {
	once sync.Once
	url  string
	stop func() error
	err  error
}

// Stop stops the server behind a package's tests, when one was started. Packages
// that call URL have it in their TestMain; it returns the exit code.
func Stop(code int) int {
	if server.stop != nil {
		if err := server.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "mysqltest:", err)
			return max(code, 1)
		}
	}
	return code
}

// URL returns the address of a new and empty database, as
// mysql://user:password@host:port/database. It goes when the test ends, or with the
// server. Where no server can be had it skips the test, or fails it with CI=true.
func URL(t testing.TB) *url.URL {
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
		t.Fatal("MariaDB: ", server.err)
	}
	address, err := url.Parse(server.url)
	if err != nil {
		t.Fatalf("%s is not an address", EnvURL)
	}
	name := "sluice_test_" + strings.ToLower(rand.Text())
	run(t, address, "CREATE DATABASE "+name)
	if server.stop == nil { // ours goes with all its databases
		t.Cleanup(func() { run(t, address, "DROP DATABASE "+name) })
	}
	address.Path = "/" + name
	return address
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

// run runs a statement on the server. It does not use t's context, which has ended
// when databases are dropped.
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

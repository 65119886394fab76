package database

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// envSQLServer names the variable with the address of a SQL Server, as
// sqlserver://user:password@host:port, whose user may create databases.
const envSQLServer = "SLUICE_SQLSERVER_URL"

func newSQLServer(t testing.TB) server {
	t.Helper()
	address, err := url.Parse(os.Getenv(envSQLServer))
	if err != nil {
		t.Fatalf("%s is not an address", envSQLServer)
	}
	password, _ := address.User.Password()
	c := &sluice.Connection{Name: "ms", Kind: sluice.KindSQLServer, Settings: map[string]string{
		"host": address.Hostname(), "port": address.Port(), "database": "master", "user": address.User.Username(), "encrypt": "require"},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret(password)}}
	name := "sluice_test_" + strings.ToLower(rand.Text())
	connector, err := sqlServerConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	master := sql.OpenDB(connector)
	if _, err := master.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	c.Settings["database"] = name
	if connector, err = sqlServerConnector(c); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() {
		_ = db.Close()
		if _, err := master.Exec("ALTER DATABASE " + name + " SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		_ = master.Close()
	})
	return server{c, db, t}
}

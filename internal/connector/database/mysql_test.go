package database

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mysqltest"
)

func newMySQL(t testing.TB) server {
	t.Helper()
	address := mysqltest.URL(t)
	db, err := mysqltest.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	password, _ := address.User.Password()
	c := &sluice.Connection{Name: "my", Kind: sluice.KindMySQL, Settings: map[string]string{
		"host": address.Hostname(), "port": address.Port(), "database": strings.TrimPrefix(address.Path, "/"), "user": address.User.Username()},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret(password)}}
	return server{c, db, t}
}

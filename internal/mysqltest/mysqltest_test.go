package mysqltest_test

import (
	"os"
	"testing"

	"github.com/sluicehq/sluice/internal/mysqltest"
)

func TestMain(m *testing.M) { os.Exit(mysqltest.Stop(m.Run())) }

func TestDatabasesAreApart(t *testing.T) {
	for range 2 {
		db, err := mysqltest.Open(mysqltest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE mine (id INT)"); err != nil {
			t.Error(err)
		}
	}
}

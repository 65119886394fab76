package store_test

import (
	"os"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestPostgreSQL(t *testing.T) {
	postgrestest.URL(t) // skips here, once, where there is no server
	storetest.Run(t, func(t *testing.T) sluice.Store { return openStore(t, postgrestest.URL(t)) })
}

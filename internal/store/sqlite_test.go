package store_test

import (
	"path/filepath"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/storetest"
	"github.com/sluicehq/sluice/internal/store/storetest/keeping"
	"github.com/sluicehq/sluice/internal/store/storetest/telling"
)

func openStore(t *testing.T, url string) sluice.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) sluice.Store { return openStore(t, filepath.Join(t.TempDir(), "sluice.db")) }, telling.Behaviours(), keeping.Behaviours())
}

func TestSQLiteClaimedByTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sluice.db")
	storetest.ClaimedOnceFrom(t, openStore(t, path), openStore(t, path))
}

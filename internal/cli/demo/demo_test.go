package demo

import (
	"log/slog"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/datadir"
)

// TestFolderInUse refuses a demo in a folder that another process has, and leaves nothing behind.
func TestFolderInUse(t *testing.T) {
	dir := t.TempDir()
	lock, err := datadir.Take(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lock.Unlock() })
	d := &Demo{Out: t.Output(), Log: slog.New(slog.DiscardHandler), Dir: dir}
	if err := d.Run(t.Context(), true); sluice.ErrorCode(err) != "data.locked" {
		t.Errorf("got %v", err)
	}
}

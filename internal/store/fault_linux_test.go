package store

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// TestFullDisk fills a disk of two mebibytes, then makes room.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("cannot mount a small disk (%v): run as root; TestSQLiteWithoutRoom shows most of it", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	s, err := open(t.Context(), filepath.Join(dir, "sluice.db"))
	must(t, err, s.migrate(t.Context()))
	t.Cleanup(func() { must(t, s.Close()) })
	ballast := filepath.Join(dir, "ballast")
	must(t, os.WriteFile(ballast, make([]byte, 1<<18), 0o600))
	f := startRun(t, s)
	pages := fill(t, s, f)
	must(t, os.Remove(ballast))
	must(t, s.AppendPages(t.Context(), f, []sluice.Page{{Number: pages + 1}}, nil, true, storetest.To(sluice.RunProgress{})))
}

package datadir_test

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store/datadir"
)

const lockChildDir = "SLUICE_TEST_LOCK_DIR"

// TestLock holds a folder in a child process, which is then killed.
func TestLock(t *testing.T) {
	if dir := os.Getenv(lockChildDir); dir != "" {
		if _, err := datadir.Take(dir); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("locked\n")
		io.Copy(io.Discard, os.Stdin) // until the parent is gone or kills
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	c, _, out := servertest.Again(t, "TestLock", lockChildDir, dir)
	if line, err := out.ReadString('\n'); line != "locked\n" {
		t.Fatalf("the child said %q, %v", line, err)
	}
	_, err := datadir.Take(dir)
	if sluice.ErrorCode(err) != "data.locked" || !strings.Contains(err.Error(), "process "+strconv.Itoa(c.Process.Pid)) {
		t.Fatalf("locked twice: %v", err)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait() // tells that it was killed
	lock, err := datadir.Take(dir)
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	if _, err := datadir.Take(dir); sluice.ErrorCode(err) != "data.locked" {
		t.Fatalf("locked twice in one process: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if lock, err = datadir.Take(dir); err != nil {
		t.Fatalf("not unlocked: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
}

func TestLockNeedsAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Take(file); sluice.ErrorCode(err) != "data.unusable" {
		t.Fatalf("locked a file: %v", err)
	}
}

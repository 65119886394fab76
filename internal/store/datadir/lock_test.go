package datadir_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/datadir"
)

// child starts this test binary again to run one test in another process, with a
// variable set by which that test knows. It returns the child's standard output.
func child(t *testing.T, test, variable, value string) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+test+"$")
	c.Env = append(os.Environ(), variable+"="+value)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, in, bufio.NewReader(out)
}

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
	c, _, out := child(t, "TestLock", lockChildDir, dir)
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

// Package datadir takes the data folder for one process.
package datadir

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/sluicehq/sluice"
)

// Lock is a data folder held by this process. The operating system lets go of
// it when the process ends, however it ends.
type Lock struct{ file *os.File }

var errLocked = errors.New("locked by another process")

// Take takes the data folder for this process; a folder that is absent is made,
// for its owner only. Errors: data.locked when another process holds it,
// data.unusable when there can be no lock.
func Take(dir string) (*Lock, error) {
	unusable := func(err error) error {
		return &sluice.Error{Code: "data.unusable", Message: "the data folder cannot be used", Where: dir,
			Remedy: "Give a folder on a local disk that the server's user may write", Err: err}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(err)
	}
	path := filepath.Join(dir, "lock")
	file, err := lockFile(path)
	if errors.Is(err, errLocked) {
		return nil, &sluice.Error{Code: "data.locked", Message: "the data folder is in use by another process" + holder(path), Where: dir,
			Remedy: "Stop that process, or give another folder with --data", Err: err}
	}
	if err != nil {
		return nil, unusable(err)
	}
	if err := noteHolder(file); err != nil {
		return nil, errors.Join(unusable(err), file.Close())
	}
	return &Lock{file}, nil
}

// noteHolder writes the process ID for people; the lock does not rest on it.
func noteHolder(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holder names the process that noted itself, or nothing.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// Unlock lets go of the folder. The lock file stays: removing it would let two
// processes lock two files of one name.
func (l *Lock) Unlock() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("unlock data folder: %w", err)
	}
	return nil
}

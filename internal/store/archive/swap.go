package archive

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/fault"
)

const (
	restoring = ".restoring" // ends the name of the file that is being filled
	replaced  = ".replaced-" // is followed by the time, in the name of the file that was there
)

// besides are the files that SQLite keeps beside a database.
var besides = []string{"-wal", "-shm", "-journal"}

// swapFiles are the steps that put the SQLite file fresh in the place of path, and what is
// there under the name kept, where that is not "". A process may die between any two of
// them and in the middle of each: what has the name path is the old database whole, or
// the new one. So logs are folded into their files first, since one that lay beside the
// other file would be taken for its own; and the old file gets its second name before the
// new one takes the first.
func swapFiles(ctx context.Context, fresh, path, kept string) []func() error {
	folder := func() error { return syncFolder(filepath.Dir(path)) }
	steps := []func() error{func() error { return fold(ctx, fresh) }}
	if kept == "" {
		steps = append(steps, func() error { return removeRest(path) })
	} else {
		steps = append(steps,
			func() error { return foldOld(ctx, path) },
			func() error { return keep(path, kept) },
			func() error { return keepRest(path, kept) }, // of a database that could not be folded
			folder)
	}
	return append(steps, func() error { return os.Rename(fresh, path) }, folder)
}

// fold writes a database's log into its file, which is all there is of it then. It fails
// where others have the file open.
func fold(ctx context.Context, path string) error {
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "_pragma=busy_timeout(2000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if mode != "delete" {
		return inUse()
	}
	return nil
}

func inUse() *sluice.Error {
	return sluice.Errorf("restore.in_use", "another program has the database open").Fix("Close it, and restore again")
}

// foldOld is fold for what is to be replaced: where it is damaged, it is kept as it is.
func foldOld(ctx context.Context, path string) error {
	if !readable(path) {
		return nil // SQLite would throw its log away
	}
	err := fold(ctx, path)
	if err == nil || sluice.ErrorCode(err) == "restore.in_use" || ctx.Err() != nil {
		return err
	}
	if fault.SQLite(err) == fault.Busy {
		return inUse()
	}
	return nil
}

// readable reports whether a file begins as SQLite's do.
func readable(path string) bool {
	const magic = "SQLite format 3\x00"
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, len(magic))
	_, err = io.ReadFull(file, head)
	return err == nil && string(head) == magic
}

// keep gives a file a second name, and copies it where the file system has no such thing.
func keep(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
		return err
	}
	return copyFile(from, to)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// Tidy takes away what a restore of a SQLite database has left that was killed: tables that
// were being filled, and a second name for a file that was not replaced after all.
func Tidy(path string) error {
	if err := removeRest(path + restoring); err != nil {
		return err
	}
	if err := os.Remove(path + restoring); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	now, err := os.Stat(path)
	if err != nil {
		return nil // nothing there that could have two names
	}
	kept, err := filepath.Glob(globEscape(path) + replaced + "*")
	if err != nil {
		return err
	}
	for _, name := range kept {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, now) {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// globEscape makes a path match itself alone.
func globEscape(path string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(path)
}

func removeRest(path string) error {
	for _, end := range besides {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// keepRest moves the files beside a database along with it.
func keepRest(from, to string) error {
	for _, end := range besides {
		if err := os.Rename(from+end, to+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// syncFolder makes renames last, where the system has that.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = folder.Sync() // Windows cannot, and need not
	return folder.Close()
}

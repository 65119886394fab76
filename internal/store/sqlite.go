package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/fault"
)

const sqliteReaders = 4

func sqliteDialect() *dialect {
	return &dialect{
		name: "sqlite", goose: goose.DialectSQLite3,
		rebind: func(query string) string { return query },
		in:     func(column string) string { return column + " IN (SELECT value FROM json_each(?))" },
		list: func(values any) (any, error) {
			text, err := json.Marshal(values)
			return string(text), err
		},
		entriesByKey: "json_each(?) AS k CROSS JOIN ledger AS l ON l.key = k.value AND l.flow_id = ? AND l.step = ?",
		size:         "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
		fault:        fault.SQLite,
	}
}

// openSQLite opens one connection that writes and a few that read. Writers queue in
// this process for the one connection, where waiting is fair and ends with the
// context; the busy timeout is for other processes (backups, a shell).
func openSQLite(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, unavailable(err)
	}
	if err := touch(path); err != nil {
		return nil, err
	}
	d := sqliteDialect()
	writer, err := openPool(ctx, d, path, 1, url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}, "_txlock": {"immediate"},
	})
	if err != nil {
		return nil, err
	}
	reader, err := openPool(ctx, d, path, sqliteReaders, url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)"}})
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return &DB{dialect: d, writer: writer, reader: reader, shared: writer}, nil
}

// openPool opens connections to the file. As a file: URL the path may hold any
// character, "?" and "%" too.
func openPool(ctx context.Context, d *dialect, path string, size int, settings url.Values) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: settings.Encode()}
	pool, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, d.translate(ctx, err)
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(d.translate(ctx, err), pool.Close())
	}
	return pool, nil
}

// touch makes the file where it is absent, readable by its owner only. SQLite gives
// the files it adds beside it the same rights.
func touch(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case err == nil:
		return file.Close()
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		return &sluice.Error{Code: "store.read_only", Message: "the database file cannot be written", Where: path, Remedy: "Check the rights of the data folder and its files", Err: err}
	case errors.Is(err, syscall.ENOSPC):
		return &sluice.Error{Code: "store.disk_full", Message: "the database has no room left on its disk", Where: path, Remedy: "Free disk space", Err: err}
	}
	return unavailable(err).At(path)
}

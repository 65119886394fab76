package file

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	_ "modernc.org/sqlite" // the driver

	"github.com/sluicehq/sluice"
)

// staging is a temporary database in which rows find their partners. It goes when
// it is closed, or with the process.
type staging struct {
	db   *sql.DB
	path string
}

func newStaging(dir string) (*staging, error) {
	f, err := os.CreateTemp(dir, "sluice-staging-*.db")
	if err != nil {
		return nil, stagingError(err)
	}
	s := &staging{path: f.Name()}
	_ = f.Close()
	// One connection, no journal and no sync: nobody needs this file after a crash.
	dsn := "file:" + s.path + "?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)&_pragma=cache_size(-16000)&_pragma=temp_store(FILE)"
	if s.db, err = sql.Open("sqlite", dsn); err == nil {
		s.db.SetMaxOpenConns(1)
		_, err = s.db.Exec("CREATE TABLE started (at INTEGER)")
	}
	if err != nil {
		_ = s.close()
		return nil, stagingError(err)
	}
	// The open file lives on without its name, so that a kill leaves nothing behind.
	// Where that cannot be done, close removes it.
	_ = os.Remove(s.path)
	return s, nil
}

func stagingError(err error) error {
	return sluice.Errorf("source.staging", "the temporary database fails: %w", err).Fix("Make room in the folder for temporary files")
}

func (s *staging) close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	_ = os.Remove(s.path)
	return err
}

// load stages all rows of a source in table, under their keys in fields. A row
// without key gets a key of its own when keyless is set, and stays out otherwise.
// It returns the rows that cannot be read.
func (s *staging) load(ctx context.Context, table string, src source, fields []string, keyless func(number int64) []byte) ([]*sluice.Error, error) {
	if _, err := s.db.ExecContext(ctx, "CREATE TABLE "+table+" (n INTEGER PRIMARY KEY, k BLOB, data BLOB)"); err != nil {
		return nil, stagingError(err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, stagingError(err)
	}
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+table+" VALUES (?, ?, ?)")
	if err != nil {
		return nil, stagingError(err)
	}
	bad, err := each(src, func(number int64, packed []byte) error {
		key, err := src.key(packed, fields)
		if err != nil {
			return err
		}
		if key == nil {
			if key = keyless(number); key == nil {
				return nil
			}
		}
		if _, err := insert.ExecContext(ctx, number, key, packed); err != nil {
			return stagingError(err)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, stagingError(err)
	}
	if _, err := s.db.ExecContext(ctx, "CREATE INDEX "+table+"_k ON "+table+" (k, n)"); err != nil {
		return nil, stagingError(err)
	}
	return bad, nil
}

// maxBadRows is how many bad rows are listed before reading ends.
const maxBadRows = 20

// each calls f for every row of src, and collects rows that cannot be read.
func each(src source, f func(number int64, packed []byte) error) ([]*sluice.Error, error) {
	var bad []*sluice.Error
	for {
		number, packed, err := src.next()
		if errors.Is(err, io.EOF) {
			return bad, nil
		}
		if row, ok := errors.AsType[*rowError](err); ok {
			if bad = append(bad, row.cause); len(bad) == maxBadRows {
				return bad, nil
			}
			continue
		}
		if err != nil {
			return bad, err
		}
		if err := f(number, packed); err != nil {
			return bad, err
		}
	}
}

// badRows makes one error of the rows that cannot be read, and of what ended reading.
func badRows(path string, bad []*sluice.Error, end error) error {
	if len(bad) == 0 {
		return end
	}
	if own, ok := errors.AsType[*sluice.Error](end); ok {
		bad = append(bad, own)
	} else if end != nil {
		return end
	}
	if len(bad) == 1 {
		return bad[0]
	}
	e := &sluice.Error{Code: bad[0].Code, Message: fmt.Sprintf("%d rows cannot be read", len(bad)), Where: path, Remedy: bad[0].Remedy}
	if len(bad) >= maxBadRows {
		e.Message = fmt.Sprintf("at least %d rows cannot be read", len(bad))
	}
	for _, b := range bad {
		e.Problems = append(e.Problems, sluice.Problem{Code: b.Code, Path: b.Where, Message: b.Message})
	}
	return e
}

// partners returns the rows of table that have the key, in the file's order.
func (s *staging) partners(ctx context.Context, find *sql.Stmt, key []byte, f func(number int64, packed []byte) error) error {
	rows, err := find.QueryContext(ctx, key)
	if err != nil {
		return stagingError(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number int64
		var packed []byte
		if err := rows.Scan(&number, &packed); err != nil {
			return stagingError(err)
		}
		if err := f(number, packed); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return stagingError(err)
	}
	return nil
}

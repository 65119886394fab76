package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/outbox"
	"github.com/sluicehq/sluice/internal/store/recorderror"
	"github.com/sluicehq/sluice/internal/store/retention"
	"github.com/sluicehq/sluice/internal/store/signin"
	"github.com/sluicehq/sluice/internal/store/trace"
	"github.com/sluicehq/sluice/internal/store/traffic"
)

// DB implements sluice.Store on a database. Use Open.
type DB struct {
	dialect *dialect
	writer  *sql.DB
	reader  *sql.DB // the writer itself on PostgreSQL
	recorderror.Errors
	trace.Touched
	outbox.Outbox
	signin.SignIns
	traffic.Traffics
	retention.Retention
	// shared is for what processes share for the moment, and does not wait for the disk;
	// the writer itself on SQLite.
	shared  *sql.DB
	signals *signals // nil on SQLite
}

var _ sluice.Store = (*DB)(nil)

// Open opens the database at url and brings its tables up to date. The url is
// postgres://…, sqlite:PATH or a plain path; the SQLite file is made when it is
// absent. Errors: store.url_invalid, store.newer_version and those of the
// database itself (store.unavailable, store.disk_full, store.read_only, store.corrupt).
func Open(ctx context.Context, url string) (sluice.Store, error) {
	db, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// open connects to the database, whatever its tables are.
func open(ctx context.Context, url string) (*DB, error) {
	db, err := connect(ctx, url)
	if err == nil {
		db.SignIns = signin.SignIns{Database: db, Taken: taken}
		db.Retention = retention.Retention{Database: db, Size: db.dialect.size}
		db.Errors.Database, db.Touched.Database, db.Traffics.Database, db.Outbox = db, db, db, outbox.Outbox{Database: db, Taken: taken}
	}
	return db, err
}

func connect(ctx context.Context, url string) (*DB, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case scheme == "postgres" || scheme == "postgresql":
		return openPostgres(ctx, url)
	case scheme == "sqlite":
		return openSQLite(ctx, strings.TrimPrefix(rest, "//"))
	case found && strings.HasPrefix(rest, "//"):
		return nil, sluice.Errorf("store.url_invalid", "there is no store for %q addresses", scheme+"://").
			Fix("Give postgres://USER@HOST/DATABASE, or the path of a SQLite file")
	case url == "":
		return nil, sluice.Errorf("store.url_invalid", "the store's address is empty").
			Fix("Give postgres://USER@HOST/DATABASE, or the path of a SQLite file")
	}
	return openSQLite(ctx, url)
}

// Close closes the database.
func (s *DB) Close() error {
	err := s.writer.Close()
	for _, pool := range []*sql.DB{s.reader, s.shared} {
		if pool != s.writer {
			err = errors.Join(err, pool.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

const (
	// maxAttempts bounds how often a transaction is tried that the database gave up
	// for the sake of another one (a deadlock).
	maxAttempts = 5
	// firstPause is how long the other one is left alone before the second attempt;
	// the pause doubles with each.
	firstPause = 10 * time.Millisecond
)

// write runs fn in one transaction, which is rolled back when fn fails. It may run
// fn again, so fn changes nothing but the database and what it sets anew each time.
func (s *DB) write(ctx context.Context, fn func(q querier) error) error {
	if q, ok := s.opened(ctx); ok {
		return fn(q)
	}
	return s.writeTo(ctx, s.writer, fn)
}

func (s *DB) writeTo(ctx context.Context, pool *sql.DB, fn func(q querier) error) error {
	for attempt := 1; ; attempt++ {
		err := s.writeOnce(ctx, pool, fn)
		if attempt == maxAttempts || !errors.Is(err, errDeadlock) {
			return err
		}
		select {
		case <-time.After(firstPause << (attempt - 1)):
		case <-ctx.Done():
			return err
		}
	}
}

func (s *DB) writeOnce(ctx context.Context, pool *sql.DB, fn func(q querier) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return s.dialect.translate(ctx, err)
	}
	if err := fn(querier{s.dialect, tx}); err != nil {
		_ = tx.Rollback() // err says what went wrong; a connection that cannot roll back is thrown away
		return err
	}
	return s.dialect.translate(ctx, tx.Commit())
}

// read returns a querier outside of any transaction.
func (s *DB) read() querier { return querier{s.dialect, s.reader} }

// newID returns a random ID: 16 letters and digits, 80 bits.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

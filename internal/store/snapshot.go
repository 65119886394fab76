package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Snapshot runs f in a transaction that only reads and sees one moment of the whole
// database, while others go on writing.
func (s *DB) Snapshot(ctx context.Context, f func(q query.Querier) error) error {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if s.dialect.name != postgresName {
		options = nil // a reading transaction of SQLite sees one moment from its first question on
	}
	tx, err := s.reader.BeginTx(ctx, options)
	if err != nil {
		return s.dialect.translate(ctx, err)
	}
	err = f(querier{s.dialect, tx})
	return errors.Join(err, tx.Rollback()) // there is nothing to commit
}

// Postgres reports whether the database is PostgreSQL; SQLite otherwise.
func (s *DB) Postgres() bool { return s.dialect.name == postgresName }

// Version returns the version of the tables: the number of the last migration.
func (s *DB) Version(ctx context.Context) (int64, error) {
	provider, err := s.migrator()
	if err != nil {
		return 0, err
	}
	version, err := provider.GetDBVersion(ctx)
	return version, s.dialect.translate(ctx, err)
}

// OpenAt is Open for who brings the tables' content from elsewhere: the tables are made as
// they were at a version, and brought up to date by Upgrade.
func OpenAt(ctx context.Context, url string, version int64) (*DB, error) {
	db, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	provider, err := db.migrator()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	sources := provider.ListSources()
	if newest := sources[len(sources)-1].Version; version > newest {
		return nil, errors.Join(newerVersion(version, newest), db.Close())
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return nil, errors.Join(db.dialect.translate(ctx, err), db.Close())
	}
	return db, nil
}

func newerVersion(version, known int64) *sluice.Error {
	return sluice.Errorf("store.newer_version", "the database has version %d, this program knows versions up to %d", version, known).
		Fix("Use the program version that wrote it, or a newer one")
}

// Upgrade brings the tables up to date.
func (s *DB) Upgrade(ctx context.Context) error { return s.migrate(ctx) }

package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// Store holds every record of one account in one SQLite file. Writes take
// turns on one connection; reads run beside them on a pool and see the last
// commit. It is safe for concurrent use.
type Store struct {
	schema atomic.Pointer[schema.Schema]
	now    func() time.Time
	reader *sql.DB
	writer *write.Conn
	file   string
	temp   bool // the file is removed on Close
}

// Options say where a store lives and what time it is.
type Options struct {
	Path string           // SQLite file; "" = a temporary one
	Now  func() time.Time // the account's clock, for work without a session; nil = time.Now
}

// base holds the authoritative tables. IDs are unique within a group (grp);
// lower(external_id) is unique there too, which is NetSuite's rule for
// external IDs (Oracle help, section_156334828635). link says how much of a
// transaction (target) another one (source) pays, ships or bills; stock, what a
// transaction brings to a location or takes away.
const base = `
CREATE TABLE IF NOT EXISTS record (
	grp TEXT NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, external_id TEXT, name TEXT NOT NULL DEFAULT '',
	body TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, created TEXT NOT NULL, modified TEXT NOT NULL,
	locked INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS record_id ON record (grp, id);
CREATE UNIQUE INDEX IF NOT EXISTS record_external ON record (grp, lower(external_id)) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS record_name ON record (type, lower(name));
CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (source INTEGER NOT NULL, kind TEXT NOT NULL, target INTEGER NOT NULL,
	line INTEGER NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (source, kind, target, line)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_target ON link (target, kind);
CREATE TABLE IF NOT EXISTS stock (source INTEGER NOT NULL, line INTEGER NOT NULL, item INTEGER NOT NULL,
	location INTEGER NOT NULL, quantity TEXT NOT NULL, PRIMARY KEY (source, line)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stock_item ON stock (item, location);
CREATE TABLE IF NOT EXISTS custom_field (scriptid TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
`

// Open opens the store, and makes its tables where they are missing.
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	s := &Store{now: o.Now, file: o.Path}
	if s.now == nil {
		s.now = time.Now
	}
	if s.file == "" {
		dir, err := os.MkdirTemp("", "netsuite-records-")
		if err != nil {
			return nil, fmt.Errorf("record store: %w", err)
		}
		s.file, s.temp = filepath.Join(dir, "account.db"), true
	}
	sc, err := schema.Builtin()
	if err != nil {
		return nil, fmt.Errorf("record store: %w", err)
	}
	s.schema.Store(sc)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("record store %s: %w", s.file, err), s.Close())
		}
	}()
	if s.writer, err = write.Open(ctx, s.file); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	s.reader, err = sql.Open("sqlite", write.DSN(s.file, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	s.reader.SetMaxOpenConns(8)
	s.reader.SetMaxIdleConns(8)
	return s, nil
}

func (s *Store) migrate(ctx context.Context) error {
	var isOld bool // the file was there before, made by this version or another one
	err := s.write(ctx, nil, func(w *work) (err error) {
		if isOld, err = w.Row("SELECT 1 FROM sqlite_master WHERE name = 'record'", nil, new(int)); err != nil {
			return err
		}
		for _, statement := range append(strings.Split(strings.TrimSpace(base), ";\n"), attachments) {
			if err := w.Once(statement); err != nil {
				return err
			}
		}
		return s.loadCustomFields(w)
	})
	if err != nil {
		return err
	}
	return s.write(ctx, nil, func(w *work) error {
		for _, t := range w.Schema.Tables {
			for _, statement := range t.DDL() {
				if err := w.Once(statement); err != nil {
					return err
				}
			}
			if isOld {
				if err := w.widen(t); err != nil {
					return err
				}
			}
		}
		return w.Projector().FillReferenceTables()
	})
}

// widen adds the columns that a table of an older file lacks.
func (w *work) widen(t *schema.Table) error {
	present := map[string]bool{}
	err := w.Rows("SELECT name FROM pragma_table_info(?)", []any{t.Physical()}, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		present[name] = true
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range t.Columns {
		if present[c.Name] {
			continue
		}
		if err := w.Once(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", schema.Quote(t.Physical()), schema.Quote(c.Name), c.Kind.SQLType())); err != nil {
			return err
		}
	}
	return nil
}

// Close ends all work and removes a temporary file.
func (s *Store) Close() error {
	var errs []error
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.temp {
		errs = append(errs, os.RemoveAll(filepath.Dir(s.file)))
	}
	return errors.Join(errs...)
}

// DB is a read-only pool on the account's file, for the SuiteQL engine.
func (s *Store) DB() *sql.DB { return s.reader }

// Path is the SQLite file.
func (s *Store) Path() string { return s.file }

// Types returns the record types in a fixed order.
func (s *Store) Types() []*schema.Type { return s.schema.Load().Types }

// Absent returns the record types that a live account has and this one has not.
func (s *Store) Absent() []schema.Gap { return s.schema.Load().Absent }

// Type returns the record type of that name in any case, or nil.
func (s *Store) Type(name string) *schema.Type { return s.schema.Load().Type(name) }

// Catalog returns the analytic tables in the order of their names, for the
// SuiteQL engine. It changes when a custom field is added.
func (s *Store) Catalog() []schema.Table {
	sc := s.schema.Load()
	out := make([]schema.Table, 0, len(sc.Tables))
	for _, t := range sc.Tables {
		copied := *t
		copied.Columns = slices.Clone(t.Columns)
		out = append(out, copied)
	}
	slices.SortFunc(out, func(a, b schema.Table) int { return strings.Compare(a.Name, b.Name) })
	return out
}

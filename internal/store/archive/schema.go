// Package archive writes the content of a database out and takes it in again, by tables
// and rows, the same for SQLite and PostgreSQL: what one has written the other takes.
package archive

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/internal/store/query"
)

// transient are tables whose content belongs to running processes and to browsers:
// requests under way, logins that are open now. What is restored begins without.
var transient = []string{"sluice_migrations", "budgets", "sessions"}

// derived are tables that triggers fill from others.
var derived = []string{"open_errors"}

// table is a table as the database has it.
type table struct {
	name     string
	columns  []column
	parents  []string // tables that its foreign keys lead to
	identity string   // the column that numbers its rows by itself; "" for none
}

type column struct {
	name string
	kind string // text, integer, boolean, bytes
}

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

func texts(ctx context.Context, q query.Querier, text string, args ...any) ([]string, error) {
	scan := func(row query.Scanner) (s string, err error) { return s, row.Scan(&s) }
	return query.All(ctx, q, scan, text, args...)
}

// schema returns the tables that are kept, each behind those that it leads to.
func schema(ctx context.Context, q query.Querier, postgres bool) ([]*table, error) {
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if postgres {
		list = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	names, err := texts(ctx, q, list)
	if err != nil {
		return nil, err
	}
	var tables []*table
	for _, name := range names {
		if slices.Contains(transient, name) || slices.Contains(derived, name) {
			continue
		}
		t := &table{name: name}
		read := t.readSQLite
		if postgres {
			read = t.readPostgres
		}
		if err := read(ctx, q); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return ordered(tables)
}

func (t *table) readSQLite(ctx context.Context, q query.Querier) (err error) {
	scan := func(row query.Scanner) (c column, err error) { return c, row.Scan(&c.name, &c.kind) }
	if t.columns, err = query.All(ctx, q, scan, "SELECT name, type FROM pragma_table_info(?) ORDER BY cid", t.name); err != nil {
		return err
	}
	for i := range t.columns {
		kind, known := map[string]string{"TEXT": "text", "INTEGER": "integer", "BLOB": "bytes"}[t.columns[i].kind]
		if !known {
			return fmt.Errorf("store: column %s.%s is of the unknown type %s", t.name, t.columns[i].name, t.columns[i].kind)
		}
		t.columns[i].kind = kind
	}
	if t.parents, err = texts(ctx, q, `SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)`, t.name); err != nil {
		return err
	}
	numbered, err := texts(ctx, q, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%'", t.name)
	if len(numbered) > 0 {
		t.identity = "id"
	}
	return err
}

func (t *table) readPostgres(ctx context.Context, q query.Querier) (err error) {
	var identity string
	scan := func(row query.Scanner) (c column, err error) {
		var numbered string
		err = row.Scan(&c.name, &c.kind, &numbered)
		if numbered == "YES" {
			identity = c.name
		}
		return c, err
	}
	t.columns, err = query.All(ctx, q, scan, `SELECT column_name::text, data_type::text, is_identity::text FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`, t.name)
	if err != nil {
		return err
	}
	for i := range t.columns {
		kind, known := map[string]string{"text": "text", "bigint": "integer", "boolean": "boolean", "bytea": "bytes"}[t.columns[i].kind]
		if !known {
			return fmt.Errorf("store: column %s.%s is of the unknown type %s", t.name, t.columns[i].name, t.columns[i].kind)
		}
		t.columns[i].kind = kind
	}
	t.identity = identity
	t.parents, err = texts(ctx, q, `SELECT DISTINCT p.relname::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
		JOIN pg_class p ON p.oid = c.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace
		WHERE c.contype = 'f' AND n.nspname = current_schema() AND t.relname = ?`, t.name)
	return err
}

// ordered puts each table behind its parents.
func ordered(tables []*table) ([]*table, error) {
	var list []*table
	placed := map[string]bool{}
	for len(tables) > 0 {
		before := len(list)
		tables = slices.DeleteFunc(tables, func(t *table) bool {
			if slices.ContainsFunc(t.parents, func(p string) bool { return !placed[p] && p != t.name }) {
				return false
			}
			list, placed[t.name] = append(list, t), true
			return true
		})
		if len(list) == before {
			return nil, fmt.Errorf("store: the foreign keys of %s lead in circles", tables[0].name)
		}
	}
	return list, nil
}

// sequences returns the highest number that each table has given out.
func sequences(ctx context.Context, q query.Querier, tables []*table, postgres bool) (map[string]int64, error) {
	out := map[string]int64{}
	for _, t := range tables {
		if t.identity == "" {
			continue
		}
		text := "SELECT (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = '" + t.name + "')"
		if postgres {
			sequence, err := texts(ctx, q, "SELECT pg_get_serial_sequence(?, ?)", t.name, t.identity)
			if err != nil {
				return nil, err
			}
			text = "SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + strings.Join(sequence, "") + ")"
		}
		var given, there int64
		if err := q.One(ctx, []any{&given, &there}, text+", (SELECT COALESCE(MAX("+t.identity+"), 0) FROM "+t.name+")"); err != nil {
			return nil, err
		}
		out[t.name] = max(given, there)
	}
	return out, nil
}

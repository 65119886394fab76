package archive

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Load puts parts into the tables, which have the version that the parts were written at,
// and takes out what was there. It runs in the querier's transaction.
func Load(ctx context.Context, q query.Querier, postgres bool, parts iter.Seq2[Part, error], sequences map[string]int64) error {
	tables, err := schema(ctx, q, postgres)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(tables) {
		if _, err := q.Exec(ctx, "DELETE FROM "+t.name); err != nil {
			return err
		}
	}
	for p, err := range parts {
		if err != nil {
			return err
		}
		i := slices.IndexFunc(tables, func(t *table) bool { return t.name == p.Table })
		if i < 0 {
			return invalid("there is no table %q", p.Table)
		}
		if err := tables[i].load(ctx, q, p); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := t.number(ctx, q, postgres, sequences[t.name]); err != nil {
			return err
		}
	}
	return nil
}

func invalid(format string, args ...any) *sluice.Error {
	return sluice.Errorf("backup.invalid", format, args...).Fix("Take another backup: this one was not written by Sluice, or was changed")
}

// load inserts the rows of a part, by the names of its columns.
func (t *table) load(ctx context.Context, q query.Querier, p Part) error {
	kinds := make([]string, len(p.Columns))
	for i, name := range p.Columns {
		at := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
		if at < 0 {
			return invalid("the table %s has no column %q", t.name, name)
		}
		kinds[i] = t.columns[at].kind
	}
	decoder := json.NewDecoder(bytes.NewReader(p.Text))
	decoder.UseNumber()
	rows := make([][]any, 0, p.Rows)
	for decoder.More() {
		var row []any
		if err := decoder.Decode(&row); err != nil || len(row) != len(kinds) {
			return invalid("a row of the table %s cannot be read", t.name)
		}
		for i, v := range row {
			var err error
			if row[i], err = valueOf(v, kinds[i]); err != nil {
				return invalid("a value of the column %s.%s cannot be read: %w", t.name, p.Columns[i], err)
			}
		}
		rows = append(rows, row)
	}
	names := make([]string, len(p.Columns))
	for i, name := range p.Columns {
		names[i] = `"` + name + `"`
	}
	return query.Insert(ctx, q, t.name, names, rows, "")
}

// Each reads the part's rows by the names of their columns; numbers are json.Number.
func (p Part) Each() iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		decoder := json.NewDecoder(bytes.NewReader(p.Text))
		decoder.UseNumber()
		for decoder.More() {
			var values []any
			if err := decoder.Decode(&values); err != nil || len(values) != len(p.Columns) {
				yield(nil, invalid("a row of the table %s cannot be read", p.Table))
				return
			}
			row := make(map[string]any, len(values))
			for i, name := range p.Columns {
				row[name] = values[i]
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// valueOf returns a value as the column takes it: what is true and false in one database
// is 1 and 0 in the other.
func valueOf(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if kind == "boolean" {
			return v, nil
		}
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case json.Number:
		n, err := v.Int64()
		if kind == "boolean" {
			return n != 0, err
		}
		return n, err
	case string:
		return v, nil
	case map[string]any:
		text, _ := v["b"].(string)
		data, err := base64.StdEncoding.DecodeString(text)
		if kind == "text" {
			return string(data), err
		}
		return data, err
	}
	return nil, fmt.Errorf("a %T", v)
}

// number makes the table give out numbers above the highest that was given out.
func (t *table) number(ctx context.Context, q query.Querier, postgres bool, highest int64) error {
	switch {
	case t.identity == "" || highest < 1:
		return nil
	case postgres:
		var set int64
		return q.One(ctx, []any{&set}, "SELECT setval(pg_get_serial_sequence(?, ?), ?)", t.name, t.identity, highest)
	}
	if _, err := q.Exec(ctx, "DELETE FROM sqlite_sequence WHERE name = ?", t.name); err != nil {
		return err
	}
	_, err := q.Exec(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", t.name, highest)
	return err
}

package database

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/delta"
	"github.com/sluicehq/sluice/internal/connector/keyset"
)

// deltas are the databases whose times can be compared.
var deltas = map[string]func() delta.Dialect{sluice.KindSQLite: delta.SQLite, sluice.KindPostgreSQL: delta.PostgreSQL, sluice.KindMySQL: delta.MySQL}

// deltaOf returns how a connection's database compares times.
func deltaOf(c *sluice.Connection) (delta.Dialect, error) {
	d, ok := deltas[c.Kind]
	if !ok {
		return delta.Dialect{}, sluice.Errorf("export.delta_kind", "changes since the last run cannot be read from the kind %s", c.Kind).
			At("export.delta").Fix("Leave out delta, and let the import skip what is unchanged")
	}
	return d(), nil
}

// Now asks the database for the time, in UTC.
func Now(ctx context.Context, c *sluice.Connection, o Options) (time.Time, error) {
	d, err := deltaOf(c)
	if err != nil {
		return time.Time{}, err
	}
	db, err := open(ctx, c, true, o)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = db.Close() }()
	var text string
	if err := db.QueryRowContext(ctx, d.Now).Scan(&text); err != nil {
		return time.Time{}, db.explain(ctx, err, c.Name)
	}
	return time.Parse(d.Layout, text)
}

// openDelta opens what was deleted, then what was changed in the window. A row that is
// there again after it was deleted is none of the deleted ones.
func openDelta(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions, options Options) (sluice.Reader, error) {
	d, err := deltaOf(c)
	if err != nil {
		return nil, err
	}
	w := &windowed{connection: c, options: options, dialect: d, window: o.Window}
	changes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		return w.open(ctx, cursor, e.Group, delta.Query{Text: bare(e.SQL.Query)}, e.Delta.Fields, e.SQL.Key)
	}
	if e.Delta.Deletes == nil {
		return delta.Chain(ctx, o.Cursor, changes)
	}
	deletes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		q := delta.Query{Text: bare(e.Delta.Deletes.Query), Absent: &delta.Absent{Text: bare(e.SQL.Query), Columns: e.Key}}
		r, err := w.open(ctx, cursor, nil, q, []string{e.Delta.Deletes.Field}, e.Key)
		if err != nil {
			return nil, err
		}
		return delta.Deleted(r), nil
	}
	return delta.Chain(ctx, o.Cursor, deletes, changes)
}

// bare is a query without what ends a statement.
func bare(text string) string { return strings.TrimRight(strings.TrimSpace(text), "; \n") }

// windowed opens queries with the run's window.
type windowed struct {
	connection *sluice.Connection
	options    Options
	dialect    delta.Dialect
	window     *sluice.Window
}

func (w *windowed) open(ctx context.Context, cursor []byte, g *sluice.Group, dq delta.Query, fields, key []string) (sluice.Reader, error) {
	db, err := open(ctx, w.connection, true, w.options)
	if err != nil {
		return nil, err
	}
	dq.Window = w.window
	if g != nil {
		dq.Together = g.By
	}
	q, err := w.query(ctx, db, dq, fields, key)
	if err == nil {
		err = q.open(ctx, cursor)
	}
	if err != nil {
		_ = db.Close()
		return nil, db.explain(ctx, err, "export.sql.query")
	}
	group := ""
	if g != nil {
		group = g.As
	}
	return w.dialect.Mark(keyset.NewReader(q, g), w.window, group), nil
}

// query returns the query with its window, keyed by the time of change and its key.
func (w *windowed) query(ctx context.Context, db *connection, dq delta.Query, fields, key []string) (*query, error) {
	plain := &query{connection: db, spec: &sluice.SQLExport{Key: key}, text: dq.Text}
	if err := plain.describe(ctx); err != nil {
		return nil, err
	}
	var problems []sluice.Problem
	for i, name := range fields {
		n := find(plain.columns, name)
		if n < 0 {
			problems = append(problems, sluice.Problem{Code: "source.missing_column", Path: fmt.Sprintf("export.delta.fields[%d]", i),
				Message: fmt.Sprintf("the query has no column %q", name), Remedy: "It has " + strings.Join(plain.columns, ", ")})
			continue
		}
		dq.Fields = append(dq.Fields, delta.Field{Name: plain.columns[n], Type: plain.types[n]})
	}
	for _, name := range w.dialect.Unreadable(dq.Fields) {
		problems = append(problems, sluice.Problem{Code: "source.no_time", Path: "export.delta.fields", Message: fmt.Sprintf("the column %q holds no times", name)})
	}
	if err := sluice.Problems("source.query", "the query is not as the flow needs it", problems); err != nil {
		return nil, err
	}
	if err := w.checkTimes(ctx, db, dq); err != nil {
		return nil, err
	}
	return &query{connection: db, spec: &sluice.SQLExport{Key: slices.Concat([]string{delta.Column}, key)}, text: w.dialect.Write(dq)}, nil
}

// checkTimes refuses values that are no times: such rows would never be read again.
func (w *windowed) checkTimes(ctx context.Context, db *connection, dq delta.Query) error {
	text := w.dialect.Strange(dq)
	if text == "" {
		return nil
	}
	var n int
	err := db.QueryRowContext(ctx, text).Scan(&n)
	if err == nil && n > 0 {
		return sluice.Errorf("source.no_time", "%d rows hold something that is no time in %s", n, strings.Join(fieldNames(dq.Fields), ", ")).
			At("export.delta.fields").Fix("Write times as 2026-01-31T12:00:00Z, or leave such rows out of the query")
	}
	return err
}

func fieldNames(fields []delta.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
	"github.com/sluicehq/sluice/internal/connector/keyset"
)

// chunk is how many rows are asked for at once.
const chunk = 1000

// OpenExport opens a query for reading.
func OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions, options Options) (sluice.Reader, error) {
	if err := single(c, strings.TrimRight(strings.TrimSpace(e.SQL.Query), "; \n"), "export.sql.query"); err != nil {
		return nil, err
	}
	if e.Delta != nil && o.Window != nil {
		return openDelta(ctx, c, e, o, options)
	}
	db, err := open(ctx, c, true, options)
	if err != nil {
		return nil, err
	}
	q := &query{connection: db, spec: e.SQL, text: strings.TrimRight(strings.TrimSpace(e.SQL.Query), "; \n")}
	if err := q.open(ctx, o.Cursor); err != nil {
		_ = db.Close()
		return nil, db.explain(ctx, err, "export.sql.query")
	}
	return keyset.NewReader(q, e.Group), nil
}

// query reads the rows of a query: with a key a chunk at a time, each behind the
// last key of the chunk before; without key all of them, from the first.
type query struct {
	*connection
	spec    *sluice.SQLExport
	text    string
	columns []string
	types   []string
	key     []int // places of the key's columns
	last    []any // the last key that was read, as a record has it
	count   int64 // rows that were read
	chunk   []sluice.Record
	done    bool
	ahead   []any     // the key above the last chunk, which the next one begins with
	rows    *sql.Rows // without key: the running query
	cancel  context.CancelFunc
	tx      *sql.Tx // that a bare query runs in
}

// queryCursor is the cursor of a query.
type queryCursor struct {
	Key   []any `json:"key,omitempty"`
	Count int64 `json:"count"`
}

func (q *query) open(ctx context.Context, cursor []byte) error {
	bare := len(q.spec.Key) == 0 && q.Syntax().Bare
	if !bare {
		if err := q.describe(ctx); err != nil {
			return err
		}
	}
	if cursor != nil {
		var at queryCursor
		decoder := json.NewDecoder(strings.NewReader(string(cursor)))
		decoder.UseNumber()
		if err := decoder.Decode(&at); err != nil || len(at.Key) != len(q.spec.Key) {
			return sluice.Errorf("source.cursor", "the run's cursor does not fit the query").Fix("Start a new run")
		}
		q.last, q.count = at.Key, at.Count
	}
	switch {
	case bare:
		return q.startBare(ctx)
	case len(q.key) == 0:
		return q.start(ctx)
	case q.last == nil:
		return q.checkKey(ctx)
	}
	return q.checkTwins(ctx, q.last)
}

// describe finds out the query's columns and where the key is among them.
func (q *query) describe(ctx context.Context) error {
	if q.Syntax().Batches && !dialect.Closed(q.text) {
		return sluice.Errorf("source.query", "the query closes a bracket that it has not opened").At("export.sql.query").Fix("Write one SELECT")
	}
	rows, err := q.QueryContext(ctx, q.Syntax().First(0, "* FROM ("+q.text+"\n) AS q"))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	return q.take(rows)
}

// take notes a result's columns.
func (q *query) take(rows *sql.Rows) error {
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	var problems []sluice.Problem
	for _, t := range types {
		if slices.Contains(q.columns, t.Name()) {
			problems = append(problems, sluice.Problem{Code: "source.header", Path: "export.sql.query", Message: fmt.Sprintf("two columns are called %q", t.Name()), Remedy: "Name one of them with AS"})
		}
		q.columns, q.types = append(q.columns, t.Name()), append(q.types, t.DatabaseTypeName())
	}
	for i, name := range q.spec.Key {
		n := find(q.columns, name)
		if n < 0 {
			problems = append(problems, sluice.Problem{Code: "source.missing_column", Path: fmt.Sprintf("export.sql.key[%d]", i), Message: fmt.Sprintf("the query has no column %q", name), Remedy: "It has " + strings.Join(q.columns, ", ")})
		}
		q.key = append(q.key, n)
	}
	return sluice.Problems("source.query", "the query is not as the flow needs it", problems)
}

// find looks a name up, exactly or, where that is clear, in another case.
func find(names []string, name string) int {
	if i := slices.Index(names, name); i >= 0 {
		return i
	}
	match := -1
	for i, n := range names {
		if strings.EqualFold(n, name) {
			if match >= 0 {
				return -1
			}
			match = i
		}
	}
	return match
}

// checkKey refuses rows without key, which would never be reached.
func (q *query) checkKey(ctx context.Context) error {
	var null []string
	for _, c := range q.keyColumns() {
		null = append(null, c+" IS NULL")
	}
	var n int
	err := q.QueryRowContext(ctx, "SELECT count(*) FROM ("+q.text+"\n) AS q WHERE "+strings.Join(null, " OR ")).Scan(&n)
	if err == nil && n > 0 {
		return sluice.Errorf("source.key_null", "%d rows have no value in the key", n).At("export.sql.key").Fix("Choose key columns that are never null, or leave such rows out")
	}
	return err
}

// checkTwins refuses a key that the database finds in several rows. They may be
// written differently (a and A), and those behind the first would be passed over.
func (q *query) checkTwins(ctx context.Context, key []any) error {
	var parts []string
	args, err := q.keyArguments(key)
	if err != nil {
		return err
	}
	for i, c := range q.keyColumns() {
		parts = append(parts, c+" = "+q.Syntax().Operand(i+1, q.types[q.key[i]]))
	}
	var n int
	err = q.QueryRowContext(ctx, "SELECT count(*) FROM ("+q.text+"\n) AS q WHERE "+strings.Join(parts, " AND "), args...).Scan(&n)
	if err == nil && n > 1 {
		return q.notUnique(key)
	}
	return err
}

func (q *query) notUnique(key []any) error {
	return sluice.Errorf("source.key_not_unique", "two rows have the key %s", q.origin(key)).At("export.sql.key").Fix("Add columns to the key until it is unique")
}

// keyColumns are the key's columns as expressions.
func (q *query) keyColumns() []string {
	out := make([]string, len(q.key))
	for i, n := range q.key {
		out[i] = "q." + q.Syntax().Quote(q.columns[n])
	}
	return out
}

// selection is the query without its SELECT, each column read as it is.
func (q *query) selection() string {
	list, s := make([]string, len(q.columns)), q.Syntax()
	for i, c := range q.columns {
		list[i] = s.Selected("q."+s.Quote(c)) + " AS " + s.Quote(c)
	}
	return strings.Join(list, ", ") + " FROM (" + q.text + "\n) AS q"
}

// Next returns the next row.
func (q *query) Next(ctx context.Context) (keyset.Row, error) {
	record, err := q.next(ctx)
	if errors.Is(err, io.EOF) {
		return keyset.Row{}, io.EOF
	}
	if err != nil {
		return keyset.Row{}, q.explain(ctx, err, "export.sql.query")
	}
	q.count++
	at := queryCursor{Count: q.count}
	origin := fmt.Sprintf("row %d", q.count)
	if len(q.key) > 0 {
		at.Key = q.keyOf(record)
		origin = q.origin(at.Key)
	}
	return keyset.Row{Record: record, Origin: origin, Cursor: func() ([]byte, error) { return json.Marshal(at) }}, nil
}

func (q *query) origin(key []any) string {
	var parts []string
	for i, n := range q.key {
		parts = append(parts, fmt.Sprintf("%s %v", q.columns[n], key[i]))
	}
	return strings.Join(parts, ", ")
}

func (q *query) keyOf(r sluice.Record) []any {
	key := make([]any, len(q.key))
	for i, n := range q.key {
		key[i] = r[q.columns[n]]
	}
	return key
}

func (q *query) next(ctx context.Context) (sluice.Record, error) {
	if len(q.key) == 0 {
		if !q.rows.Next() {
			return nil, orEOF(q.rows.Err())
		}
		return q.scan(q.rows)
	}
	if len(q.chunk) == 0 {
		if err := q.fetch(ctx); err != nil {
			return nil, err
		}
	}
	record := q.chunk[0]
	q.chunk = q.chunk[1:]
	return record, nil
}

func orEOF(err error) error {
	if err != nil {
		return err
	}
	return io.EOF
}

// fetch reads the next chunk behind the last key.
func (q *query) fetch(ctx context.Context) error {
	if q.done {
		return io.EOF
	}
	text, key := q.selection(), q.keyColumns()
	var args []any
	if q.last != nil {
		values, err := q.keyArguments(q.last)
		if err != nil {
			return err
		}
		types := make([]string, len(key))
		for i, n := range q.key {
			types[i] = q.types[n]
		}
		var where string
		where, args = q.Syntax().Behind(key, types, values)
		text += " WHERE " + where
	}
	text = q.Syntax().First(chunk+1, text+" ORDER BY "+strings.Join(key, ", "))
	rows, err := q.ask(ctx, q.DB, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	before := q.last
	if err := q.collect(rows); err != nil {
		return err
	}
	if q.ahead != nil && (len(q.chunk) == 0 || !reflect.DeepEqual(q.ahead, q.keyOf(q.chunk[0]))) {
		if err := q.checkTwins(ctx, before); err != nil {
			return err
		}
	}
	if len(q.chunk) == 0 {
		return io.EOF
	}
	// The row above the chunk shows whether the next chunk begins with the key that
	// this one ends with: rows with one key would be passed over there.
	if q.done = len(q.chunk) <= chunk; !q.done {
		q.ahead = q.keyOf(q.chunk[chunk])
		q.chunk = q.chunk[:chunk]
		q.last = q.keyOf(q.chunk[chunk-1])
	}
	return nil
}

// keyArguments are a key's values as the database compares them.
func (q *query) keyArguments(key []any) ([]any, error) {
	args := make([]any, len(key))
	for i, v := range key {
		if n, ok := v.(json.Number); ok && q.kind == sluice.KindSQLite && strings.ContainsAny(n.String(), ".eE") {
			f, err := n.Float64() // a text would be greater than all numbers
			if err != nil {
				return nil, err
			}
			args[i] = f
			continue
		}
		var err error
		if args[i], err = q.Argument(v, q.types[q.key[i]]); err != nil {
			return nil, err
		}
	}
	return args, nil
}

func (q *query) collect(rows *sql.Rows) error {
	for rows.Next() {
		record, err := q.scan(rows)
		if err != nil {
			return err
		}
		key := q.keyOf(record)
		if q.last != nil && reflect.DeepEqual(key, q.last) {
			return q.notUnique(key)
		}
		q.last = key
		q.chunk = append(q.chunk, record)
	}
	return rows.Err()
}

func (q *query) scan(rows *sql.Rows) (sluice.Record, error) {
	values := make([]any, len(q.columns))
	into := make([]any, len(q.columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	record := make(sluice.Record, len(q.columns))
	for i, v := range values {
		value, err := q.Value(v, q.types[i])
		if err != nil {
			return nil, sluice.Errorf("source.value", "the column %q cannot be read: %w", q.columns[i], err).At(fmt.Sprintf("row %d", q.count+int64(len(q.chunk))+1)).Fix("Convert it in the query with CAST")
		}
		record[q.columns[i]] = value
	}
	return record, nil
}

// Close ends the query.
func (q *query) Close() error {
	if q.cancel != nil {
		q.cancel()
	}
	if q.rows != nil {
		_ = q.rows.Close()
	}
	if q.tx != nil {
		_ = q.tx.Rollback()
	}
	return q.DB.Close()
}

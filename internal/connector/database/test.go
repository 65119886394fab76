package database

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
)

// Test proves that the database answers, and says what it is.
func Test(ctx context.Context, c *sluice.Connection, o Options) ([]sluice.Fact, error) {
	db, err := open(ctx, c, false, o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var facts []sluice.Fact
	for _, q := range db.Questions() {
		answer, err := db.answer(ctx, q.Query)
		if err != nil {
			return facts, db.explain(ctx, err, c.Name)
		}
		facts = append(facts, sluice.Fact{Name: q.Name, Value: answer, OK: answer != "no" || q.Name == "Encrypted"})
	}
	return facts, nil
}

// answer returns the last column of a query's row, and "no" for nothing.
func (c *connection) answer(ctx context.Context, query string) (string, error) {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return "no", cmp.Or(err, rows.Err())
	}
	var answer sql.NullString
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	into[len(into)-1] = &answer
	if err := rows.Scan(into...); err != nil {
		return "", err
	}
	if answer.String == "" {
		return "no", nil
	}
	return answer.String, rows.Err()
}

// Tables lists the tables and views that a connection's user may read.
func Tables(ctx context.Context, c *sluice.Connection, o Options) ([]dialect.Table, error) {
	db, err := open(ctx, c, true, o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	tables, err := db.Dialect.Tables(ctx, db.DB)
	if err != nil {
		return nil, db.explain(ctx, err, c.Name)
	}
	return tables, nil
}

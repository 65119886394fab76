package suiteql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
)

// Result is a query's result in one piece, for scripts. Values are a string, a
// json.Number or nil; dates are printed as the service prints them.
type Result struct {
	Columns []string
	Rows    [][]any
}

// Rows runs q for s and returns its first rows, limit at most. Rows that the
// query does not order come as the database has them.
func (e *Engine) Rows(ctx context.Context, s *session.Session, q string, params []string, limit int) (*Result, *fault.Fault) {
	r, err := e.rows(ctx, s, q, params, limit)
	if err == nil {
		return r, nil
	}
	if refusal, ok := errors.AsType[*compile.Refusal](err); ok {
		e.log.DebugContext(ctx, "query refused", "q", q, "detail", refusal.Detail, "reason", refusal.Reason)
		return nil, refusal.Fault()
	}
	e.log.ErrorContext(ctx, "query failed", "q", q, "error", err)
	return nil, fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", errorID(q))
}

func (e *Engine) rows(ctx context.Context, s *session.Session, q string, params []string, limit int) (*Result, error) {
	st, err := compile.Compile(*e.tables.Load(), e.db.zones, s, q, params)
	if err != nil {
		return nil, err
	}
	args := append(st.Args[:len(st.Args):len(st.Args)], limit)
	if st.Seed >= 0 {
		args[st.Seed] = int64(hash(q) >> 1)
	}
	found, err := e.db.QueryContext(ctx, st.SQL+" LIMIT ?"+strconv.Itoa(len(args)), args...)
	if err != nil {
		return nil, queryError(ctx, err)
	}
	defer found.Close()
	r := &Result{}
	for _, c := range st.Columns {
		r.Columns = append(r.Columns, c.Name)
	}
	r.Rows, err = newRenderer(s, st).values(found, st.Columns)
	if err != nil {
		return nil, queryError(ctx, err)
	}
	return r, nil
}

// values reads all rows with their numbers as numbers.
func (r *renderer) values(rows *sql.Rows, columns []compile.ResultColumn) ([][]any, error) {
	raw, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range raw {
		into[i] = &raw[i]
	}
	var out [][]any
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]any, len(columns))
		for i, v := range raw {
			var err error
			if row[i], err = r.value(v, columns[i].Form); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (r *renderer) value(v any, form compile.Form) (any, error) {
	switch v.(type) {
	case nil:
		return nil, nil
	case int64, float64:
		if form == compile.Plain {
			return json.Number(oracle.FormatNumber(v)), nil
		}
	}
	text, err := r.print(v, form)
	if err != nil || text == "" { // Oracle's empty string is NULL
		return nil, err
	}
	return text, nil
}

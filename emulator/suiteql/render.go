package suiteql

import (
	"database/sql"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/compile"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
)

// renderer prints values as SuiteQL's REST service does: all as strings,
// dates by the user's preference and without their time.
type renderer struct {
	loc   *time.Location
	dates *oracle.DateFormat
}

func newRenderer(s *session.Session, st *compile.Statement) *renderer {
	loc := s.TimeZone
	if loc == nil {
		loc = time.UTC
	}
	return &renderer{loc, oracle.NewDateFormat(st.Dates)}
}

// read prints all rows.
func (r *renderer) read(rows *sql.Rows, columns []compile.ResultColumn) ([][]sql.NullString, error) {
	raw, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range raw {
		into[i] = &raw[i]
	}
	var out [][]sql.NullString
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]sql.NullString, len(columns))
		for i, v := range raw {
			if v == nil {
				continue
			}
			text, err := r.print(v, columns[i].Form)
			if err != nil {
				return nil, err
			}
			row[i] = sql.NullString{String: text, Valid: text != ""}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (r *renderer) print(v any, form compile.Form) (string, error) {
	stored := oracle.FormatNumber(v)
	if form == compile.Plain {
		return stored, nil
	}
	t, err := oracle.ParseDate(stored)
	if err != nil {
		return "", err
	}
	if form == compile.Moment {
		t = t.In(r.loc)
	}
	return r.dates.Format(t), nil
}

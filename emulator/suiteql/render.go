package suiteql

import (
	"database/sql"
	"time"

	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
)

// renderer prints values as SuiteQL's REST service does: all as strings,
// dates by the user's preference and without their time.
type renderer struct {
	loc   *time.Location
	dates *oracle.DateFormat
}

func newRenderer(t *translator) *renderer {
	loc := t.session.TimeZone
	if loc == nil {
		loc = time.UTC
	}
	return &renderer{loc, oracle.NewDateFormat(t.dates)}
}

// read prints all rows.
func (r *renderer) read(rows *sql.Rows, columns []output) ([][]sql.NullString, error) {
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
			text, err := r.print(v, columns[i].kind)
			if err != nil {
				return nil, err
			}
			row[i] = sql.NullString{String: text, Valid: text != ""}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (r *renderer) print(v any, k kind) (string, error) {
	stored := oracle.FormatNumber(v)
	if !isTime(k) {
		return stored, nil
	}
	t, err := oracle.ParseDate(stored)
	if err != nil {
		return "", err
	}
	if k == kindInstant {
		t = t.In(r.loc)
	}
	return r.dates.Format(t), nil
}

// Package delta makes queries read what changed in a window of time, in the order of
// the change and the key, and reads what was deleted before what was changed.
//
// Times of change are compared as texts in UTC of one width, which sort as the times
// do. All of it happens in the source, by its clock.
package delta

import (
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// Column is the column that a windowed query has besides its own: when the row
// changed, as the dialect writes it.
const Column = "sluice_changed"

// Field is a column that holds times.
type Field struct {
	Name string
	Type string // the database's name of it, where the dialect goes by that
}

// Query is a query to be read by its times of change.
type Query struct {
	Text   string
	Fields []Field
	Window *sluice.Window
	// Together are columns whose rows belong together: the latest change of any counts for all.
	Together []string
	// Absent, when set, drops the rows that the query Absent.Text has with the same values in Absent.Columns.
	Absent *Absent
}

// Absent names rows of another query.
type Absent struct {
	Text    string
	Columns []string
}

// Dialect is what databases write differently.
type Dialect struct {
	// Now is the query that asks for the time, and Layout how its answer and all times
	// are written.
	Now, Layout string
	// instant is the expression of a column's time in Layout; false for a type that holds none.
	instant func(column, typ string) (string, bool)
	// since is a condition, kind to indexes, that holds at least for the times from at on;
	// nil where there is none.
	since func(column, typ string, at time.Time) string
	quote func(name string) string
	// greatest is the function that returns the greatest of its arguments.
	greatest string
	// untyped says that a column may hold what is no time.
	untyped bool
	// as stands between a sub-select and its name.
	as string
}

// Unreadable returns the fields whose type holds no time.
func (d Dialect) Unreadable(fields []Field) []string {
	var out []string
	for _, f := range fields {
		if _, ok := d.instant(f.Name, f.Type); !ok {
			out = append(out, f.Name)
		}
	}
	return out
}

// Strange returns a query that counts the rows with a value that should be a time and is
// none; "" where the types leave no such values.
func (d Dialect) Strange(q Query) string {
	if !d.untyped {
		return ""
	}
	var any []string
	for _, f := range q.Fields {
		instant, _ := d.instant(d.column(f.Name), f.Type)
		any = append(any, d.column(f.Name)+" IS NOT NULL AND "+instant+" IS NULL")
	}
	return "SELECT count(*) FROM (" + q.Text + "\n)" + d.as + "d WHERE " + strings.Join(any, " OR ")
}

// Write returns the query with its window.
func (d Dialect) Write(q Query) string {
	changed := d.changed(q)
	if len(q.Together) > 0 {
		columns := make([]string, len(q.Together))
		for i, c := range q.Together {
			columns[i] = d.column(c)
		}
		changed = "MAX(" + changed + ") OVER (PARTITION BY " + strings.Join(columns, ", ") + ")"
	}
	inner := "SELECT d.*, " + changed + " AS " + d.quote(Column) + " FROM (" + q.Text + "\n)" + d.as + "d" + d.filter(q)
	column := "w." + d.quote(Column)
	where := column + " < '" + d.text(q.Window.Until) + "'"
	if !q.Window.From.IsZero() {
		where += " AND " + column + " >= '" + d.text(q.Window.From) + "'"
	}
	return "SELECT * FROM (" + inner + ")" + d.as + "w WHERE " + where
}

func (d Dialect) column(name string) string { return "d." + d.quote(name) }

func (d Dialect) text(t time.Time) string { return t.UTC().Format(d.Layout) }

// never is the time of a row without any: it sorts before all others, and is not null.
const never = "0"

// changed is the expression of the latest time, ” where all are null.
func (d Dialect) changed(q Query) string {
	times := make([]string, len(q.Fields))
	for i, f := range q.Fields {
		instant, _ := d.instant(d.column(f.Name), f.Type)
		times[i] = "COALESCE(" + instant + ", '" + never + "')"
	}
	if len(times) == 1 {
		return times[0]
	}
	return d.greatest + "(" + strings.Join(times, ", ") + ")"
}

// filter leaves out, before times are reckoned, what cannot be in the window.
func (d Dialect) filter(q Query) string {
	var all []string
	if d.since != nil && !q.Window.From.IsZero() && len(q.Together) == 0 {
		var any []string
		for _, f := range q.Fields {
			any = append(any, d.since(d.column(f.Name), f.Type, q.Window.From))
		}
		all = append(all, "("+strings.Join(any, " OR ")+")")
	}
	if q.Absent != nil {
		var same []string
		for _, c := range q.Absent.Columns {
			same = append(same, "a."+d.quote(c)+" = "+d.column(c))
		}
		all = append(all, "NOT EXISTS (SELECT 1 FROM ("+q.Absent.Text+"\n)"+d.as+"a WHERE "+strings.Join(same, " AND ")+")")
	}
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

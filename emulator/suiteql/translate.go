package suiteql

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// output is one column of a result.
type output struct {
	name string
	value
}

// statement is a query ready to run.
type statement struct {
	columns []output
	sql     string // without LIMIT
	count   string // a select with one row for each row of sql
	args    []any
	seed    int  // index in args of the seed that orders ties; -1 without
	ordered bool // the query has an ORDER BY
	limit   int  // rows that TOP or FETCH FIRST let through; -1 for all
}

// translator turns a syntax tree into SQL for SQLite.
type translator struct {
	tables  catalogue
	session *session.Session
	params  []string

	args    []any
	numbers map[any]string // placeholder of each bound value
	names   int            // sources named so far
	refs    int            // columns and sub-selects translated so far
	scope   *scope
	joining bool // column(+) may stand here

	now   time.Time
	zone  string // name of the session's zone
	dates string // format model of the session's date preference
}

func newTranslator(tables catalogue, zones *oracle.Zones, s *session.Session, params []string) *translator {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	return &translator{
		tables: tables, session: s, params: params, numbers: map[any]string{},
		now: now(), zone: zones.Add(s.TimeZone), dates: oracle.UserFormat(s.DateFormat),
	}
}

// translate compiles a query.
func (t *translator) translate(q *syntax.Query) (*statement, error) {
	r, err := t.query(q)
	if err != nil {
		return nil, err
	}
	st := &statement{columns: r.columns, seed: -1, ordered: len(r.orderBy) > 0, limit: r.limit}
	if b := r.block; b != nil && b.plain() {
		st.count = b.sql("1 AS one")
		if st.ordered {
			st.seed = len(t.args)
			t.args = append(t.args, int64(0))
			r.orderBy = append(r.orderBy, b.tieBreak(st.seed))
		}
	} else {
		st.count = "SELECT 1 AS one FROM (" + r.body() + ")"
	}
	st.sql, st.args = r.body()+r.order(), t.args
	return st, nil
}

// bind returns the placeholder of a value.
func (t *translator) bind(v any) string {
	if p, ok := t.numbers[v]; ok {
		return p
	}
	t.args = append(t.args, v)
	p := "?" + strconv.Itoa(len(t.args))
	t.numbers[v] = p
	return p
}

func (t *translator) call(name string, args ...string) string {
	return "ns_" + name + "(" + strings.Join(args, ",") + ")"
}

// sourceName returns a fresh name for a source in the generated SQL.
func (t *translator) sourceName() string {
	t.names++
	return "s" + strconv.Itoa(t.names)
}

// localNow is the session's wall clock as a stored date.
func (t *translator) localNow() string {
	loc := t.session.TimeZone
	if loc == nil {
		loc = time.UTC
	}
	return oracle.FormatDate(t.now.In(loc).Truncate(time.Second))
}

func (t *translator) instantNow() string {
	return oracle.FormatInstant(t.now.Truncate(time.Second))
}

// quote makes a catalogue name safe as an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

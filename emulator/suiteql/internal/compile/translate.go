package compile

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/oracle"
	"github.com/sluicehq/sluice/emulator/suiteql/internal/syntax"
)

// Form is how a value of a result is to be printed.
type Form int

// The forms: as it is, as a date on a wall clock, as a moment held in UTC.
const (
	Plain Form = iota
	WallClock
	Moment
)

// ResultColumn is one column of a result.
type ResultColumn struct {
	Name string // lower-case
	Form Form
}

// Statement is a query ready to run.
type Statement struct {
	Columns []ResultColumn
	SQL     string // without LIMIT
	Count   string // a select with one row for each row of SQL
	Args    []any
	Seed    int    // index in Args of the seed that orders ties; -1 without
	Ordered bool   // the query has an ORDER BY
	Limit   int    // rows that TOP or FETCH FIRST let through; -1 for all
	Dates   string // format model in which the session sees dates
}

// Compile translates q for s. An error is a *Refusal.
func Compile(tables Catalogue, zones *oracle.Zones, s *session.Session, q string, params []string) (*Statement, error) {
	tree, err := syntax.Parse(q)
	if err != nil {
		return nil, Unsupported("%v", err)
	}
	return newTranslator(tables, zones, s, params).translate(tree)
}

// output is one translated column of a select list.
type output struct {
	name string
	value
}

// translator turns a syntax tree into SQL for SQLite.
type translator struct {
	tables  Catalogue
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

func newTranslator(tables Catalogue, zones *oracle.Zones, s *session.Session, params []string) *translator {
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
func (t *translator) translate(q *syntax.Query) (*Statement, error) {
	r, err := t.query(q)
	if err != nil {
		return nil, err
	}
	st := &Statement{Seed: -1, Ordered: len(r.orderBy) > 0, Limit: r.limit, Dates: t.dates}
	for _, c := range r.columns {
		form := map[kind]Form{kindDate: WallClock, kindInstant: Moment}[c.kind]
		st.Columns = append(st.Columns, ResultColumn{c.name, form})
	}
	if b := r.block; b != nil && b.plain() {
		st.Count = b.sql("1 AS one")
		if st.Ordered {
			st.Seed = len(t.args)
			t.args = append(t.args, int64(0))
			r.orderBy = append(r.orderBy, b.tieBreak(st.Seed))
		}
	} else {
		st.Count = "SELECT 1 AS one FROM (" + r.body() + ")"
	}
	st.SQL, st.Args = r.body()+r.order(), t.args
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

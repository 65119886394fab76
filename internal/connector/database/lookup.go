package database

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/database/dialect"
	"github.com/sluicehq/sluice/internal/connector/finding"
)

// maxArguments is how many values a lookup hands to one statement. SQL Server takes
// 2,100, the others more.
const maxArguments = 2000

// OpenLookup gets ready to ask by a query.
func OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o Options) (sluice.Finder, error) {
	if err := single(c, strings.TrimRight(strings.TrimSpace(l.SQL.Query), "; \n"), "lookup.sql.query"); err != nil {
		return nil, err
	}
	db, err := open(ctx, c, true, o)
	if err != nil {
		return nil, err
	}
	f := &finder{query: &query{connection: db, spec: &sluice.SQLExport{Query: l.SQL.Query, Key: l.SQL.Key}, text: strings.TrimRight(strings.TrimSpace(l.SQL.Query), "; \n")}, lookup: l}
	if err := f.describe(ctx); err != nil {
		_ = db.Close()
		return nil, placed(db.explain(ctx, err, "lookup.sql.query"))
	}
	return f, nil
}

// placed puts an export's places right.
func placed(err error) error {
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		return err
	}
	e := *own
	e.Where = strings.Replace(e.Where, "export.sql", "lookup.sql", 1)
	e.Problems = nil
	for _, p := range own.Problems {
		p.Path = strings.Replace(p.Path, "export.sql", "lookup.sql", 1)
		e.Problems = append(e.Problems, p)
	}
	return &e
}

// finder asks by a query.
type finder struct {
	*query
	lookup  *sluice.Lookup
	matched []int // places of the columns that match names

	probing sync.Mutex
	probed  bool
}

// describe finds out the query's columns, and where those to match are among them.
func (f *finder) describe(ctx context.Context) error {
	if err := f.query.describe(ctx); err != nil {
		return err
	}
	var problems []sluice.Problem
	for _, name := range f.lookup.Names() {
		n := find(f.columns, name)
		if n < 0 {
			problems = append(problems, sluice.Problem{Code: "source.missing_column", Path: "lookup.match." + name, Message: "the query has no column " + name, Remedy: "It has " + strings.Join(f.columns, ", ")})
		}
		f.matched = append(f.matched, n)
	}
	return sluice.Problems("source.query", "the query is not as the lookup needs it", problems)
}

// Find asks for as many records at once as a statement takes.
func (f *finder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	out := sluice.Findings{Answers: make([]sluice.Answer, len(questions))}
	var sound []sluice.Question
	var places []int
	for i, q := range questions {
		if _, err := f.arguments(q); err != nil {
			out.Answers[i].Refused = refusedQuery(err)
			continue
		}
		sound, places = append(sound, q), append(places, i)
	}
	got, err := finding.InParts(ctx, sound, max(1, maxArguments/len(f.matched)), f.part)
	out.Requests = got.Requests
	for i, a := range got.Answers {
		out.Answers[places[i]] = a
	}
	return out, err
}

func refusedQuery(err error) *sluice.Error {
	return sluice.Errorf("lookup.refused", "the database does not compare this: %w", err).At("lookup.match").Fix("Correct the record, or ask by a value of the column's type")
}

// arguments are a question's values as the columns' types take them.
func (f *finder) arguments(q sluice.Question) ([]any, error) {
	args := make([]any, len(q))
	for i, v := range q {
		n, isNumber := v.(json.Number)
		if whole, fraction, found := strings.Cut(n.String(), "."); found && strings.Trim(fraction, "0") == "" {
			n, v = json.Number(whole), json.Number(whole) // 8.0 is 8, which a column of integers takes
		}
		switch typ := f.types[f.matched[i]]; {
		case isNumber && f.kind == sluice.KindSQLite && strings.ContainsAny(n.String(), ".eE"):
			float, err := n.Float64() // a text would equal no number
			if err != nil {
				return nil, err
			}
			args[i] = float
		default:
			var err error
			if args[i], err = f.Argument(v, typ); err != nil {
				return nil, err
			}
		}
	}
	return args, nil
}

// part asks for some of the questions by one statement.
func (f *finder) part(ctx context.Context, questions []sluice.Question) ([]sluice.Answer, int, *sluice.Error, error) {
	condition, args, err := f.condition(questions)
	if err != nil {
		return nil, 0, nil, err
	}
	sorter := finding.NewSorter(questions, f.lookup.Keeps())
	err = f.rows(ctx, condition, args, sorter)
	if err == nil {
		return sorter.Answers(), 1, nil, nil
	}
	if f.Fault(err).Severity != dialect.OfRow {
		return nil, 1, nil, placed(f.explain(ctx, err, "lookup.sql.query"))
	}
	// A value that the database cannot compare, or a query that fails for all.
	if err := f.probe(ctx); err != nil {
		return nil, 1, nil, placed(f.explain(ctx, err, "lookup.sql.query"))
	}
	return nil, 1, refusedQuery(err), nil
}

func (f *finder) probe(ctx context.Context) error {
	f.probing.Lock()
	defer f.probing.Unlock()
	if f.probed {
		return nil
	}
	err := f.rows(ctx, "1 = 0", nil, finding.NewSorter(nil, 0))
	f.probed = err == nil
	return err
}

// condition is what holds for the rows that answer questions.
func (f *finder) condition(questions []sluice.Question) (string, []any, error) {
	var args []any
	cases := make([]string, len(questions))
	s := f.Syntax()
	for i, q := range questions {
		values, err := f.arguments(q)
		if err != nil {
			return "", nil, err
		}
		parts := make([]string, len(values))
		for n, v := range values {
			args = append(args, v)
			column, operand := f.matched[n], s.Operand(len(args), f.types[f.matched[n]])
			if parts[n] = "q." + s.Quote(f.columns[column]) + " = " + operand; len(values) == 1 {
				parts[n] = operand
			}
		}
		cases[i] = "(" + strings.Join(parts, " AND ") + ")"
	}
	if len(f.matched) > 1 {
		return strings.Join(cases, " OR "), args, nil
	}
	return "q." + s.Quote(f.columns[f.matched[0]]) + " IN (" + strings.Join(cases, ", ") + ")", args, nil
}

// rows reads the rows for which a condition holds, in the order of the key.
func (f *finder) rows(ctx context.Context, condition string, args []any, sorter *finding.Sorter) error {
	text := "SELECT " + f.selection() + " WHERE " + condition
	if key := f.keyColumns(); len(key) > 0 {
		text += " ORDER BY " + strings.Join(key, ", ")
	}
	rows, err := f.ask(ctx, f.DB, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values := make([]any, len(f.matched))
	for rows.Next() {
		record, err := f.scan(rows)
		if err != nil {
			return err
		}
		for i, n := range f.matched {
			values[i] = record[f.columns[n]]
		}
		if sorter.Add(values, record); sorter.Full() {
			return nil
		}
	}
	return rows.Err()
}

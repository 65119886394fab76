package suitetalk

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/finding"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// maxInQuery is how many values a query compares with: NetSuite takes 1,000 in one
// IN list at most (Oracle help, section_156257790831).
const maxInQuery = 1000

// suiteqlFinder asks by a query, for many records at once.
type suiteqlFinder struct {
	*finder
	columns []string // in lower case, as rows have them
	query   suiteql.Query
}

func openSuiteQLFinder(f *finder) (sluice.Finder, error) {
	spec := f.spec.SuiteQL
	out := &suiteqlFinder{finder: f, columns: lower(f.spec.Names())}
	out.query = suiteql.Query{SQL: spec.Query, Params: spec.Params, Key: []suiteql.KeyColumn{{Name: out.columns[0], Kind: suiteql.Text}}}
	if len(spec.Key) > 0 {
		kind := suiteql.Numeric
		if spec.TextKey {
			kind = suiteql.Text
		}
		out.query.Key = nil
		for _, name := range spec.Key {
			out.query.Key = append(out.query.Key, suiteql.KeyColumn{Name: name, Kind: kind})
		}
	}
	if err := out.query.Check(); err != nil {
		return nil, sluice.Errorf("flow.suiteql", "the query cannot be asked: %w", err).At("lookup.suiteql")
	}
	return out, nil
}

// Find asks for as many records at once as a query takes.
func (f *suiteqlFinder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	return finding.InParts(netsuite.ContextWithFlow(ctx, f.flow), questions, max(1, maxInQuery/len(f.columns)), f.part)
}

func (f *suiteqlFinder) part(ctx context.Context, questions []sluice.Question) (answers []sluice.Answer, requests int, refused *sluice.Error, err error) {
	sorter := finding.NewSorter(questions, f.spec.Keeps())
	condition, params := f.condition(questions)
	whole := true
	if len(f.spec.SuiteQL.Key) == 0 {
		requests = 1
		whole, err = f.first(ctx, condition, params, sorter)
	} else {
		requests, err = f.pages(ctx, condition, params, sorter)
	}
	switch {
	case err != nil:
		refused, err = f.refusal(err, func() error { return f.probe(ctx) })
		return nil, requests, refused, err
	case !whole && len(questions) == 1 && f.spec.Many == sluice.ManyAll:
		return nil, requests, nil, sluice.Errorf("lookup.too_many", "a record has more than %d answers, which NetSuite gives in pages of no order", suiteql.MaxPageSize).
			At("lookup.suiteql.key").Fix("Add the columns that tell the rows apart, as in key: [id]")
	case !whole && len(questions) > 1: // the rows of some may be missing: in halves there are fewer
		return nil, requests, &sluice.Error{Code: "lookup.too_many"}, nil
	}
	return sorter.Answers(), requests, nil, nil
}

// first reads the first page of rows and reports whether there are no others. Two
// of one question are enough unless all are wanted.
func (f *suiteqlFinder) first(ctx context.Context, condition string, params []string, sorter *finding.Sorter) (whole bool, err error) {
	page, err := f.SuiteQL.Page(ctx, f.wrapped(condition), params, suiteql.MaxPageSize, 0)
	if err != nil {
		return false, err
	}
	f.sort(page.Rows, sorter)
	return !page.HasMore && page.Total <= len(page.Rows), nil
}

// pages reads all rows in the order of the key.
func (f *suiteqlFinder) pages(ctx context.Context, condition string, params []string, sorter *finding.Sorter) (requests int, err error) {
	q := f.query
	q.SQL, q.Params = f.wrapped(condition), params
	for rows, err := range f.SuiteQL.Pages(ctx, q) {
		if err != nil {
			return requests + 1, err
		}
		requests++
		if f.sort(rows, sorter); sorter.Full() {
			break
		}
	}
	return max(requests, 1), nil
}

// wrapped is the query with a condition on its result. The line break ends a comment
// that it may end with.
func (f *suiteqlFinder) wrapped(condition string) string {
	return "SELECT * FROM (" + strings.TrimRight(strings.TrimSpace(f.spec.SuiteQL.Query), "; \t\r\n") + "\n) WHERE " + condition
}

func (f *suiteqlFinder) sort(rows []suiteql.Row, sorter *finding.Sorter) {
	values := make([]any, len(f.columns))
	for _, row := range rows {
		for i, column := range f.columns {
			values[i] = nil
			if text, ok := row.Get(column); ok {
				values[i] = text
			}
		}
		sorter.Add(values, row.Map())
	}
}

// probe asks nothing: what refuses this refuses every question.
func (f *suiteqlFinder) probe(ctx context.Context) error {
	if _, err := f.SuiteQL.Page(ctx, f.wrapped("1 = 0"), f.spec.SuiteQL.Params, 1, 0); err != nil {
		e := f.queryProblem(err)
		if e.Where == "export.suiteql.query" {
			e.Where = "lookup.suiteql.query"
		}
		return e
	}
	return nil
}

// condition is what holds for the rows that answer questions, and the parameters of
// the whole query. Texts are parameters. Numbers are written out, since NetSuite
// takes a parameter for text: digit by digit they cannot be anything else.
func (f *suiteqlFinder) condition(questions []sluice.Question) (string, []string) {
	params := slices.Clone(f.spec.SuiteQL.Params)
	operand := func(v any) string {
		if n, ok := v.(json.Number); ok && decimals.MatchString(n.String()) {
			return n.String()
		}
		params = append(params, asText(v))
		return "?"
	}
	if len(f.columns) == 1 {
		return f.list(questions, operand), params
	}
	cases := make([]string, len(questions))
	for i, q := range questions {
		parts := make([]string, len(q))
		for n, v := range q {
			parts[n] = f.columns[n] + " = " + operand(v)
		}
		cases[i] = "(" + strings.Join(parts, " AND ") + ")"
	}
	return "(" + strings.Join(cases, " OR ") + ")", params
}

// list is the condition on one column. Numbers and texts are compared apart: a list
// of both would have to be of one type.
func (f *suiteqlFinder) list(questions []sluice.Question, operand func(any) string) string {
	var numbers, texts []string
	for _, number := range []bool{true, false} {
		for _, q := range questions {
			if _, ok := q[0].(json.Number); ok == number {
				if number {
					numbers = append(numbers, operand(q[0]))
				} else {
					texts = append(texts, operand(q[0]))
				}
			}
		}
	}
	var parts []string
	for _, list := range [][]string{numbers, texts} {
		if len(list) > 0 {
			parts = append(parts, f.columns[0]+" IN ("+strings.Join(list, ", ")+")")
		}
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

var decimals = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// Package lookup works the lookups of a flow: what they ask for a record, what they
// make of the answer, and the answers that are kept.
package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Step is a compiled lookup. It may be used by several goroutines.
type Step struct {
	*sluice.Lookup
	names  []string
	values []*mapping.Expr // by names
	path   *mapping.Template
	absent *mapping.Expr // the default
	kept   string        // names what is asked, for answers that are kept beyond a run
}

// Compile compiles the lookup at a path of the flow. Problems have the path of the
// key that they are about.
func Compile(path string, l *sluice.Lookup) (*Step, []sluice.Problem) {
	s := &Step{Lookup: l, names: l.Names()}
	var problems []sluice.Problem
	note := func(key string, list []sluice.Problem) {
		for _, p := range list {
			p.Path = path + "." + key
			problems = append(problems, p)
		}
	}
	for _, name := range s.names {
		if l.HTTP != nil {
			t, list := mapping.CompileTemplate(l.HTTP.Path)
			note("http.path", list)
			s.path = t
			break
		}
		key, source := expression(l, name)
		e, list := mapping.CompileExpr(source)
		note(key, list)
		s.values = append(s.values, e)
	}
	if l.Default != "" {
		e, list := mapping.CompileExpr(l.Default)
		note("default", list)
		s.absent = e
	}
	asked := *l
	asked.As, asked.None, asked.Default, asked.Cache = "", "", "", nil
	text, err := json.Marshal(&asked)
	if err != nil {
		problems = append(problems, sluice.Problem{Code: "flow.invalid", Path: path, Message: err.Error()})
	}
	s.kept = string(text)
	return s, problems
}

// expression returns the key and the text of what a name has to be.
func expression(l *sluice.Lookup, name string) (key, source string) {
	switch {
	case l.RESTlet != nil:
		return "restlet.params." + name, l.RESTlet.Params[name]
	case l.Records != nil && l.Records.ID != "":
		return "records.id", l.Records.ID
	case l.Records != nil:
		return "records.external_id", l.Records.ExternalID
	case l.Table != nil:
		return "value", l.Value
	}
	return "match." + name, l.Match[name]
}

var errNothing = errors.New("lookup: there is nothing to ask by")

// ask returns the question for a record, and nil when a value is missing: null
// equals nothing, and for NetSuite empty text is null.
func (s *Step) ask(ctx context.Context, r sluice.Record) (sluice.Question, error) {
	if s.path != nil {
		path, err := s.path.Text(ctx, r, func(before, value string) (string, error) {
			if value == "" {
				return "", errNothing
			}
			return mapping.EscapePath(before, value)
		})
		if errors.Is(err, errNothing) {
			return nil, nil
		}
		return sluice.Question{path}, err
	}
	q := make(sluice.Question, len(s.values))
	for i, e := range s.values {
		v, err := e.Value(ctx, r)
		if err != nil {
			return nil, err
		}
		switch v.(type) {
		case []any, map[string]any:
			return nil, sluice.Errorf("lookup.value", "what %s has to be is a list or an object", s.names[i]).Fix("Ask by plain values")
		}
		if v == nil || v == "" && (s.SuiteQL != nil || s.Records != nil || s.Table != nil) {
			return nil, nil
		}
		q[i] = v
	}
	return q, nil
}

// key tells a question from all others.
func key(q sluice.Question) (string, error) {
	text, err := json.Marshal(q)
	return string(text), err
}

// inTable looks a question up in the flow's own table.
func (s *Step) inTable(q sluice.Question) (string, bool, error) {
	text, err := mapping.Text(q[0])
	if err != nil {
		return "", false, err
	}
	found, ok := s.Table[text.(string)]
	return found, ok, nil
}

// take puts an answer into a copy of the record.
func (s *Step) take(ctx context.Context, r sluice.Record, q sluice.Question, found []sluice.Record) (sluice.Record, error) {
	switch {
	case len(found) == 0:
		return s.without(ctx, r, q)
	case len(found) > sluice.MaxLookupAnswers:
		return nil, sluice.Errorf("lookup.too_many", "more than %d records have %s", sluice.MaxLookupAnswers, s.describe(q)).Fix("Ask by more columns")
	case s.Many == sluice.ManyAll:
		list := make([]any, len(found))
		for i, f := range found {
			list[i] = map[string]any(f)
		}
		return s.with(r, list), nil
	case len(found) > 1 && s.Many != sluice.ManyFirst:
		return nil, sluice.Errorf("lookup.many", "several records have %s: %s and %s", s.describe(q), s.called(found[0]), s.called(found[1])).
			Fix("Take away the one that is too many, ask by more columns, or write many: first or all")
	}
	return s.with(r, map[string]any(found[0])), nil
}

// without is what becomes of a record for which nothing was found.
func (s *Step) without(ctx context.Context, r sluice.Record, q sluice.Question) (sluice.Record, error) {
	switch {
	case s.None == sluice.NoneNull:
		return s.with(r, nil), nil
	case s.absent != nil:
		v, err := s.absent.Value(ctx, r)
		return s.with(r, v), err
	case s.Many == sluice.ManyAll && s.None == "":
		return s.with(r, []any{}), nil
	case q == nil:
		return nil, sluice.Errorf("lookup.nothing_to_ask", "the record has no value to look up by: %s", strings.Join(s.names, ", ")).
			Fix("Correct the record, or write none: null or default")
	}
	return nil, sluice.Errorf("lookup.none", "nothing has %s", s.describe(q)).Fix("Create what is looked for and retry, correct the record, or write none: null or default")
}

func (s *Step) with(r sluice.Record, v any) sluice.Record {
	out := maps.Clone(r)
	if out == nil {
		out = sluice.Record{}
	}
	out[s.As] = v
	return out
}

// describe says a question in words.
func (s *Step) describe(q sluice.Question) string {
	parts := make([]string, len(q))
	for i, v := range q {
		parts[i] = fmt.Sprintf("%s %s", s.names[i], short(v))
	}
	return strings.Join(parts, " and ")
}

func short(v any) string {
	text, ok := v.(string)
	if !ok {
		text = fmt.Sprint(v)
	}
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80]) + "…"
	}
	if ok {
		return `"` + text + `"`
	}
	return text
}

// called names a found record: by its ID, the key of the query, or its first fields.
func (s *Step) called(r sluice.Record) string {
	names := []string{"id"}
	switch {
	case s.SuiteQL != nil:
		names = append(names, s.SuiteQL.Key...)
	case s.SQL != nil:
		names = append(names, s.SQL.Key...)
	}
	for _, field := range slices.Sorted(maps.Keys(r)) {
		for _, name := range names {
			if v := r[field]; strings.EqualFold(field, name) && plain(v) {
				return field + " " + short(v)
			}
		}
	}
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(r)) {
		if v := r[field]; plain(v) && len(parts) < 3 {
			parts = append(parts, field+" "+short(v))
		}
	}
	return strings.Join(parts, " ")
}

func plain(v any) bool {
	switch v.(type) {
	case string, json.Number, bool:
		return true
	}
	return false
}

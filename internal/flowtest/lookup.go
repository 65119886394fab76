package flowtest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// OpenLookup answers a lookup with what the case says it finds. Where the case has the
// other side's own answer, or the files, database or records that are asked, the lookup
// asks as it does in a run.
func (w *world) OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	step := w.stepOf(l)
	said := slices.IndexFunc(w.test.Lookups, func(a FoundAnswer) bool { return a.Step == step })
	var offline *wire.Rehearsal
	switch {
	case said >= 0 && w.test.Lookups[said].byHTTP():
		a := &w.test.Lookups[said]
		offline = w.answering(step, func(*http.Request) *http.Response { return jsonAnswer(cmp.Or(a.Status, http.StatusOK), a.Body) })
	case said >= 0:
		return &finder{w, l, step}, nil
	case l.SQL != nil && w.databases[c.Name] != "", (l.CSV != nil || l.JSONLines != nil) && w.test.Folder != "":
		return w.Connectors.(sluice.LookupConnector).OpenLookup(ctx, c, l, o)
	case l.Records != nil && w.test.Existing != nil:
		offline = w.answering(step, w.account().read)
	default:
		return &finder{w, l, step}, nil
	}
	f, err := w.Connectors.(sluice.LookupConnector).OpenLookup(wire.Rehearse(ctx, offline), c, l, o)
	if err != nil {
		return nil, err
	}
	return &askingFinder{f, offline}, nil
}

// answering makes a rehearsal in which a lookup's requests are answered, and noted.
func (w *world) answering(step string, answer func(*http.Request) *http.Response) *wire.Rehearsal {
	return &wire.Rehearsal{Offline: func(q *http.Request) *http.Response {
		if a := routine(q); a != nil {
			return a
		}
		w.ask(asked{step: step}, q)
		return answer(q)
	}}
}

// askingFinder is a Finder whose requests are answered by the case.
type askingFinder struct {
	sluice.Finder
	offline *wire.Rehearsal
}

// Find asks.
func (f *askingFinder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	return f.Finder.Find(wire.Rehearse(ctx, f.offline), questions)
}

// stepOf names the step that a lookup is of.
func (w *world) stepOf(l *sluice.Lookup) string {
	for name, s := range named(w.suite.Flow) {
		if s.Lookup == l || s.Lookup != nil && reflect.DeepEqual(s.Lookup, l) {
			return name
		}
	}
	return ""
}

// finder is the Finder of a case.
type finder struct {
	w      *world
	lookup *sluice.Lookup
	step   string
}

func (f *finder) Close() error { return nil }

// Find answers each question by the first answer that fits, else with nothing.
func (f *finder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	out := sluice.Findings{Answers: make([]sluice.Answer, len(questions)), Requests: 1}
	for n, q := range questions {
		values := sluice.Record{}
		for i, name := range f.lookup.Names() {
			values[name] = q[i]
		}
		for i := range f.w.test.Lookups {
			a := &f.w.test.Lookups[i]
			if a.Step != f.step {
				continue
			}
			fits, err := f.w.fits(ctx, a.If, values)
			if err != nil {
				return out, sluice.Errorf("test.lookup", "the answer %d of lookup %s cannot be told to fit: %w", i+1, f.step, err)
			}
			if fits {
				out.Answers[n], err = f.answer(a)
				if err != nil {
					return out, err
				}
				break
			}
		}
	}
	return out, nil
}

func (f *finder) answer(a *FoundAnswer) (sluice.Answer, error) {
	if a.Fail != nil {
		return sluice.Answer{Refused: sluice.Errorf(a.Fail.Code, "%s", failureOf(a.Fail).Message)}, nil
	}
	if a.Give == nil {
		return sluice.Answer{}, nil
	}
	list, err := recordsOf(a.Give)
	if err != nil {
		return sluice.Answer{}, fmt.Errorf("the lookup %s cannot give what the case says: %w", f.step, err)
	}
	return sluice.Answer{Records: list[:min(len(list), f.lookup.Keeps())]}, nil
}

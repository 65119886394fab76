package flowtest

import (
	"context"
	"fmt"
	"reflect"

	"github.com/sluicehq/sluice"
)

// OpenLookup answers a lookup with what the case says it finds.
func (w *world) OpenLookup(_ context.Context, _ *sluice.Connection, l *sluice.Lookup, _ sluice.LookupOptions) (sluice.Finder, error) {
	return &finder{w, l, w.stepOf(l)}, nil
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

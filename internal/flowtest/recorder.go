package flowtest

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// OpenImport opens the import that the flow means, rehearsed, with the case's answers. A
// database that the case gives is written to; another one is not asked for anything,
// since what its tables are like is not known.
func (w *world) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (_ sluice.Writer, err error) {
	r := &recorder{w: w, step: o.Step, spec: i}
	if i.SQL != nil {
		if w.databases[c.Name] != "" {
			r.inner, err = w.Connectors.OpenImport(ctx, c, i, o)
			r.real = true
		}
		return r, err
	}
	r.inner, err = w.OpenRehearsal(ctx, c, i, o, &wire.Rehearsal{
		Tell: func(p sluice.PlannedRequest) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.requests = append(w.requests, planned{o.Step, p})
		},
		Answer:  func(q *http.Request, i *sluice.Intent) *http.Response { return r.answer(ctx, q, i) },
		Offline: func(q *http.Request) *http.Response { return r.offline(ctx, q) },
	})
	return r, err
}

// offline answers what an import asks before or after it writes: what its own lookup
// finds, and the records that NetSuite has.
func (r *recorder) offline(ctx context.Context, q *http.Request) *http.Response {
	if a := routine(q); a != nil {
		return a
	}
	r.w.ask(asked{step: r.step}, q)
	if r.current != nil && r.spec.NetSuite == nil {
		if a, err := r.w.answerTo(ctx, r.step, r.current); err == nil && a != nil && a.Found != nil {
			return jsonAnswer(http.StatusOK, a.Found)
		}
	}
	return r.w.account().read(q)
}

// recorder is the Writer of one import.
type recorder struct {
	w       *world
	step    string
	spec    *sluice.Import
	inner   sluice.Writer  // nil where nothing is asked
	real    bool           // inner writes, and is not rehearsed
	current *sluice.Intent // in work: cases have one record a page
}

func (r *recorder) Traits() sluice.Traits {
	if r.inner == nil {
		return sluice.Traits{SendWindow: time.Minute}
	}
	return r.inner.Traits()
}

func (r *recorder) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	if r.inner == nil {
		return nil
	}
	for _, i := range intents {
		r.current = i
	}
	return r.inner.Prepare(ctx, intents)
}

// Write notes the records and lets the import make its requests, but for records
// that the case has refused.
func (r *recorder) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n, i := range intents {
		r.w.note(r.step, i)
		a, err := r.w.answerTo(ctx, r.step, i)
		switch {
		case err != nil:
			return results[:n], err
		case a != nil && a.Fail != nil:
			results[n] = sluice.Result{State: sluice.ResultRefused, Failure: failureOf(a.Fail)}
			continue
		case r.inner == nil:
			results[n] = sluice.Result{State: sluice.ResultWritten}
		default:
			r.current = i
			one, err := r.inner.Write(ctx, intents[n:n+1])
			if !r.real && (a == nil || !a.byHTTP()) {
				connector.Content(one)
			}
			if len(one) == 1 {
				results[n] = final(one[0])
			}
			if err != nil {
				return results[:n+1], err
			}
		}
		if a != nil && a.ID != "" && results[n].State == sluice.ResultWritten {
			results[n].ID = a.ID
		}
	}
	return results, nil
}

func failureOf(f *Failure) *sluice.Failure {
	return &sluice.Failure{Code: f.Code, Message: cmp.Or(f.Message, f.Code), Classification: cmp.Or(f.Classification, sluice.ClassOther)}
}

// final ends what a run would try again: an answer such as 500 leaves open what became
// of the record, and every further one would be the same.
func final(r sluice.Result) sluice.Result {
	if r.State != sluice.ResultUnknown && r.State != sluice.ResultNotSent {
		return r
	}
	f := sluice.Failure{Code: "test.unclear", Classification: sluice.ClassUnknown, Message: "the answer leaves open whether the record was written"}
	if r.Failure != nil {
		f = *r.Failure
	}
	return sluice.Result{State: sluice.ResultRefused, Failure: &f}
}

// Reconcile finds nothing to find out: no result leaves anything open.
func (r *recorder) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range results {
		results[n] = final(sluice.Result{})
	}
	return results, nil
}

func (r *recorder) Finish(context.Context) error { return nil }

func (r *recorder) Close() error {
	if r.inner == nil {
		return nil
	}
	return r.inner.Close()
}

// note keeps what an import was given. One that is given again counts once.
func (w *world) note(step string, i *sluice.Intent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	same := func(g given) bool { return g.step == step && g.intent.Seq == i.Seq }
	if !slices.ContainsFunc(w.imported, same) {
		w.imported = append(w.imported, given{step, *i})
	}
}

// answer is the HTTP answer to an import's request, nil for that of a side that is content.
func (r *recorder) answer(ctx context.Context, q *http.Request, i *sluice.Intent) *http.Response {
	a, err := r.w.answerTo(ctx, r.step, i)
	if err != nil || a == nil || !a.byHTTP() {
		return r.w.account().write(q, r.spec, i)
	}
	out := jsonAnswer(cmp.Or(a.Status, http.StatusOK), a.Body)
	if out.StatusCode < 300 {
		out.Header.Set("Location", r.location(i, a.ID))
	}
	return out
}

func (r *recorder) location(i *sluice.Intent, id string) string {
	return "https://netsuite.invalid/" + r.step + "/" + cmp.Or(id, i.TargetID, wire.RehearsedID(i))
}

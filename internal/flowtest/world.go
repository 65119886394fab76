package flowtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/mapping"
)

// world is what a case's flow sees of other systems.
type world struct {
	connector.Connectors
	suite *Suite
	test  *Case
	rules map[string]*mapping.Expr // by their text

	mu       sync.Mutex
	imported []given
	requests []planned
	asked    int // pages of the export that were asked for
}

// given is a record that an import was given.
type given struct {
	step   string
	intent sluice.Intent
}

// planned is a request that an import has made.
type planned struct {
	step string
	sluice.PlannedRequest
}

// open returns a connection with everything that it needs to be used, all of it made up.
func (w *world) open(_ context.Context, name string) (*sluice.Connection, error) {
	conn := &sluice.Connection{Name: name, Settings: map[string]string{}}
	if known, ok := w.suite.connections[name]; ok {
		conn.Kind, conn.Settings = known.Kind, maps.Clone(known.Settings)
	}
	conn.Kind = cmp.Or(conn.Kind, kindOf(w.suite.Flow, name))
	conn.ID = "test-" + name
	switch conn.Kind {
	case sluice.KindNetSuite:
		conn.Settings = keep(conn.Settings, "account", "base_url", "suitetalk_url", "restlet_url", "timezone", "ignore_read_only")
		conn.Settings["account"] = cmp.Or(conn.Settings["account"], "1234567")
		conn.Settings["type"], conn.Settings["suitescript"] = sluice.AuthToken, sluice.Yes
		conn.Secrets = map[string]sluice.Secret{}
		for _, field := range []string{"consumer_key", "consumer_secret", "token_id", "token_secret"} {
			conn.Secrets[field] = sluice.NewSecret("made-up-" + field)
		}
	case sluice.KindHTTP:
		conn.Settings = keep(conn.Settings, "base_url", "headers")
		conn.Settings["base_url"] = cmp.Or(conn.Settings["base_url"], "https://"+name+".invalid")
		conn.Settings["type"] = sluice.HTTPNone
	}
	return conn, nil
}

func keep(settings map[string]string, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		if v := settings[n]; v != "" {
			out[n] = v
		}
	}
	return out
}

// kindOf tells from its use what kind of connection a flow means.
func kindOf(f *sluice.Flow, name string) string {
	for _, e := range f.Sources() {
		switch {
		case e.Connection != name:
		case e.SuiteQL != nil, e.Records != nil, e.RESTlet != nil:
			return sluice.KindNetSuite
		case e.HTTP != nil:
			return sluice.KindHTTP
		case e.SQL != nil:
			return sluice.KindSQLite
		}
	}
	for _, s := range named(f) {
		i := s.Import
		if i == nil || i.Connection != name {
			continue
		}
		switch {
		case i.NetSuite != nil, i.RESTlet != nil:
			return sluice.KindNetSuite
		case i.HTTP != nil:
			return sluice.KindHTTP
		case i.SQL != nil:
			return sluice.KindSQLite
		}
	}
	return sluice.KindFiles
}

// OpenExport gives the case's records.
func (w *world) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if w.test.Pages != nil {
		ctx = wire.Rehearse(ctx, &wire.Rehearsal{Offline: w.page})
		r, err := w.Connectors.OpenExport(ctx, c, e, o)
		return &pageReader{r, w}, err
	}
	return &listReader{records: w.test.given}, nil
}

// page answers the export's next request.
func (w *world) page(r *http.Request) *http.Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	if w.asked > len(w.test.pages) {
		return answer(http.StatusNotFound, fmt.Sprintf("the case has %d pages, and page %d was asked for: %s %s", len(w.test.pages), w.asked, r.Method, r.URL))
	}
	return answer(http.StatusOK, w.test.pages[w.asked-1])
}

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
}

// pageReader reads recorded pages.
type pageReader struct {
	sluice.Reader
	w *world
}

func (r *pageReader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	return r.Reader.Next(wire.Rehearse(ctx, &wire.Rehearsal{Offline: r.w.page}), limit)
}

// listReader reads given records.
type listReader struct {
	records []sluice.Record
	read    int
}

func (l *listReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	if l.read == len(l.records) {
		return sluice.Batch{}, io.EOF
	}
	var b sluice.Batch
	for l.read < len(l.records) && len(b.Items) < limit {
		l.read++
		b.Items = append(b.Items, sluice.Item{Rows: 1, Origin: fmt.Sprintf("record %d", l.read), Record: l.records[l.read-1]})
	}
	b.Cursor = fmt.Appendf(nil, "%d", l.read)
	return b, nil
}

func (l *listReader) Close() error { return nil }

// SourceTime is the time of the case.
func (w *world) SourceTime(context.Context, *sluice.Connection) (time.Time, error) { return now(), nil }

// now is the time at which cases are run, so that they give the same each day.
func now() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// OpenImport opens the import that the flow means, rehearsed, with the case's answers.
// A table is not asked for: what it is like is not known.
func (w *world) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	r := &recorder{w: w, step: o.Step}
	if i.SQL != nil {
		return r, nil
	}
	var err error
	r.inner, err = w.OpenRehearsal(ctx, c, i, o, &wire.Rehearsal{
		Tell: func(p sluice.PlannedRequest) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.requests = append(w.requests, planned{o.Step, p})
		},
		Answer:  func(_ *http.Request, i *sluice.Intent) *http.Response { return r.answer(ctx, i) },
		Offline: offline,
	})
	return r, err
}

// offline answers what connectors ask before they write: the time is known, nothing else.
func offline(r *http.Request) *http.Response {
	if strings.HasSuffix(r.URL.Path, "/serverTime") {
		return answer(http.StatusOK, `{"serverTime": "`+now().Format(time.RFC3339)+`"}`)
	}
	return answer(http.StatusNotFound, `{"title": "Not Found", "status": 404, "o:errorDetails": [{"detail": "flow tests have no such thing", "o:errorCode": "NONEXISTENT_ID"}]}`)
}

// recorder is the Writer of one import.
type recorder struct {
	w     *world
	step  string
	inner sluice.Writer // nil where nothing is asked
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
			one, err := r.inner.Write(ctx, intents[n:n+1])
			if len(one) == 1 {
				results[n] = one[0]
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

// Reconcile finds nothing.
func (r *recorder) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range results {
		results[n] = sluice.Result{State: sluice.ResultUnknown, Failure: &sluice.Failure{Code: "test.unknown", Classification: sluice.ClassUnknown, Message: "the answer leaves open whether the record was written"}}
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

// answerTo finds the case's answer to an import's record, nil where it has none.
func (w *world) answerTo(ctx context.Context, step string, i *sluice.Intent) (*ImportAnswer, error) {
	for n := range w.test.Answers {
		a := &w.test.Answers[n]
		if a.Step != step {
			continue
		}
		fits, err := w.fits(ctx, a.If, i.Record)
		if err != nil {
			return nil, sluice.Errorf("test.answer", "the answer %d of step %s cannot be told to fit: %w", n+1, step, err)
		}
		if fits {
			return a, nil
		}
	}
	return nil, nil
}

// fits reports whether an answer's condition holds; without one it does.
func (w *world) fits(ctx context.Context, condition string, values sluice.Record) (bool, error) {
	if condition == "" {
		return true, nil
	}
	w.mu.Lock()
	rule, ok := w.rules[condition]
	if !ok {
		var problems []sluice.Problem
		if rule, problems = mapping.CompileExpr(condition); len(problems) > 0 {
			w.mu.Unlock()
			return false, sluice.Problems("test.invalid", "the condition cannot be used", problems)
		}
		w.rules[condition] = rule
	}
	w.mu.Unlock()
	return rule.Bool(ctx, values)
}

// answer is the HTTP answer to an import's request, nil for that of a side that is content.
func (r *recorder) answer(ctx context.Context, i *sluice.Intent) *http.Response {
	a, err := r.w.answerTo(ctx, r.step, i)
	if err != nil || a == nil || a.Status == 0 && a.Body == nil {
		return nil
	}
	body := ""
	if text, ok := a.Body.(string); ok {
		body = text
	} else if a.Body != nil {
		text, err := json.Marshal(a.Body)
		if err != nil {
			return answer(http.StatusInternalServerError, err.Error())
		}
		body = string(text)
	}
	out := answer(cmp.Or(a.Status, http.StatusOK), body)
	if out.StatusCode < 300 {
		out.Header.Set("Location", r.location(i, a.ID))
	}
	return out
}

func (r *recorder) location(i *sluice.Intent, id string) string {
	return "https://netsuite.invalid/" + r.step + "/" + cmp.Or(id, i.TargetID, wire.RehearsedID(i))
}

package telemetry

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Telemetry is what a server measures.
type Telemetry struct {
	Metrics *Metrics
	Traces  *Traces // nil for none
	slots   *slots
	runs    *runs
}

// New returns telemetry that counts and, with traces, tells.
func New(version string, traces *Traces) *Telemetry {
	return &Telemetry{Metrics: NewMetrics(version), Traces: traces, slots: &slots{list: map[string]*governor.Governor{}}, runs: &runs{flows: map[int64]string{}}}
}

// Watch adds the state to the metrics.
func (t *Telemetry) Watch(s *State) {
	s.names, s.slots = &t.Metrics.names, t.slots
	t.Metrics.registry.MustRegister(s)
}

// Traffic returns next, counted.
func (t *Telemetry) Traffic(next wire.Traffic) wire.Traffic { return &traffic{next, t} }

type traffic struct {
	next wire.Traffic
	*Telemetry
}

// Made counts a request. Those of rehearsals do not leave.
func (t *traffic) Made(ctx context.Context, r wire.Request) {
	t.next.Made(ctx, r)
	if wire.Rehearsing(ctx) {
		return
	}
	m, service := t.Metrics, serviceOf(&r)
	connection := m.names.of("connection", r.Connection)
	m.requests.WithLabelValues(connection, service, outcomeOf(&r)).Observe(r.Took.Seconds())
	if r.Waited > 0 {
		m.waited.WithLabelValues(connection).Observe(r.Waited.Seconds())
	}
	if outcomeOf(&r) == "busy" {
		m.refused.WithLabelValues(connection, service).Inc()
	}
	t.Traces.request(ctx, origin.Of(ctx), &r, service, outcomeOf(&r))
}

// Meter notes a budget, whose slots are told.
func (t *traffic) Meter(b wire.Budget) netsuite.Slots {
	account := t.Metrics.names.of("account", cmp.Or(b.Account, b.Name))
	t.Telemetry.slots.mu.Lock()
	t.Telemetry.slots.list[account] = b.Slots
	t.Telemetry.slots.mu.Unlock()
	return t.next.Meter(b)
}

// services are NetSuite's, by the beginnings of their paths.
var services = []struct{ path, name string }{
	{"/services/rest/query/", "suiteql"}, {"/services/rest/async/", "async"}, {"/services/rest/auth/", "login"}, {"/services/rest/record/", "record"},
	{"/services/NetSuitePort", "soap"}, {"/app/site/hosting/restlet", "restlet"}, {"/services/rest/", "rest"},
}

// serviceOf says which service a request is for; there are few.
func serviceOf(r *wire.Request) string {
	for _, s := range services {
		if strings.HasPrefix(r.Path, s.path) {
			return s.name
		}
	}
	if r.Path == "" {
		return "sql"
	}
	return "http"
}

// outcomeOf says what became of a request, in one of a few words.
func outcomeOf(r *wire.Request) string {
	switch {
	case r.Status == http.StatusTooManyRequests || strings.Contains(r.Failure, "REQUEST_LIMIT") || strings.Contains(r.Failure, "CONCURREN"):
		return "busy"
	case r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden:
		return "denied"
	case r.Status >= 500:
		return "broken"
	case r.Status >= 400 || r.Failure == "refused":
		return "refused"
	case r.Failure == "no answer":
		return "lost"
	case r.Failure != "":
		return "failed"
	}
	return "ok"
}

// HTTP returns next, measured by its routes and traced. route names the route of a request.
func (t *Telemetry) HTTP(next http.Handler, route func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, pattern := time.Now(), cmp.Or(route(r), "none")
		if _, path, found := strings.Cut(pattern, " "); found {
			pattern = path
		}
		ctx, end := t.Traces.incoming(r, pattern)
		sw := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(sw, r.WithContext(ctx))
		t.Metrics.http.WithLabelValues(methodOf(r), pattern, fmt.Sprintf("%dxx", sw.status/100)).Observe(time.Since(began).Seconds())
		end(sw.status)
	})
}

// methodOf bounds the label: anybody can send any method.
func methodOf(r *http.Request) string {
	switch r.Method {
	case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS":
		return r.Method
	}
	return "other"
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets streams flush.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush passes on what is buffered: runs are watched by streams.
func (w *statusWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Store returns what an engine stores in, measured.
func (t *Telemetry) Store(next engine.Store) engine.Store { return &store{next, t} }

type store struct {
	engine.Store
	*Telemetry
}

// timed measures an operation: defer s.timed("…")().
func (s *store) timed(operation string) func() {
	began := time.Now()
	return func() { s.Metrics.store.WithLabelValues(operation).Observe(time.Since(began).Seconds()) }
}

// ClaimRun begins a run's trace.
func (s *store) ClaimRun(ctx context.Context, owner string, now, leaseUntil time.Time) (*sluice.Run, error) {
	defer s.timed("claim_run")()
	run, err := s.Store.ClaimRun(ctx, owner, now, leaseUntil)
	if err == nil && run != nil {
		s.runs.know(run)
		s.Traces.run(run)
	}
	return run, err
}

// AppendPages is measured.
func (s *store) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, exportDone bool, advance sluice.Advance) error {
	defer s.timed("append_pages")()
	return s.Store.AppendPages(ctx, f, pages, cursor, exportDone, advance)
}

// LedgerEntries is measured; with it a page's trace begins.
func (s *store) LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error) {
	defer s.timed("ledger_entries")()
	s.Traces.page(origin.Of(ctx), time.Now())
	return s.Store.LedgerEntries(ctx, flowID, step, keys)
}

// SaveIntents is measured.
func (s *store) SaveIntents(ctx context.Context, f sluice.Fence, entries []sluice.LedgerEntry) error {
	defer s.timed("save_intents")()
	return s.Store.SaveIntents(ctx, f, entries)
}

// CompletePage counts what became of a page's records.
func (s *store) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	defer s.timed("complete_page")()
	var brought sluice.Counts
	counted := *r
	if r.Advance != nil {
		counted.Advance = func(p sluice.RunProgress) (sluice.RunProgress, error) {
			before := p.Counts
			p, err := r.Advance(p)
			brought = minus(p.Counts, before)
			return p, err
		}
	}
	err := s.Store.CompletePage(ctx, f, &counted)
	if err == nil {
		flow := s.Metrics.names.of("flow", s.runs.flow(ctx, s.Store, f.RunID))
		for outcome, n := range map[sluice.RecordOutcome]int64{sluice.OutcomeWritten: brought.Written, sluice.OutcomeUnchanged: brought.Unchanged,
			sluice.OutcomeExcluded: brought.Excluded, sluice.OutcomeFailed: brought.Failed} {
			s.Metrics.records.WithLabelValues(flow, string(outcome)).Add(float64(max(n, 0)))
		}
	}
	s.Traces.pageEnd(origin.Origin{RunID: f.RunID, Page: r.Page}, &brought, err)
	return err
}

func minus(a, b sluice.Counts) sluice.Counts {
	return sluice.Counts{Read: a.Read - b.Read, Rows: a.Rows - b.Rows, Written: a.Written - b.Written, Unchanged: a.Unchanged - b.Unchanged,
		Excluded: a.Excluded - b.Excluded, Failed: a.Failed - b.Failed}
}

// EndRun counts a run and ends its trace.
func (s *store) EndRun(ctx context.Context, f sluice.Fence, state sluice.RunState, cause *sluice.Error, at time.Time) error {
	defer s.timed("end_run")()
	err := s.Store.EndRun(ctx, f, state, cause, at)
	if err == nil {
		flow := s.Metrics.names.of("flow", s.runs.flow(ctx, s.Store, f.RunID))
		s.Metrics.runs.WithLabelValues(flow, string(state)).Inc()
		s.runs.forget(f.RunID)
	}
	code := ""
	if cause != nil {
		code = cause.Code
	}
	s.Traces.runEnd(f.RunID, string(state), code)
	return err
}

// Package outlook says what applying a set of files means for what is there already:
// runs and record errors that a changed flow touches, the work that it will be, and what
// was changed elsewhere since the same files were applied last.
package outlook

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// Store is what an outlook looks at.
type Store interface {
	FlowTests(ctx context.Context, flowID string, number int) (*sluice.FlowTests, error)
	sluice.CodeStore
	sluice.SettingStore
	sluice.IntegrationStore
	Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error)
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	FlowRevision(ctx context.Context, flowID string, number int) (*sluice.FlowRevision, error)
	Runs(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error)
	RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error)
	Audit(ctx context.Context, f sluice.AuditFilter) ([]*sluice.AuditEvent, error)
}

// Outlook looks at the store and, for flows that have not run yet, at their sources.
type Outlook struct {
	Store     Store
	Connector sluice.Connector
	Open      func(ctx context.Context, name string) (*sluice.Connection, error)
	Clock     func() time.Time
}

// recent is how many runs a forecast looks back over.
const recent = 5

// mostErrors bounds how many open errors are told apart by their steps.
const mostErrors = 1000

// Touched says what a new revision of a flow touches.
func (o *Outlook) Touched(ctx context.Context, old *sluice.FlowRevision, now *sluice.Flow) (*api.Touched, error) {
	out := &api.Touched{}
	active, err := o.Store.Runs(ctx, sluice.RunFilter{FlowID: old.FlowID, States: []sluice.RunState{sluice.RunQueued, sluice.RunRunning}})
	if err != nil {
		return nil, err
	}
	for _, r := range active {
		out.Runs = append(out.Runs, r.ID)
	}
	open, err := o.Store.RecordErrors(ctx, sluice.ErrorFilter{FlowID: old.FlowID, State: sluice.ErrorOpen, Limit: mostErrors})
	if err != nil {
		return nil, err
	}
	steps := now.StepNames()
	for _, e := range open {
		out.Errors++
		if !slices.Contains(steps, e.Step) && slices.Contains(old.Flow.StepNames(), e.Step) {
			out.Stray++
		}
	}
	ledger, err := o.Store.LedgerCounts(ctx, old.FlowID)
	if err != nil {
		return nil, err
	}
	for _, step := range old.Flow.StepNames() {
		if n := ledger[step]; n > 0 && !slices.Contains(steps, step) {
			out.Forgotten = append(out.Forgotten, api.ForgottenStep{Step: step, Delivered: n})
		}
	}
	if len(out.Runs) == 0 && out.Errors == 0 && out.Forgotten == nil {
		return nil, nil
	}
	return out, nil
}

// Forecast reckons with the runs of the flow before, which is nil for a new one.
func (o *Outlook) Forecast(ctx context.Context, old *sluice.FlowRevision, now *sluice.Flow) (*api.Forecast, error) {
	f, err := o.work(ctx, old, now)
	if err == nil {
		f.Routes = o.routes(ctx, now)
	}
	return f, err
}

// routes says by which way imports send. Of a connection that cannot be opened, which
// may be in the same set of files, it is what holds for all.
func (o *Outlook) routes(ctx context.Context, f *sluice.Flow) (list []api.StepRoute) {
	router, ok := o.Connector.(sluice.Router)
	if !ok {
		return nil
	}
	for p := range f.Places() {
		if p.Step == nil || p.Step.Import == nil {
			continue
		}
		conn, err := o.Open(ctx, p.Step.Import.Connection)
		if err != nil {
			conn = nil
		}
		if r, err := router.Route(conn, p.Step.Import); err == nil && r != nil {
			list = append(list, api.StepRoute{Step: p.Name, API: r.API, Why: r.Why})
		} else if err != nil {
			list = append(list, api.StepRoute{Step: p.Name, API: "no way", Why: err.Error()})
		}
	}
	return list
}

func (o *Outlook) work(ctx context.Context, old *sluice.FlowRevision, now *sluice.Flow) (*api.Forecast, error) {
	if old != nil {
		runs, err := o.Store.Runs(ctx, sluice.RunFilter{FlowID: old.FlowID, States: []sluice.RunState{sluice.RunCompleted}, Limit: 4 * recent})
		if err != nil {
			return nil, err
		}
		runs = slices.DeleteFunc(runs, func(r *sluice.Run) bool { return r.Kind == sluice.RunRetry })
		if runs = runs[:min(len(runs), recent)]; len(runs) > 0 {
			return ofRuns(runs, &old.Flow, now), nil
		}
	}
	return o.ofSource(ctx, now), nil
}

// ofRuns takes the runs of late for those to come, changed as the flow is.
func ofRuns(runs []*sluice.Run, old, now *sluice.Flow) *api.Forecast {
	var read, before, after float64
	var took time.Duration
	for _, r := range runs {
		read += float64(r.Counts.Read)
		before += requests(old, r.Counts.Read, shares(r))
		after += requests(now, r.Counts.Read, shares(r))
		took += r.FinishedAt.Sub(r.StartedAt)
	}
	n := float64(len(runs))
	f := &api.Forecast{Known: true, Records: int64(read/n + 0.5), Requests: int64(after/n + 0.5), Basis: fmt.Sprintf("the last %d runs", len(runs))}
	if len(runs) == 1 {
		f.Basis = "the last run"
	}
	seconds := took.Seconds() / n
	if before > 0 {
		seconds *= after / before
	}
	f.Seconds = int64(seconds + 0.5)
	return f
}

// shares are the parts of a run's records that its imports took.
func shares(r *sluice.Run) map[string]float64 {
	out := map[string]float64{}
	for _, s := range r.Steps {
		if s.Kind == "import" && r.Counts.Read > 0 {
			out[s.Step] = float64(s.In) / float64(r.Counts.Read)
		}
	}
	return out
}

// requests reckons how many requests so many records make. An import that is not among
// the shares is taken to get them all.
func requests(f *sluice.Flow, records int64, share map[string]float64) float64 {
	n := exported(&f.Export, float64(records))
	for p := range f.Places() {
		if p.Step == nil || p.Step.Import == nil {
			continue
		}
		part, known := share[p.Name]
		if !known {
			part = 1
		}
		switch i := p.Step.Import; {
		case i.NetSuite != nil, i.RESTlet != nil, i.HTTP != nil:
			n += part * float64(records) // one a record
		case i.SQL != nil:
			n += pages(part*float64(records), float64(pageSize(f)))
		}
	}
	return n
}

func exported(e *sluice.Export, records float64) float64 {
	switch {
	case e.SuiteQL != nil:
		return pages(records, float64(orElse(e.SuiteQL.PageSize, 1000)))
	case e.Records != nil:
		return records + pages(records, 1000)
	case e.BySOAP():
		return pages(records, 1000)
	case e.HTTP != nil && e.HTTP.Page != nil:
		return pages(records, float64(orElse(e.HTTP.Page.Size, 100)))
	case e.HTTP != nil, e.RESTlet != nil, e.SQL != nil:
		return 1
	}
	return 0
}

func pages(records, size float64) float64 { return float64(int64((records + size - 1) / size)) }

func orElse(n, other int) int {
	if n > 0 {
		return n
	}
	return other
}

func pageSize(f *sluice.Flow) int { return orElse(f.Pages.Size, sluice.DefaultPageSize) }

// Assumed of flows that have not run yet.
const (
	assumedSeconds = 1.0 // of a request
	countTimeout   = 10 * time.Second
)

// ofSource counts what the source has, where it can tell.
func (o *Outlook) ofSource(ctx context.Context, f *sluice.Flow) *api.Forecast {
	n, known := o.count(ctx, &f.Export)
	if !known {
		return &api.Forecast{Basis: "it has not run yet, and its source cannot tell how many records it has"}
	}
	if most := int64(f.Export.Most()); most > 0 {
		n = min(n, most)
	}
	all := requests(f, n, nil)
	limit := o.limit(ctx, f)
	return &api.Forecast{Known: true, Records: n, Requests: int64(all), Seconds: int64(all*assumedSeconds/float64(limit) + 0.5),
		Basis: fmt.Sprintf("what its source counts, at one second a request and %d at a time", limit)}
}

// limit is how many requests the flow's imports make at one time: those of its slowest.
func (o *Outlook) limit(ctx context.Context, f *sluice.Flow) int {
	lowest := 0
	for _, i := range f.Imports() {
		conn, err := o.Open(ctx, i.Connection)
		if err != nil {
			continue
		}
		if n, err := strconv.Atoi(conn.Get("concurrency")); err == nil && (lowest == 0 || n < lowest) {
			lowest = n
		}
	}
	return max(lowest, 1)
}

// count asks the source for the number of its records. It reports false where that
// cannot be asked.
func (o *Outlook) count(ctx context.Context, e *sluice.Export) (int64, bool) {
	q := sluice.Export{Connection: e.Connection}
	wrapped := func(text string) string {
		return "SELECT COUNT(*) AS n FROM (" + strings.TrimRight(strings.TrimSpace(text), "; \n") + "\n) q"
	}
	switch {
	case e.Delta != nil, e.Group != nil:
		return 0, false
	case e.SQL != nil:
		q.SQL = &sluice.SQLExport{Query: wrapped(e.SQL.Query)}
	case e.SuiteQL != nil:
		q.SuiteQL = &sluice.SuiteQLExport{Query: wrapped(e.SuiteQL.Query), Params: e.SuiteQL.Params, Key: []string{"n"}}
	default:
		return 0, false
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	conn, err := o.Open(ctx, e.Connection)
	if err != nil {
		return 0, false
	}
	reader, err := o.Connector.OpenExport(ctx, conn, &q, sluice.ExportOptions{})
	if err != nil {
		return 0, false
	}
	defer func(c io.Closer) { _ = c.Close() }(reader)
	batch, err := reader.Next(ctx, 1)
	if err != nil || len(batch.Items) != 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(fmt.Sprint(batch.Items[0].Record["n"]), 10, 64)
	return n, err == nil
}

package telemetry

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tracesdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine/origin"
	database "github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

const canary = "made-up-canary-77e1"

// quiet is traffic that nobody sees.
type quiet struct{}

func (quiet) Made(context.Context, wire.Request) {}
func (quiet) Meter(b wire.Budget) netsuite.Slots { return b.Slots }

// busy returns telemetry that has seen a flow with a run, pages, requests and refusals.
func busy(t *testing.T) (*Telemetry, *tracetest.SpanRecorder) {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	tel := New("v1", newTraces(tracesdk.NewTracerProvider(tracesdk.WithSpanProcessor(spans))))
	db, err := database.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	now := time.Now().UTC()
	tel.Watch(&State{Store: db, Clock: func() time.Time { return now.Add(time.Hour) }, Log: slog.New(slog.DiscardHandler)})
	flow := &sluice.FlowRevision{Flow: sluice.Flow{Name: "orders", Schedule: &sluice.Schedule{Cron: "* * * * *"}}, Text: "x", Enabled: true, CreatedAt: now}
	c := &sluice.SealedConnection{Connection: sluice.Connection{Name: "netsuite", Kind: "netsuite", Status: sluice.StatusOffline, Detail: canary}}
	for _, err := range []error{db.SaveFlow(t.Context(), flow), db.CreateConnection(t.Context(), c)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	due, err := db.DueSchedules(t.Context(), now, 1)
	if err != nil || len(due) != 1 {
		t.Fatalf("%v, %v", due, err)
	}
	if _, err := db.Fire(t.Context(), []sluice.Firing{{FlowID: flow.FlowID, Next: now}}); err != nil {
		t.Fatal(err)
	}
	queued := &sluice.Run{FlowID: flow.FlowID, FlowName: "orders", Revision: 1, Kind: sluice.RunManual, CreatedAt: now}
	watched := tel.Store(db)
	if err := watched.CreateRun(t.Context(), queued, []sluice.Page{{Number: 1, Items: []sluice.Item{{Seq: 1, Key: canary, Record: sluice.Record{"secret": canary}}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenNotice(t.Context(), &sluice.Notice{Code: sluice.NoticeOffline, NounID: "x", Message: canary, At: now}); err != nil {
		t.Fatal(err)
	}
	work(t, tel, watched, now)
	if err := db.PutWatermark(t.Context(), &sluice.Watermark{FlowID: flow.FlowID, Export: "export", At: now.Add(-time.Hour), Source: "s", UpdatedAt: now}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []sluice.RunKind{sluice.RunManual} { // one that waits, and one that works
		if err := db.CreateRun(t.Context(), &sluice.Run{FlowID: flow.FlowID, FlowName: "orders", Revision: 1, Kind: kind, CreatedAt: now}, nil); err != nil {
			t.Fatal(err)
		}
	}
	return tel, spans
}

// work works the queued run as an engine does.
func work(t *testing.T, tel *Telemetry, db interface {
	sluice.RunStore
	sluice.PageStore
	sluice.LedgerStore
}, now time.Time) {
	t.Helper()
	run, err := db.ClaimRun(t.Context(), "me", now, now.Add(time.Minute))
	if err != nil || run == nil {
		t.Fatalf("%v, %v", run, err)
	}
	ctx := origin.Step(origin.Page(origin.Run(t.Context(), run.ID), 1), "import")
	traffic := tel.Traffic(quiet{})
	traffic.Meter(wire.Budget{Name: "netsuite 1", Account: "TSTDRV1", Connection: "netsuite", Slots: governor.New(governor.Options{Limit: 5})})
	if _, err := db.LedgerEntries(ctx, run.FlowID, "import", []string{canary}); err != nil {
		t.Fatal(err)
	}
	r := wire.Request{Connection: "netsuite", Method: "POST", Path: "/services/rest/record/v1/customer/eid:" + canary, What: canary, Attempt: 1, At: now, Waited: time.Second, Took: time.Second, Status: 204}
	traffic.Made(ctx, r)
	r.Status, r.Failure = 429, "CONCURRENCY_LIMIT_EXCEEDED"
	traffic.Made(ctx, r)
	f := sluice.Fence{RunID: run.ID, Number: run.Fence}
	failed := sluice.RecordError{FlowID: run.FlowID, FlowName: "orders", RunID: run.ID, Step: "import", Seq: 1, Key: canary, State: sluice.ErrorOpen, Message: canary, Record: sluice.Record{"x": canary}}
	err = db.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{failed}, At: now, Advance: func(p sluice.RunProgress) (sluice.RunProgress, error) {
		p.Counts.Add(sluice.Counts{Read: 6, Written: 3, Unchanged: 2, Failed: 1})
		return p, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.EndRun(ctx, f, sluice.RunFailed, &sluice.Error{Code: "test.failed", Message: canary}, now); err != nil {
		t.Fatal(err)
	}
}

func scrape(t *testing.T, tel *Telemetry) string {
	t.Helper()
	w := httptest.NewRecorder()
	tel.Metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestWhatIsCounted(t *testing.T) {
	tel, _ := busy(t)
	handler := tel.HTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }), func(*http.Request) string { return "GET /api/v1/flows/{name}" })
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/api/v1/flows/"+canary, nil))
	text := scrape(t, tel)
	for _, want := range []string{
		`sluice_records_total{flow="orders",outcome="written"} 3`, `sluice_records_total{flow="orders",outcome="unchanged"} 2`, `sluice_records_total{flow="orders",outcome="failed"} 1`,
		`sluice_runs_ended_total{flow="orders",state="failed"} 1`, `sluice_runs_active{flow="orders",state="queued"} 1`, `sluice_record_errors_open{flow="orders"} 1`,
		`sluice_request_duration_seconds_count{connection="netsuite",outcome="ok",service="record"} 1`, `sluice_request_duration_seconds_count{connection="netsuite",outcome="busy",service="record"} 1`,
		`sluice_requests_refused_total{connection="netsuite",service="record"} 1`, `sluice_request_wait_seconds_count{connection="netsuite"} 2`,
		`sluice_slots_limit{account="TSTDRV1"} 5`, `sluice_slots_in_use{account="TSTDRV1"} 0`, `sluice_slots_waiting{account="TSTDRV1"} 0`,
		`sluice_watermark_lag_seconds{export="export",flow="orders"} 7200`, `sluice_schedule_late_seconds{flow="orders"} 3600`, `sluice_run_queue_age_seconds 3600`,
		`sluice_connection_status{connection="netsuite",kind="netsuite",status="offline"} 1`, `sluice_notices_open{code="connection.offline"} 1`,
		`sluice_store_up 1`, `sluice_build_info{version="v1"} 1`, `sluice_http_request_duration_seconds_count{method="GET",route="/api/v1/flows/{name}",status="4xx"} 1`,
		`sluice_store_duration_seconds_count{operation="complete_page"} 1`, "go_goroutines ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %s", want)
		}
	}
	if strings.Contains(text, canary) {
		t.Error("what is in records shows in the metrics")
	}
	if t.Failed() {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "sluice_") && !strings.Contains(line, "_bucket") {
				t.Log(line)
			}
		}
	}
}

// Whatever comes in, a label has so many values and no more.
func TestLabelsAreBounded(t *testing.T) {
	tel := New("v1", nil)
	traffic := tel.Traffic(quiet{})
	for i := range 3 * maxNames {
		traffic.Made(t.Context(), wire.Request{Connection: fmt.Sprint("c", i), Method: fmt.Sprint("M", i), Path: fmt.Sprint("/p", i), Status: 200})
	}
	handler := tel.HTTP(http.NotFoundHandler(), func(*http.Request) string { return "" })
	for i := range 50 {
		r := httptest.NewRequest("GET", fmt.Sprint("/x", i), nil)
		r.Method = fmt.Sprint("M", i)
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	text := scrape(t, tel)
	if n := strings.Count(text, "sluice_request_duration_seconds_count{"); n != maxNames+1 {
		t.Errorf("%d series of requests", n)
	}
	if n := strings.Count(text, "sluice_http_request_duration_seconds_count{"); n != 1 {
		t.Errorf("%d series of methods and routes", n)
	}
}

// A run holds its pages, a page its requests, and none of them anything of a record.
func TestTraces(t *testing.T) {
	tel, spans := busy(t)
	handler := tel.HTTP(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(*http.Request) string { return "POST /api/v1/flows/{name}/runs" })
	r := httptest.NewRequest("POST", "/api/v1/flows/"+canary+"/runs?x="+canary, strings.NewReader(canary))
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.Header.Set("Authorization", "Bearer "+canary)
	handler.ServeHTTP(httptest.NewRecorder(), r)
	parents := map[string]string{}
	names := map[string]string{}
	for _, s := range spans.Ended() {
		names[s.SpanContext().SpanID().String()] = s.Name()
	}
	for _, s := range spans.Ended() {
		parents[s.Name()] = names[s.Parent().SpanID().String()]
		if text := fmt.Sprint(s.Name(), s.Attributes(), s.Status(), s.Events()); strings.Contains(text, canary) {
			t.Errorf("what is in records shows in a trace: %s", text)
		}
		if s.Name() == "POST /api/v1/flows/{name}/runs" && s.Parent().TraceID().String() != "0af7651916cd43dd8448eb211c80319c" {
			t.Errorf("not in the caller's trace: %v", s.Parent())
		}
	}
	for child, parent := range map[string]string{"record POST": "page", "page": "run orders", "run orders": ""} {
		if got, there := parents[child]; !there || got != parent {
			t.Errorf("the parent of %q is %q, want %q (%v)", child, got, parent, parents)
		}
	}
}

func TestTracesAreOffWithoutAPlace(t *testing.T) {
	for _, env := range []map[string]string{{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_SDK_DISABLED": "true"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:1", "OTEL_TRACES_EXPORTER": "none"}} {
		traces, err := NewTraces(t.Context(), "v1", func(name string) string { return env[name] })
		if err != nil || traces != nil {
			t.Errorf("%v: %v, %v", env, traces, err)
		}
	}
	var none *Traces
	if err := none.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Traces leave by OTLP over HTTP to the place that the standard variable names.
func TestTracesLeave(t *testing.T) {
	got := make(chan string, 8)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type")
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	traces, err := NewTraces(t.Context(), "v1", os.Getenv)
	if err != nil || traces == nil {
		t.Fatalf("%v, %v", traces, err)
	}
	traces.run(&sluice.Run{ID: 1, FlowName: "orders"})
	traces.runEnd(1, "completed", "")
	if err := traces.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if request := <-got; request != "POST /v1/traces application/x-protobuf" {
		t.Errorf("sent %s", request)
	}
}

var metricName = regexp.MustCompile(`\b(sluice|go|process)_[a-z0-9_]+`)

// known are the names of all series that a busy server has.
func known(t *testing.T) []string {
	t.Helper()
	tel, _ := busy(t)
	tel.HTTP(http.NotFoundHandler(), func(*http.Request) string { return "" }).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	var names []string
	in := bufio.NewScanner(strings.NewReader(scrape(t, tel)))
	for in.Scan() {
		if name := metricName.FindString(in.Text()); name != "" && !strings.HasPrefix(in.Text(), "#") {
			names = append(names, name)
		}
	}
	return names
}

// Every query of the dashboard, of the alerts and of the documentation names series that there are.
func TestDashboardAsksForWhatThereIs(t *testing.T) {
	names := known(t)
	dashboard, err := os.ReadFile("../../docs/grafana/sluice.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(dashboard, &d); err != nil || len(d.Panels) < 15 {
		t.Fatalf("%d panels, %v", len(d.Panels), err)
	}
	asked := map[string]string{}
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			found := metricName.FindAllString(target.Expr, -1)
			if len(found) == 0 {
				t.Errorf("%s asks for nothing: %s", p.Title, target.Expr)
			}
			for _, name := range found {
				asked[name] = p.Title
			}
		}
	}
	for _, path := range []string{"../../docs/grafana/alerts.yaml", "../../docs/operate.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "expr:") || strings.HasPrefix(line, "| `sluice_") {
				for _, name := range metricName.FindAllString(line, -1) {
					asked[name] = path
				}
			}
		}
	}
	for name, where := range asked {
		histogram := slices.Contains(names, name+"_bucket") && strings.HasSuffix(where, ".md")
		if !slices.Contains(names, name) && !histogram {
			t.Errorf("%s asks for %s, which there is not", where, name)
		}
	}
}

package flowfile_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	apihook "github.com/sluicehq/sluice/internal/api/hook"
	"github.com/sluicehq/sluice/internal/app/hook"
	"github.com/sluicehq/sluice/internal/app/integration"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/recorderror"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/schedule"
)

// live runs the examples whose keys show over several runs or over time. Each entry
// returns what is otherwise than the documentation says, or nothing.
var live = map[string]func(t *testing.T, flow *sluice.Flow) string{
	"flow":            staged(nextRuns),
	"pages":           staged(pagesAreCut),
	"pages-ordered":   staged(pagesKeepOrder),
	"http-batch":      batches,
	"lookup-cache":    staged(answersAreKept),
	"delta-overlap":   staged(windowsOverlap),
	"errors-keep":     staged(errorsGo),
	"errors-retry":    staged(errorsAreRetried),
	"schedule":        staged(nights),
	"schedule-paused": staged(paused),
	"webhook-export":  staged(deliveries),
}

func staged(play func(s *theatre, flow *sluice.Flow) string) func(t *testing.T, flow *sluice.Flow) string {
	return func(t *testing.T, flow *sluice.Flow) string {
		t.Helper()
		return perform(t, flow, play)
	}
}

// nextRuns: the flow is found by its name and in its integration, and the next one runs
// when it has run.
func nextRuns(s *theatre, _ *sluice.Flow) string {
	next := s.save(s.parsed(strings.Replace(otherFlow, "name: other", "name: orders-out", 1)))
	flow, err := s.store.Flow(s.Context(), "orders-in")
	if err != nil {
		return err.Error()
	}
	s.source(`{"id": 1}`)
	s.run("orders-in")
	groups := &integration.Integrations{Store: s.store, Uses: func(*sluice.Flow) []string { return nil }, Clock: time.Now}
	shop, err := groups.Integration(s.Context(), "shop")
	if err != nil {
		return err.Error()
	}
	return differs("description", flow.Flow.Description, "Orders of the shop into the warehouse") +
		differs("flows of the integration", shop.Flows, []string{"orders-in"}) + differs("runs of the next flow", len(s.runs(next.FlowID)), 1)
}

const otherFlow = `
name: other
export: {connection: files, jsonl: {path: source.jsonl}, key: [id]}
steps: [{name: push, import: {connection: warehouse, operation: add, sql: {table: others}}}]
`

// pagesAreCut: a page closes behind three records, or before the one that would make it
// too large, and two pages are worked at a time.
func pagesAreCut(s *theatre, flow *sluice.Flow) string {
	var b strings.Builder
	for id := range 7 {
		size := 1
		if id >= 4 {
			size = 600
		}
		fmt.Fprintf(&b, "{\"id\": %d, \"text\": %q}\n", id, strings.Repeat("x", size))
	}
	s.source(b.String())
	s.run(flow.Name)
	return differs("records a page", slices.Sorted(slices.Values(s.pages)), []int{1, 1, 2, 3}) + differs("pages at a time", s.most, 2)
}

func pagesKeepOrder(s *theatre, flow *sluice.Flow) string {
	s.source("{\"id\": 3}\n{\"id\": 1}\n{\"id\": 2}\n")
	var order []any
	for _, r := range s.run(flow.Name) {
		order = append(order, r["id"])
	}
	return differs("order", order, []int{3, 1, 2}) + differs("pages at a time", s.most, 1)
}

// batches: requests have two records at most, and what the API says of one is said of
// that one.
func batches(t *testing.T, flow *sluice.Flow) string {
	t.Helper()
	var mu sync.Mutex
	var sizes []int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var notes []struct{ ID int }
		if err := json.NewDecoder(r.Body).Decode(&notes); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var results []map[string]any
		for _, n := range notes {
			results = append(results, map[int]map[string]any{1: {"success": true}, 2: {"success": true, "reason": "too long"}, 3: {"success": false}}[n.ID])
		}
		mu.Lock()
		sizes = append(sizes, len(notes))
		mu.Unlock()
		_ = json.NewEncoder(w).Encode(map[string]any{"results": results})
	}))
	defer server.Close()
	w, err := connector.New(connector.Options{}).OpenImport(t.Context(),
		&sluice.Connection{ID: "crm", Name: "crm", Kind: sluice.KindHTTP, Settings: map[string]string{"base_url": server.URL, "type": sluice.HTTPNone}}, flow.Steps[0].Import, sluice.ImportOptions{Flow: flow.Name, Step: "push"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	var intents []*sluice.Intent
	for id := 1; id <= 3; id++ {
		intents = append(intents, &sluice.Intent{Step: "push", Key: fmt.Sprint(id), Seq: int64(id), Operation: sluice.Add, Record: sluice.Record{"id": id},
			SendBy: time.Now().Add(time.Minute), SettlesAt: time.Now().Add(time.Minute)})
	}
	if err := w.Prepare(t.Context(), intents); err != nil {
		return err.Error()
	}
	results, err := w.Write(t.Context(), intents)
	if err != nil {
		return err.Error()
	}
	var states []sluice.ResultState
	for _, r := range results {
		states = append(states, r.State)
	}
	slices.Sort(sizes)
	return differs("records a request", sizes, []int{1, 2}) + differs("results", states, []sluice.ResultState{sluice.ResultWritten, sluice.ResultRefused, sluice.ResultRefused})
}

// answersAreKept: of three answers the last two are good for the next run, and none
// when ten minutes are over.
func answersAreKept(s *theatre, flow *sluice.Flow) string {
	s.execute("CREATE TABLE products (sku TEXT, price INTEGER); INSERT INTO products VALUES ('A', 1), ('B', 1), ('C', 1)")
	s.source("{\"id\": 1, \"sku\": \"A\"}\n{\"id\": 2, \"sku\": \"B\"}\n{\"id\": 3, \"sku\": \"C\"}\n")
	first := prices(s.run(flow.Name))
	s.execute("UPDATE products SET price = 2")
	s.pass(time.Minute)
	s.source("{\"id\": 4, \"sku\": \"B\"}\n{\"id\": 5, \"sku\": \"C\"}\n{\"id\": 6, \"sku\": \"A\"}\n")
	second := prices(s.run(flow.Name))
	s.pass(10 * time.Minute)
	s.execute("UPDATE products SET price = 3")
	return differs("first run", first, "[1 1 1]") + differs("a minute later", second, "[1 1 2]") + differs("behind ten minutes", prices(s.run(flow.Name)), "[3 3 3]")
}

func prices(records []sluice.Record) string {
	var out []any
	for _, r := range records {
		product, _ := r["product"].(map[string]any)
		out = append(out, product["price"])
	}
	return fmt.Sprint(out)
}

const customersFlow = `
name: customers
export:
  connection: warehouse
  sql: {query: "SELECT id, changed_at FROM customers", key: [id]}
  key: [id]
  delta: {fields: [changed_at]}
steps: [{name: push, import: {connection: shop, operation: add, http: {path: /customers}}}]
`

// windowsOverlap: no order is read that changed after the customers were, and a change
// that shows late is found for ten minutes.
func windowsOverlap(s *theatre, flow *sluice.Flow) string {
	s.save(s.parsed(customersFlow))
	s.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, changed_at TEXT); CREATE TABLE orders (id INTEGER PRIMARY KEY, changed_at TEXT)")
	change := func(id int, ago time.Duration) {
		s.execute("INSERT INTO orders VALUES (?, ?)", id, time.Now().UTC().Add(-ago).Format(time.DateTime))
	}
	s.pass(12 * time.Hour)
	change(1, time.Hour)
	s.run("customers")
	s.pass(time.Hour)
	change(2, 30*time.Minute)
	wrong := differs("before the customers", ids(s.run(flow.Name)), "[1]")
	s.run("customers")
	wrong += differs("after the customers", ids(s.run(flow.Name)), "[2]")
	change(3, 8*time.Minute)
	s.pass(time.Hour)
	s.run("customers")
	return wrong + differs("shown late", ids(s.run(flow.Name)), "[3]")
}

// care looks after record errors as a server does.
func (s *theatre) care() *recorderror.Care {
	return &recorderror.Care{Errors: &recorderror.Errors{Store: s.store, Flows: s.store, Retry: s.engine.RetryErrors, Accepting: func() error { return nil }, Clock: time.Now},
		Keep: func(context.Context) (sluice.ErrorKeep, error) { return sluice.ErrorKeep{}, nil },
		Runs: s.store.Runs, Tell: func(context.Context, bool, sluice.Notice) {}, Happened: func(context.Context, *sluice.Event) error { return nil }, Log: slog.New(slog.DiscardHandler)}
}

// errorsGo: of resolved errors those stay that hold a megabyte together, and none
// behind ten days.
func errorsGo(s *theatre, flow *sluice.Flow) string {
	var b strings.Builder
	for id := range 4 {
		fmt.Fprintf(&b, "{\"id\": %d, \"text\": %q}\n", id, strings.Repeat("x", 400_000))
	}
	s.source(b.String())
	s.run(flow.Name)
	var all []int64
	for _, e := range s.errors() {
		all = append(all, e.ID)
	}
	if err := s.store.SetErrorState(s.Context(), all, sluice.ErrorChange{State: sluice.ErrorResolved, By: "test", At: time.Now()}); err != nil {
		s.Fatal(err)
	}
	wrong := differs("errors", len(all), 4)
	for _, sweep := range []struct{ after, want int }{{1, 2}, {10, 0}} {
		s.pass(time.Duration(sweep.after) * 24 * time.Hour)
		if err := s.care().Sweep(s.Context()); err != nil {
			s.Fatal(err)
		}
		wrong += differs(fmt.Sprintf("kept after %d days more", sweep.after), len(s.errors()), sweep.want)
	}
	return wrong
}

func (s *theatre) errors() []*sluice.RecordError {
	s.Helper()
	list, err := s.store.RecordErrors(s.Context(), sluice.ErrorFilter{})
	if err != nil {
		s.Fatal(err)
	}
	return list
}

// errorsAreRetried: after ten minutes, after twenty more, and no more.
func errorsAreRetried(s *theatre, flow *sluice.Flow) string {
	s.source(`{"id": 1}`)
	s.run(flow.Name)
	wrong := ""
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{9 * time.Minute, 0}, {2 * time.Minute, 1}, {18 * time.Minute, 1}, {3 * time.Minute, 2}, {48 * time.Hour, 2}} {
		s.pass(step.wait)
		if err := s.care().RetryDue(s.Context()); err != nil {
			s.Fatal(err)
		}
		s.wait()
		wrong += differs("retries after "+step.wait.String()+" more", s.errors()[0].Retries, step.want)
	}
	return wrong
}

// fire lets the scheduler look at the clock at a time, and returns the runs that it makes.
func (s *theatre) fire(at string) int {
	s.Helper()
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		s.Fatal(err)
	}
	made, err := schedule.New(schedule.Config{Store: s.store, Clock: func() time.Time { return now }}).Tick(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return made
}

// nights: at half past two in Berlin, on 26 March 2028 when the clocks jump over it, on
// the night after while the first run has not ended, and not for nights that passed.
func nights(s *theatre, _ *sluice.Flow) string {
	wrong := ""
	for _, look := range []struct {
		at   string
		made int
	}{
		{"2028-03-25T12:00:00Z", 0}, {"2028-03-26T00:59:00Z", 0}, {"2028-03-26T01:00:00Z", 1},
		{"2028-03-27T00:29:00Z", 0}, {"2028-03-27T00:30:00Z", 1}, {"2028-03-31T12:00:00Z", 0}, {"2028-04-01T00:30:00Z", 1},
	} {
		wrong += differs("runs made at "+look.at, s.fire(look.at), look.made)
	}
	return wrong
}

func paused(s *theatre, _ *sluice.Flow) string {
	return differs("runs", s.fire("2028-03-25T12:00:00Z")+s.fire("2028-03-25T13:00:00Z"), 0)
}

// deliveries: what is signed is stored once, and becomes records with the header.
func deliveries(s *theatre, flow *sluice.Flow) string {
	hooks := hook.New(hook.Config{Store: s.store, Open: s.open, Accepting: func() error { return nil }, Wake: s.engine.Wake, Notices: &notice.Board{Store: s.store, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	const body = `{"order": {"id": 7}}`
	mac := hmac.New(sha256.New, []byte("made-up"))
	mac.Write([]byte(body))
	header := http.Header{"Content-Type": {"application/json"}, "X-Github-Event": {"paid"}, "X-Github-Delivery": {"d-1"}, "X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	wrong := ""
	for _, want := range []bool{true, false} {
		fresh, err := hooks.Receive(s.Context(), flow.Name, apihook.Incoming{Header: header, Body: strings.NewReader(body), Length: int64(len(body))})
		if err != nil {
			return err.Error()
		}
		wrong += differs("new", fresh, want)
	}
	s.wait()
	return wrong + differs("written", s.written, "[map[event:paid id:7]]")
}

package dryrun_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/api/code"
	"github.com/sluicehq/sluice/internal/app/dryrun"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/store"
)

// sent is a request as it arrived.
type sent struct {
	method, uri, body string
	header            http.Header
}

// line writes a request so that it can be compared.
func (s sent) line() string { return s.method + " " + s.uri + "\n" + s.body }

// watcher stands before a server and keeps the requests that change something.
type watcher struct {
	*httptest.Server
	mu   sync.Mutex
	sent []sent
}

func watch(t *testing.T, next http.Handler) *watcher {
	t.Helper()
	w := &watcher{}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/suiteql") {
			w.mu.Lock()
			w.sent = append(w.sent, sent{r.Method, r.URL.RequestURI(), string(body), r.Header.Clone()})
			w.mu.Unlock()
		}
		next.ServeHTTP(rw, r)
	}))
	t.Cleanup(w.Close)
	return w
}

// world is an emulated account, an HTTP API and a folder, with a flow that writes to all.
type world struct {
	*testing.T
	netsuite, shop *watcher
	dir            string
	connections    map[string]*sluice.Connection
	connectors     connector.Connectors
	flow           *sluice.Flow
}

const flowText = `name: orders
export: {connection: files, jsonl: {path: in.jsonl}, key: [id]}
steps:
  - filter: {if: this.name != "left out", reason: nobody}
  - map: |
      root.companyName = this.name
      root.email = this.email
      root.comments = null
      root.addressbook = {"items": [{"label": "Head office"}]}
  - name: customer
    import:
      connection: netsuite
      operation: upsert
      netsuite: {record: customer, external_id: '"dry-" + this.companyName', replace: [addressbook]}
  - map: |
      root.name = this.companyName
  - name: told
    import: {connection: shop, operation: add, http: {path: "/told/${! this.name }?from=dry", id: id}}
  - name: list
    import: {connection: files, csv: {path: out.csv, columns: [name]}}
`

func newWorld(t *testing.T) *world {
	t.Helper()
	e := emulator.Start(t)
	target, err := url.Parse(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	w := &world{T: t, netsuite: watch(t, proxy), dir: t.TempDir()}
	w.shop = watch(t, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(rw, `{"id": 1}`) }))
	c := e.Credentials()
	w.connections = map[string]*sluice.Connection{
		"netsuite": {ID: "ns", Name: "netsuite", Kind: sluice.KindNetSuite,
			Settings: map[string]string{"account": c.Account, "type": sluice.AuthToken, "base_url": w.netsuite.URL, "settle": "2s", "timeout": "30s"},
			Secrets: map[string]sluice.Secret{"consumer_key": sluice.NewSecret(c.ConsumerKey), "consumer_secret": sluice.NewSecret(c.ConsumerSecret),
				"token_id": sluice.NewSecret(c.TokenID), "token_secret": sluice.NewSecret(c.TokenSecret)}},
		"shop":  {ID: "shop", Name: "shop", Kind: sluice.KindHTTP, Settings: map[string]string{"base_url": w.shop.URL, "type": sluice.HTTPBearer}, Secrets: map[string]sluice.Secret{"token": sluice.NewSecret("made-up-canary-token")}},
		"files": {ID: "files", Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": w.dir}},
	}
	w.connectors = connector.New(connector.Options{NetSuite: suitetalk.New(suitetalk.Options{})})
	w.write("in.jsonl", `{"id": 1, "name": "Ann", "email": "ann@example.com"}`+"\n"+`{"id": 2, "name": "left out"}`+"\n"+`{"id": 3, "name": "Bert", "email": null}`+"\n")
	flow, problems := flowfile.Parse("orders.yaml", []byte(flowText))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w.flow = flow
	return w
}

func (w *world) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) open(_ context.Context, name string) (*sluice.Connection, error) {
	return w.connections[name], nil
}

func (w *world) dry(flowID string, past sluice.Store, o dryrun.Options) *code.DryRun {
	w.Helper()
	r := &dryrun.Runner{Connector: w.connectors, Planner: w.connectors, Open: w.open, Past: past}
	out, err := r.Run(w.Context(), w.flow, flowID, o)
	if err != nil {
		w.Fatal(err)
	}
	if out.Failure != nil {
		w.Fatal(out.Failure)
	}
	return out
}

// run runs the flow as the server does, and returns the flow's ID.
func (w *world) run(s sluice.Store) string {
	w.Helper()
	ctx, stop := context.WithCancel(w.Context())
	r := &sluice.FlowRevision{Text: flowText, Flow: *w.flow, Enabled: true}
	if err := s.SaveFlow(ctx, r); err != nil {
		w.Fatal(err)
	}
	e := engine.New(engine.Config{Store: s, Connector: w.connectors, Open: w.open, Owner: "test"})
	run, err := e.StartRun(ctx, r, "test")
	if err != nil {
		w.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	e.Wake()
	for got := run; !got.State.Ended(); {
		if got, err = s.Run(ctx, run.ID); err != nil {
			w.Fatal(err)
		}
		if got.State.Ended() && (got.State != sluice.RunCompleted || got.Counts.Failed > 0) {
			w.Fatalf("the run ended %s, %+v, %v", got.State, got.Counts, got.Error)
		}
	}
	stop()
	if err := <-ended; err != nil {
		w.Fatal(err)
	}
	return r.FlowID
}

// What a dry run tells is byte for byte what other systems then receive, and nothing
// reaches them before. Switched off by sending what stage.rehearse catches.
func TestToldIsWhatIsSent(t *testing.T) {
	w := newWorld(t)
	told := w.dry("", nil, dryrun.Options{Compare: true})
	if n := len(w.netsuite.sent) + len(w.shop.sent); n > 0 {
		t.Fatalf("a dry run sent %d requests that change something", n)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "out.csv")); err == nil {
		t.Fatal("a dry run wrote a file")
	}
	if told.Counts.Read != 3 || told.Counts.Written != 2 || told.Counts.Excluded != 1 || len(told.Requests) != 6 {
		t.Fatalf("counts %+v, %d requests", told.Counts, len(told.Requests))
	}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	flowID := w.run(s)
	for host, got := range map[string]*watcher{"customer": w.netsuite, "told": w.shop} {
		var planned, received []string
		for _, r := range told.Requests {
			if r.Step != host {
				continue
			}
			u, err := url.Parse(r.URL)
			if err != nil {
				t.Fatal(err)
			}
			planned = append(planned, sent{r.Method, u.RequestURI(), r.Body, nil}.line())
			sameHeaders(t, r.Header, got.sent)
		}
		for _, r := range got.sent {
			received = append(received, r.line())
		}
		slices.Sort(planned)
		slices.Sort(received)
		if !slices.Equal(planned, received) {
			t.Errorf("%s: planned\n%s\nreceived\n%s", host, strings.Join(planned, "\n"), strings.Join(received, "\n"))
		}
	}
	text, err := os.ReadFile(filepath.Join(w.dir, "out.csv"))
	if lines := appended(told); err != nil || string(text) != "name\n"+lines {
		t.Errorf("file %q, planned %q, %v", text, lines, err)
	}
	if text, err := json.Marshal(told); err != nil || strings.Contains(string(text), "canary") || strings.Contains(string(text), "oauth_signature=") {
		t.Errorf("a secret is shown: %s", text)
	}

	// What earlier runs delivered counts, as it does for a run.
	again := w.dry(flowID, s, dryrun.Options{Compare: true})
	if len(again.Requests) != 2 || again.Requests[0].Step != "customer" {
		t.Fatalf("after the run: %+v, %+v, %+v", again.Requests, again.Counts, again.Steps)
	}
	if c := again.Requests[0].Change; c == nil || !c.Found || c.ID == "" {
		t.Fatalf("change %+v", c)
	} else if got := states(c); got["companyName"] != "unchanged" || got["email"] != "unchanged" || got["comments"] != "unchanged" || got["addressbook[1].label"] != "unchanged" {
		t.Errorf("fields %+v", c.Fields)
	}
}

func appended(told *code.DryRun) string {
	var b strings.Builder
	for _, r := range told.Requests {
		if r.Method == "APPEND" {
			b.WriteString(r.Body)
		}
	}
	return b.String()
}

func states(c *sluice.RecordChange) map[string]string {
	out := map[string]string{}
	for _, f := range c.Fields {
		out[f.Field] = f.State
	}
	return out
}

// sameHeaders wants every header that was told among those received, but for logins.
func sameHeaders(t *testing.T, told map[string]string, received []sent) {
	t.Helper()
	for name, value := range told {
		if name == "Authorization" {
			continue
		}
		if !slices.ContainsFunc(received, func(s sent) bool { return s.header.Get(name) == value }) {
			t.Errorf("the header %s: %s was told, and not received", name, value)
		}
	}
}

// A change is shown field by field, and only so many requests are.
func TestBeforeAndAfter(t *testing.T) {
	w := newWorld(t)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	fresh := w.dry("", nil, dryrun.Options{Compare: true, Limit: 1})
	if len(fresh.Requests) != 1 || fresh.Requests[0].Change == nil || fresh.Requests[0].Change.Found {
		t.Fatalf("requests %+v", fresh.Requests)
	}
	if fresh.Imports[0].Requests != 2 || fresh.Imports[0].Shown != 1 || fresh.Imports[1].Shown != 0 {
		t.Errorf("imports %+v", fresh.Imports)
	}
	w.run(s)
	w.write("in.jsonl", `{"id": 1, "name": "Ann", "email": "anna@example.com"}`+"\n"+`{"id": 3, "name": "Bert", "email": "bert@example.com"}`+"\n")
	out := w.dry("", nil, dryrun.Options{Compare: true})
	for i, want := range map[int]string{0: "changed", 3: "added"} {
		if c := out.Requests[i].Change; c == nil || states(c)["email"] != want {
			t.Errorf("request %d: %+v", i, c)
		}
	}
	given := w.dry("", nil, dryrun.Options{Given: []sluice.Record{{"id": "9", "name": "Ann", "email": nil}}, Compare: true})
	if c := given.Requests[0].Change; given.Counts.Read != 1 || c == nil || states(c)["email"] != "cleared" {
		t.Errorf("given: %+v", given.Requests[0].Change)
	}
}

// A record of a batch is compared with the record that is there, not the batch.
func TestBatchesAreCompared(t *testing.T) {
	w := newWorld(t)
	w.flow.Steps[2].Import.NetSuite.API = sluice.APIBatch
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.run(s)
	if n := len(w.netsuite.sent); n != 1 || w.netsuite.sent[0].method != "PUT" || !strings.Contains(w.netsuite.sent[0].body, "Bert") || !strings.Contains(w.netsuite.sent[0].body, "Ann") {
		t.Fatalf("%d requests: %+v", n, w.netsuite.sent)
	}
	w.write("in.jsonl", `{"id": 1, "name": "Ann", "email": "anna@example.com"}`+"\n")
	out := w.dry("", nil, dryrun.Options{Compare: true})
	c := out.Requests[0].Change
	if c == nil || !c.Found || states(c)["email"] != "changed" || states(c)["companyName"] != "unchanged" || states(c)["items"] != "" {
		t.Errorf("%+v", c)
	}
	if reason := out.Steps[2].Reason; !strings.HasPrefix(reason, "NetSuite REST batches: ") {
		t.Errorf("the step says %q", reason)
	}
}

// A dry run of an import into a database tells its statements and changes no row.
func TestStatementsAreTold(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(w.dir, "warehouse.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'before')"); err != nil {
		t.Fatal(err)
	}
	w.connections["warehouse"] = &sluice.Connection{ID: "w", Name: "warehouse", Kind: sluice.KindSQLite, Settings: map[string]string{"path": path}}
	for operation, want := range map[string]string{"add": "INSERT INTO", "upsert": "UPDATE", "update": "UPDATE", "delete": "DELETE FROM"} {
		flow, problems := flowfile.Parse("people.yaml", []byte(`name: people
export: {connection: files, jsonl: {path: in.jsonl}, key: [id]}
steps:
  - map: |
      root.id = this.id
      root.name = this.name
  - name: people
    import: {connection: warehouse, operation: `+operation+`, sql: {table: people, key: [id]}}
`))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.flow = flow
		out := w.dry("", nil, dryrun.Options{})
		if len(out.Requests) != 3 || out.Counts.Written != 3 || !strings.HasPrefix(out.Requests[0].Body, want) || !strings.Contains(out.Requests[0].Body, "-- 1: ") {
			t.Errorf("%s: %+v, %+v", operation, out.Counts, out.Requests)
		}
	}
	var n int
	var name string
	if err := db.QueryRow("SELECT COUNT(*), MIN(name) FROM people").Scan(&n, &name); err != nil || n != 1 || name != "before" {
		t.Errorf("%d rows, %q, %v", n, name, err)
	}
}

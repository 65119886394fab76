package badinput

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/servertest"
)

const hookSecret = "made-up-webhook-secret"

// world is one server, with an account, an HTTP API and a folder of files round it.
type world struct {
	*client.Client
	account *emulator.Emulator
	api     api
	files   string
	clock   clock
	log     servertest.Log
	data    string
	url     string

	stop   func() // ends the server
	sound  int    // sound flows that have run
	inside atomic.Pointer[func(*http.Request)]
}

// clock is the server's clock: the machine's, set off by so much.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Round(0).Add(time.Duration(c.off.Load())) }
func (c *clock) jump(d time.Duration) { c.off.Add(int64(d)) }

// api is an HTTP API that answers as a test wants it.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(http.ResponseWriter, *http.Request)
}

func (a *api) set(answer func(http.ResponseWriter, *http.Request)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	answer := a.answer
	a.mu.Unlock()
	answer(w, r)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{files: t.TempDir(), data: t.TempDir()}
	w.account = emulator.Start(t, func(o *emulator.Options) {
		o.Company = company.Size{Customers: 1, Items: 1, Orders: 1}
		o.Latency = func(r *http.Request) time.Duration {
			if inside := w.inside.Load(); inside != nil {
				(*inside)(r)
			}
			return 0
		}
	})
	w.api.Server = httptest.NewServer(&w.api)
	t.Cleanup(w.api.Close)
	w.start(t)
	t.Cleanup(func() { w.stop() })
	w.Client = &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, w.data) },
	}}}
	w.apply(t, soundFlow)
	return w
}

// start starts the server on its data folder.
func (w *world) start(t *testing.T) {
	t.Helper()
	a, err := app.New(t.Context(), app.Config{DataDir: w.data, Listen: "127.0.0.1:0", Clock: w.clock.now, Log: slog.New(slog.NewTextHandler(&w.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	w.url = a.URL()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	})
}

func (w *world) connections() []client.ConnectionFile {
	c := w.account.Credentials()
	return []client.ConnectionFile{
		{Path: "connections.yaml", Name: "files", Kind: "files", Settings: map[string]string{"dir": w.files}},
		{Path: "connections.yaml", Name: "shop", Kind: "webhook", Settings: map[string]string{"preset": "shopify"}, Secrets: map[string]string{"secret": hookSecret}},
		{Path: "connections.yaml", Name: "api", Kind: "http", Settings: map[string]string{"base_url": w.api.URL}},
		{Path: "connections.yaml", Name: "warehouse", Kind: "sqlite", Settings: map[string]string{"path": filepath.Join(w.files, "warehouse.db")}},
		{Path: "connections.yaml", Name: "netsuite", Kind: "netsuite",
			Settings: map[string]string{"account": c.Account, "type": "token", "base_url": c.BaseURL, "settle": "200ms"},
			Secrets: map[string]string{"consumer_key": c.ConsumerKey, "consumer_secret": c.ConsumerSecret,
				"token_id": c.TokenID, "token_secret": c.TokenSecret}},
	}
}

// set is a set of flow files, with the world's connections.
func (w *world) set(flows ...string) client.FileSet {
	set := client.FileSet{Connections: w.connections()}
	for _, text := range flows {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "name: "), "\n")
		set.Flows = append(set.Flows, client.FlowFile{Path: name + ".yaml", Text: text})
	}
	return set
}

func (w *world) apply(t *testing.T, flows ...string) {
	t.Helper()
	if _, err := w.Apply(t.Context(), w.set(flows...)); err != nil {
		t.Fatal(err)
	}
}

// refused applies flows that must be refused at their places; nothing of them is stored.
func (w *world) refused(t *testing.T, want []says, flows ...string) {
	t.Helper()
	before, err := w.ListFlows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Apply(t.Context(), w.set(flows...))
	told, ok := errors.AsType[*client.ErrorBody](err)
	if !ok || told.Code != "plan.invalid" {
		t.Fatalf("the flows are not refused: %v", err)
	}
	for _, s := range want {
		if !slices.ContainsFunc(told.Problems, func(p client.Problem) bool {
			return s.fits(p.Code, p.Path, p.Message, p.Remedy)
		}) {
			t.Errorf("no problem is %+v: %+v", s, told.Problems)
		}
	}
	if after, err := w.ListFlows(t.Context()); err != nil || len(after.Items) != len(before.Items) {
		t.Errorf("%d flows, %v: there were %d before", len(after.Items), err, len(before.Items))
	}
}

// says is what an error has to say: its code, its place, and parts of its message and remedy.
type says struct{ code, where, message, remedy string }

func (s says) fits(code, where, message, remedy string) bool {
	return code == s.code && strings.Contains(where, s.where) && strings.Contains(message, s.message) &&
		strings.Contains(remedy, s.remedy) && remedy != "" && message != ""
}

// begin starts a run.
func (w *world) begin(t *testing.T, flow string) int64 {
	t.Helper()
	r, err := w.StartRun(t.Context(), flow)
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}

// ended waits until a run has ended. No record of one that is through is lost.
func (w *world) ended(t *testing.T, id int64) *client.Run {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for ticker := time.NewTicker(5 * time.Millisecond); time.Now().Before(deadline); <-ticker.C {
		r, err := w.GetRun(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if r.State == "queued" || r.State == "running" {
			continue
		}
		if c := r.Counts; r.State == "completed" && c.Read != c.Written+c.Unchanged+c.Excluded+c.Failed {
			t.Errorf("records are lost: %+v", c)
		}
		return r
	}
	t.Fatalf("run %d does not end\n%s", id, w.log.String())
	return nil
}

func (w *world) run(t *testing.T, flow string) *client.Run {
	t.Helper()
	return w.ended(t, w.begin(t, flow))
}

// through runs a flow that must get through with these counts.
func (w *world) through(t *testing.T, flow string, read, written, failed int64) *client.Run {
	t.Helper()
	return w.wants(t, w.run(t, flow), read, written, failed)
}

func (w *world) wants(t *testing.T, r *client.Run, read, written, failed int64) *client.Run {
	t.Helper()
	if c := r.Counts; r.State != "completed" || c.Read != read || c.Written != written || c.Failed != failed {
		t.Fatalf("the run of %s is %s, %+v, want %d read, %d written, %d failed: %+v", r.Flow, r.State, c, read, written, failed, r.Error)
	}
	return r
}

// fails runs a flow whose run must fail and say so.
func (w *world) fails(t *testing.T, flow string, want says) *client.Run {
	t.Helper()
	r := w.run(t, flow)
	if r.State != "failed" || r.Error == nil || !want.fits(r.Error.Code, r.Error.Where, r.Error.Message, r.Error.Remedy) {
		t.Fatalf("the run is %s with %+v, want %+v", r.State, r.Error, want)
	}
	return r
}

// resumed lets a failed run go on to its end.
func (w *world) resumed(t *testing.T, r *client.Run) *client.Run {
	t.Helper()
	if _, err := w.ResumeRun(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	return w.ended(t, r.ID)
}

// open returns a flow's open record errors, which must say this, in the order of the records.
func (w *world) open(t *testing.T, flow string, want ...says) []client.RecordError {
	t.Helper()
	list, err := w.ListErrors(t.Context(), client.ListErrorsQuery{Flow: flow, State: "open"})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(list.Items, func(a, b client.RecordError) int { return int(a.Seq - b.Seq) })
	for n, e := range list.Items {
		if n < len(want) && !want[n].fits(e.Code, e.Origin+" "+e.Where, e.Message, e.Remedy) {
			t.Errorf("the error is %s at %q %q: %s. %s; want %+v", e.Code, e.Origin, e.Where, e.Message, e.Remedy, want[n])
		}
	}
	if len(list.Items) != len(want) {
		t.Fatalf("%d open errors, want %d: %+v", len(list.Items), len(want), list.Items)
	}
	return list.Items
}

func (w *world) put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.files, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.files, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const soundFlow = `name: sound
export:
  connection: files
  csv: {path: sound.csv}
  key: [id]
steps:
  - map: |
      root.companyName = "Sound " + this.id
      root.subsidiary.id = "1"
  - import: {connection: netsuite, operation: add, netsuite: {record: customer}}
`

// serves holds when the server still works: it answers, and a sound flow gets through.
func (w *world) serves(t *testing.T) {
	t.Helper()
	if _, err := w.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.sound++
	w.put(t, "sound.csv", fmt.Sprintf("id\n%d-1\n%d-2\n", w.sound, w.sound))
	w.through(t, "sound", 2, 2, 0)
	if got := w.customers(t, fmt.Sprintf("Sound %d-%%", w.sound)); len(got) != 2 {
		t.Fatalf("the account has %q of a sound flow", got)
	}
}

// customers returns the names of the account's customers that are like a pattern.
func (w *world) customers(t *testing.T, like string) []string {
	t.Helper()
	rows, err := w.SuiteQL(t.Context(), "netsuite", client.SuiteQLQuery{Query: "SELECT companyname FROM customer WHERE companyname LIKE '" + like + "' ORDER BY companyname"})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, row := range rows.Items {
		names = append(names, fmt.Sprint(row["companyname"]))
	}
	return names
}

// wantCode checks an API error.
func wantCode(t *testing.T, err error, want says) {
	t.Helper()
	e, ok := errors.AsType[*client.ErrorBody](err)
	if ok && len(e.Problems) == 1 && e.Where == "" { // of the request
		e.Where, e.Message = e.Problems[0].Path, e.Problems[0].Message
	}
	if !ok || !want.fits(e.Code, e.Where, e.Message, e.Remedy) {
		t.Fatalf("the error is %#v, want %+v", err, want)
	}
}

// errorOf returns the error that an answer tells, nil when it tells none.
func errorOf(t *testing.T, resp *http.Response) error {
	t.Helper()
	if resp.StatusCode < http.StatusBadRequest {
		return nil
	}
	e := new(client.ErrorBody)
	if err := json.NewDecoder(resp.Body).Decode(e); err != nil {
		t.Fatal(err)
	}
	return e
}

// writeJSON answers with JSON.
func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

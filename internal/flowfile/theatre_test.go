package flowfile_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	_ "modernc.org/sqlite"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/connector/webhook"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

// theatre is where an example runs that shows over several runs, or over time: a store,
// an engine and the connectors of a server, on the clock of synctest. Sources are read
// as they are; what imports write is taken down and goes nowhere.
type theatre struct {
	*testing.T
	connector.Connectors
	store  sluice.Store
	engine *engine.Engine
	dir    string // of files, and of the warehouse's database

	mu      sync.Mutex
	written []sluice.Record
	pages   []int // how many records each page had that was written
	inside  int   // pages that are being written
	most    int   // at one time
}

// perform runs a play on synctest's clock, and returns what is wrong.
func perform(t *testing.T, flow *sluice.Flow, play func(s *theatre, flow *sluice.Flow) string) (wrong string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newTheatre(t)
		s.save(flow)
		wrong = play(s, flow)
	})
	return wrong
}

func newTheatre(t *testing.T) *theatre {
	t.Helper()
	s := &theatre{T: t, dir: t.TempDir()}
	path := filepath.Join(t.TempDir(), "sluice.db")
	sqlitetest.Prepare(t, path)
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	s.store = st
	s.Connectors = connector.New(connector.Options{TempDir: s.dir, Webhook: webhook.Options{Inbox: st}})
	s.engine = engine.New(engine.Config{Store: st, Connector: s, Open: s.open, Owner: "theatre", Sole: true, Poll: 10_000 * time.Hour})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.engine.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// save stores a flow, enabled.
func (s *theatre) save(flow *sluice.Flow) *sluice.FlowRevision {
	s.Helper()
	r := &sluice.FlowRevision{Flow: *flow, Enabled: true, CreatedAt: time.Now()}
	if err := s.store.SaveFlow(s.Context(), r); err != nil {
		s.Fatal(err)
	}
	return r
}

// parsed is a flow that an example speaks of and that is no example itself.
func (s *theatre) parsed(text string) *sluice.Flow {
	s.Helper()
	flow, problems := flowfile.Parse("other.yaml", []byte(text))
	if len(problems) > 0 {
		s.Fatal(problems)
	}
	return flow
}

func (s *theatre) open(_ context.Context, name string) (*sluice.Connection, error) {
	c := &sluice.Connection{ID: name, Name: name, Kind: sluice.KindFiles, Settings: map[string]string{"dir": s.dir}}
	switch name {
	case "warehouse":
		c.Kind, c.Settings = sluice.KindSQLite, map[string]string{"path": s.database()}
	case "hooks":
		c.Kind, c.Settings = sluice.KindWebhook, map[string]string{"preset": sluice.PresetGitHub, "max_body": "1", "rate": "100"}
		c.Secrets = map[string]sluice.Secret{"secret": sluice.NewSecret("made-up")}
	}
	return c, nil
}

func (s *theatre) database() string { return filepath.Join(s.dir, "warehouse.db") }

// execute changes the warehouse.
func (s *theatre) execute(statements string, args ...any) {
	s.Helper()
	db, err := sql.Open("sqlite", s.database())
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statements, args...); err != nil {
		s.Fatal(err)
	}
}

// source writes the file that flows read.
func (s *theatre) source(text string) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "source.jsonl"), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

// run runs a flow to its end and returns what was written.
func (s *theatre) run(name string) []sluice.Record {
	s.Helper()
	flow, err := s.store.Flow(s.Context(), name)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.engine.StartRun(s.Context(), flow, "test"); err != nil {
		s.Fatal(err)
	}
	s.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.written
	s.written = nil
	return out
}

// wait waits until no run is left.
func (s *theatre) wait() {
	s.Helper()
	for range 10_000 {
		left, err := s.store.Runs(s.Context(), sluice.RunFilter{States: []sluice.RunState{sluice.RunQueued, sluice.RunRunning}})
		if err != nil {
			s.Fatal(err)
		}
		if len(left) == 0 {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	s.Fatal("a run does not end")
}

// pass lets time pass.
func (s *theatre) pass(d time.Duration) { time.Sleep(d) }

// runs returns all runs of a flow.
func (s *theatre) runs(flowID string) []*sluice.Run {
	s.Helper()
	list, err := s.store.Runs(s.Context(), sluice.RunFilter{FlowID: flowID})
	if err != nil {
		s.Fatal(err)
	}
	return list
}

// SourceTime is synctest's time: the database's own is the machine's.
func (s *theatre) SourceTime(context.Context, *sluice.Connection) (time.Time, error) {
	return time.Now(), nil
}

// OpenLookup asks as it does in a run.
func (s *theatre) OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o sluice.LookupOptions) (sluice.Finder, error) {
	return s.Connectors.(sluice.LookupConnector).OpenLookup(ctx, c, l, o)
}

// OpenImport takes down what is written.
func (s *theatre) OpenImport(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, error) {
	return &scribe{s}, nil
}

// scribe is a Writer to which everything is fine.
type scribe struct{ s *theatre }

func (w *scribe) Traits() sluice.Traits { return sluice.Traits{SendWindow: time.Minute} }

// Prepare takes its time, in which other pages may come.
func (w *scribe) Prepare(_ context.Context, intents []*sluice.Intent) error {
	w.enter(1)
	time.Sleep(time.Second)
	w.enter(-1)
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.pages = append(w.s.pages, len(intents))
	return nil
}

func (w *scribe) enter(n int) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.inside += n
	w.s.most = max(w.s.most, w.s.inside)
}

func (w *scribe) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	out := make([]sluice.Result, len(intents))
	for n, i := range intents {
		w.s.written = append(w.s.written, i.Record)
		out[n] = sluice.Result{State: sluice.ResultWritten, ID: fmt.Sprint(i.Seq)}
	}
	return out, nil
}

func (w *scribe) Reconcile(context.Context, []*sluice.Intent) ([]sluice.Result, error) {
	return nil, nil // nothing is ever unknown
}

func (w *scribe) Finish(context.Context) error { return nil }
func (w *scribe) Close() error                 { return nil }

// ids shows the records' IDs, sorted.
func ids(records []sluice.Record) string {
	var out []string
	for _, r := range records {
		out = append(out, fmt.Sprint(r["id"]))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// differs says what of two is otherwise.
func differs(what string, got, want any) string {
	if fmt.Sprint(got) == fmt.Sprint(want) {
		return ""
	}
	return fmt.Sprintf("%s: got %v, want %v\n", what, got, want)
}

// Package delta tries delta exports on histories of a source.
package delta

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/store"
)

// The property: whatever is edited and deleted at the source, in whatever zone, with
// clocks up to five minutes apart, and whenever processes die, runs fail or are
// cancelled: in the end the destination equals the source, and no version of a record
// was written twice.

// act is one thing that happens in a history.
type act struct {
	kind string        // edit, delete, many, wait, run
	id   int           // of the record
	skew time.Duration // of the clock that stamps the change
	zone int           // in which the time is written
	wait time.Duration
	// Of a run: after how many writes the process dies (-1: it does not), what happens
	// then, and how often the source changes while it is read.
	dies   int
	ends   string // "", down, cancel
	resume bool   // the run that ended early is resumed; else a new one is started
	edits  int
}

// history is a course of events.
type history struct {
	base time.Time     // the source's time at the start
	ours time.Duration // how far our clock is ahead of it
	acts []act
	page int // records a page
	seed uint64
}

// bases are hours in which clocks are set back or forward somewhere, and quiet ones.
var bases = []time.Time{
	time.Date(2026, 3, 29, 0, 40, 0, 0, time.UTC),   // Berlin, forward
	time.Date(2026, 10, 25, 0, 40, 0, 0, time.UTC),  // Berlin, back
	time.Date(2026, 11, 1, 5, 40, 0, 0, time.UTC),   // New York, back
	time.Date(2026, 4, 4, 14, 40, 0, 0, time.UTC),   // Lord Howe, back by half an hour
	time.Date(2026, 12, 31, 23, 40, 0, 0, time.UTC), // the year ends
}

var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}

// near draws one of some times, and a little more: drawn freely, most would be near zero.
func near(t *rapid.T, label string, minutes ...float64) time.Duration {
	m := rapid.SampledFrom(minutes).Draw(t, label)
	return time.Duration(m*float64(time.Minute)) + time.Duration(rapid.Int64Range(0, 999).Draw(t, label+" ms"))*time.Millisecond
}

func drawSkew(t *rapid.T, label string) time.Duration {
	return near(t, label, -4.95, -3, -1, 0, 1, 3, 4.95)
}

func histories() *rapid.Generator[history] {
	acts := rapid.Custom(func(t *rapid.T) act {
		return act{
			kind: rapid.SampledFrom([]string{"edit", "edit", "edit", "delete", "wait", "wait", "run", "run"}).Draw(t, "kind"),
			id:   rapid.IntRange(1, 12).Draw(t, "id"), skew: drawSkew(t, "skew"), zone: rapid.IntRange(0, len(zones)-1).Draw(t, "zone"),
			wait: near(t, "wait", 0, 0.1, 1, 5.5, 11, 70),
			dies: rapid.IntRange(-6, 10).Draw(t, "dies"), ends: rapid.SampledFrom([]string{"", "", "", "down", "cancel"}).Draw(t, "ends"),
			resume: rapid.Bool().Draw(t, "resume"), edits: rapid.IntRange(0, 2).Draw(t, "edits"),
		}
	})
	return rapid.Custom(func(t *rapid.T) history {
		h := history{
			base: rapid.SampledFrom(bases).Draw(t, "base"), ours: drawSkew(t, "ours"),
			acts: rapid.SliceOfN(acts, 4, 14).Draw(t, "acts"), page: rapid.IntRange(1, 9).Draw(t, "page"), seed: rapid.Uint64().Draw(t, "seed"),
		}
		if rapid.SampledFrom(hundred).Draw(t, "many") == 50 {
			return h.withMany()
		}
		return h
	})
}

// hundred are the numbers up to 99, each as likely as the others: of a range small ones
// would be drawn far more often.
var hundred = slices.Collect(func(yield func(int) bool) {
	for n := range 100 {
		if !yield(n) {
			return
		}
	}
})

// withMany is the history with 5,000 changes in one second at its end.
func (h history) withMany() history {
	h.page, h.acts = 700, append(slices.Clone(h.acts), act{kind: "many"}, act{kind: "run", dies: 8, resume: true}, act{kind: "run", dies: -1})
	return h
}

// world is a source, a destination and what lies between them, in one history.
type world struct {
	history
	t        testing.TB
	store    sluice.Store
	source   *sql.DB
	path     string // of the source
	real     sluice.Connector
	start    time.Time // virtual time when the history began
	flow     *sluice.FlowRevision
	rng      *rand.Rand
	versions int
	dest     *destination
	switches engine.Switches
	edits    int // left to make while the source is read
}

// template is an empty store and an empty source, which each history copies.
type template struct{ store, source []byte }

func newTemplate(t testing.TB) *template {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	if err == nil {
		err = st.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "source.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("CREATE TABLE items (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, created TEXT, changed TEXT); CREATE TABLE gone (id INTEGER NOT NULL, at TEXT NOT NULL)")
	if err = cmp.Or(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	var out template
	for name, to := range map[string]*[]byte{"sluice.db": &out.store, "source.db": &out.source} {
		if *to, err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return &out
}

// play lets a history happen in virtual time and says what is wrong in the end.
func (tm *template) play(t *testing.T, h history, s engine.Switches) error {
	return tm.try(t, h, s, (*world).play)
}

// try calls do in a new world, in virtual time.
func (tm *template) try(t *testing.T, h history, s engine.Switches, do func(*world) error) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dir := memoryDir(t)
		path, source := filepath.Join(dir, "sluice.db"), filepath.Join(dir, "source.db")
		for name, content := range map[string][]byte{path: tm.store, source: tm.source} {
			if err = os.WriteFile(name, content, 0o600); err != nil {
				return
			}
		}
		w := &world{t: t, path: source, real: connector.New(connector.Options{}), history: h, switches: s, start: time.Now(), versions: 10_000,
			rng: rand.New(rand.NewPCG(h.seed, 1)), dest: &destination{records: map[string]string{}, written: map[string]int{}}}
		if w.store, err = store.Open(t.Context(), path); err != nil {
			return
		}
		defer func() { err = cmp.Or(err, w.store.Close()) }()
		if w.source, err = sql.Open("sqlite", "file:"+source+"?_pragma=synchronous(0)&_pragma=busy_timeout(5000)"); err != nil {
			return
		}
		defer func() { err = cmp.Or(err, w.source.Close()) }()
		err = do(w)
	})
	return err
}

// memoryDir is a folder in memory where the system has one: the store waits for the
// disk at each of many thousand writes.
func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "sluice")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.source.Exec(query, args...); err != nil {
		w.t.Fatal(err)
	}
}

// now is the source's time.
func (w *world) now() time.Time { return w.base.Add(time.Since(w.start)) }

// stamp is the source's time as the clock of one of its servers has it, written in a zone.
func (w *world) stamp(a act) string {
	zone, err := time.LoadLocation(zones[a.zone])
	if err != nil {
		w.t.Fatal(err)
	}
	layout := []string{"2006-01-02T15:04:05.000Z07:00", "2006-01-02 15:04:05-07:00"}[a.id%2]
	return w.now().Add(a.skew).In(zone).Format(layout)
}

func (w *world) change(a act) {
	w.versions++
	switch a.kind {
	case "edit":
		w.exec("INSERT INTO items (id, version, created, changed) VALUES (?1, ?2, ?3, NULL) ON CONFLICT (id) DO UPDATE SET version = ?2, changed = ?3", a.id, w.versions, w.stamp(a))
	case "delete":
		if result, err := w.source.Exec("DELETE FROM items WHERE id = ?", a.id); err != nil {
			w.t.Fatal(err)
		} else if n, _ := result.RowsAffected(); n > 0 {
			w.exec("INSERT INTO gone (id, at) VALUES (?, ?)", a.id, w.stamp(a))
		}
	case "many": // 5,000 changes in one second
		w.exec("WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 5999) INSERT INTO items (id, version, created) SELECT i, i, ? FROM n", w.stamp(a))
	}
}

// Test, OpenExport, OpenImport and SourceTime make the world a connector: the real one
// reads the source, whose clock is the history's.
func (w *world) Test(context.Context, *sluice.Connection) *sluice.Evidence { return nil }

func (w *world) SourceTime(context.Context, *sluice.Connection) (time.Time, error) {
	return w.now().UTC(), nil
}

func (w *world) OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	r, err := w.real.OpenExport(ctx, c, e, o)
	return &disturbed{Reader: r, world: w}, err
}

func (w *world) OpenImport(ctx context.Context, c *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if c.Name == "source" {
		return w.real.OpenImport(ctx, c, i, o)
	}
	return &destinationWriter{w.dest}, nil
}

// disturbed is a Reader of a source that changes while it is read.
type disturbed struct {
	sluice.Reader
	*world
}

func (d *disturbed) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	if d.edits > 0 {
		d.edits--
		d.change(act{kind: []string{"edit", "edit", "delete"}[d.rng.IntN(3)], id: 1 + d.rng.IntN(12), skew: time.Duration(d.rng.IntN(594)-297) * time.Second, zone: d.rng.IntN(len(zones))})
	}
	return d.Reader.Next(ctx, limit)
}

func (d *disturbed) Close() error {
	if d.Reader == nil {
		return nil
	}
	return d.Reader.Close()
}

// destination keeps the newest version of each record, and how often each was written.
type destination struct {
	mu      sync.Mutex
	records map[string]string
	written map[string]int
	down    bool
	before  func()
}

type destinationWriter struct{ *destination }

func (d *destinationWriter) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: 20 * time.Millisecond, Settle: 20 * time.Millisecond}
}
func (d *destinationWriter) Prepare(context.Context, []*sluice.Intent) error { return nil }
func (d *destinationWriter) Finish(context.Context) error                    { return nil }
func (d *destinationWriter) Close() error                                    { return nil }

func (d *destinationWriter) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	if d.before != nil {
		d.before()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down {
		return nil, sluice.Errorf("connection.unreachable", "the destination is down")
	}
	out := make([]sluice.Result, len(intents))
	for n, i := range intents {
		out[n] = sluice.Result{State: sluice.ResultWritten}
		version := fmt.Sprint(i.Record["version"])
		switch _, there := d.records[i.Key]; {
		case i.Operation != sluice.Delete:
			d.records[i.Key] = version
			d.written[i.Key+" "+version]++
		case there:
			delete(d.records, i.Key)
		default:
			out[n] = sluice.Result{State: sluice.ResultRefused, Failure: &sluice.Failure{Code: "GONE", Classification: sluice.ClassMissing, Message: "no such record"}}
		}
	}
	return out, nil
}

func (d *destinationWriter) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]sluice.Result, len(intents))
	for n, i := range intents {
		version, there := d.records[i.Key]
		if out[n].State = sluice.ResultAbsent; i.Operation == sluice.Delete && !there || there && version == fmt.Sprint(i.Record["version"]) {
			out[n].State = sluice.ResultWritten
		}
	}
	return out, nil
}

// mortal is a store whose process dies after some writes.
type mortal struct {
	engine.Store
	left atomic.Int64
}

var errDead = errors.New("the process is dead")

func (m *mortal) write(do func() error) error {
	if m.left.Add(-1) < 0 {
		return errDead
	}
	return do()
}

func (m *mortal) SetWindow(ctx context.Context, f sluice.Fence, w *sluice.Window) error {
	return m.write(func() error { return m.Store.SetWindow(ctx, f, w) })
}

func (m *mortal) AppendPages(ctx context.Context, f sluice.Fence, pages []sluice.Page, cursor []byte, done bool, p sluice.Advance) error {
	return m.write(func() error { return m.Store.AppendPages(ctx, f, pages, cursor, done, p) })
}

func (m *mortal) SaveIntents(ctx context.Context, f sluice.Fence, e []sluice.LedgerEntry) error {
	return m.write(func() error { return m.Store.SaveIntents(ctx, f, e) })
}

func (m *mortal) CompletePage(ctx context.Context, f sluice.Fence, r *sluice.PageResult) error {
	return m.write(func() error { return m.Store.CompletePage(ctx, f, r) })
}

func (m *mortal) MoveWatermark(ctx context.Context, f sluice.Fence, mark time.Time, w *sluice.Watermark) error {
	return m.write(func() error { return m.Store.MoveWatermark(ctx, f, mark, w) })
}

func (m *mortal) EndRun(ctx context.Context, f sluice.Fence, s sluice.RunState, c *sluice.Error, at time.Time) error {
	return m.write(func() error { return m.Store.EndRun(ctx, f, s, c, at) })
}

func (m *mortal) RenewLease(ctx context.Context, f sluice.Fence, until time.Time) (bool, error) {
	if m.left.Load() < 0 {
		return false, errDead
	}
	return m.Store.RenewLease(ctx, f, until)
}

func deltaFlow() sluice.Flow {
	return sluice.Flow{
		Export: sluice.Export{
			Connection: "source", Key: []string{"id"},
			SQL: &sluice.SQLExport{Query: "SELECT * FROM items", Key: []string{"id"}},
			Delta: &sluice.Delta{Fields: []string{"created", "changed"},
				Deletes: &sluice.Deletes{Query: "SELECT id, at FROM gone AS g WHERE rowid = (SELECT max(rowid) FROM gone WHERE id = g.id)", Field: "at"}},
		},
		Steps: []sluice.Step{
			{Import: &sluice.Import{Connection: "destination", Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "thing"}}},
			{Deleted: true, Import: &sluice.Import{Connection: "destination", Operation: sluice.Delete, NetSuite: &sluice.NetSuiteImport{Record: "thing"}}},
		},
	}
}

func (w *world) engine(st engine.Store) *engine.Engine {
	return engine.New(engine.Config{
		Store: st, Connector: w, Owner: fmt.Sprint(rand.Uint64()), Clock: func() time.Time { return w.now().Add(w.ours) },
		Open: func(_ context.Context, name string) (*sluice.Connection, error) {
			return &sluice.Connection{Name: name, Kind: sluice.KindSQLite, Settings: map[string]string{"path": w.path}}, nil
		},
		Lease: 120 * time.Millisecond, Poll: 50 * time.Millisecond, Grace: 2 * time.Second, Switches: w.switches,
	})
}

func (w *world) save(f sluice.Flow) error {
	f.Name, f.Pages.Size = "test", w.page
	w.flow = &sluice.FlowRevision{Flow: f, Enabled: true, CreatedAt: w.now()}
	return w.store.SaveFlow(w.t.Context(), w.flow)
}

// wait lets virtual time go by.
func (w *world) wait(d time.Duration) { time.Sleep(d) }

func (w *world) play() error {
	if err := w.save(deltaFlow()); err != nil {
		return err
	}
	for _, a := range w.acts {
		switch a.kind {
		case "wait":
			w.wait(a.wait)
		case "run":
			if err := w.run(a); err != nil {
				return err
			}
		default:
			w.change(a)
		}
	}
	// Whatever was stamped by a clock that is ahead is in the past after ten minutes.
	w.wait(10 * time.Minute)
	for range 2 {
		if err := w.run(act{dies: -1}); err != nil {
			return err
		}
	}
	return w.compare()
}

// run makes a run and what befalls it.
func (w *world) run(a act) error {
	ctx := w.t.Context()
	w.edits = a.edits
	e := w.engine(w.store)
	run, err := e.StartRun(ctx, w.flow, "test")
	if err != nil {
		return err
	}
	w.dest.down = a.ends == "down"
	if a.ends == "cancel" {
		w.dest.before = sync.OnceFunc(func() { _ = e.Cancel(context.Background(), run.ID) })
	}
	if a.dies >= 0 {
		w.die(run.ID, a.dies)
	}
	state, err := w.finish(e, run.ID)
	if err != nil {
		return err
	}
	w.dest.down, w.dest.before, w.edits = false, nil, 0
	if state == sluice.RunCompleted || !a.resume {
		return nil
	}
	if err := e.Resume(ctx, run.ID); err != nil {
		return err
	}
	if state, err = w.finish(e, run.ID); err == nil && state != sluice.RunCompleted {
		err = fmt.Errorf("the resumed run ended %s", state)
	}
	return err
}

// die works the run with a process that dies after some writes.
func (w *world) die(run int64, after int) {
	m := &mortal{Store: w.store}
	m.left.Store(int64(after))
	w.serve(w.engine(m), func() bool {
		r, err := w.store.Run(context.Background(), run)
		return m.left.Load() < 0 || err != nil || r.State.Ended()
	})
}

// serve lets an engine work until done, and stops it.
func (w *world) serve(e *engine.Engine, done func() bool) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() { defer close(stopped); _ = e.Run(ctx) }()
	for !done() {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	<-stopped
}

// finish works until the run has ended.
func (w *world) finish(e *engine.Engine, id int64) (state sluice.RunState, err error) {
	deadline := time.Now().Add(time.Hour)
	w.serve(e, func() bool {
		var run *sluice.Run
		if run, err = w.store.Run(context.Background(), id); err != nil {
			return true
		}
		if state = run.State; !state.Ended() && time.Now().After(deadline) {
			err = fmt.Errorf("run %d does not end", id)
			return true
		}
		if state == sluice.RunFailed && run.Error.Code != "connection.unreachable" {
			err = run.Error
		}
		return state.Ended()
	})
	return state, err
}

// compare holds the destination against the source.
func (w *world) compare() error {
	rows, err := w.source.Query("SELECT id, version FROM items")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var id, version string
		if err := rows.Scan(&id, &version); err != nil {
			return err
		}
		if n++; w.dest.records[id] != version {
			return fmt.Errorf("record %s is %s at the source and %s at the destination", id, version, cmp.Or(w.dest.records[id], "nothing"))
		}
	}
	if n != len(w.dest.records) {
		return fmt.Errorf("the source has %d records, the destination %d", n, len(w.dest.records))
	}
	for version, times := range w.dest.written {
		if times > 1 {
			return fmt.Errorf("%s was written %d times", version, times)
		}
	}
	open, err := w.store.RecordErrors(w.t.Context(), sluice.ErrorFilter{FlowID: w.flow.FlowID, State: sluice.ErrorOpen})
	if err == nil && len(open) > 0 {
		err = fmt.Errorf("%d record errors, the first: %s", len(open), open[0].Message)
	}
	return cmp.Or(err, rows.Err())
}

// TestDeltaExportsLoseAndDoubleNothing tries 500 histories, and 100,000 in a soak.
// Switched off by engine.Switches, each in TestDeltaExportsLoseWithout.
func TestDeltaExportsLoseAndDoubleNothing(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	usual := checks.Value.String()
	defer func() { _ = checks.Value.Set(usual) }()
	count, parts := 500, 4
	if os.Getenv("SLUICE_SOAK") != "" {
		count = 100_000
	}
	if usual != checks.DefValue { // a soak in parts: -rapid.checks says how many histories
		if _, err := fmt.Sscan(usual, &count); err != nil {
			t.Fatal(err)
		}
	}
	if err := checks.Value.Set(fmt.Sprint(count / parts)); err != nil {
		t.Fatal(err)
	}
	fresh := newTemplate(t)
	t.Run("histories", func(t *testing.T) {
		for range parts {
			t.Run("part", func(t *testing.T) {
				t.Parallel()
				rapid.Check(undated{t}, func(rt *rapid.T) {
					if err := fresh.play(t, histories().Draw(rt, "history"), engine.Switches{}); err != nil {
						rt.Fatal(err)
					}
				})
			})
		}
	})
}

// 5,000 changes in one second are rare among the histories: here they are in each.
func TestFiveThousandChangesInOneSecond(t *testing.T) {
	fresh := newTemplate(t)
	for seed := range 2 {
		if err := fresh.play(t, histories().Example(seed).withMany(), engine.Switches{}); err != nil {
			t.Errorf("history %d: %v", seed, err)
		}
	}
}

// undated is a test without a deadline: it takes as long as it takes.
type undated struct{ testing.TB }

func TestDeltaExportsLoseWithout(t *testing.T) {
	fresh := newTemplate(t)
	for name, switches := range map[string]engine.Switches{"overlap": {NoOverlap: true}, "delivery before the watermark": {WatermarkFirst: true}, "the source's clock": {OwnClock: true}} {
		t.Run(name, func(t *testing.T) {
			for seed := range 300 {
				if err := fresh.play(t, histories().Example(seed), switches); err != nil {
					t.Logf("history %d: %v", seed, err)
					return
				}
			}
			t.Errorf("nothing is lost without %s: it is not what prevents it", name)
		})
	}
}

//go:build unix

package workers

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

const (
	limit   = 5                      // requests at one time that the account takes
	latency = 250 * time.Millisecond // of a request, which is what slots are busy with
	foreign = 3                      // slots that somebody else takes at most
)

// world is an account, a database and the flows between files and the account.
type world struct {
	t       testing.TB
	account *emulator.Emulator
	url     string
	store   sluice.Store
	workers []*worker
	flows   int
	rows    int

	inFlight atomic.Int64 // of ours
	top      atomic.Int64
}

// newWorld starts workers, and stores flows without running them.
func newWorld(t testing.TB, kind string, workers, flows, rows int) *world {
	t.Helper()
	account, err := emulator.New(emulator.Options{Concurrency: limit, Latency: emulator.FixedLatency(latency)})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, account: account, flows: flows, rows: rows}
	server := httptest.NewServer(http.HandlerFunc(w.watch))
	t.Cleanup(func() {
		server.Close()
		if err := account.Close(); err != nil {
			t.Error(err)
		}
	})
	w.url = server.URL
	database := postgrestest.URL(t)
	c := account.Credentials()
	env := []string{"SLUICE_DATABASE=" + database, "NETSUITE_CONSUMER_KEY=" + c.ConsumerKey, "NETSUITE_CONSUMER_SECRET=" + c.ConsumerSecret,
		"NETSUITE_TOKEN_ID=" + c.TokenID, "NETSUITE_TOKEN_SECRET=" + c.TokenSecret}
	key := ""
	for range workers {
		one := newWorker(t, kind, env...)
		if key == "" {
			key = "SLUICE_KEY_FILE=" + filepath.Join(one.dir, "key.json") // what one has sealed, the others must open
		} else {
			one.env = append(one.env, key)
		}
		w.workers = append(w.workers, one)
		one.start()
		one.ready()
	}
	if w.store, err = store.Open(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.prepare(c)
	return w
}

// watch counts our requests on their way through the account.
func (w *world) watch(rw http.ResponseWriter, r *http.Request) {
	n := w.inFlight.Add(1)
	defer w.inFlight.Add(-1)
	for top := w.top.Load(); n > top && !w.top.CompareAndSwap(top, n); top = w.top.Load() {
		continue
	}
	w.account.ServeHTTP(rw, r)
}

func (w *world) prepare(c emulator.Credentials) {
	w.t.Helper()
	dir, files := w.t.TempDir(), w.t.TempDir()
	var b strings.Builder
	b.WriteString("id\n")
	for i := range w.rows {
		fmt.Fprintln(&b, i+1)
	}
	writeFile(w.t, files, "rows.csv", b.String())
	writeFile(w.t, dir, "connections.yaml", fmt.Sprintf(`connections:
  - name: netsuite
    kind: netsuite
    settings: {account: %q, type: token, base_url: %q, concurrency: "%d", timeout: 3s, settle: 5s}
    secrets:
      consumer_key: {env: NETSUITE_CONSUMER_KEY}
      consumer_secret: {env: NETSUITE_CONSUMER_SECRET}
      token_id: {env: NETSUITE_TOKEN_ID}
      token_secret: {env: NETSUITE_TOKEN_SECRET}
  - name: files
    kind: files
    settings: {dir: %q}
`, c.Account, w.url, limit, files))
	for i := range w.flows {
		writeFile(w.t, dir, fmt.Sprintf("flow-%d.yaml", i), fmt.Sprintf(`name: flow-%d
export:
  connection: files
  csv: {path: rows.csv}
  key: [id]
totals: [{name: records, value: "1"}]
steps:
  - map: |
      root.companyName = "flow-%d record " + this.id
      root.subsidiary.id = "1"
  - import:
      connection: netsuite
      operation: add
      netsuite: {record: customer}
pages: {size: 3, parallel: 2}
`, i, i))
	}
	w.workers[0].do("apply", dir)
}

// queue queues a run of each flow.
func (w *world) queue() []int64 {
	w.t.Helper()
	flows, err := w.store.Flows(w.t.Context())
	if err != nil || len(flows) != w.flows {
		w.t.Fatalf("%d flows, %v", len(flows), err)
	}
	var ids []int64
	for _, f := range flows {
		r := &sluice.Run{FlowID: f.FlowID, FlowName: f.Flow.Name, Revision: f.Number, Kind: sluice.RunManual, CreatedBy: "test", CreatedAt: time.Now()}
		if err := w.store.CreateRun(w.t.Context(), r, nil); err != nil {
			w.t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

// done returns how many records have ended, and how many runs.
func (w *world) done() (records, runs int) {
	w.t.Helper()
	list, err := w.store.Runs(w.t.Context(), sluice.RunFilter{Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range list {
		records += int(r.Counts.Written + r.Counts.Failed + r.Counts.Unchanged + r.Counts.Excluded)
		if r.State.Ended() {
			runs++
		}
	}
	return records, runs
}

// others takes up to three slots of the account, now more, now fewer, until ctx ends.
func (w *world) others(ctx context.Context, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	var wanted atomic.Int64
	var wg sync.WaitGroup
	for n := range int64(foreign) {
		wg.Go(func() {
			for ctx.Err() == nil {
				pause := 20 * time.Millisecond
				if n < wanted.Load() {
					if leave, ok := w.account.Gate().Enter("somebody else"); ok {
						pause = latency
						defer leave() // at the end of the test, if it comes first
						wait(ctx, pause)
						leave()
						continue
					}
				}
				wait(ctx, pause)
			}
		})
	}
	for ctx.Err() == nil {
		wanted.Store(rng.Int64N(foreign + 1))
		wait(ctx, 2*time.Second+time.Duration(rng.Int64N(int64(4*time.Second))))
	}
	wg.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// usage is how the account's slots were used over a time.
type usage struct {
	elapsed, busy, held time.Duration // busy and held added up over slots
}

func (u usage) share() float64 { return float64(u.busy+u.held) / float64(u.elapsed*limit) }

// measure adds up, until stop says so, how many requests the account works on, and how many of
// the free slots are held for processes that cannot use them.
func (w *world) measure(ctx context.Context, stop func() bool) (u usage) {
	w.t.Helper()
	held := w.heldForTheAway(ctx)
	last := time.Now()
	for ctx.Err() == nil && !stop() {
		busy := min(w.account.Gate().Stats().Current, limit)
		lost := min(held(), limit-busy)
		wait(ctx, 5*time.Millisecond)
		now := time.Now()
		u.elapsed += now.Sub(last)
		u.busy += now.Sub(last) * time.Duration(busy)
		u.held += now.Sub(last) * time.Duration(lost)
		last = now
	}
	return u
}

// heldForTheAway watches the shared budget: how many of its slots belong to processes that
// are dead or frozen.
func (w *world) heldForTheAway(ctx context.Context) func() int {
	config := strings.TrimPrefix(w.workers[0].env[0], "SLUICE_DATABASE=")
	connection, err := pgx.Connect(ctx, config)
	if err != nil {
		w.t.Error(err)
		return func() int { return 0 }
	}
	var held atomic.Int64
	go func() {
		defer connection.Close(context.WithoutCancel(ctx))
		for ctx.Err() == nil {
			var state string
			if err := connection.QueryRow(ctx, "SELECT coalesce(max(state), '{}') FROM budgets").Scan(&state); err != nil {
				return
			}
			var budget struct{ Held []struct{ Process string } }
			_ = json.Unmarshal([]byte(state), &budget) // an empty one holds nothing
			n := int64(0)
			for _, slot := range budget.Held {
				if w.away(slot.Process) {
					n++
				}
			}
			held.Store(n)
			wait(ctx, 20*time.Millisecond)
		}
	}()
	return func() int { return int(held.Load()) }
}

// away reports whether a process, named HOST/PID/…, is dead or frozen.
func (w *world) away(process string) bool {
	parts := strings.Split(process, "/")
	for _, one := range w.workers {
		if len(parts) == 3 && one.away(parts[1]) {
			return true
		}
	}
	return false
}

// arrived returns how often each record is in the account.
func (w *world) arrived() map[string]int {
	w.t.Helper()
	c := w.account.Credentials()
	id, err := netsuite.ParseAccountID(c.Account)
	if err != nil {
		w.t.Fatal(err)
	}
	client, err := netsuite.New(id, &auth.TBA{Realm: id.Realm(), ConsumerKey: c.ConsumerKey, ConsumerSecret: auth.NewSecret(c.ConsumerSecret),
		TokenID: c.TokenID, TokenSecret: auth.NewSecret(c.TokenSecret)}, netsuite.WithBaseURL(w.url))
	if err != nil {
		w.t.Fatal(err)
	}
	found := map[string]int{}
	for row, err := range client.SuiteQL.Rows(w.t.Context(), suiteql.Query{SQL: "SELECT id, companyname FROM customer WHERE companyname LIKE 'flow-%'", Key: []suiteql.KeyColumn{{Name: "id"}}}) {
		if err != nil {
			w.t.Fatal(err)
		}
		found[row.Text("companyname")]++
	}
	return found
}

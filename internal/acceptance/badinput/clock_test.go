package badinput

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/client"
)

const ticking = `name: ticking
export: {connection: files, csv: {path: ask.csv}, key: [id]}
steps: [{import: {connection: files, operation: add, jsonl: {path: ticking.jsonl}}}]
schedule: {cron: "30 * * * *", zone: UTC}
`

func clockThatJumps(t *testing.T, w *world) {
	t.Cleanup(func() { w.clock.off.Store(0) })
	for _, by := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		t.Run(fmt.Sprint("mid-run, by ", by), func(t *testing.T) { clockJumpsInRun(t, w, by) })
		t.Run(fmt.Sprint("in a run to NetSuite, by ", by), func(t *testing.T) { clockJumpsAtNetSuite(t, w, by) })
	}
	t.Run("between runs", func(t *testing.T) { clockJumpsBetweenRuns(t, w) })
}

// The lease of the run ends when the clock jumps: the server takes the run over from
// itself, and every record arrives once.
func clockJumpsInRun(t *testing.T, w *world, by time.Duration) {
	defer w.clock.off.Store(0)
	var posts atomic.Int64
	seen := map[string]int{}
	w.api.set(func(rw http.ResponseWriter, r *http.Request) {
		switch posts.Add(1) {
		case 3:
			w.clock.jump(by)
			if _, err := w.StartRun(t.Context(), "sound"); err != nil { // makes the engine look for runs
				t.Error(err)
			}
		case 6:
			w.clock.jump(-by)
		}
		seen[r.URL.Query().Get("id")]++ // one request at a time
		writeJSON(rw, map[string]any{"id": "1"})
	})
	name := "jump-" + strings.Trim(by.String(), "-") + fmt.Sprint(by > 0)
	w.put(t, "ten.csv", "id,amount\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,10\n")
	w.apply(t, fmt.Sprintf(`name: %s
export: {connection: files, csv: {path: ten.csv}, key: [id]}
steps: [{import: {connection: api, operation: add, http: {path: '/take?id=${! this.id }', method: POST, id: /id}}}]
pages: {size: 1, parallel: 1}
`, name))
	w.through(t, name, 10, 10, 0)
	for id, n := range seen {
		if n != 1 {
			t.Errorf("record %s was sent %d times", id, n)
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d records were sent", len(seen))
	}
}

// NetSuite refuses logins whose time is off by more than five minutes: the run says so,
// and goes on when the clock is right.
func clockJumpsAtNetSuite(t *testing.T, w *world, by time.Duration) {
	defer w.clock.off.Store(0)
	name := "skew-" + fmt.Sprint(by > 0)
	w.put(t, "four.csv", "id\n1\n2\n3\n4\n")
	w.apply(t, strings.NewReplacer("name: sound", "name: "+name, "sound.csv", "four.csv", `"Sound "`, `"`+name+` "`).Replace(soundFlow)+"pages: {size: 1, parallel: 1}\n")
	var posts atomic.Int64
	act := func(r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/customer") && posts.Add(1) == 2 {
			w.clock.jump(by)
		}
	}
	w.inside.Store(&act)
	defer w.inside.Store(nil)
	r := w.fails(t, name, says{"connection.token_rejected", "connection netsuite", "Invalid login attempt", "clock"})
	w.clock.off.Store(0)
	w.wants(t, w.resumed(t, r), 4, 4, 0)
	if got := w.customers(t, name+" %"); len(got) != 4 {
		t.Errorf("the account has %q", got)
	}
}

// A schedule comes due once at each of its times, and goes on after a clock that was
// ahead by years for a moment.
func clockJumpsBetweenRuns(t *testing.T, w *world) {
	defer w.clock.off.Store(0)
	now := w.clock.now().UTC()
	at := func(hours int) { // 31 minutes past some hour
		w.clock.off.Store(0)
		w.clock.jump(time.Until(now.Truncate(time.Hour).Add(time.Duration(hours)*time.Hour + 31*time.Minute)))
	}
	at(1)
	w.put(t, "ask.csv", "id,amount\n1,1\n")
	w.apply(t, ticking)
	w.reckoned(t)
	for n, hours := range []int{2, 10 * 365 * 24} {
		at(hours)
		w.scheduled(t, n+1)
	}
	at(4)
	w.reckoned(t)
	at(5)
	w.scheduled(t, 3)
	if _, err := w.PauseSchedule(t.Context(), "ticking"); err != nil {
		t.Fatal(err)
	}
}

// reckoned waits until the schedule knows when it is due.
func (w *world) reckoned(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; <-time.After(20 * time.Millisecond) {
		s, err := w.GetSchedule(t.Context(), "ticking")
		if err != nil || time.Now().After(deadline) {
			t.Fatal(s, err)
		}
		if !s.Next.IsZero() && s.Next.Sub(w.clock.now()) < 2*time.Hour {
			return
		}
	}
}

// scheduled waits until the schedule has made so many runs, and they are through.
func (w *world) scheduled(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; <-time.After(20 * time.Millisecond) {
		list, err := w.ListRuns(t.Context(), client.ListRunsQuery{Flow: "ticking"})
		if err != nil || time.Now().After(deadline) || len(list.Items) > n {
			t.Fatalf("%d runs, want %d: %v", len(list.Items), n, err)
		}
		if len(list.Items) == n && list.Items[0].State == "completed" {
			return
		}
	}
}

package traffic

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/traffic"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// memory is a store of traffic for tests in virtual time, where a database cannot be.
type memory struct {
	sluice.TrafficStore
	mu      sync.Mutex
	minutes map[string]sluice.SlotMinute
}

func (m *memory) Run(context.Context, int64) (*sluice.Run, error) { return &sluice.Run{}, nil }

func (m *memory) PutSlots(_ context.Context, list []sluice.SlotMinute) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range list {
		m.minutes[one.Minute.Format(time.RFC3339)+one.Account+one.Process] = one
	}
	return nil
}

func (m *memory) SlotMinutes(_ context.Context, _ string, since time.Time) (list []sluice.SlotMinute, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for at := since.Truncate(time.Minute); !at.After(time.Now().UTC()); at = at.Add(time.Minute) {
		for _, one := range m.minutes {
			if one.Minute.Equal(at) {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

func logOn(s *memory, process string) *Log {
	return New(Config{Store: s, Outdated: outdated, Process: process, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
}

// outdated lets nothing go before three days.
func outdated(context.Context) (requests, slots time.Time, err error) {
	return time.Now().AddDate(0, 0, -30), time.Now().AddDate(0, 0, -3), nil
}

// budgetOf returns a connection's budget of an account.
func budgetOf(connection string, slots *governor.Governor) wire.Budget {
	return wire.Budget{Name: "netsuite 1234567", Account: "1234567", Connection: connection, Limit: 5, Slots: slots}
}

// Two connections of an account, five slots, twenty requests of a second each: five at
// one time, for four seconds.
func TestFiveAtATimeOverTwoConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := logOn(&memory{minutes: map[string]sluice.SlotMinute{}}, "p")
		g := governor.New(governor.Options{Limit: 5, Clock: time.Now})
		meters := []netsuite.Slots{l.Meter(budgetOf("one", g)), l.Meter(budgetOf("two", g))}
		var working sync.WaitGroup
		for i := range 20 {
			working.Go(func() {
				ctx := netsuite.ContextWithFlow(t.Context(), fmt.Sprintf("flow %d", i%2))
				release, err := meters[i%2].Acquire(ctx, netsuite.Scheduled)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second)
				release(netsuite.Answered)
				release(netsuite.Answered) // a second call does nothing
			})
		}
		synctest.Wait()
		now, err := l.SlotsOf(t.Context(), "flow 0")
		if err != nil || len(now) != 1 {
			t.Fatal(now, err)
		}
		want := api.Slots{Name: "netsuite 1234567", Kind: "netsuite", Account: "1234567", Limit: 5, LimitFrom: "one", Allowance: 5, InUse: 5, Waiting: 15}
		got := now[0]
		if got.OwnInUse+got.OwnWaiting != 10 {
			t.Errorf("%d in use and %d waiting of ten requests of the flow", got.OwnInUse, got.OwnWaiting)
		}
		got.OwnInUse, got.OwnWaiting = 0, 0
		if got != want {
			t.Errorf("while they run: %+v\nwant %+v", got, want)
		}
		working.Wait()
		c, err := l.Concurrency(t.Context(), time.Time{}, "1234567")
		if err != nil || len(c.Accounts) != 1 {
			t.Fatal(c, err)
		}
		a := c.Accounts[0]
		// 15 wait one second, 10 two, 5 three.
		if a.InUse != 0 || a.Totals.Peak != 5 || a.Totals.WaitingPeak != 20 && a.Totals.WaitingPeak != 15 || a.Totals.Granted != 20 || a.Totals.Busy != 20_000 || a.Totals.Waited != 30_000 {
			t.Errorf("%+v", a.Totals)
		}
		if len(a.Users) != 2 || a.Users[0].Granted+a.Users[1].Granted != 20 || a.Users[0].Connection == a.Users[1].Connection || a.Users[0].Busy+a.Users[1].Busy != 20_000 {
			t.Errorf("%+v", a.Users)
		}
		if c, err = l.Concurrency(t.Context(), time.Time{}, "another"); err != nil || len(c.Accounts) != 0 {
			t.Errorf("of another account: %+v, %v", c, err)
		}
		if _, err := l.Concurrency(t.Context(), time.Now().Add(time.Hour), ""); sluice.ErrorCode(err) != sluice.CodeInvalid {
			t.Errorf("of a time to come: %v", err)
		}
	})
}

// Two processes share an account: what they note adds up, within the limit. One that says
// nothing any more is not believed to use slots for ever.
func TestProcessesAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory{minutes: map[string]sluice.SlotMinute{}}
		logs := []*Log{logOn(s, "p"), logOn(s, "q")}
		for i, held := range []int{3, 4} {
			m := logs[i].Meter(budgetOf("netsuite", governor.New(governor.Options{Limit: 5, Clock: time.Now})))
			for range held {
				release, err := m.Acquire(t.Context(), netsuite.Scheduled)
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					defer release(netsuite.Refused)
				}
			}
		}
		time.Sleep(3 * time.Second)
		logs[0].Sample(t.Context())
		c, err := logs[1].Concurrency(t.Context(), time.Time{}, "")
		if err != nil || len(c.Accounts) != 1 {
			t.Fatal(c, err)
		}
		if a := c.Accounts[0]; a.InUse != 7 || a.Totals.Peak != 5 || a.Totals.Busy != 21_000 || a.Totals.Granted != 7 {
			t.Errorf("%+v", a)
		}
		time.Sleep(fresh + time.Second)
		if c, err = logs[1].Concurrency(t.Context(), time.Time{}, ""); err != nil || c.Accounts[0].InUse != 4 {
			t.Errorf("the first process is silent: %+v, %v", c.Accounts, err)
		}
	})
}

// A long time is told in few points, and what is quiet is not stored.
func TestLongTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory{minutes: map[string]sluice.SlotMinute{}}
		l := logOn(s, "p")
		m := l.Meter(budgetOf("netsuite", governor.New(governor.Options{Limit: 5, Clock: time.Now})))
		for range 12 * 60 {
			release, err := m.Acquire(t.Context(), netsuite.Scheduled)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(30 * time.Second)
			release(netsuite.Answered)
			time.Sleep(30 * time.Second)
			l.Sample(t.Context())
		}
		c, err := l.Concurrency(t.Context(), time.Now().Add(-12*time.Hour), "")
		if err != nil || len(c.Accounts) != 1 || len(c.Accounts[0].Points) > maxPoints+1 || c.Seconds != 180 {
			t.Fatal(c.Seconds, len(c.Accounts[0].Points), err)
		}
		if p := c.Accounts[0].Points[100]; p.Peak != 1 || p.Mean != 0.5 || p.Granted != 3 {
			t.Errorf("%+v", p)
		}
		stored := len(s.minutes)
		for range 60 {
			time.Sleep(time.Minute)
			l.Sample(t.Context())
		}
		if more := len(s.minutes) - stored; more > 2 {
			t.Errorf("a quiet hour is stored as %d minutes", more)
		}
	})
}

func request(n int, took time.Duration, failure string) wire.Request {
	return wire.Request{Connection: "netsuite", Method: "GET", Path: fmt.Sprintf("/r/%d", n), Attempt: 1 + n%2, At: noon.Add(time.Duration(n) * time.Second), Waited: time.Millisecond,
		Took: took, Failure: failure, Status: 200, Sent: 1, Received: 2}
}

func open(t *testing.T) (*Log, sluice.Store, int64) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	run := &sluice.Run{FlowID: "f", FlowName: "f", Kind: sluice.RunManual, CreatedAt: noon}
	if err := s.CreateRun(t.Context(), run, nil); err != nil {
		t.Fatal(err)
	}
	return New(Config{Store: s, Outdated: outdated, Process: "p", Clock: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}), s, run.ID
}

// All requests are counted; one by one the newest, the slowest and the failed are kept,
// however many there are.
func TestRequestsAreBounded(t *testing.T) {
	l, s, id := open(t)
	ctx := origin.Step(origin.Run(t.Context(), id), "customers")
	const all = 5_000
	for n := range all {
		r := request(n, time.Duration(n%10)*time.Millisecond, "")
		switch n {
		case 7:
			r = request(n, time.Minute, "") // slow
		case 11:
			r = request(n, 0, "INVALID_KEY_OR_REF")
		}
		l.Made(ctx, r)
		if n == all/2 {
			l.Flush(ctx)
		}
	}
	l.Made(t.Context(), request(1, 0, "")) // a person's
	l.Made(origin.Run(origin.Apart(t.Context()), id), request(1, 0, ""))
	got, err := l.RunRequests(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	want := api.RequestCounts{Connection: "netsuite", Requests: all, Failed: 1, Retries: all / 2, Waited: 5_000, Took: 22_492 + 60_000, Slowest: 60_000, Sent: all, Received: 2 * all}
	if len(got.Connections) != 1 || got.Connections[0] != want {
		t.Errorf("counts %+v\nwant   %+v", got.Connections, want)
	}
	if n := len(got.Items); n > keptNewest+keptSlowest+keptFailed || got.LeftOut != all-int64(n) {
		t.Errorf("%d items, %d left out", n, got.LeftOut)
	}
	failed := slices.IndexFunc(got.Items, func(r api.RunRequest) bool { return r.Path == "/r/11" && r.Failure == "INVALID_KEY_OR_REF" })
	if first, last := got.Items[0], got.Items[len(got.Items)-1]; first.Path != "/r/7" || failed < 0 || last.Path != "/r/4999" || first.Step != "customers" {
		t.Errorf("%+v … %+v, the failed one at %d", first, last, failed)
	}
	stored, err := s.Traffic(ctx, id)
	if err != nil || len(stored) != 1 || len(stored[0]) > 64<<10 {
		t.Errorf("%d rows, %v", len(stored), err)
	}
	other := New(Config{Store: s, Outdated: outdated, Process: "q", Clock: l.Clock, Log: l.Log})
	other.Made(ctx, request(all, 0, ""))
	if got, err = other.RunRequests(ctx, id); err != nil || got.Connections[0].Requests != all+1 {
		t.Errorf("with another process: %+v, %v", got.Connections, err)
	}
	if _, err := l.RunRequests(ctx, id+1); sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Errorf("of a run that is not there: %v", err)
	}
}

// Notes of a run that goes on after a while stand beside the earlier ones.
func TestNotesLeaveMemory(t *testing.T) {
	l, _, id := open(t)
	now := noon
	l.Clock = func() time.Time { return now }
	ctx := origin.Run(t.Context(), id)
	for range 2 {
		l.Made(ctx, request(1, 0, ""))
		l.Flush(ctx)
		now = now.Add(idleAfter + time.Second)
		l.Flush(ctx)
		if len(l.runs) != 0 || len(l.names) != 0 {
			t.Errorf("%d notes stay in memory", len(l.runs))
		}
	}
	if got, err := l.RunRequests(ctx, id); err != nil || got.Connections[0].Requests != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What is stored holds nothing but what is told.
func TestNothingElseIsStored(t *testing.T) {
	n := newNotes()
	r := request(1, 0, "")
	n.add(&r, "s", noon)
	body, err := json.Marshal(n.tell().Items[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"n":1,"at":"2026-03-04T12:00:01Z","connection":"netsuite","step":"s","method":"GET","path":"/r/1","attempt":2,"status":200,"waited_ms":1,"took_ms":0,"sent":1,"received":2}`
	if strings.TrimSpace(string(body)) != want {
		t.Errorf("%s\nwant %s", body, want)
	}
}

func BenchmarkMade(b *testing.B) {
	l := New(Config{Clock: time.Now})
	ctx := origin.Step(origin.Run(b.Context(), 1), "customers")
	r := request(1, time.Millisecond, "")
	for b.Loop() {
		l.Made(ctx, r)
	}
}

func BenchmarkMeter(b *testing.B) {
	g := governor.New(governor.Options{Limit: 5})
	for name, slots := range map[string]netsuite.Slots{"bare": g, "metered": New(Config{Clock: time.Now}).Meter(budgetOf("netsuite", g))} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				release, err := slots.Acquire(b.Context(), netsuite.Scheduled)
				if err != nil {
					b.Fatal(err)
				}
				release(netsuite.Answered)
			}
		})
	}
}

func BenchmarkFlush(b *testing.B) {
	n := newNotes()
	for i := range 2_000 {
		r := request(i, time.Duration(i)*time.Millisecond, []string{"", "FAILED"}[i%2])
		n.add(&r, "customers", noon)
	}
	for b.Loop() {
		if _, err := n.tell().encode(); err != nil {
			b.Fatal(err)
		}
	}
}

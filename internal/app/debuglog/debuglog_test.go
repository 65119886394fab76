package debuglog

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store"
)

// clock is a clock that a test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// monthAgo is from before when entries are not kept.
func (c *clock) monthAgo(context.Context) (time.Time, error) { return c.now.AddDate(0, 0, -30), nil }

func open(t *testing.T) (*Log, sluice.Store, *clock) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, id := range []string{"a", "b"} {
		if err := s.CreateConnection(t.Context(), &sluice.SealedConnection{Connection: sluice.Connection{ID: id, Name: "conn-" + id, Kind: sluice.KindFiles, Status: sluice.StatusUntested}}); err != nil {
			t.Fatal(err)
		}
	}
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	return New(s, c.monthAgo, c.Now, slog.New(slog.DiscardHandler)), s, c
}

func set(t *testing.T, l *Log, id string, d time.Duration) {
	t.Helper()
	if _, err := l.Set(t.Context(), id, d); err != nil {
		t.Fatal(err)
	}
}

func TestLogEndsByItself(t *testing.T) {
	l, s, c := open(t)
	if l.Open("a") {
		t.Error("it is on from the start")
	}
	set(t, l, "a", sluice.DefaultDebug)
	if !l.Open("a") || l.Open("b") {
		t.Error("on for the wrong connection")
	}
	other := New(s, c.monthAgo, c.Now, slog.New(slog.DiscardHandler)) // another process, or this one after a restart
	if other.Refresh(t.Context()); !other.Open("a") || other.Open("b") {
		t.Error("another process does not know that it is on")
	}
	if c.now = c.now.Add(sluice.DefaultDebug); l.Open("a") || other.Open("a") {
		t.Error("it does not end")
	}
	set(t, l, "a", time.Hour)
	if set(t, l, "a", 0); l.Open("a") {
		t.Error("it cannot be ended")
	}
	if l.Refresh(t.Context()); l.Open("a") {
		t.Error("its end is not stored")
	}
	for _, d := range []time.Duration{-time.Minute, sluice.MaxDebug + time.Minute} {
		if _, err := l.Set(t.Context(), "a", d); sluice.ErrorCode(err) != "debug.minutes" {
			t.Errorf("%s: %v", d, err)
		}
	}
}

func TestEntriesAreKeptAndForgotten(t *testing.T) {
	l, _, c := open(t)
	record := func(url string) {
		l.Record(sluice.DebugEntry{ConnectionID: "a", At: c.now, Method: "GET", URL: url})
	}
	record("old")
	l.Flush(t.Context())
	c.now = c.now.Add(30*24*time.Hour + time.Hour)
	record("new")
	urls := func() string {
		t.Helper()
		list, err := l.Entries(t.Context(), "a", 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range list {
			out = append(out, e.URL)
		}
		return strings.Join(out, " ")
	}
	if got := urls(); got != "new old" {
		t.Errorf("%q", got)
	}
	l.Tidy(t.Context())
	if got := urls(); got != "new" {
		t.Errorf("after 30 days: %q", got)
	}
	if err := l.Clear(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got := urls(); got != "" {
		t.Errorf("cleared: %q", got)
	}
}

// failing is a store that stores nothing.
type failing struct{ sluice.Store }

func (failing) AppendDebug(context.Context, []sluice.DebugEntry) error { return errors.New("full") }

// Neither a store that fails nor a flood of entries stops or slows anybody.
func TestLogNeverFailsAnybody(t *testing.T) {
	l, s, _ := open(t)
	l.store = failing{s}
	big := strings.Repeat("x", (64 << 10))
	for range maxWaiting/(64<<10) + 50 {
		l.Record(sluice.DebugEntry{ConnectionID: "a", Response: big})
	}
	if l.size > maxWaiting {
		t.Errorf("%d bytes wait", l.size)
	}
	l.Flush(t.Context())
	l.store = s
	for range maxWaiting/(64<<10) + 50 {
		l.Record(sluice.DebugEntry{ConnectionID: "a", Response: big})
	}
	list, err := l.Entries(t.Context(), "a", 0, 1)
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Error, "50 exchanges were too many") {
		t.Errorf("%v, %v", list, err)
	}
}

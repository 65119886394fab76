package standing

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
)

// world is a keeper over connections in memory.
type world struct {
	*Keeper
	now    time.Time
	list   []*sluice.SealedConnection
	sets   []sluice.ConnectionStatus
	tested []string
}

func newWorld(status sluice.ConnectionStatus, checked time.Duration) *world {
	w := &world{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	w.list = []*sluice.SealedConnection{{Connection: sluice.Connection{ID: "c1", Name: "ns", Status: status, CheckedAt: w.now.Add(-checked)}}}
	w.Keeper = New(Config{
		Connections: func(context.Context) ([]*sluice.SealedConnection, error) { return w.list, nil },
		Set: func(_ context.Context, c *sluice.Connection, s sluice.ConnectionStatus, _ string) error {
			w.sets = append(w.sets, s)
			w.list[0].Status, w.list[0].CheckedAt = s, w.now
			return nil
		},
		Test:  func(_ context.Context, id string) error { w.tested = append(w.tested, id); return nil },
		Clock: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler),
	})
	return w
}

// conn is the connection as a run read it.
func (w *world) conn() *sluice.Connection {
	c := w.list[0].Connection
	return &c
}

var refused = sluice.Errorf("connection.token_rejected", "NetSuite refused the login")

func TestStatusFollowsUse(t *testing.T) {
	w := newWorld(sluice.StatusOnline, time.Minute)
	running := w.conn()
	use := func(err error) { w.Used(t.Context(), running, err) }
	use(nil)
	use(errors.New("a full disk"))
	use(sluice.Errorf("netsuite.refused", "a wrong query"))
	if len(w.sets) != 0 {
		t.Errorf("stored without a change: %v", w.sets)
	}
	use(refused)
	use(refused)
	use(nil)
	use(nil)
	use(sluice.Errorf("connection.unreachable", "nobody answers"))
	if want := []sluice.ConnectionStatus{"offline", "online", "offline"}; !slices.Equal(w.sets, want) {
		t.Errorf("stored %v, want %v", w.sets, want)
	}
	w.now = w.now.Add(noteEvery)
	use(nil)
	w.now = w.now.Add(noteEvery)
	use(nil)
	if n := len(w.sets); n != 5 {
		t.Errorf("stored %d times: that it works is noted every ten minutes", n)
	}
}

// A run that still uses the connection as it was before somebody mended it says
// nothing of the mended one.
func TestUseOfAnOlderConnectionIsNotNoted(t *testing.T) {
	w := newWorld(sluice.StatusOnline, time.Minute)
	before := w.conn()
	mended := w.conn()
	mended.UpdatedAt = w.now
	w.Used(t.Context(), mended, nil)
	w.Used(t.Context(), before, refused)
	if slices.Contains(w.sets, sluice.StatusOffline) {
		t.Errorf("stored %v", w.sets)
	}
	w.Used(t.Context(), &sluice.Connection{Name: "only tried"}, refused)
	if slices.Contains(w.sets, sluice.StatusOffline) {
		t.Error("a connection that is only tried has a status")
	}
}

func TestQuietChecks(t *testing.T) {
	for _, tt := range []struct {
		status  sluice.ConnectionStatus
		checked time.Duration
		scan    bool
	}{{"online", 7 * time.Hour, true}, {"online", 5 * time.Hour, false}, {"offline", 70 * time.Hour, false}, {"untested", 70 * time.Hour, false}} {
		w := newWorld(tt.status, tt.checked)
		if w.Scan(t.Context()); (len(w.tested) == 1) != tt.scan {
			t.Errorf("%s for %s: tested %v", tt.status, tt.checked, w.tested)
		}
	}
}

// Looking at a connection over and over must not lock its user: five refused
// logins do. Let lookAgainRefused be lookAgain, and it fails.
func TestLookingTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(sluice.StatusOnline, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go w.Run(ctx)
		look := func() int {
			w.Look(w.conn())
			synctest.Wait()
			return len(w.tested)
		}
		if n := look(); n != 0 {
			t.Errorf("online: %d", n)
		}
		w.Used(t.Context(), w.conn(), sluice.Errorf("connection.unreachable", "nobody answers"))
		if n := look(); n != 0 {
			t.Errorf("just now: %d", n)
		}
		w.now = w.now.Add(lookAgain)
		if n := look(); n != 1 {
			t.Errorf("unreachable, after %s: %d", lookAgain, n)
		}
		w.Tested(w.conn(), sluice.StatusOffline, "connection.token_rejected")
		w.list[0].CheckedAt = w.now
		for range 70 {
			w.now = w.now.Add(lookAgain)
			look()
		}
		if n := len(w.tested); n != 1 {
			t.Errorf("a refused login was tried %d times in six hours", n-1)
		}
		w.now = w.now.Add(2 * lookAgain)
		if n := look(); n != 2 {
			t.Errorf("after six hours: %d", n-1)
		}
	})
}

// stub is a connector whose parts answer with err.
type stub struct {
	sluice.Connector
	err error
}

func (s *stub) OpenExport(context.Context, *sluice.Connection, *sluice.Export, sluice.ExportOptions) (sluice.Reader, error) {
	return s, s.err
}

func (s *stub) OpenImport(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, error) {
	return s, s.err
}
func (s *stub) Next(context.Context, int) (sluice.Batch, error) { return sluice.Batch{}, s.err }
func (s *stub) Prepare(context.Context, []*sluice.Intent) error { return s.err }
func (s *stub) Traits() sluice.Traits                           { return sluice.Traits{} }
func (s *stub) Finish(context.Context) error                    { return nil }
func (s *stub) Close() error                                    { return nil }
func (s *stub) Reconcile(context.Context, []*sluice.Intent) ([]sluice.Result, error) {
	return nil, s.err
}
func (s *stub) Write(context.Context, []*sluice.Intent) ([]sluice.Result, error) {
	return []sluice.Result{{State: sluice.ResultWritten}}, s.err
}

func TestConnectorIsWatched(t *testing.T) {
	for name, use := range map[string]func(context.Context, *stub, sluice.Connector, *sluice.Connection) error{
		"export": func(ctx context.Context, s *stub, c sluice.Connector, conn *sluice.Connection) error {
			s.err = refused
			_, err := c.OpenExport(ctx, conn, nil, sluice.ExportOptions{})
			return err
		},
		"read": func(ctx context.Context, s *stub, c sluice.Connector, conn *sluice.Connection) error {
			r, _ := c.OpenExport(ctx, conn, nil, sluice.ExportOptions{})
			s.err = refused
			_, err := r.Next(ctx, 1)
			return err
		},
		"write": func(ctx context.Context, s *stub, c sluice.Connector, conn *sluice.Connection) error {
			w, _ := c.OpenImport(ctx, conn, nil, sluice.ImportOptions{})
			s.err = refused
			_, err := w.Write(ctx, nil)
			return err
		},
		"reconcile": func(ctx context.Context, s *stub, c sluice.Connector, conn *sluice.Connection) error {
			w, _ := c.OpenImport(ctx, conn, nil, sluice.ImportOptions{})
			s.err = refused
			_, err := w.Reconcile(ctx, nil)
			return err
		},
	} {
		w, s := newWorld(sluice.StatusOnline, time.Minute), &stub{}
		if err := use(t.Context(), s, w.Watch(s), w.conn()); !errors.Is(err, refused) {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Equal(w.sets, []sluice.ConnectionStatus{"offline"}) {
			t.Errorf("%s: stored %v", name, w.sets)
		}
		s.err = io.EOF
		r := &reader{s, w.conn(), w.Keeper}
		if _, err := r.Next(t.Context(), 1); !errors.Is(err, io.EOF) || w.sets[len(w.sets)-1] != sluice.StatusOnline {
			t.Errorf("%s: an export that ends: %v, %v", name, err, w.sets)
		}
	}
}

// Package live tells how runs go to who watches them. However many watch a run, the
// store is asked once; it makes no difference which process works the run.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	api "github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

// maxStreams is how many runs somebody may watch at one time. Browsers hold six
// connections to a server, and need some for other things: what is refused here is asked
// for from time to time instead.
const maxStreams = 4

// Config wires Live. All fields are required.
type Config struct {
	Store interface {
		Run(ctx context.Context, id int64) (*sluice.Run, error)
		RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error)
	}
	// Slots returns the budgets that a flow takes slots of.
	Slots func(ctx context.Context, flow string) ([]traffic.Slots, error)
	Clock func() time.Time
	Log   *slog.Logger
}

// Live lets people watch runs.
type Live struct {
	Config

	mu      sync.Mutex
	feeds   map[int64]*feed
	streams map[string]int // by who watches
	stopped bool
}

// New returns a Live that nobody watches.
func New(c Config) *Live {
	return &Live{Config: c, feeds: map[int64]*feed{}, streams: map[string]int{}}
}

// Run lets people watch until ctx ends, and ends their streams then.
func (l *Live) Run(ctx context.Context) {
	<-ctx.Done()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, f := range l.feeds {
		f.stop()
	}
}

// Watch returns what becomes of a run.
func (l *Live) Watch(ctx context.Context, by endpoint.Actor, runID int64) (<-chan *api.RunEvent, func(), error) {
	if _, err := l.Store.Run(ctx, runID); err != nil {
		return nil, nil, err
	}
	who := by.UserID + " " + by.Token
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.stopped:
		return nil, nil, sluice.Errorf(sluice.CodeStopping, "the server is stopping").Fix("Try again when it is back")
	case l.streams[who] >= maxStreams:
		return nil, nil, sluice.Errorf("live.too_many", "%s watches %d runs already", by.Name, maxStreams).Fix("Ask for the run from time to time, or close another page")
	}
	l.streams[who]++
	f := l.feeds[runID]
	if f == nil {
		f = l.newFeed(runID)
		l.feeds[runID] = f
	}
	events := f.join()
	var once sync.Once
	return events, func() { once.Do(func() { l.leave(f, events, who) }) }, nil
}

// leave ends a stream, and the feed with its last one.
func (l *Live) leave(f *feed, events chan *api.RunEvent, who string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[who]--; l.streams[who] == 0 {
		delete(l.streams, who)
	}
	if f.leave(events) {
		f.stop()
		l.drop(f)
	}
}

// drop lets the next one who watches the run begin anew. l.mu is held.
func (l *Live) drop(f *feed) {
	if l.feeds[f.runID] == f {
		delete(l.feeds, f.runID)
	}
}

// Package debuglog keeps what connections exchange with other systems, for as long
// as somebody has switched their debug logs on.
package debuglog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	maxWaiting   = 8 << 20 // bytes of entries that wait to be stored; what comes beyond is lost and counted
	flushEvery   = 500 * time.Millisecond
	refreshEvery = 10 * time.Second // another process may have switched a log on
	tidyEvery    = time.Hour
	trimAfter    = 500    // entries stored since a log was last trimmed
	maxEntries   = 10_000 // of each connection
)

// Store is what the log needs of the store.
type Store interface {
	sluice.DebugStore
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
}

// Outdated says from before when entries are not kept any more.
type Outdated func(ctx context.Context) (time.Time, error)

// Log is the debug logs of all connections. It is a wire.Tap: taking
// an entry neither waits for the store nor fails whoever made it.
type Log struct {
	store    Store
	outdated Outdated
	clock    func() time.Time
	log      *slog.Logger

	mu      sync.Mutex
	until   map[string]time.Time // of the logs that are on, by connection ID
	sets    int                  // how often Set was called
	waiting []sluice.DebugEntry
	size    int            // of waiting
	lost    map[string]int // entries that found no room, by connection ID

	flushing sync.Mutex     // one batch is stored at a time, in order
	stored   map[string]int // entries since the log was last trimmed; guarded by flushing
}

// New returns logs that are all off until Run has read which are on.
func New(store Store, outdated Outdated, clock func() time.Time, log *slog.Logger) *Log {
	return &Log{store: store, outdated: outdated, clock: clock, log: log, until: map[string]time.Time{}, lost: map[string]int{}, stored: map[string]int{}}
}

// Open reports whether the connection's log is on now.
func (l *Log) Open(connectionID string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, ok := l.until[connectionID]
	return ok && l.clock().Before(until)
}

// Record takes an entry.
func (l *Log) Record(e sluice.DebugEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(e.Request) + len(e.Response) + len(e.URL) + len(e.Error)
	if l.size+n > maxWaiting {
		l.lost[e.ConnectionID]++
		return
	}
	l.waiting = append(l.waiting, e)
	l.size += n
}

// Set switches a connection's log on for a while; 0 ends it.
func (l *Log) Set(ctx context.Context, connectionID string, d time.Duration) (until time.Time, err error) {
	if d < 0 || d > sluice.MaxDebug {
		return until, sluice.Errorf("debug.minutes", "a debug log lasts up to %d minutes", int(sluice.MaxDebug.Minutes())).Fix("Give 1 to 60 minutes, or 0 to end it")
	}
	if d > 0 {
		until = l.clock().UTC().Add(d)
	}
	if err := l.store.SetDebugUntil(ctx, connectionID, until); err != nil {
		return until, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sets++
	if d > 0 {
		l.until[connectionID] = until
	} else {
		delete(l.until, connectionID)
	}
	return until, nil
}

// Entries returns a connection's entries below an ID (0 means all), newest first.
func (l *Log) Entries(ctx context.Context, connectionID string, before int64, limit int) ([]*sluice.DebugEntry, error) {
	l.Flush(ctx)
	return l.store.DebugEntries(ctx, connectionID, before, limit)
}

// Clear removes a connection's entries.
func (l *Log) Clear(ctx context.Context, connectionID string) error {
	l.Flush(ctx)
	return l.store.TrimDebug(ctx, connectionID, 0)
}

// Run stores entries until ctx ends, and forgets those that are too old or too many.
func (l *Log) Run(ctx context.Context) {
	flush, refresh, tidy := time.NewTicker(flushEvery), time.NewTicker(refreshEvery), time.NewTicker(tidyEvery)
	defer flush.Stop()
	defer refresh.Stop()
	defer tidy.Stop()
	l.Refresh(ctx)
	l.Tidy(ctx)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			l.Flush(last)
			return
		case <-flush.C:
			l.Flush(ctx)
		case <-refresh.C:
			l.Refresh(ctx)
		case <-tidy.C:
			l.Tidy(ctx)
		}
	}
}

// Flush stores the entries that wait. What cannot be stored is lost: a debug log
// is never a reason to stop anything.
func (l *Log) Flush(ctx context.Context) {
	l.flushing.Lock()
	defer l.flushing.Unlock()
	batch := l.take()
	if len(batch) == 0 {
		return
	}
	if err := l.store.AppendDebug(ctx, batch); err != nil {
		l.log.WarnContext(ctx, "entries of debug logs lost", "entries", len(batch), "error", err)
		return
	}
	for _, e := range batch {
		l.stored[e.ConnectionID]++
	}
	for id, n := range l.stored {
		if n >= trimAfter {
			l.trim(ctx, id)
		}
	}
}

// take returns what waits, with a line for each connection that lost entries.
func (l *Log) take() []sluice.DebugEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := l.waiting
	for _, id := range slices.Sorted(maps.Keys(l.lost)) {
		batch = append(batch, sluice.DebugEntry{ConnectionID: id, At: l.clock().UTC(), Method: "NOTE", Error: fmt.Sprintf("%d exchanges were too many to be kept", l.lost[id])})
	}
	l.waiting, l.size = nil, 0
	clear(l.lost)
	return batch
}

func (l *Log) trim(ctx context.Context, id string) {
	delete(l.stored, id)
	if err := l.store.TrimDebug(ctx, id, maxEntries); err != nil && ctx.Err() == nil {
		l.log.WarnContext(ctx, "trim a debug log", "connection", id, "error", err)
	}
}

// Refresh reads which logs are on.
func (l *Log) Refresh(ctx context.Context) {
	l.mu.Lock()
	before := l.sets
	l.mu.Unlock()
	list, err := l.store.Connections(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		l.log.WarnContext(ctx, "read which debug logs are on", "error", err)
		return
	}
	now, until := l.clock(), map[string]time.Time{}
	for _, c := range list {
		if now.Before(c.DebugUntil) {
			until[c.ID] = c.DebugUntil
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sets == before { // what was set meanwhile is newer than what was read
		l.until = until
	}
}

// Tidy removes entries that are too old, or beyond the number that is kept.
func (l *Log) Tidy(ctx context.Context) {
	list, err := l.store.Connections(ctx)
	before, also := l.outdated(ctx)
	if ctx.Err() != nil {
		return
	}
	if err := errors.Join(err, also); err != nil {
		l.log.WarnContext(ctx, "tidy debug logs", "error", err)
		return
	}
	l.flushing.Lock()
	defer l.flushing.Unlock()
	for _, c := range list {
		if err := l.store.DeleteDebug(ctx, c.ID, before); err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "tidy a debug log", "connection", c.Name, "error", err)
		}
		l.trim(ctx, c.ID)
	}
}

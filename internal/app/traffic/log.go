package traffic

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine/origin"
	"github.com/sluicehq/sluice/netsuite"
)

const (
	flushEvery  = 2 * time.Second
	sampleEvery = 5 * time.Second
	tidyEvery   = time.Hour
	idleAfter   = time.Minute // notes of a run that asks nothing any more leave memory
)

// Config wires a Log. All fields are required.
type Config struct {
	Store interface {
		sluice.TrafficStore
		Run(ctx context.Context, id int64) (*sluice.Run, error)
	}
	// Outdated says from before when requests of runs, and minutes of slots, are not kept any more.
	Outdated func(ctx context.Context) (requests, slots time.Time, err error)
	Process  string // names this process among those on the store
	Clock    func() time.Time
	Log      *slog.Logger
}

// Log is a wire.Traffic.
type Log struct {
	Config

	mu       sync.Mutex
	runs     map[int64]*notes
	begun    int // notes, of which each has a name of its own
	accounts map[string]*account

	flushing sync.Mutex // what is below belongs to whoever holds it
	names    map[*notes]string
	minutes  map[string]*minute
	begin    time.Time // of the minutes
}

// New returns a log in which nothing is noted.
func New(c Config) *Log {
	return &Log{Config: c, runs: map[int64]*notes{}, accounts: map[string]*account{}, names: map[*notes]string{}, minutes: map[string]*minute{}}
}

// Made notes a request of a run. Those of people, tests and rehearsals are not noted.
func (l *Log) Made(ctx context.Context, r wire.Request) {
	of := origin.Of(ctx)
	if of.RunID == 0 || wire.Rehearsing(ctx) {
		return
	}
	now := l.Clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.runs[of.RunID]
	if n == nil {
		n = newNotes()
		l.runs[of.RunID] = n
	}
	n.add(&r, of.Step, now)
}

// Meter returns a budget's slots for a connection.
func (l *Log) Meter(b wire.Budget) netsuite.Slots {
	l.mu.Lock()
	a := l.accounts[b.Name]
	if a == nil {
		a = newAccount(b, l.Clock)
		l.accounts[b.Name] = a
	}
	l.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slots, a.limits[b.Connection] = b.Slots, b.Limit
	return &meter{account: a, connection: b.Connection, slots: b.Slots}
}

// Run stores what is noted until ctx ends, and removes what is old.
func (l *Log) Run(ctx context.Context) {
	flush, sample, tidy := time.NewTicker(flushEvery), time.NewTicker(sampleEvery), time.NewTicker(tidyEvery)
	defer flush.Stop()
	defer sample.Stop()
	defer tidy.Stop()
	l.Tidy(ctx)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			l.Flush(last)
			l.Sample(last)
			return
		case <-flush.C:
			l.Flush(ctx)
		case <-sample.C:
			l.Sample(ctx)
		case <-tidy.C:
			l.Tidy(ctx)
		}
	}
}

// Flush stores what was noted of runs since.
func (l *Log) Flush(ctx context.Context) {
	l.flushing.Lock()
	defer l.flushing.Unlock()
	byName := map[string]map[int64][]byte{}
	for n, t := range l.changed() {
		body, err := t.told.encode()
		if err != nil {
			l.Log.WarnContext(ctx, "notes of a run lost", "run", t.run, "error", err)
			continue
		}
		name := l.names[n]
		if name == "" {
			l.begun++
			name = fmt.Sprintf("%s/%d", l.Process, l.begun)
			l.names[n] = name
		}
		byName[name] = map[int64][]byte{t.run: body}
	}
	for name, notes := range byName {
		if err := l.Store.PutTraffic(ctx, name, l.Clock(), notes); err != nil && ctx.Err() == nil {
			l.Log.WarnContext(ctx, "notes of runs lost", "error", err)
		}
	}
	l.forgetIdle()
}

// toStore is what there is to store of a run.
type toStore struct {
	run  int64
	told told
}

// changed returns the notes that were added to, and takes them for stored.
func (l *Log) changed() map[*notes]toStore {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[*notes]toStore{}
	for id, n := range l.runs {
		if n.changed {
			n.changed = false
			out[n] = toStore{id, n.tell()}
		}
	}
	return out
}

// forgetIdle takes notes out of memory that were stored and are not added to.
func (l *Log) forgetIdle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Clock()
	for id, n := range l.runs {
		if !n.changed && now.Sub(n.touched) > idleAfter {
			delete(l.runs, id)
			delete(l.names, n)
		}
	}
}

// Sample stores how slots were used since.
func (l *Log) Sample(ctx context.Context) {
	l.flushing.Lock()
	defer l.flushing.Unlock()
	now := l.Clock()
	if begin := now.UTC().Truncate(time.Minute); !begin.Equal(l.begin) {
		l.begin = begin
		for name, m := range l.minutes {
			if m.quiet() {
				delete(l.minutes, name)
				continue
			}
			l.minutes[name] = &minute{}
		}
	}
	var rows []sluice.SlotMinute
	for name, a := range l.known() {
		before := l.minutes[name]
		m := before
		if m == nil {
			m = &minute{}
		}
		a.sample(m, now)
		if m.quiet() && before == nil {
			continue // nothing was asked, and nobody believes otherwise
		}
		l.minutes[name] = m
		row, err := m.row(name, l.Process, l.begin)
		if err != nil {
			l.Log.WarnContext(ctx, "a minute of an account's slots is lost", "account", name, "error", err)
			continue
		}
		rows = append(rows, row)
	}
	if err := l.Store.PutSlots(ctx, rows); err != nil && ctx.Err() == nil {
		l.Log.WarnContext(ctx, "a minute of accounts' slots is lost", "error", err)
	}
}

// known returns the accounts that this process takes slots of.
func (l *Log) known() map[string]*account {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]*account, len(l.accounts))
	for name, a := range l.accounts {
		out[name] = a
	}
	return out
}

// Tidy removes what is not to be kept any more.
func (l *Log) Tidy(ctx context.Context) {
	requests, slots, err := l.Outdated(ctx)
	if err == nil {
		err = l.Store.ForgetTraffic(ctx, requests, slots)
	}
	if err != nil && ctx.Err() == nil {
		l.Log.WarnContext(ctx, "remove old notes of requests and slots", "error", err)
	}
}

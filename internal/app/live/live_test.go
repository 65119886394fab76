package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	api "github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

// runs is a store of one run, which a test moves on.
type runs struct {
	mu    sync.Mutex
	run   sluice.Run
	err   error
	asked int // how often the run was
}

func (r *runs) Run(_ context.Context, id int64) (*sluice.Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked++; r.err != nil {
		return nil, r.err
	}
	if id != r.run.ID {
		return nil, sluice.NotFound("run", fmt.Sprint(id))
	}
	out := r.run
	return &out, nil
}

func (r *runs) RecordErrors(_ context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error) {
	return []*sluice.RecordError{{ID: 5, RunID: f.RunID, Step: "customers", Key: "A-1", Code: "c", Message: "m"}}, nil
}

func (r *runs) change(f func(*sluice.Run)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.run)
}

var ann = endpoint.Actor{Name: "ann@example.com", UserID: "ann"}

func watched(t *testing.T) (*Live, *runs) {
	t.Helper()
	s := &runs{run: sluice.Run{ID: 1, FlowName: "orders", State: sluice.RunRunning, StartedAt: time.Now()}}
	l := New(Config{Store: s, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		Slots: func(_ context.Context, flow string) ([]traffic.Slots, error) {
			return []traffic.Slots{{Name: "netsuite 1 of " + flow, Limit: 5, InUse: 3}}, nil
		}})
	return l, s
}

func watch(t *testing.T, l *Live) (<-chan *api.RunEvent, func()) {
	t.Helper()
	events, stop, err := l.Watch(t.Context(), ann, 1)
	if err != nil {
		t.Fatal(err)
	}
	return events, stop
}

// A run from its first record to its end: rate, mean, the time that is left, errors.
func TestARunIsWatchedToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := watched(t)
		events, stop := watch(t, l)
		defer stop()
		first := <-events
		if first.Run.State != sluice.RunRunning || first.Rate != nil || first.Mean != nil || first.Left != nil || len(first.Errors) != 0 || len(first.Slots) != 1 || first.Slots[0].Name != "netsuite 1 of orders" {
			t.Errorf("at first %+v", first)
		}
		time.Sleep(time.Millisecond) // what follows comes between two looks
		for range 40 {               // 20 records a second for 20 seconds
			time.Sleep(lookEvery)
			s.change(func(r *sluice.Run) { r.Counts.Read += 20; r.Counts.Written += 10 })
		}
		s.change(func(r *sluice.Run) { r.Counts.Failed, r.Counts.Read = 1, r.Counts.Read+1 })
		time.Sleep(lookEvery)
		synctest.Wait()
		going := <-events
		if going.Done != 401 || *going.Rate != 20.1 || *going.Mean != 19.6 || going.Left != nil || len(going.Errors) != 1 || going.Errors[0].ID != 5 {
			t.Errorf("in work: done %d, rate %v, mean %v, left %v, errors %v", going.Done, *going.Rate, *going.Mean, going.Left, going.Errors)
		}
		s.change(func(r *sluice.Run) { r.ExportDone = true })
		time.Sleep(lookEvery)
		synctest.Wait()
		// At 19.1 records a second: 191 in the last ten.
		if known := <-events; known.Left == nil || *known.Left != 21 {
			t.Errorf("400 are left at %v a second: %d s", *known.Rate, *known.Left)
		}
		s.change(func(r *sluice.Run) { r.State, r.FinishedAt = sluice.RunCancelled, time.Now() })
		time.Sleep(lookEvery)
		last := <-events
		if last.Run.State != sluice.RunCancelled || last.Rate != nil || len(last.Slots) != 0 {
			t.Errorf("at last %+v", last)
		}
		if e, more := <-events; more {
			t.Errorf("behind the end %+v", e)
		}
		again, stopAgain := watch(t, l) // a client that connects once more gets the end
		defer stopAgain()
		if e := <-again; e.Run.State != sluice.RunCancelled {
			t.Errorf("connected again: %+v", e)
		}
		if _, more := <-again; more {
			t.Error("it does not end")
		}
	})
}

// Nothing new is nothing told; who does not read misses states, and never the last.
func TestOnlyChangesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := watched(t)
		s.change(func(r *sluice.Run) { r.State = sluice.RunQueued; r.StartedAt = time.Time{} })
		events, stop := watch(t, l)
		defer stop()
		<-events
		time.Sleep(time.Minute)
		synctest.Wait()
		select {
		case e := <-events:
			t.Errorf("told without a change: %+v", e)
		default:
		}
		for n := range 5 {
			s.change(func(r *sluice.Run) { r.Counts.Written = int64(n) })
			time.Sleep(2 * lookEvery)
		}
		s.change(func(r *sluice.Run) { r.State = sluice.RunCompleted })
		time.Sleep(2 * lookEvery)
		synctest.Wait()
		if e := <-events; e.Run.State != sluice.RunCompleted || e.Run.Counts.Written != 4 {
			t.Errorf("%+v", e)
		}
	})
}

// Many who watch a run ask the store once, and nobody asks when all have left.
func TestOneFeedForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := watched(t)
		var stops []func()
		for n := range 10 {
			events, stop, err := l.Watch(t.Context(), endpoint.Actor{UserID: fmt.Sprint(n)}, 1)
			if err != nil {
				t.Fatal(err)
			}
			<-events
			stops = append(stops, stop)
		}
		s.change(func(*sluice.Run) { s.asked = 0 })
		time.Sleep(10*lookEvery + time.Millisecond)
		synctest.Wait()
		if s.asked < 9 || s.asked > 11 {
			t.Errorf("asked %d times in ten looks", s.asked)
		}
		for _, stop := range stops {
			stop()
			stop() // a second call does nothing
		}
		synctest.Wait()
		s.change(func(*sluice.Run) { s.asked = 0 })
		time.Sleep(time.Minute)
		if s.asked != 0 || len(l.feeds) != 0 || len(l.streams) != 0 {
			t.Errorf("nobody watches, and it was asked %d times; %d feeds, %d streams", s.asked, len(l.feeds), len(l.streams))
		}
	})
}

func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, s := watched(t)
		var stops []func()
		for range maxStreams {
			_, stop := watch(t, l)
			stops = append(stops, stop)
		}
		if _, _, err := l.Watch(t.Context(), ann, 1); sluice.ErrorCode(err) != "live.too_many" {
			t.Errorf("one more: %v", err)
		}
		if _, stop, err := l.Watch(t.Context(), endpoint.Actor{UserID: "bob"}, 1); err != nil {
			t.Errorf("somebody else: %v", err)
		} else {
			stop()
		}
		stops[0]()
		_, stop := watch(t, l)
		stops[0] = stop
		if _, _, err := l.Watch(t.Context(), endpoint.Actor{}, 2); sluice.ErrorCode(err) != sluice.CodeNotFound {
			t.Errorf("a run that is not there: %v", err)
		}
		s.change(func(*sluice.Run) { s.err = errors.New("away") })
		time.Sleep(maxMissed * lookEvery)
		synctest.Wait()
		for _, stop := range stops {
			stop()
		}
		if len(l.feeds) != 0 {
			t.Error("a store that does not answer is asked for ever")
		}
	})
}

// A server that stops ends the streams, which would hold it up.
func TestStreamsEndWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := watched(t)
		ctx, end := context.WithCancel(t.Context())
		go l.Run(ctx)
		events, stop := watch(t, l)
		defer stop()
		<-events
		end()
		if _, more := <-events; more {
			t.Error("it goes on")
		}
		if _, _, err := l.Watch(t.Context(), ann, 1); sluice.ErrorCode(err) != sluice.CodeStopping {
			t.Errorf("while it stops: %v", err)
		}
	})
}

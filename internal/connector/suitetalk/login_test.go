package suitetalk

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// call is a request through a trial: it takes a second and ends with an exchange.
func (l *loginTrial) call(t *testing.T, sent *atomic.Int64, ends netsuite.Exchange) error {
	if err := l.begin(t.Context()); err != nil {
		l.end(netsuite.Exchange{Err: err})
		return err
	}
	sent.Add(1)
	time.Sleep(time.Second) // of the bubble
	l.end(ends)
	return ends.Err
}

// together makes ten calls at one time and returns how many were sent, and refused.
func (l *loginTrial) together(t *testing.T, ends netsuite.Exchange) (sent, refused int64) {
	var all sync.WaitGroup
	var out, bad atomic.Int64
	for range 10 {
		all.Go(func() {
			if errors.Is(l.call(t, &out, ends), netsuite.ErrLogin) {
				bad.Add(1)
			}
		})
	}
	all.Wait()
	return out.Load(), bad.Load()
}

func TestOneRequestTriesALogin(t *testing.T) {
	refusal := netsuite.Exchange{Status: 401, Err: &netsuite.Fault{Status: 401}}
	synctest.Test(t, func(t *testing.T) {
		l := &loginTrial{clock: time.Now}
		if sent, refused := l.together(t, refusal); sent != 1 || refused != 10 {
			t.Fatalf("%d requests were sent, %d refused", sent, refused)
		}
		if sent, refused := l.together(t, refusal); sent != 0 || refused != 10 {
			t.Fatalf("right after the refusal: %d requests were sent, %d refused", sent, refused)
		}
		time.Sleep(refusalLasts) // of the bubble
		began := time.Now()
		if sent, _ := l.together(t, netsuite.Exchange{Status: 204}); sent != 10 || time.Since(began) != 2*time.Second {
			t.Fatalf("%d requests were sent in %s: one, and the others together", sent, time.Since(began))
		}
		if sent, refused := l.together(t, refusal); sent != 10 || refused != 10 {
			t.Fatalf("a proven login does not hold requests up: %d sent, %d refused", sent, refused)
		}
	})
}

func TestSilenceHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &loginTrial{clock: time.Now}
		began := time.Now()
		silence := netsuite.Exchange{Err: &netsuite.TransportError{Sent: true, Err: errors.New("no answer")}}
		if sent, refused := l.together(t, silence); sent != 10 || refused != 0 || time.Since(began) != 2*time.Second {
			t.Fatalf("%d sent, %d refused in %s", sent, refused, time.Since(began))
		}
	})
}

package suitetalk

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// refusalLasts is how long a refused login answers for requests that come after
// it: those that were on their way already when it was refused.
const refusalLasts = time.Second

// loginTrial keeps a run from locking its user. Five refused logins do that for
// half an hour (temporary_locked in the Login Audit Trail, Oracle help,
// section_1534941538), and a connection sends as many requests at one time. So until a login has worked, one request tries it while
// the others wait; when it is refused, they are refused with it, unsent.
type loginTrial struct {
	clock func() time.Time

	mu      sync.Mutex
	proven  bool
	trial   chan struct{} // closes when the trial has ended; nil when none is under way
	refused error         // what the last trial ended with
	until   time.Time     // how long refused stands
}

// begin returns nil when a request may be sent. It waits while another one tries the login.
func (l *loginTrial) begin(ctx context.Context) error {
	for {
		l.mu.Lock()
		trial := l.trial
		switch {
		case l.proven:
			l.mu.Unlock()
			return nil
		case l.refused != nil && l.clock().Before(l.until):
			defer l.mu.Unlock()
			return l.refused
		case trial == nil:
			l.trial = make(chan struct{})
			l.mu.Unlock()
			return nil
		}
		l.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-trial:
		}
	}
}

// end takes in how a request ended. An answer proves the login, whatever it says,
// unless NetSuite was not able to look at it. Where no answer comes nobody is
// locked, so nobody has to wait.
func (l *loginTrial) end(e netsuite.Exchange) {
	if _, unsent := errors.AsType[waitedInVain](e.Err); unsent {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case errors.Is(e.Err, context.Canceled): // given up, which says nothing
	case errors.Is(e.Err, netsuite.ErrLogin):
		l.proven, l.refused, l.until = false, waitedInVain{e.Err}, l.clock().Add(refusalLasts)
	case e.Status < http.StatusInternalServerError:
		l.proven, l.refused = true, nil
	}
	if l.trial != nil {
		close(l.trial)
		l.trial = nil
	}
}

// waitedInVain is the error of a request that was not sent since the login it
// waited for was refused. It is that refusal.
type waitedInVain struct{ error }

// Unwrap returns the refusal.
func (w waitedInVain) Unwrap() error { return w.error }

package traffic

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// user is who takes slots.
type user struct{ flow, connection string }

// use is what a user, or an account, did with slots since it was last read.
type use struct {
	inUse, waiting    int // now
	peak, waitingPeak int
	granted, refused  int64
	busy, waited      time.Duration // added up, until counted
	counted           time.Time
}

// at adds up times until now. Whoever changes inUse or waiting calls it first.
func (u *use) at(now time.Time) {
	if d := now.Sub(u.counted); d > 0 {
		u.busy += d * time.Duration(u.inUse)
		u.waited += d * time.Duration(u.waiting)
		u.counted = now
	}
}

func (u *use) change(now time.Time, waiting, inUse int) {
	u.at(now)
	u.waiting += waiting
	u.inUse += inUse
	u.peak, u.waitingPeak = max(u.peak, u.inUse), max(u.waitingPeak, u.waiting)
}

// take returns what was added up, and begins anew.
func (u *use) take(now time.Time) use {
	u.at(now)
	out := *u
	*u = use{inUse: u.inUse, waiting: u.waiting, peak: u.inUse, waitingPeak: u.waiting, counted: now}
	return out
}

// account is one budget that this process takes slots of.
type account struct {
	name, kind, account, address string
	clock                        func() time.Time

	mu     sync.Mutex
	slots  *governor.Governor
	limits map[string]int // by connection, as their settings say
	use    use
	users  map[user]*use
}

func newAccount(b wire.Budget, clock func() time.Time) *account {
	kind, _, _ := strings.Cut(b.Name, " ")
	now := clock()
	return &account{name: b.Name, kind: kind, account: b.Account, address: b.Address, clock: clock, limits: map[string]int{}, use: use{counted: now}, users: map[user]*use{}}
}

// of returns the use of a user. a.mu is held.
func (a *account) of(u user) *use {
	own := a.users[u]
	if own == nil {
		own = &use{counted: a.clock()}
		a.users[u] = own
	}
	return own
}

// change notes that a user waits, or uses, more or less.
func (a *account) change(u user, waiting, inUse int, also func(total, own *use)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, own := a.clock(), a.of(u)
	a.use.change(now, waiting, inUse)
	own.change(now, waiting, inUse)
	if also != nil {
		also(&a.use, own)
	}
}

// meter is an account's slots for one connection, counted.
type meter struct {
	*account
	connection string
	slots      *governor.Governor
}

// Acquire waits for a slot, as the budget does.
func (m *meter) Acquire(ctx context.Context, class netsuite.Class) (func(netsuite.Result), error) {
	u := user{netsuite.FlowFromContext(ctx), m.connection}
	m.change(u, 1, 0, nil)
	release, err := m.slots.Acquire(ctx, class)
	if err != nil {
		m.change(u, -1, 0, nil)
		return nil, err
	}
	m.change(u, -1, 1, func(total, own *use) {
		total.granted++
		own.granted++
	})
	var once sync.Once
	return func(r netsuite.Result) {
		once.Do(func() {
			m.change(u, 0, -1, func(total, own *use) {
				if r == netsuite.Refused {
					total.refused++
					own.refused++
				}
			})
		})
		release(r)
	}, nil
}

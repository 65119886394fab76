package sluice

import (
	"context"
	"time"
)

// Advance turns the progress that is stored of a run into the next one. It changes
// nothing else: a store may call it several times.
type Advance func(RunProgress) (RunProgress, error)

// PageClaim is a page that a process has claimed, of a run that another one may own.
type PageClaim struct {
	Fence      Fence // of the page
	LeaseUntil time.Time
}

// PageState is what has become of a page that was offered and is not done.
type PageState struct {
	Owner      string // who works it, empty for nobody
	LeaseUntil time.Time
	Failure    *Error // why whoever worked it could not
}

// ShareStore lets several processes work the pages of one run. The run's owner offers
// pages, and any process claims them. A claim is a fence of its own: what its holder
// stores is checked against it, not against the run's fence, so that a run may change
// owners while its pages are worked.
type ShareStore interface {
	// OfferPage lets processes claim a page, or lets them again after a failure. A page
	// that is offered or claimed already stays as it is.
	OfferPage(ctx context.Context, f Fence, number int64, at time.Time) error
	// WithdrawPage takes an offer back that nobody has claimed, or whose claim ended before
	// now, and reports whether it did. One that is done is CodeNotFound.
	WithdrawPage(ctx context.Context, f Fence, number int64, now time.Time) (bool, error)
	// PageState returns CodeNotFound for a page that is done.
	PageState(ctx context.Context, runID, number int64) (*PageState, error)
	// ClaimPage gives the page that was offered first, and is not claimed or whose claim
	// ended before now, to owner under a new fence. It returns nil when there is none.
	// Pages of a run that is to be cancelled are not given.
	ClaimPage(ctx context.Context, owner string, now, leaseUntil time.Time) (*PageClaim, error)
	// ReturnPage gives a claim back. Without a cause others may claim the page; with one
	// it is not offered any more until its run's owner does so again.
	ReturnPage(ctx context.Context, f Fence, cause *Error) error
}

// BudgetStore keeps what processes know together of an account's request slots.
type BudgetStore interface {
	// ChangeBudget lets change turn the account's state, nil at first, into the next one,
	// one caller at a time in all processes. The clock is the database's, where it has
	// one. Where change says so, TopicBudget is signalled with the state. Change may be
	// called several times; the last counts. It is kept through a crash of any process,
	// but not of the database: slots are forgotten then, and refusals teach anew.
	ChangeBudget(ctx context.Context, account string, change func(state []byte, now time.Time) (next []byte, wake bool, err error)) error
}

// SignalStore wakes the other processes on a store. A signal may be lost: it saves
// time, and nothing rests on it.
type SignalStore interface {
	// Signal tells the other processes.
	Signal(ctx context.Context, topic string) error
	// Signals calls heard for the signals of other processes until ctx ends.
	Signals(ctx context.Context, heard func(topic string)) error
}

// Topics of signals; a name follows where they end in a colon.
const (
	TopicWork   = "work"    // a run was queued or a page offered
	TopicPage   = "page:"   // RUN/NUMBER: a page was done or given back
	TopicBudget = "budget:" // ACCOUNT: a slot is left for somebody else
)

// SessionStore keeps who has logged in by browser.
type SessionStore interface {
	// PutSession stores a new session, and removes those that have ended by its beginning
	// or were not seen for so long.
	PutSession(ctx context.Context, s *Session, idle time.Duration) error
	// SessionByHash finds one, also one that has ended.
	SessionByHash(ctx context.Context, hash string) (*Session, error)
	// TouchSession notes that a session and its user were seen. One that was ended stays so.
	TouchSession(ctx context.Context, id string, at time.Time) error
	// HintSession keeps the hint of a session.
	HintSession(ctx context.Context, id string, hint []byte) error
	// Sessions returns a user's sessions, or everybody's for no user, the last seen first.
	Sessions(ctx context.Context, userID string) ([]*Session, error)
	// EndSessions removes a user's session with the ID or, without one, all but keep.
	EndSessions(ctx context.Context, userID, id, keep string) (int64, error)
}

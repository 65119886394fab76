// Package attention finds what needs somebody among all that is stored.
package attention

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/attention"
	appsunset "github.com/sluicehq/sluice/internal/app/sunset"
	"github.com/sluicehq/sluice/internal/guide/sunset"
)

const (
	// day is what counts as recent.
	day = 24 * time.Hour
	// tokenWarning is how long before its end an API token is told of.
	tokenWarning = 14 * day
	// punctual is how late a scheduled run may be and not have been missed.
	punctual = 5 * time.Minute
	// lastRuns is how many of a flow's newest runs are looked at.
	lastRuns = 10
	// mostNotices bounds the notices that are looked at.
	mostNotices = 200
)

// Store is what is looked through.
type Store interface {
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
	Runs(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error)
	Schedule(ctx context.Context, flowID string) (*sluice.FlowSchedule, error)
	GroupErrors(ctx context.Context, f sluice.ErrorFilter, since time.Time) ([]sluice.ErrorGroup, error)
	Notices(ctx context.Context, open bool, limit int) ([]*sluice.Notice, error)
	Tokens(ctx context.Context, userID string) ([]*sluice.Token, error)
}

// Desk finds what needs somebody.
type Desk struct {
	Store   Store
	Endings func(ctx context.Context, connection string) (*sunset.Endings, error)
	Clock   func() time.Time
}

// New returns a desk over all that is stored.
func New(store sluice.Store, clock func() time.Time) *Desk {
	endings := &appsunset.Sunsets{Store: store, Clock: clock}
	return &Desk{Store: store, Endings: endings.Sunset, Clock: clock}
}

type item = attention.AttentionItem

// look is one way to find what needs somebody.
type look func(ctx context.Context, by api.Actor, now time.Time) ([]item, error)

// Attention returns all that needs somebody, the most pressing first.
func (d *Desk) Attention(ctx context.Context, by api.Actor) (*attention.Attention, error) {
	now := d.Clock().UTC()
	out := &attention.Attention{Items: []item{}}
	for _, find := range []look{d.connections, d.flows, d.errors, d.tokens, d.notices, d.sunsets} {
		found, err := find(ctx, by, now)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, found...)
	}
	slices.SortStableFunc(out.Items, compare)
	return out, nil
}

var (
	levels = []attention.Level{attention.Bad, attention.Warn, attention.Note}
	kinds  = []attention.Kind{attention.Offline, attention.FlowFailed, attention.ScheduleMissed, attention.OpenErrors, attention.Certificate,
		attention.TokenEnds, attention.Notice, attention.Sunset, attention.SchedulePaused}
)

// compare orders by level, then kind, then name; of open errors the most come first.
func compare(a, b item) int {
	return cmp.Or(cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)),
		cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
}

package notice

import (
	"context"

	"github.com/sluicehq/sluice"
)

// Tell opens a notice, unless one with its code and thing is open. That it is not
// stored is for the log: what it tells of has happened.
func (b *Board) Tell(ctx context.Context, n *sluice.Notice) {
	n.At = b.Clock().UTC()
	if _, err := b.Store.OpenNotice(context.WithoutCancel(ctx), n); err != nil {
		b.Log.ErrorContext(ctx, "notice not stored", n.Noun, n.Name, "code", n.Code, "error", err)
	}
}

// Settle closes notices of a thing whose cause is gone.
func (b *Board) Settle(ctx context.Context, nounID string, codes ...string) {
	if err := b.Store.CloseNotices(context.WithoutCancel(ctx), nounID, codes, "", b.Clock().UTC()); err != nil {
		b.Log.ErrorContext(ctx, "notices not closed", "id", nounID, "error", err)
	}
}

// Follow opens a notice about a thing while it has cause to, and closes it when not.
func (b *Board) Follow(ctx context.Context, cause bool, n sluice.Notice) {
	if cause {
		b.Tell(ctx, &n)
		return
	}
	b.Settle(ctx, n.NounID, n.Code)
}

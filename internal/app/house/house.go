// Package house does what a day brings.
package house

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice"
)

// every is how often Keep looks.
const every = 24 * time.Hour

// House keeps connections in order. All fields are required.
type House struct {
	Store interface {
		PurgeConnections(ctx context.Context, now time.Time) (int, error)
		Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	}
	// Prune removes what is not to be kept any more.
	Prune func(ctx context.Context) error
	// Review tells of ends that come near.
	Review func(ctx context.Context, c *sluice.Connection, was sluice.ConnectionStatus)
	Clock  func() time.Time
	Log    *slog.Logger
}

// Keep does what a day brings, at once and then daily until ctx ends: deleted
// connections go and what is not to be kept any more, ends that come near are told.
func (h *House) Keep(ctx context.Context) {
	timer := time.NewTicker(every)
	defer timer.Stop()
	for {
		if err := h.Today(ctx); err != nil && ctx.Err() == nil {
			h.Log.ErrorContext(ctx, "housekeeping failed; it is tried again in a day", "error", err)
		}
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// Today does what this day brings.
func (h *House) Today(ctx context.Context) error {
	return errors.Join(h.Prune(ctx), h.connections(ctx))
}

func (h *House) connections(ctx context.Context) error {
	purged, err := h.Store.PurgeConnections(ctx, h.Clock().UTC())
	if err != nil {
		return err
	}
	if purged > 0 {
		h.Log.InfoContext(ctx, "deleted connections are gone for good", "count", purged)
	}
	list, err := h.Store.Connections(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		h.Review(ctx, &s.Connection, s.Status)
	}
	return nil
}

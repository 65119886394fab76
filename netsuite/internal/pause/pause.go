// Package pause waits between attempts.
package pause

import (
	"context"
	"time"
)

// For waits so long, or until ctx ends, whose cause it returns then.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

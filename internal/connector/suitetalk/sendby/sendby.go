// Package sendby keeps requests from leaving after their time: another process may have
// taken over by then.
package sendby

import (
	"context"
	"time"
)

type key struct{}

// With makes requests with ctx begin before t, or not at all.
func With(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, key{}, t)
}

// Check returns Late when the time to send requests with ctx is over.
func Check(ctx context.Context, now time.Time) error {
	if by, ok := ctx.Value(key{}).(time.Time); ok && now.After(by) {
		return Late{}
	}
	return nil
}

// Late ends a call without another attempt: the client takes it for the caller's own cancelling.
type Late struct{}

// Error says that it is too late.
func (Late) Error() string { return "the time to send this request is over" }

// Is makes it a cancellation.
func (Late) Is(target error) bool { return target == context.Canceled }

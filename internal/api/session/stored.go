package session

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// stored implements scs.CtxStore on a store that servers share.
type stored struct{ sluice.SessionStore }

// FindCtx returns a session's data, and false when it has ended.
func (s stored) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := s.Session(ctx, token, time.Now())
	return data, data != nil, err
}

// CommitCtx stores a session.
func (s stored) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.PutSession(ctx, token, data, expiry, time.Now())
}

// DeleteCtx forgets a session.
func (s stored) DeleteCtx(ctx context.Context, token string) error {
	return s.DeleteSession(ctx, token)
}

// Find, Commit and Delete are for callers without a context, of which there are none.

func (s stored) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s stored) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

func (s stored) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

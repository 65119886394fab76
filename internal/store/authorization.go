package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	authorizationColumns = "id, connection_id, connection, state, url, callback, return_to, error, identity, started_by, started_at, expires_at, finished_at"
	sealedColumns        = authorizationColumns + ", state_hash, request_token, sealed"
)

func authorizationTargets(a *sluice.Authorization) []any {
	return []any{&a.ID, &a.ConnectionID, &a.Connection, &a.State, (*foreign)(&a.URL), (*foreign)(&a.Callback), (*foreign)(&a.Return), document{&a.Error},
		document{&a.Identity}, (*foreign)(&a.StartedBy), (*micros)(&a.StartedAt), (*micros)(&a.ExpiresAt), (*micros)(&a.FinishedAt)}
}

// CreateAuthorization stores an authorization; one without ID gets one.
func (s *DB) CreateAuthorization(ctx context.Context, a *sluice.SealedAuthorization) error {
	if a.ID == "" {
		a.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "INSERT INTO authorizations ("+sealedColumns+", taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			a.ID, a.ConnectionID, a.Connection, a.State, foreign(a.URL), foreign(a.Callback), foreign(a.Return), document{a.Error}, document{a.Identity},
			foreign(a.StartedBy), micros(a.StartedAt), micros(a.ExpiresAt), micros(a.FinishedAt), a.StateHash, foreign(a.RequestToken), document{a.Sealed}, false)
		return taken(err, "authorization", a.ID)
	})
}

// TakeAuthorization returns the pending authorization with that hash of its state
// and uses it up. Whether its time is over is for the caller to say.
func (s *DB) TakeAuthorization(ctx context.Context, stateHash string) (*sluice.SealedAuthorization, error) {
	scan := func(row scanner) (*sluice.SealedAuthorization, error) {
		var a sluice.SealedAuthorization
		return &a, row.Scan(append(authorizationTargets(&a.Authorization), &a.StateHash, (*foreign)(&a.RequestToken), document{&a.Sealed})...)
	}
	var taken *sluice.SealedAuthorization
	err := s.write(ctx, func(q querier) error {
		list, err := all(ctx, q, scan, "UPDATE authorizations SET taken = ? WHERE state_hash = ? AND taken = ? AND state = ? RETURNING "+sealedColumns,
			true, stateHash, false, sluice.AuthorizationPending)
		taken, err = first(list, err, "authorization", "with that state")
		return err
	})
	return taken, err
}

// FinishAuthorization stores state, error, identity and end, and forgets the request
// token with its secret. It cannot be taken any more.
func (s *DB) FinishAuthorization(ctx context.Context, a *sluice.Authorization) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE authorizations SET state = ?, error = ?, identity = ?, finished_at = ?, request_token = '', sealed = 'null', taken = ? WHERE id = ?",
			a.State, document{a.Error}, document{a.Identity}, micros(a.FinishedAt), true, a.ID)
		return someRow(changed, err, "authorization", a.ID)
	})
}

// Authorization finds an authorization by ID.
func (s *DB) Authorization(ctx context.Context, id string) (*sluice.Authorization, error) {
	scan := func(row scanner) (*sluice.Authorization, error) {
		var a sluice.Authorization
		return &a, row.Scan(authorizationTargets(&a)...)
	}
	list, err := all(ctx, s.read(), scan, "SELECT "+authorizationColumns+" FROM authorizations WHERE id = ?", id)
	return first(list, err, "authorization", id)
}

// PurgeAuthorizations deletes those that finished, or whose time was over, before the time.
func (s *DB) PurgeAuthorizations(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "DELETE FROM authorizations WHERE expires_at < ? OR (finished_at <> 0 AND finished_at < ?)", micros(before), micros(before))
		return err
	})
}

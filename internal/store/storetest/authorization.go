package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func authorization(id string) *sluice.SealedAuthorization {
	return &sluice.SealedAuthorization{
		Authorization: sluice.Authorization{ID: id, ConnectionID: "c1", Connection: "production", State: sluice.AuthorizationPending,
			URL: "https://1234567.app.netsuite.com/app/login/secure/authorizetoken.nl?oauth_token=r", Callback: "http://localhost:8080/oauth/callback",
			Return: "/connections/production", StartedBy: "ann@example.com", StartedAt: Noon, ExpiresAt: minutes(10)},
		StateHash: "hash-of-" + id, RequestToken: "r", Sealed: map[string][]byte{"request_secret": {0, 0xff}},
	}
}

// AuthorizationTakenOnce checks that a state works once.
func AuthorizationTakenOnce(t *testing.T, s sluice.Store) {
	ctx, a := t.Context(), authorization("a1")
	must(t, s.CreateAuthorization(ctx, a))
	must(t, s.CreateAuthorization(ctx, authorization("a2")))
	same(t, "by ID", get[*sluice.Authorization](t)(s.Authorization(ctx, a.ID)), &a.Authorization)
	again := authorization("a3")
	again.StateHash = a.StateHash
	wantCode(t, s.CreateAuthorization(ctx, again), sluice.CodeConflict)
	_, err := s.TakeAuthorization(ctx, "absent")
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "taken", get[*sluice.SealedAuthorization](t)(s.TakeAuthorization(ctx, a.StateHash)), a)
	_, err = s.TakeAuthorization(ctx, a.StateHash)
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "by ID, taken", get[*sluice.Authorization](t)(s.Authorization(ctx, a.ID)), &a.Authorization)
	get[*sluice.SealedAuthorization](t)(s.TakeAuthorization(ctx, "hash-of-a2"))
}

// AuthorizationFinished checks what a finished authorization keeps, that it cannot
// be taken, and when it goes.
func AuthorizationFinished(t *testing.T, s sluice.Store) {
	ctx, granted, failed, pending := t.Context(), authorization("granted"), authorization("failed"), authorization("pending")
	for _, a := range []*sluice.SealedAuthorization{granted, failed, pending} {
		must(t, s.CreateAuthorization(ctx, a))
	}
	granted.State, granted.FinishedAt, granted.Identity = sluice.AuthorizationGranted, minutes(1), &sluice.Identity{Account: "1234567", RoleID: "3", At: minutes(1)}
	failed.State, failed.FinishedAt, failed.Error = sluice.AuthorizationFailed, minutes(2), &sluice.Error{Code: "connection.denied", Message: "denied", Remedy: "Allow it"}
	for _, a := range []*sluice.SealedAuthorization{granted, failed} {
		must(t, s.FinishAuthorization(ctx, &a.Authorization))
		same(t, "finished", get[*sluice.Authorization](t)(s.Authorization(ctx, a.ID)), &a.Authorization)
		_, err := s.TakeAuthorization(ctx, a.StateHash)
		wantCode(t, err, sluice.CodeNotFound)
	}
	must(t, s.PurgeAuthorizations(ctx, minutes(2)))
	_, err := s.Authorization(ctx, granted.ID)
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.FinishAuthorization(ctx, &granted.Authorization), sluice.CodeNotFound)
	get[*sluice.Authorization](t)(s.Authorization(ctx, failed.ID))
	must(t, s.PurgeAuthorizations(ctx, minutes(10)))
	_, err = s.Authorization(ctx, failed.ID)
	wantCode(t, err, sluice.CodeNotFound)
	get[*sluice.Authorization](t)(s.Authorization(ctx, pending.ID))
	must(t, s.PurgeAuthorizations(ctx, minutes(11)))
	_, err = s.Authorization(ctx, pending.ID)
	wantCode(t, err, sluice.CodeNotFound)
}

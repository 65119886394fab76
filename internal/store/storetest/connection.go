package storetest

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func sealedConnection(name string) *sluice.SealedConnection {
	return &sluice.SealedConnection{
		Connection: sluice.Connection{ID: "id-of-" + name, Name: name, Kind: sluice.KindNetSuite,
			Settings: map[string]string{"account": "1234567_SB1", "type": "token"}, Status: sluice.StatusUntested,
			CreatedAt: Noon, UpdatedAt: Noon},
		Sealed: map[string][]byte{"token_secret": {0, 1, 0xff}, "token_id": []byte("sealed")},
	}
}

// ConnectionKeptAsGiven checks that a connection comes back as it was, by ID and by name.
func ConnectionKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), sealedConnection("production")
	must(t, s.CreateConnection(ctx, c))
	same(t, "by name", get[*sluice.SealedConnection](t)(s.Connection(ctx, "production")), c)
	same(t, "by ID", get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID)), c)
	c.Name, c.Settings, c.Status, c.Detail = "renamed", map[string]string{"account": "7654321"}, sluice.StatusOffline, "refused"
	c.Sealed, c.CheckedAt, c.UpdatedAt = map[string][]byte{"token_id": {7}}, minutes(1), minutes(2)
	must(t, s.SetConnectionIdentity(ctx, c.ID, &sluice.Identity{Account: "7654321", At: minutes(3)}))
	must(t, s.SetDebugUntil(ctx, c.ID, minutes(20)))
	told := get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID))
	if told.Identity == nil || told.Identity.Account != "7654321" || !told.DebugUntil.Equal(minutes(20)) || told.Name != "production" {
		t.Errorf("identity and debug log alone: %+v", told)
	}
	c.Identity, c.DebugUntil = &sluice.Identity{Account: "1234567_SB1", RoleID: "1001", RoleName: "Web", At: minutes(1)}, minutes(15)
	c.Previous = &sluice.PreviousLogin{Type: "token", Settings: map[string]string{"type": "token"}, ChangedAt: minutes(2)}
	c.Candidate = &sluice.CandidateLogin{Type: "oauth2-m2m", Settings: map[string]string{"account": "7654321"}, MadeAt: minutes(1), TriedAt: minutes(2),
		Error: &sluice.Error{Code: "c", Message: "refused"}}
	must(t, s.UpdateConnection(ctx, c))
	same(t, "changed", get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID)), c)

	shown, previous, candidate := *c, *c.Previous, *c.Candidate
	previous.Secrets = map[string]sluice.Secret{"token_id": sluice.NewSecret("made up")}
	candidate.Secrets = previous.Secrets
	shown.Previous, shown.Candidate = &previous, &candidate
	must(t, s.UpdateConnection(ctx, &shown))
	same(t, "secrets of other logins are not in their documents", get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID)), c)
	c.Identity, c.Previous, c.Candidate, c.DebugUntil = nil, nil, nil, time.Time{}
	must(t, s.UpdateConnection(ctx, c))
	same(t, "without what was optional", get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID)), c)

	late, next := *c, *c
	late.Base, next.Base, next.UpdatedAt = c.UpdatedAt, c.UpdatedAt, minutes(3)
	must(t, s.UpdateConnection(ctx, &next))
	wantCode(t, s.UpdateConnection(ctx, &late), sluice.CodeConnectionChanged)
	c.UpdatedAt = minutes(3)
	same(t, "changed by the first of two", get[*sluice.SealedConnection](t)(s.Connection(ctx, c.ID)), c)
	gone := late
	gone.ID = "gone"
	wantCode(t, s.UpdateConnection(ctx, &gone), sluice.CodeNotFound)

	unnamed := sealedConnection("without-id")
	unnamed.ID = ""
	must(t, s.CreateConnection(ctx, unnamed))
	if unnamed.ID == "" {
		t.Error("a connection without ID got none")
	}
	same(t, "all, by name", get[[]*sluice.SealedConnection](t)(s.Connections(ctx)), []*sluice.SealedConnection{c, unnamed})
}

// ConnectionNameOnce checks that no two connections have one name, and that an ID wins over a name.
func ConnectionNameOnce(t *testing.T, s sluice.Store) {
	ctx, a, b := t.Context(), sealedConnection("a"), sealedConnection("b")
	must(t, s.CreateConnection(ctx, a))
	must(t, s.CreateConnection(ctx, b))
	again := sealedConnection("a")
	again.ID = "another"
	wantCode(t, s.CreateConnection(ctx, again), sluice.CodeConflict)
	b.Name = "a"
	wantCode(t, s.UpdateConnection(ctx, b), sluice.CodeConflict)
	b.Name = a.ID
	must(t, s.UpdateConnection(ctx, b))
	same(t, "by an ID that is a name too", get[*sluice.SealedConnection](t)(s.Connection(ctx, a.ID)), a)
}

// ConnectionStatusAlone checks that a status changes nothing else.
func ConnectionStatusAlone(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), sealedConnection("a")
	must(t, s.CreateConnection(ctx, c))
	must(t, s.SetConnectionStatus(ctx, c.ID, sluice.StatusOffline, "the token was refused", minutes(3)))
	c.Status, c.Detail, c.CheckedAt = sluice.StatusOffline, "the token was refused", minutes(3)
	same(t, "with its status", get[*sluice.SealedConnection](t)(s.Connection(ctx, "a")), c)
	wantCode(t, s.SetConnectionStatus(ctx, "absent", sluice.StatusOnline, "", Noon), sluice.CodeNotFound)
}

// ConnectionDeleted checks that a deleted connection is gone with what belongs to it.
func ConnectionDeleted(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), sealedConnection("a")
	must(t, s.CreateConnection(ctx, c))
	must(t, s.AppendDebug(ctx, []sluice.DebugEntry{debugEntry(c.ID, 1)}))
	defer func() {
		if n := len(get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, c.ID, 0, 0))); n != 0 {
			t.Error("the debug log of a deleted connection stayed")
		}
	}()
	must(t, s.DeleteConnection(ctx, c.ID))
	_, err := s.Connection(ctx, "a")
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.DeleteConnection(ctx, c.ID), sluice.CodeNotFound)
	wantCode(t, s.UpdateConnection(ctx, c), sluice.CodeNotFound)
}

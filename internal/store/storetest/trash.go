package storetest

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func deletedConnection(c *sluice.SealedConnection, at, purge time.Time) sluice.DeletedConnection {
	return sluice.DeletedConnection{ID: c.ID, Name: c.Name, Kind: c.Kind, DeletedAt: at, DeletedBy: "ann@example.com", PurgeAt: purge}
}

// TrashRestored checks that a connection leaves its place, and comes back as it was.
func TrashRestored(t *testing.T, s sluice.Store) {
	ctx, c := t.Context(), sealedConnection("production")
	c.Sealed["previous/token_id"] = []byte("sealed too")
	c.Previous = &sluice.PreviousLogin{Type: "token", Settings: map[string]string{"type": "token"}, ChangedAt: minutes(1), ProvenAt: minutes(2)}
	c.Candidate = &sluice.CandidateLogin{Type: "oauth2-m2m", MadeAt: minutes(2)}
	c.Identity, c.DebugUntil = &sluice.Identity{Account: "1234567_SB1", At: minutes(1)}, minutes(30)
	must(t, s.CreateConnection(ctx, c))
	must(t, s.AppendDebug(ctx, []sluice.DebugEntry{debugEntry(c.ID, 1)}))
	d := deletedConnection(c, minutes(3), minutes(60))
	must(t, s.TrashConnection(ctx, d))
	wantCode(t, s.TrashConnection(ctx, d), sluice.CodeNotFound)
	_, err := s.Connection(ctx, c.ID)
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "trash", get[[]*sluice.DeletedConnection](t)(s.DeletedConnections(ctx)), []*sluice.DeletedConnection{&d})

	must(t, s.RestoreConnection(ctx, c.ID, c.Name))
	same(t, "restored", get[*sluice.SealedConnection](t)(s.Connection(ctx, "production")), c)
	if n := len(get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, c.ID, 0, 0))); n != 1 {
		t.Errorf("its debug log has %d entries, want 1", n)
	}
	if n := len(get[[]*sluice.DeletedConnection](t)(s.DeletedConnections(ctx))); n != 0 {
		t.Error("what was restored is in the trash still")
	}
	wantCode(t, s.RestoreConnection(ctx, c.ID, c.Name), sluice.CodeNotFound)
}

// TrashRestoredUnderFreeName checks that the name of a deleted connection is free,
// and that a restore to a name that is taken changes nothing.
func TrashRestoredUnderFreeName(t *testing.T, s sluice.Store) {
	ctx, old := t.Context(), sealedConnection("production")
	must(t, s.CreateConnection(ctx, old))
	must(t, s.TrashConnection(ctx, deletedConnection(old, minutes(1), minutes(60))))
	next := sealedConnection("production")
	next.ID = "the next"
	must(t, s.CreateConnection(ctx, next))
	wantCode(t, s.RestoreConnection(ctx, old.ID, "production"), sluice.CodeConflict)
	same(t, "the next one", get[*sluice.SealedConnection](t)(s.Connection(ctx, "production")), next)
	must(t, s.RestoreConnection(ctx, old.ID, "production-2"))
	old.Name = "production-2"
	same(t, "restored", get[*sluice.SealedConnection](t)(s.Connection(ctx, old.ID)), old)

	must(t, s.TrashConnection(ctx, deletedConnection(next, minutes(2), minutes(60))))
	must(t, s.TrashConnection(ctx, deletedConnection(old, minutes(3), minutes(60))))
	list := get[[]*sluice.DeletedConnection](t)(s.DeletedConnections(ctx))
	if len(list) != 2 || list[0].ID != old.ID || list[1].ID != next.ID {
		t.Errorf("the trash is %s, want the newest first", show(list))
	}
}

// TrashPurged checks that what is due goes for good, and nothing else.
func TrashPurged(t *testing.T, s sluice.Store) {
	ctx, due, later := t.Context(), sealedConnection("due"), sealedConnection("later")
	for i, c := range []*sluice.SealedConnection{due, later} {
		must(t, s.CreateConnection(ctx, c))
		must(t, s.AppendDebug(ctx, []sluice.DebugEntry{debugEntry(c.ID, i)}))
		must(t, s.TrashConnection(ctx, deletedConnection(c, Noon, minutes(10*(i+1)))))
	}
	same(t, "before its time", get[int](t)(s.PurgeConnections(ctx, minutes(9))), 0)
	same(t, "at its time", get[int](t)(s.PurgeConnections(ctx, minutes(10))), 1)
	wantCode(t, s.RestoreConnection(ctx, due.ID, due.Name), sluice.CodeNotFound)
	for _, c := range []struct {
		id   string
		want int
	}{{due.ID, 0}, {later.ID, 1}} {
		if n := len(get[[]*sluice.DebugEntry](t)(s.DebugEntries(ctx, c.id, 0, 0))); n != c.want {
			t.Errorf("the debug log of %s has %d entries, want %d", c.id, n, c.want)
		}
	}
	must(t, s.RestoreConnection(ctx, later.ID, later.Name))
}

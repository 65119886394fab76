package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func subject(name, userID string) *sluice.Subject {
	return &sluice.Subject{Issuer: "https://id.example.com", Subject: name, UserID: userID, Email: "ann@example.com", LinkedAt: Noon}
}

// SubjectsLinked checks that a subject is one user's, and that a user has one subject of an issuer.
func SubjectsLinked(t *testing.T, s sluice.Store) {
	ctx, ann, bob := t.Context(), user("ann@example.com"), user("bob@example.com")
	wantCode(t, s.LinkSubject(ctx, subject("s1", ann.ID)), sluice.CodeNotFound)
	must(t, s.CreateUser(ctx, ann))
	must(t, s.CreateUser(ctx, bob))
	first := subject("s1", ann.ID)
	must(t, s.LinkSubject(ctx, first))
	same(t, "subject", get[*sluice.Subject](t)(s.Subject(ctx, first.Issuer, "s1")), first)
	for _, other := range []struct{ issuer, name string }{{first.Issuer, "S1"}, {first.Issuer + "/", "s1"}, {"", ""}} {
		_, err := s.Subject(ctx, other.issuer, other.name)
		wantCode(t, err, sluice.CodeNotFound)
	}
	wantCode(t, s.LinkSubject(ctx, subject("s1", bob.ID)), sluice.CodeConflict)
	wantCode(t, s.LinkSubject(ctx, subject("s1", ann.ID)), sluice.CodeConflict)
	wantCode(t, s.LinkSubject(ctx, subject("s2", ann.ID)), sluice.CodeConflict)
	elsewhere := subject("s1", ann.ID)
	elsewhere.Issuer = "https://other.example.com"
	must(t, s.LinkSubject(ctx, elsewhere))
	same(t, "of ann", get[[]*sluice.Subject](t)(s.SubjectsOf(ctx, ann.ID)), []*sluice.Subject{first, elsewhere})
	must(t, s.LinkSubject(ctx, subject("s2", bob.ID)))
	must(t, s.UnlinkSubjects(ctx, ann.ID))
	same(t, "of ann", len(get[[]*sluice.Subject](t)(s.SubjectsOf(ctx, ann.ID))), 0)
	same(t, "of bob", len(get[[]*sluice.Subject](t)(s.SubjectsOf(ctx, bob.ID))), 1)
}

// RemovedUsersRemembered checks that a removed user is known as such until somebody makes them anew.
func RemovedUsersRemembered(t *testing.T, s sluice.Store) {
	ctx, ann := t.Context(), user("Ann@example.com")
	removed := func(want bool) {
		t.Helper()
		same(t, "removed", get[bool](t)(s.UserRemoved(ctx, "aNN@example.com")), want)
	}
	removed(false)
	must(t, s.CreateUser(ctx, ann))
	must(t, s.LinkSubject(ctx, subject("s1", ann.ID)))
	removed(false)
	must(t, s.DeleteUser(ctx, ann.ID))
	removed(true)
	kept := subject("s1", "")
	same(t, "subject", get[*sluice.Subject](t)(s.Subject(ctx, kept.Issuer, "s1")), kept)
	again := user("ann@example.com")
	again.ID = "another"
	must(t, s.CreateUser(ctx, again))
	removed(false)
	kept.UserID, kept.LinkedAt = again.ID, minutes(1)
	must(t, s.LinkSubject(ctx, kept))
	same(t, "subject", get[*sluice.Subject](t)(s.Subject(ctx, kept.Issuer, "s1")), kept)
	must(t, s.DeleteUser(ctx, again.ID))
	removed(true)
}

// SignInTakenOnce checks that a sign-in is kept as given, works once, and that those
// under way are bounded.
func SignInTakenOnce(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	in := &sluice.SignIn{StateHash: "h1", Return: "/flows?x=1", UserID: "u", ExpiresAt: minutes(10)}
	same(t, "room", get[bool](t)(s.BeginSignIn(ctx, in, Noon, 2)), true)
	same(t, "room", get[bool](t)(s.BeginSignIn(ctx, &sluice.SignIn{StateHash: "h2", ExpiresAt: minutes(20)}, Noon, 2)), true)
	same(t, "room", get[bool](t)(s.BeginSignIn(ctx, &sluice.SignIn{StateHash: "h3", ExpiresAt: minutes(30)}, Noon, 2)), false)
	_, err := s.TakeSignIn(ctx, "h3")
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "taken", get[*sluice.SignIn](t)(s.TakeSignIn(ctx, "h1")), in)
	_, err = s.TakeSignIn(ctx, "h1")
	wantCode(t, err, sluice.CodeNotFound)
	same(t, "room", get[bool](t)(s.BeginSignIn(ctx, in, Noon, 2)), true)
	same(t, "room", get[bool](t)(s.BeginSignIn(ctx, &sluice.SignIn{StateHash: "h3", ExpiresAt: minutes(30)}, minutes(10), 2)), true)
	_, err = s.TakeSignIn(ctx, "h1") // its time was over when the next one began
	wantCode(t, err, sluice.CodeNotFound)
}

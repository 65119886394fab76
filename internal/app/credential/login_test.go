package credential

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func loggedIn(status sluice.ConnectionStatus, typ string) *sluice.Connection {
	return &sluice.Connection{ID: "1", Name: "ns", Kind: sluice.KindNetSuite, Status: status,
		Settings: map[string]string{"type": typ, "account": "1234567", "concurrency": "3"},
		Secrets: map[string]sluice.Secret{"consumer_key": sluice.NewSecret("made-up-ck"), "consumer_secret": sluice.NewSecret("made-up-cs"),
			"token_id": sluice.NewSecret("made-up-ti"), "token_secret": sluice.NewSecret("made-up-ts")}}
}

// to is the connection with another type, as a change lays it over the old one.
func to(old *sluice.Connection, typ string, at time.Time) *sluice.Connection {
	out := *old
	out.Settings = map[string]string{"type": typ, "account": "1234567", "concurrency": "4", "certificate_id": "made-up"}
	out.Secrets = KnownSecrets(old, typ)
	ChangeType(&out, old, at)
	return &out
}

func TestChangeTypeKeepsALoginThatWorks(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	old := loggedIn(sluice.StatusOnline, sluice.AuthToken)
	c := to(old, sluice.AuthOAuth2M2M, at)
	if c.Get("type") != sluice.AuthToken || c.Get("concurrency") != "4" || c.Get("certificate_id") != "" || len(c.Secrets) != 4 || c.Previous != nil {
		t.Errorf("in force: %+v", c)
	}
	if l := c.Candidate; l.Type != sluice.AuthOAuth2M2M || l.Settings["certificate_id"] != "made-up" || l.Settings["concurrency"] != "" || len(l.Secrets) != 0 {
		t.Errorf("candidate %+v", l)
	}
	trial := asCandidate(c)
	if trial.ID != "" || trial.Get("type") != sluice.AuthOAuth2M2M || trial.Get("concurrency") != "4" || len(trial.Secrets) != 0 {
		t.Errorf("on trial: %+v", trial)
	}
	switchLogin(c, at.Add(time.Minute))
	if c.Get("type") != sluice.AuthOAuth2M2M || c.Candidate != nil || c.Previous.Type != sluice.AuthToken || c.Previous.ProvenAt.IsZero() || len(c.Previous.Secrets) != 4 || !c.UpdatedAt.Equal(at.Add(time.Minute)) {
		t.Errorf("switched: %+v, previous %+v", c, c.Previous)
	}
	restore(c, at.Add(time.Hour))
	if c.Get("type") != sluice.AuthToken || len(c.Secrets) != 4 || c.Get("certificate_id") != "" || c.Previous.Type != sluice.AuthOAuth2M2M || !c.Previous.ProvenAt.IsZero() {
		t.Errorf("restored: %+v, previous %+v", c, c.Previous)
	}
}

// However often a login is replaced by one that never worked, the last one that did is kept.
func TestChangeTypeKeepsTheLastThatWorked(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	c := to(loggedIn(sluice.StatusOffline, sluice.AuthToken), sluice.AuthOAuth2M2M, at)
	if c.Get("type") != sluice.AuthOAuth2M2M || c.Previous.Type != sluice.AuthToken {
		t.Fatalf("%+v", c)
	}
	c.Status = sluice.StatusOffline
	c = to(c, sluice.AuthTokenAuto, at)
	if c.Get("type") != sluice.AuthTokenAuto || c.Previous.Type != sluice.AuthToken || len(c.Previous.Secrets) != 4 {
		t.Errorf("previous %+v", c.Previous)
	}
	c.Candidate = &sluice.CandidateLogin{Type: sluice.AuthOAuth2M2M}
	switchLogin(c, at)
	if c.Previous.Type != sluice.AuthToken || c.Previous.ProvenAt.IsZero() {
		t.Errorf("previous after a switch %+v", c.Previous)
	}
}

// E-mail and password never work, whatever the status says: nothing waits for a proof.
func TestChangeTypeOfBasic(t *testing.T) {
	c := to(loggedIn(sluice.StatusOnline, sluice.AuthBasic), sluice.AuthTokenAuto, time.Time{})
	if c.Get("type") != sluice.AuthTokenAuto || c.Candidate != nil || c.Previous.Type != sluice.AuthBasic || c.Authorized() {
		t.Errorf("%+v", c)
	}
}

func TestReachesLike(t *testing.T) {
	old := loggedIn(sluice.StatusOnline, sluice.AuthToken)
	for field, same := range map[string]bool{"concurrency": true, "wsdl_version": true, "account": false, "base_url": false, "iclient": false} {
		c := loggedIn(sluice.StatusOnline, sluice.AuthToken)
		c.Settings[field] = "7"
		if ReachesLike(c, old) != same {
			t.Errorf("another %s: %v", field, !same)
		}
	}
	c := loggedIn(sluice.StatusOnline, sluice.AuthToken)
	c.Secrets["token_id"] = sluice.NewSecret("made-up-other")
	if ReachesLike(c, old) {
		t.Error("another token")
	}
}

// A server whose clock is behind makes its changes count all the same.
func TestAfter(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, now := range []time.Time{at.Add(time.Hour), at, at.Add(-time.Hour)} {
		if got := After(at, now); !got.After(at) || got.Before(now) {
			t.Errorf("%s after %s: %s", now, at, got)
		}
	}
}

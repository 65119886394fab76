package sluice

import (
	"testing"
	"time"
)

func loggedIn(status ConnectionStatus, typ string) *Connection {
	return &Connection{ID: "1", Name: "ns", Kind: KindNetSuite, Status: status,
		Settings: map[string]string{"type": typ, "account": "1234567", "concurrency": "3"},
		Secrets: map[string]Secret{"consumer_key": NewSecret("made-up-ck"), "consumer_secret": NewSecret("made-up-cs"),
			"token_id": NewSecret("made-up-ti"), "token_secret": NewSecret("made-up-ts")}}
}

// to is the connection with another type, as a change lays it over the old one.
func to(old *Connection, typ string, at time.Time) *Connection {
	out := *old
	out.Settings = map[string]string{"type": typ, "account": "1234567", "concurrency": "4", "certificate_id": "made-up"}
	out.Secrets = old.KnownSecrets(typ)
	out.ChangeType(old, at)
	return &out
}

func TestChangeTypeKeepsALoginThatWorks(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	old := loggedIn(StatusOnline, AuthToken)
	c := to(old, AuthOAuth2M2M, at)
	if c.Get("type") != AuthToken || c.Get("concurrency") != "4" || c.Get("certificate_id") != "" || len(c.Secrets) != 4 || c.Previous != nil {
		t.Errorf("in force: %+v", c)
	}
	if l := c.Candidate; l.Type != AuthOAuth2M2M || l.Settings["certificate_id"] != "made-up" || l.Settings["concurrency"] != "" || len(l.Secrets) != 0 {
		t.Errorf("candidate %+v", l)
	}
	trial := c.AsCandidate()
	if trial.ID != "" || trial.Get("type") != AuthOAuth2M2M || trial.Get("concurrency") != "4" || len(trial.Secrets) != 0 {
		t.Errorf("on trial: %+v", trial)
	}
	c.Switch(at.Add(time.Minute))
	if c.Get("type") != AuthOAuth2M2M || c.Candidate != nil || c.Previous.Type != AuthToken || c.Previous.ProvenAt.IsZero() || len(c.Previous.Secrets) != 4 || !c.UpdatedAt.Equal(at.Add(time.Minute)) {
		t.Errorf("switched: %+v, previous %+v", c, c.Previous)
	}
	c.Restore(at.Add(time.Hour))
	if c.Get("type") != AuthToken || len(c.Secrets) != 4 || c.Get("certificate_id") != "" || c.Previous.Type != AuthOAuth2M2M || !c.Previous.ProvenAt.IsZero() {
		t.Errorf("restored: %+v, previous %+v", c, c.Previous)
	}
}

// However often a login is replaced by one that never worked, the last one that did is kept.
func TestChangeTypeKeepsTheLastThatWorked(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	c := to(loggedIn(StatusOffline, AuthToken), AuthOAuth2M2M, at)
	if c.Get("type") != AuthOAuth2M2M || c.Previous.Type != AuthToken {
		t.Fatalf("%+v", c)
	}
	c.Status = StatusOffline
	c = to(c, AuthTokenAuto, at)
	if c.Get("type") != AuthTokenAuto || c.Previous.Type != AuthToken || len(c.Previous.Secrets) != 4 {
		t.Errorf("previous %+v", c.Previous)
	}
	c.Candidate = &CandidateLogin{Type: AuthOAuth2M2M}
	c.Switch(at)
	if c.Previous.Type != AuthToken || c.Previous.ProvenAt.IsZero() {
		t.Errorf("previous after a switch %+v", c.Previous)
	}
}

// E-mail and password never work, whatever the status says: nothing waits for a proof.
func TestChangeTypeOfBasic(t *testing.T) {
	c := to(loggedIn(StatusOnline, AuthBasic), AuthTokenAuto, time.Time{})
	if c.Get("type") != AuthTokenAuto || c.Candidate != nil || c.Previous.Type != AuthBasic || c.Authorized() {
		t.Errorf("%+v", c)
	}
}

func TestReachesLike(t *testing.T) {
	old := loggedIn(StatusOnline, AuthToken)
	for field, same := range map[string]bool{"concurrency": true, "wsdl_version": true, "account": false, "base_url": false, "iclient": false} {
		c := loggedIn(StatusOnline, AuthToken)
		c.Settings[field] = "7"
		if c.ReachesLike(old) != same {
			t.Errorf("another %s: %v", field, !same)
		}
	}
	c := loggedIn(StatusOnline, AuthToken)
	c.Secrets["token_id"] = NewSecret("made-up-other")
	if c.ReachesLike(old) {
		t.Error("another token")
	}
}

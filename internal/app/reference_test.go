package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

func iClient(name, account string) client.ConsumerKeyInput {
	return client.ConsumerKeyInput{Name: name, Account: account, Application: "Sluice", ConsumerKey: "made-up-key-of-" + name, ConsumerSecret: "made-up-secret-of-" + name}
}

// withIClient is a connection that logs in with an iClient.
func withIClient(name, iclient string) client.ConnectionInput {
	in := netsuiteInput(name)
	in.Settings["iclient"] = iclient
	delete(in.Secrets, "consumer_key")
	delete(in.Secrets, "consumer_secret")
	return in
}

func (s *server) mustCreate(t *testing.T, inputs ...client.ConnectionInput) {
	t.Helper()
	for _, in := range inputs {
		if _, err := s.local.CreateConnection(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *server) mustCreateKey(t *testing.T, in client.ConsumerKeyInput) *client.ConsumerKey {
	t.Helper()
	key, err := s.local.CreateConsumerKey(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// used returns a connection as a connector gets it.
func (s *server) used(t *testing.T, name string) *sluice.Connection {
	t.Helper()
	conn, err := connections{s.core}.forUse(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func wantProblem(t *testing.T, err error, code, path string) client.Problem {
	t.Helper()
	e, ok := err.(*client.ErrorBody)
	if !ok {
		t.Fatalf("error %v (%T), want a problem %s", err, err, code)
	}
	i := slices.IndexFunc(e.Problems, func(p client.Problem) bool { return p.Code == code && p.Path == path })
	if i < 0 {
		t.Fatalf("problems %+v, want %s at %s", e.Problems, code, path)
	}
	return e.Problems[i]
}

// A rotation reaches every connection that names the iClient, and is noticed by
// clients, which go by UpdatedAt. To see the test fail, leave later out of layKey.
func TestIClientIsRotatedInOnePlace(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	key := s.mustCreateKey(t, iClient("prod", "1234567-sb1"))
	if key.ConsumerKey != sluice.NewSecret("made-up-key-of-prod").String() {
		t.Errorf("the consumer key shows as %q", key.ConsumerKey)
	}
	s.mustCreate(t, withIClient("one", "prod"), withIClient("two", "prod"), netsuiteInput("own"))
	m2m := client.ConnectionInput{Name: "m2m", Kind: "netsuite", Settings: map[string]string{"type": "oauth2-m2m", "account": "1234567_SB1", "iclient": "prod", "certificate_id": "c"},
		Secrets: map[string]string{"private_key": "made up"}}
	s.mustCreate(t, m2m)
	before := s.used(t, "one")
	if before.Secrets["consumer_key"].Reveal() != "made-up-key-of-prod" || before.Secrets["consumer_secret"].Reveal() != "made-up-secret-of-prod" {
		t.Error("the connection does not log in with its iClient")
	}
	if len(before.Check()) != 0 {
		t.Errorf("the connection as it is used: %v", before.Check())
	}
	if got := s.secrets(t, "one"); !got["consumer_key"].Empty() {
		t.Error("the connection as people read it has the iClient's key")
	}
	now.Add(time.Minute)
	if _, err := s.local.UpdateConsumerKey(t.Context(), "prod", client.ConsumerKeyInput{ConsumerSecret: "rotated", ConsumerKey: key.ConsumerKey}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		conn := s.used(t, name)
		if conn.Secrets["consumer_secret"].Reveal() != "rotated" || conn.Secrets["consumer_key"].Reveal() != "made-up-key-of-prod" || !conn.UpdatedAt.Equal(now.Now()) {
			t.Errorf("%s after the rotation is of %s, its secret %s", name, conn.UpdatedAt, conn.Secrets["consumer_secret"])
		}
	}
	if got := s.used(t, "m2m").Secrets["client_id"].Reveal(); got != "made-up-key-of-prod" {
		t.Errorf("the client ID is %q", got)
	}
	if got := s.used(t, "own"); !got.UpdatedAt.Before(now.Now()) || got.Secrets["consumer_key"].Reveal() != canary+"-ck" {
		t.Error("a connection with a consumer key of its own was touched")
	}
	users, err := s.local.ConsumerKeyUse(t.Context(), "prod")
	if err != nil || !slices.Equal(users.Items, []string{"m2m", "one", "two"}) {
		t.Errorf("used by %v, %v", users.Items, err)
	}
	_, err = s.local.UpdateConsumerKey(t.Context(), "prod", client.ConsumerKeyInput{ConsumerKey: "secret:00000000"})
	wantProblem(t, err, "consumer_key.stale_fingerprint", "consumer_key")
	_, err = s.local.UpdateConsumerKey(t.Context(), "prod", client.ConsumerKeyInput{Name: "other"})
	wantProblem(t, err, "consumer_key.in_use", "name")
	_, err = s.local.UpdateConsumerKey(t.Context(), "prod", client.ConsumerKeyInput{Account: "7654321"})
	if p := wantProblem(t, err, "consumer_key.wrong_account", "account"); !strings.Contains(p.Message, "m2m, one, two") {
		t.Errorf("message %q", p.Message)
	}
	wantCode(t, s.local.DeleteConsumerKey(t.Context(), "prod"), "consumer_key.in_use")
}

func TestIClientThatDoesNotFit(t *testing.T) {
	s := start(t)
	s.mustCreateKey(t, iClient("live", "1234567"))
	s.mustCreateKey(t, iClient("sandbox", "1234567_SB1"))
	s.mustCreateKey(t, iClient("anywhere", ""))
	_, err := s.local.CreateConnection(t.Context(), withIClient("ns", "live"))
	if p := wantProblem(t, err, "connection.wrong_iclient", "settings.iclient"); p.Remedy != "For this account choose anywhere or sandbox" || !strings.Contains(p.Message, "invalid or missing consumer key") {
		t.Errorf("problem %+v", p)
	}
	_, err = s.local.CreateConnection(t.Context(), withIClient("ns", "absent"))
	wantProblem(t, err, "connection.unknown_iclient", "settings.iclient")
	s.mustCreate(t, withIClient("ns", "sandbox"), withIClient("ns2", "anywhere"))
	moved := withIClient("ns", "sandbox")
	moved.Settings["account"] = "7654321"
	_, err = s.local.UpdateConnection(t.Context(), "ns", moved)
	if p := wantProblem(t, err, "connection.wrong_iclient", "settings.iclient"); p.Remedy != "For this account choose anywhere" {
		t.Errorf("remedy %q", p.Remedy)
	}
	bad := iClient("Bad Name", "not an account!")
	bad.ConsumerSecret = ""
	_, err = s.local.CreateConsumerKey(t.Context(), bad)
	wantProblem(t, err, "name.invalid", "name")
	wantProblem(t, err, "consumer_key.account", "account")
	wantProblem(t, err, "consumer_key.missing_field", "consumer_secret")
	if err := s.local.DeleteConnection(t.Context(), "ns"); err != nil {
		t.Fatal(err)
	}
	if err := s.local.DeleteConsumerKey(t.Context(), "sandbox"); err != nil {
		t.Fatal(err)
	}
}

func TestBorrowedConcurrency(t *testing.T) {
	now := newClock()
	s := start(t, func(c *Config) { c.Clock = now.Now })
	lender, borrower := netsuiteInput("lender"), netsuiteInput("borrower")
	lender.Settings["concurrency"] = "9"
	borrower.Settings["borrow_from"] = "lender"
	_, err := s.local.CreateConnection(t.Context(), borrower)
	wantProblem(t, err, "connection.unknown_lender", "settings.borrow_from")
	s.mustCreate(t, lender, borrower)
	if got := s.used(t, "borrower").Get("concurrency"); got != "9" {
		t.Errorf("it has the concurrency %s", got)
	}
	now.Add(time.Minute)
	lender.Settings["concurrency"] = "3"
	if _, err := s.local.UpdateConnection(t.Context(), "lender", lender); err != nil {
		t.Fatal(err)
	}
	if got := s.used(t, "borrower"); got.Get("concurrency") != "3" || !got.UpdatedAt.Equal(now.Now()) {
		t.Errorf("after the lender's change: %s of %s", got.Get("concurrency"), got.UpdatedAt)
	}
	stored, err := s.local.GetConnection(t.Context(), "borrower")
	if err != nil || stored.Settings["concurrency"] != "" {
		t.Errorf("the borrowed level is stored: %v, %v", stored.Settings, err)
	}

	other, chained, self := netsuiteInput("other"), netsuiteInput("chained"), netsuiteInput("self")
	other.Settings["account"], other.Settings["borrow_from"] = "7654321", "lender"
	chained.Settings["borrow_from"], self.Settings["borrow_from"] = "borrower", "self"
	files := client.ConnectionInput{Name: "web", Kind: "http", Settings: map[string]string{"base_url": "http://127.0.0.1:1", "borrow_from": "lender"}}
	for _, in := range []client.ConnectionInput{other, chained, self, files} {
		_, err := s.local.CreateConnection(t.Context(), in)
		wantProblem(t, err, "connection.wrong_lender", "settings.borrow_from")
	}
	wantCode(t, s.local.DeleteConnection(t.Context(), "lender"), "connection.in_use")
	renamed := lender
	renamed.Name = "another"
	_, err = s.local.UpdateConnection(t.Context(), "lender", renamed)
	wantProblem(t, err, "connection.has_borrowers", "settings")
}

func TestEnvironmentContradictsAccount(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		account, environment string
		fits                 bool
	}{
		{"1234567_SB1", "sandbox", true}, {"1234567-sb2", "production", false}, {"1234567", "production", true}, {"1234567", "sandbox", false},
		{"1234567_RP", "release-preview", true}, {"1234567_RP", "sandbox", false}, {"TSTDRV1234567", "sandbox", true}, {"TSTDRV1234567", "production", true},
		{"1234567", "", true},
	} {
		in := netsuiteInput("ns")
		in.Settings["account"], in.Settings["environment"] = c.account, c.environment
		_, err := s.local.CreateConnection(t.Context(), in)
		if !c.fits {
			wantProblem(t, err, "connection.environment", "settings.environment")
			continue
		}
		if err != nil {
			t.Errorf("%s as %q: %v", c.account, c.environment, err)
			continue
		}
		if err := s.local.DeleteConnection(t.Context(), "ns"); err != nil {
			t.Fatal(err)
		}
	}
}

// Nobody chooses basic, but files bring it; it is kept, and cannot be used.
func TestBasicIsTakenOverAndRefused(t *testing.T) {
	s := start(t)
	basic := client.ConnectionInput{Name: "old", Kind: "netsuite", Settings: map[string]string{"type": "basic", "account": "1234567", "email": "a@example.com"},
		Secrets: map[string]string{"password": canary}}
	_, err := s.local.CreateConnection(t.Context(), basic)
	if p := wantProblem(t, err, "connection.retired_value", "settings.type"); strings.Contains(p.Remedy, "basic") || !strings.Contains(p.Remedy, "token-auto") {
		t.Errorf("remedy %q", p.Remedy)
	}
	set := client.FileSet{Connections: []client.ConnectionFile{{Path: "connections.yaml", Name: basic.Name, Kind: basic.Kind, Settings: basic.Settings, Secrets: basic.Secrets}}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	basic.Settings["concurrency"], basic.Secrets = "7", nil
	if _, err := s.local.UpdateConnection(t.Context(), "old", basic); err != nil {
		t.Errorf("a change that keeps the type: %v", err)
	}
	evidence, err := s.local.TestConnection(t.Context(), "old", client.TestConnectionQuery{})
	if err != nil || evidence.OK || evidence.Error == nil || evidence.Error.Code != "connection.basic_refused" || !strings.Contains(evidence.Error.Remedy, "token-auto") {
		t.Errorf("test: %+v, %v", evidence, err)
	}
	diagnosis, err := s.local.Diagnose(t.Context(), "old")
	if err != nil || diagnosis.Verdict.Code != "connection.basic_refused" || len(diagnosis.Verdict.Steps) != 1 {
		t.Errorf("doctor: %+v, %v", diagnosis, err)
	}
	_, err = s.local.SuiteQL(t.Context(), "old", client.SuiteQLQuery{Query: "SELECT 1"})
	wantCode(t, err, "connection.basic_refused")
	if _, err := (connections{s.core}).forUse(t.Context(), "old"); sluice.ErrorCode(err) != "connection.basic_refused" {
		t.Errorf("a run: %v", err)
	}
}

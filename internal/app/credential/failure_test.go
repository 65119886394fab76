package credential

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// What NetSuite answers, in the spellings that it uses, and what that means.
func TestFlowFailures(t *testing.T) {
	now := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		err  error
		code string
	}{
		{"a code", &auth.TokenError{Status: 401, Code: "UnknownIntegration"}, "authorization.unknown_consumer_key"},
		{"the same in the other spelling", &auth.TokenError{Status: 401, Code: "unknown_integration"}, "authorization.unknown_consumer_key"},
		{"a code with its URL", &auth.TokenError{Status: 401, Code: "InvalidCallback https://x.example/y"}, "authorization.wrong_callback"},
		{"a code in the message", &auth.TokenError{Status: 401, Code: "INVALID_LOGIN_ATTEMPT", Description: "InvalidVerifier"}, "authorization.wrong_verifier"},
		{"405 and nothing else", &auth.TokenError{Status: 405}, "authorization.flow_not_allowed"},
		{"no reason", &auth.TokenError{Status: 401, Code: "INVALID_LOGIN_ATTEMPT", Description: "Invalid login attempt."}, "authorization.refused"},
		{"no reason, and clocks that agree", &auth.TokenError{Status: 401, Code: "INVALID_LOGIN_ATTEMPT", ServerTime: now.Add(-time.Minute)}, "authorization.refused"},
		{"no reason, and clocks that do not", &auth.TokenError{Status: 401, Code: "INVALID_LOGIN_ATTEMPT", ServerTime: now.Add(-7 * time.Minute)}, "authorization.clock"},
		{"out of order", &auth.TokenError{Status: 503}, "authorization.unavailable"},
		{"busy", &auth.TokenError{Status: 429}, "authorization.unavailable"},
		{"no answer", context.DeadlineExceeded, "authorization.unreachable"},
	} {
		err := startFailure(c.err, "http://localhost:1/oauth/callback", now)
		e, ok := errors.AsType[*sluice.Error](err)
		if !ok || e.Code != c.code || e.Remedy == "" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Every refusal has its code, message, cure and a step that the guide has; only what
// can happen in a step of the flow is named for it.
func TestRefusals(t *testing.T) {
	g, err := guide.For(guide.Options{Auth: sluice.AuthTokenAuto})
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]bool{"": true}
	for _, s := range g.Steps {
		steps[s.ID] = true
	}
	codes := map[string]bool{}
	for _, x := range refusals("https://sluice.example.com/oauth/callback") {
		if codes[x.code] || !steps[x.step] || x.message == "" || x.cure == "" || !x.start && !x.end {
			t.Errorf("%+v", x)
		}
		codes[x.code] = true
	}
	named := func(err error) string {
		var list []string
		for _, p := range err.(*sluice.Error).Problems { //nolint:errorlint // ours
			list = append(list, p.Code)
		}
		return strings.Join(list, " ")
	}
	blunt := &auth.TokenError{Status: 401, Code: "INVALID_LOGIN_ATTEMPT"}
	if got := named(startFailure(blunt, "", time.Time{})); strings.Contains(got, "verifier") || !strings.Contains(got, "wrong_callback") {
		t.Errorf("at the start: %s", got)
	}
	if got := named(exchangeFailure(blunt, time.Time{})); strings.Contains(got, "wrong_callback") || !strings.Contains(got, "wrong_verifier") {
		t.Errorf("in the end: %s", got)
	}
}

func TestRecordCallback(t *testing.T) {
	for callback, want := range map[string]string{
		"http://localhost:8321/oauth/callback":      "http://localhost:*",
		"https://sluice.example.com/oauth/callback": "https://sluice.example.com/oauth/callback",
	} {
		if got := recordCallback(callback); got != want {
			t.Errorf("%s: %s", callback, got)
		}
	}
}

// Where the flow begins: at the account's own hosts, at NetSuite's common one while
// the account is not known, or where the connection says.
func TestWhereTheFlowBegins(t *testing.T) {
	for _, c := range []struct {
		settings             map[string]string
		realm, restlets, app string
	}{
		{nil, "", anyAccount, anyAccount},
		{map[string]string{"account": "1234567-sb1"}, "1234567_SB1", "https://1234567-sb1.restlets.api.netsuite.com", "https://1234567-sb1.app.netsuite.com"},
		{map[string]string{"base_url": "http://localhost:8080/"}, "", "http://localhost:8080", "http://localhost:8080"},
		{map[string]string{"account": "1234567", "base_url": "http://localhost:1", "app_url": "http://localhost:2"}, "1234567", "http://localhost:1", "http://localhost:2"},
	} {
		f, err := (&Rules{}).flow(&sluice.Connection{Kind: sluice.KindNetSuite, Settings: c.settings})
		if err != nil || f.Realm != c.realm || f.RESTlets != c.restlets || f.App != c.app {
			t.Errorf("%v: %+v, %v", c.settings, f, err)
		}
	}
	if _, err := (&Rules{}).flow(&sluice.Connection{Kind: sluice.KindNetSuite, Settings: map[string]string{"account": "evil.example/x"}}); sluice.ErrorCode(err) != "connection.account_id" {
		t.Errorf("an account that would lead elsewhere: %v", err)
	}
}

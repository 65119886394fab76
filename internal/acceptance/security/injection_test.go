package security

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/client"
)

// What others write into the log does not look like lines of its own, nor moves the
// terminal of whoever reads it.
func TestLogsAreNotForged(t *testing.T) {
	s := start(t)
	s.user("ann@example.com", sluice.RoleOwner)
	forged := "x\ntime=2026-01-01T00:00:00Z level=ERROR msg=\"forged by hand\"\r\n\x1b[31mred\u2028"
	s.send("POST", "/api/v1/login", fmt.Sprintf(`{"email": %q, "password": "x"}`, forged))
	s.send("GET", "/oidc/callback?error="+url.QueryEscape(forged)+"&state="+url.QueryEscape(forged), "")
	s.send("GET", "/"+url.PathEscape(forged), "")
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "http", Kind: sluice.KindHTTP, Settings: map[string]string{"base_url": "https://" + forged}})
	if err == nil {
		t.Error("a connection's address holds line breaks")
	}
	log := s.log.String()
	if !strings.Contains(log, "forged by hand") {
		t.Error("nothing of it was logged: this test proves nothing")
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "time=") || strings.HasPrefix(line, "time=2026-01-01T00:00:00Z level=ERROR") {
			t.Errorf("a line of its own: %q", line)
		}
		if strings.ContainsAny(line, "\x1b\r\u2028") {
			t.Errorf("control characters: %q", line)
		}
	}
}

// Guessing is slowed down, and a person who is guessed at can still log in from elsewhere.
// To see it fail, let begin return nil.
func TestGuessingIsSlowedDown(t *testing.T) {
	now := time.Now() // which stands still: checking a password takes its time, and the wait is short at first
	s := start(t, func(c *app.Config) { c.Clock = func() time.Time { return now } })
	s.user("ann@example.com", sluice.RoleOwner)
	guess := func() int {
		return s.send("POST", "/api/v1/login", `{"email": "ann@example.com", "password": "a guess"}`).StatusCode
	}
	for i := range account.FreeAttempts {
		if got := guess(); got != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	if got := guess(); got != http.StatusTooManyRequests {
		t.Errorf("one guess more: %d", got)
	}
	// The right password does not help for that while.
	if got := s.send("POST", "/api/v1/login", fmt.Sprintf(`{"email": "ann@example.com", "password": %q}`, password)); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the right one meanwhile: %d", got.StatusCode)
	}
}

// An answer does not say whether an account is there.
func TestAccountsAreNotTold(t *testing.T) {
	s := start(t)
	s.user("ann@example.com", sluice.RoleOwner)
	known := s.send("POST", "/api/v1/login", `{"email": "ann@example.com", "password": "a guess"}`)
	unknown := s.send("POST", "/api/v1/login", `{"email": "bob@example.com", "password": "a guess"}`)
	strip := func(r reply) string { text, _, _ := strings.Cut(r.body, "request_id"); return text }
	if known.StatusCode != unknown.StatusCode || strip(known) != strip(unknown) {
		t.Errorf("%d %s, and %d %s", known.StatusCode, known.body, unknown.StatusCode, unknown.body)
	}
}

// A spreadsheet takes nothing of a file that it is given for a formula. To see it fail,
// let Inert return its text.
func TestDownloadsHoldNoFormulas(t *testing.T) {
	s := start(t)
	s.user("ann@example.com", sluice.RoleOwner)
	for _, name := range []string{`=HYPERLINK("https://evil.example","Click")`, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "=1,2\n=3", "＝1"} {
		_, err := s.local.CreateToken(t.Context(), client.NewToken{Name: name, User: "ann@example.com"})
		must(t, err)
	}
	token, err := s.local.CreateToken(t.Context(), client.NewToken{Name: "t", User: "ann@example.com"})
	must(t, err)
	got := s.send("GET", "/api/v1/audit/export?format=csv", "", bearer(token.Text))
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	must(t, err)
	if len(rows) < 8 || !strings.Contains(got.body, "HYPERLINK") {
		t.Fatalf("%d rows: %s", len(rows), got.body)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
				t.Errorf("a spreadsheet works out %q", cell)
			}
		}
	}
}

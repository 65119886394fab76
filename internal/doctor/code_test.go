package doctor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/doctor"
	"github.com/sluicehq/sluice/internal/guide"
)

func TestExplain(t *testing.T) {
	for _, tt := range []struct{ code, protocol, step string }{
		{"consumer_key_unknown", "token-based authentication", "integration-record"},
		{"ConsumerKeyUnknown", "token-based authentication", "integration-record"},
		{"consumer_key_refused", "token-based authentication", "integration-record"},
		{"token_rejected", "token-based authentication", "access-token"},
		{"TokenRejected", "three-step flow", "access-token"},
		{"permission_denied", "token-based authentication", "user-role"},
		{"InvalidSignature", "token-based authentication", "access-token"},
		{"InvalidSignature", "three-step flow", "integration-record"},
		{"InvalidTimestamp", "token-based authentication", "clock"},
		{"FeatureDisabled", "OAuth 2.0", "enable-features"},
		{"temporary_locked", "token-based authentication", "user-role"},
		{"NonceUsed", "token-based authentication", ""},
		{"AuthorizationFlowRequired", "three-step flow", "integration-record"},
		{"InvalidCallback http://localhost:8321/callback", "three-step flow", "integration-record"},
		{"InvalidVerifier", "three-step flow", "access-token"},
		{"MissingKey", "OAuth 2.0", "certificate"},
		{"ClientIdMismatch", "OAuth 2.0", "certificate"},
		{"TokenNotAcceptable", "OAuth 2.0", "clock"},
		{"RefreshTokenExpired", "OAuth 2.0", "user-role"},
		{"invalid_grant", "answer of the OAuth 2.0 token endpoint", "user-role"},
		{" INVALID_LOGIN_CREDENTIALS ", "answer of an API", "role"},
	} {
		e, err := doctor.Explain(tt.code)
		if err != nil {
			t.Errorf("%s: %v", tt.code, err)
			continue
		}
		found := false
		for _, m := range e.Meanings {
			found = found || m.Protocol == tt.protocol && m.Step == tt.step
		}
		if !found {
			t.Errorf("%s means nothing that leads to the step %q in %s: %v", tt.code, tt.step, tt.protocol, e.Meanings)
		}
	}
	for _, code := range []string{"", "  ", "NoSuchCode", "'; --"} {
		if _, err := doctor.Explain(code); sluice.ErrorCode(err) != sluice.CodeNotFound {
			t.Errorf("%q: %v", code, err)
		}
	}
}

// guideSteps are the steps that the guide has. A verdict that names another one
// leads nowhere.
func guideSteps(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, login := range guide.AuthTypes() {
		g, err := guide.For(guide.Options{Auth: login})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range g.Steps {
			list = append(list, s.ID)
		}
	}
	return list
}

func TestCodesAreWhole(t *testing.T) {
	var table strings.Builder
	table.WriteString("| code | in | cause | fix | step |\n|---|---|---|---|---|\n")
	seen, known := map[string]bool{}, guideSteps(t)
	for _, m := range doctor.Codes() {
		key := m.Protocol + " " + m.Codes[0]
		if seen[key] || m.Cause == "" || m.Fix == "" {
			t.Errorf("%s is there twice, or not whole", key)
		}
		seen[key] = true
		if m.Step != "" && !slices.Contains(known, m.Step) {
			t.Errorf("%s leads to %s, which is no step", key, m.Step)
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", strings.Join(m.Codes, "` `"), m.Protocol, m.Cause, m.Fix, orDash(m.Step))
	}
	if len(seen) < 60 {
		t.Errorf("%d codes", len(seen))
	}
	if !t.Failed() {
		keepInStep(t, "codes", table.String())
	}
}

func FuzzExplain(f *testing.F) {
	f.Add("token_rejected")
	f.Add("InvalidCallback https://example.com")
	f.Add("\x00 \xff")
	f.Fuzz(func(t *testing.T, code string) {
		e, err := doctor.Explain(code)
		if (err == nil) != (e != nil && len(e.Meanings) > 0) {
			t.Errorf("%q: %v, %v", code, e, err)
		}
	})
}

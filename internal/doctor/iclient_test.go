package doctor

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// A connection that waits for its authorization is told from one that is broken,
// without asking anybody.
func TestNotAuthorizedYet(t *testing.T) {
	d := Diagnose(t.Context(), Subject{Connection: &sluice.Connection{Name: "ns", Kind: sluice.KindNetSuite,
		Settings: map[string]string{"type": sluice.AuthTokenAuto, "account": "1234567"},
		Secrets:  map[string]sluice.Secret{"consumer_key": sluice.NewSecret("made-up-ck"), "consumer_secret": sluice.NewSecret("made-up-cs")}}})
	v := d.Verdict
	if v.Code != "connection.not_authorized" || len(v.Steps) != 1 || v.Steps[0].Step != stepToken || !strings.Contains(v.Steps[0].Fix, "sluice connection authorize ns") || d.FailedLogins != 0 {
		t.Errorf("%+v", v)
	}
}

// The iClients that a refused token may belong to are named where that can be the
// cause, and nowhere else.
func TestNameIClients(t *testing.T) {
	refused := func(steps ...string) sluice.Verdict {
		v := sluice.Verdict{Code: "connection.login_refused", Summary: "Refused"}
		for _, s := range steps {
			v.Steps = append(v.Steps, sluice.Candidate{Step: s, Fix: "Mend it"})
		}
		return v
	}
	const words = "invalid or missing consumer key"
	for _, c := range []struct {
		name, own, typ string
		others         []string
		verdict        sluice.Verdict
		want           string // in the fix; "" for nothing
	}{
		{"others that fit", "mine", sluice.AuthToken, []string{"a", "b"}, refused(stepUser, stepToken), "made for: a or b"},
		{"keys of its own", "", sluice.AuthTokenAuto, []string{"a"}, refused(stepIntegration), "made for: a"},
		{"no other one", "mine", sluice.AuthToken, nil, refused(stepIntegration), "made for"},
		{"no iClient at all", "", sluice.AuthToken, nil, refused(stepIntegration), ""},
		{"another cause", "mine", sluice.AuthToken, []string{"a"}, refused(stepClock), ""},
		{"a certificate", "mine", sluice.AuthOAuth2M2M, []string{"a"}, refused(stepIntegration), ""},
	} {
		e := &examination{Subject: Subject{IClients: c.others}, conn: &sluice.Connection{Kind: sluice.KindNetSuite, Settings: map[string]string{"type": c.typ, "iclient": c.own}}}
		v := e.nameIClients(c.verdict)
		fixes := ""
		for _, s := range v.Steps {
			fixes += s.Fix
		}
		if strings.Contains(v.Summary, words) != (c.want != "") || !strings.Contains(fixes, c.want) || c.want == "" && strings.Contains(fixes, "iClient") {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}

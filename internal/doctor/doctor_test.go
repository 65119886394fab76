package doctor_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/doctor"
)

var update = flag.Bool("update", false, "write the tables of docs/doctor.md anew")

const document = "../../docs/doctor.md"

// TestBreakages breaks the set-up in every way there is and wants the right
// step, or the smallest set that NetSuite's answers leave. docs/doctor.md holds
// the same table. To see it fail, let loginByToken ask serverTime first: the
// refusals of REST web services and of the login are then one.
func TestBreakages(t *testing.T) {
	var table strings.Builder
	known := guideSteps(t)
	for _, part := range []struct {
		title string
		list  []breakage
	}{
		{"The settings", settingsBreakages()}, {"The way, the clock, the load", roadBreakages()}, {"Login by token", tokenBreakages()},
		{"Login by certificate", certificateBreakages()}, {"The services", serviceBreakages()},
	} {
		fmt.Fprintf(&table, "### %s\n\n| broken | login | breaks at | verdict | steps, the most likely first | refused logins |\n|---|---|---|---|---|---:|\n", part.title)
		for _, b := range part.list {
			t.Run(b.what, func(t *testing.T) {
				d := breakAndAsk(t, b)
				for _, step := range steps(d) {
					if !slices.Contains(known, step) {
						t.Errorf("the guide has no step %s", step)
					}
				}
				fmt.Fprintf(&table, "| %s | %s | %s | `%s` | %s | %d |\n", b.what, loginOf(b), b.at, d.Verdict.Code, orDash(strings.Join(steps(d), ", ")), d.FailedLogins)
			})
		}
		table.WriteString("\n")
	}
	if !t.Failed() {
		keepInStep(t, "breakages", table.String())
	}
}

func loginOf(b breakage) string {
	login := "token"
	if b.m2m {
		login = "certificate"
	}
	if b.codes {
		login += ", endpoint tells codes"
	}
	return login
}

func orDash(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func steps(d *sluice.Diagnosis) []string {
	var list []string
	for _, c := range d.Verdict.Steps {
		if c.Step != "" {
			list = append(list, c.Step)
		}
	}
	return list
}

// stateOf returns the state of a stage.
func stateOf(d *sluice.Diagnosis, name string) sluice.StageState {
	i := slices.IndexFunc(d.Path, func(s sluice.Stage) bool { return s.Name == name })
	return d.Path[i].State
}

func breakAndAsk(t *testing.T, b breakage) *sluice.Diagnosis {
	t.Helper()
	w := newWorld(t, b.m2m, b.codes)
	b.do(w)
	d := w.diagnose()
	if got := strings.Join(steps(d), " "); got != b.steps {
		t.Errorf("steps %s\n  want %s\n%s", got, b.steps, shown(d))
	}
	if d.Verdict.Code != "connection."+b.code {
		t.Errorf("verdict %s, want connection.%s\n%s", d.Verdict.Code, b.code, shown(d))
	}
	broken := false
	for _, s := range d.Path {
		switch {
		case s.Name == b.at && s.State != sluice.StageBroken, s.Name != b.at && s.State == sluice.StageBroken:
			t.Errorf("the stage %s is %s, the path breaks at %s", s.Name, s.State, b.at)
		case broken && s.State != sluice.StageSkipped:
			t.Errorf("the stage %s behind the break is %s", s.Name, s.State)
		}
		broken = broken || s.State == sluice.StageBroken
	}
	if ambiguous := len(d.Verdict.Steps) > 1; ambiguous != (d.Verdict.Question != "") {
		t.Errorf("%d candidates and the question %q", len(d.Verdict.Steps), d.Verdict.Question)
	}
	for _, c := range d.Verdict.Steps {
		if c.Why == "" || c.Fix == "" {
			t.Errorf("the candidate %q does not say why or what to do", c.Step)
		}
	}
	return d
}

func shown(d *sluice.Diagnosis) string {
	var b strings.Builder
	for _, s := range d.Path {
		for _, f := range s.Findings {
			fmt.Fprintf(&b, "%s %s: %s -> %s\n", s.State, s.Name, f.Asked, f.Answer)
		}
	}
	return b.String() + d.Verdict.Summary
}

// keepInStep compares a part of the document, between two marks, with what the
// code says.
func keepInStep(t *testing.T, part, want string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+part+": made by the tests of internal/doctor -->\n", "<!-- end of "+part+" -->"
	head, rest, found := strings.Cut(string(text), begin)
	old, tail, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no part %s", document, part)
	}
	if strings.TrimSpace(old) == strings.TrimSpace(want) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the tests say of %s; run: go test ./internal/doctor -update", document, part)
	}
	if err := os.WriteFile(document, []byte(head+begin+"\n"+strings.TrimSpace(want)+"\n\n"+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestHealthy(t *testing.T) {
	for _, m2m := range []bool{false, true} {
		w := newWorld(t, m2m, false)
		w.script()
		w.subj.TimeZone = "America/Los_Angeles"
		w.subj.Needs = []doctor.Need{{Flow: "customers", Query: "SELECT id FROM customer"}, {Flow: "orders", Record: "salesOrder"}}
		d := w.diagnose()
		if d.Verdict.Code != sluice.VerdictHealthy || d.FailedLogins != 0 {
			t.Errorf("a connection that works: %s\n%s", d.Verdict.Code, shown(d))
		}
		for _, name := range []string{"settings", "login", "rest", "suiteql", "permissions", "time-zone", "clock"} {
			if s := stateOf(d, name); s != sluice.StageOK {
				t.Errorf("%s is %s\n%s", name, s, shown(d))
			}
		}
		if s := stateOf(d, "limits"); s != sluice.StageUnknown {
			t.Errorf("limits are %s to a role that may not know them", s)
		}
	}
}

// A role may be kept from the token services and yet serve: REST web services decide.
func TestTokenServicesRefuseAlone(t *testing.T) {
	w := newWorld(t, false, false)
	w.refuse("/rest/tokeninfo", 1, 0)
	if d := w.diagnose(); d.Verdict.Code != sluice.VerdictHealthy || d.FailedLogins != 1 {
		t.Errorf("verdict %s after %d refused logins\n%s", d.Verdict.Code, d.FailedLogins, shown(d))
	}
}

// A login that has just failed counts, so one more is all that the doctor tries.
func TestSeenLoginCounts(t *testing.T) {
	for _, m2m := range []bool{false, true} {
		w := newWorld(t, m2m, false)
		w.employee(func(e *account.Employee) { e.Inactive = true })
		w.subj.Seen = fmt.Errorf("test: %w", w.failure())
		d := w.diagnose()
		if d.FailedLogins != 2 || w.proxy.refused() != 1 || d.Verdict.Code != "connection.login_refused" {
			t.Errorf("%d refused logins, %d through the proxy, verdict %s", d.FailedLogins, w.proxy.refused(), d.Verdict.Code)
		}
	}
	w := newWorld(t, false, false)
	w.permission(account.PermissionREST)
	w.subj.Seen = w.failure()
	if d := w.diagnose(); d.FailedLogins != 2 || d.Verdict.Code != "connection.api_closed" {
		t.Errorf("%d refused logins, verdict %s", d.FailedLogins, d.Verdict.Code)
	}
}

// One verdict holds for all connections of a refreshed sandbox, whichever is asked about.
func TestRefreshNamesAllConnections(t *testing.T) {
	w := newWorld(t, false, false)
	w.sibling("warehouse")
	w.sibling("finance")
	elsewhere := w.tokenConnection("elsewhere")
	elsewhere.Settings["account"] = "7654321_SB1"
	w.subj.Siblings = append(w.subj.Siblings, elsewhere)
	w.refresh()
	d := w.diagnose()
	if got := strings.Join(d.Verdict.Connections, " "); got != "finance netsuite warehouse" {
		t.Errorf("the verdict holds for %s\n%s", got, shown(d))
	}
}

// A production account is never refreshed: no verdict sends its people there.
func TestProductionIsNotRefreshed(t *testing.T) {
	w := newWorld(t, false, false, func(o *emulator.Options) { o.AccountID = "1234567" })
	w.sibling("warehouse")
	w.refresh()
	if got := strings.Join(steps(w.diagnose()), " "); got != "access-token user-role role-permissions" {
		t.Errorf("steps %s", got)
	}
}

// What a foreign server repeats of the request is masked.
func TestEchoIsMasked(t *testing.T) {
	w := newWorld(t, false, false)
	w.says("/rest/", http.StatusUnprocessableEntity, `{"error":{"code":"ODD","message":"token `+w.reveal("token_id")+` and secret `+w.reveal("token_secret")+`"}}`)
	w.diagnose() // holds that no secret is shown
}

// A header that NetSuite cannot read is a refused login too, and counts.
func TestMalformedCounts(t *testing.T) {
	w := newWorld(t, false, false)
	w.says("/", http.StatusBadRequest, `{"error":{"code":"INVALID_REQUEST","message":"Malformed syntax."}}`)
	if d := w.diagnose(); d.FailedLogins != 2 || d.Verdict.Code != "connection.login_refused" {
		t.Errorf("%d refused logins, verdict %s", d.FailedLogins, d.Verdict.Code)
	}
}

func TestCancelled(t *testing.T) {
	w := newWorld(t, false, false)
	w.subj.Connection = w.conn
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if d := doctor.Diagnose(ctx, w.subj); d.Verdict.Code == sluice.VerdictHealthy || d.FailedLogins != 0 {
		t.Errorf("verdict %s", d.Verdict.Code)
	}
}

package guide_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
)

var update = flag.Bool("update", false, "write docs/setup-guide.md anew")

func guideFor(t *testing.T, o guide.Options) *guide.Guide {
	t.Helper()
	g, err := guide.For(o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// everyCase returns every kind of guide: types, bundle or not, no application or any.
func everyCase() []guide.Options {
	applications := []string{""}
	for _, a := range guide.Applications() {
		applications = append(applications, a.ID)
	}
	var list []guide.Options
	for _, auth := range guide.AuthTypes() {
		for _, bundle := range []bool{false, true} {
			for _, app := range applications {
				list = append(list, guide.Options{Auth: auth, Bundle: bundle, Application: app})
			}
		}
	}
	return list
}

// The doctor names steps by these IDs: they are a contract.
func TestStepIDs(t *testing.T) {
	common := []string{"account-id", "enable-features", "integration-record", "role", "role-permissions", "user-role"}
	after := []string{"time-zone", "concurrency", "restlet-deployment", "network", "clock", "base-url", "sandbox-refresh"}
	for _, o := range everyCase() {
		var got []string
		for i, s := range guideFor(t, o).Steps {
			got = append(got, s.ID)
			if s.Number != i+1 {
				t.Errorf("%+v: step %s has the number %d", o, s.ID, s.Number)
			}
		}
		credential := "access-token"
		if o.Auth == sluice.AuthOAuth2M2M {
			credential = "certificate"
		}
		if want := slices.Concat(common, []string{credential}, after); !slices.Equal(got, want) {
			t.Errorf("%+v: steps %v, want %v", o, got, want)
		}
	}
}

var (
	helpPage = regexp.MustCompile(`^(section|subsect|bridgehead|chapter|article)_N?\d+$`)
	probes   = []string{guide.ProbeSettings, guide.ProbeConnection, guide.ProbeClock, guide.ProbeLogin, guide.ProbeREST,
		guide.ProbePermissions, guide.ProbeTimeZone, guide.ProbeRESTlets, guide.ProbeLimits}
)

// TestStepsAreWhole wants every step to say what a step has to say, and to copy
// only into fields that a connection has.
func TestStepsAreWhole(t *testing.T) {
	kind, _ := sluice.KindOf(sluice.KindNetSuite)
	for _, o := range everyCase() {
		for _, s := range guideFor(t, o).Steps {
			if s.Title == "" || s.Who == "" || s.Why == "" || len(s.Actions) == 0 || s.Check.Sign == "" || len(s.Traps) == 0 {
				t.Errorf("%+v: the step %s is not whole: %+v", o, s.ID, s)
			}
			if !slices.Contains(probes, s.Check.Probe) {
				t.Errorf("%s: there is no probe %q", s.ID, s.Check.Probe)
			}
			if len(s.Help) == 0 || slices.ContainsFunc(s.Help, func(h string) bool { return !helpPage.MatchString(h) }) {
				t.Errorf("%s: help pages %q", s.ID, s.Help)
			}
			for _, c := range s.Copies {
				if _, ok := kind.Field(c.Field); !ok {
					t.Errorf("%s: %s goes into %q, which a connection does not have", s.ID, c.Shown, c.Field)
				}
			}
			for _, f := range s.Fields {
				if f.Label == "" || !slices.Contains([]string{"tick", "clear", "enter", "choose"}, f.Do) {
					t.Errorf("%s: field %+v", s.ID, f)
				}
			}
		}
	}
}

// TestSecretsComeFromSomeStep wants every credential that a connection needs to
// be copied in some step.
func TestSecretsComeFromSomeStep(t *testing.T) {
	kind, _ := sluice.KindOf(sluice.KindNetSuite)
	for _, auth := range []string{sluice.AuthToken, sluice.AuthOAuth2M2M} {
		for _, bundle := range []bool{false, true} {
			copied := map[string]bool{}
			for _, s := range guideFor(t, guide.Options{Auth: auth, Bundle: bundle}).Steps {
				for _, c := range s.Copies {
					copied[c.Field] = true
				}
			}
			c := &sluice.Connection{Kind: kind.ID, Settings: map[string]string{"type": auth}}
			for _, f := range kind.Fields {
				if c.Needs(f) && f.Name != "type" && !copied[f.Name] {
					t.Errorf("%s, bundle %v: nothing says where %s comes from", auth, bundle, f.Name)
				}
			}
		}
	}
}

// step returns a step of a guide as one text.
func step(t *testing.T, o guide.Options, id string) string {
	t.Helper()
	for _, s := range guideFor(t, o).Steps {
		if s.ID == id {
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			return strings.ReplaceAll(string(text), `\u003e`, ">")
		}
	}
	t.Fatalf("no step %s for %+v", id, o)
	return ""
}

// TestTraps wants each known trap to be said at the step where it bites.
func TestTraps(t *testing.T) {
	m2m, auto := guide.Options{Auth: sluice.AuthOAuth2M2M}, guide.Options{Auth: sluice.AuthTokenAuto}
	bundle := guide.Options{Bundle: true}
	for _, tt := range []struct {
		o        guide.Options
		id, want string
	}{
		{guide.Options{}, guide.StepRole, "two-factor authentication"},
		{guide.Options{}, guide.StepRole, "Web Services Only shuts the role out of RESTlets"},
		{guide.Options{}, guide.StepRole, "letters and digits alone"},
		{guide.Options{}, guide.StepRESTletDeployment, "Web Services Only"},
		{guide.Options{}, guide.StepAccessToken, "shown once"},
		{guide.Options{}, guide.StepAccessToken, "invalid or missing consumerKey"},
		{guide.Options{}, guide.StepAccessToken, "lock the user for 30 minutes"},
		{guide.Options{}, guide.StepIntegrationRecord, "shown once"},
		{guide.Options{}, guide.StepIntegrationRecord, "Waiting for Approval"},
		{guide.Options{}, guide.StepUserRole, "password does not matter"},
		{guide.Options{}, guide.StepRolePermissions, "Set Up Company"},
		{guide.Options{}, guide.StepRolePermissions, "Access Token Management"},
		{guide.Options{}, guide.StepSandboxRefresh, "token_rejected"},
		{guide.Options{}, guide.StepConcurrency, "five connections at a time"},
		{guide.Options{}, guide.StepAccountID, "1234567-sb1"},
		{guide.Options{}, guide.StepClock, "InvalidTimestamp"},
		{auto, guide.StepIntegrationRecord, "TBA: Authorization Flow"},
		{auto, guide.StepIntegrationRecord, "http://localhost:*"},
		{auto, guide.StepAccessToken, "Deny"},
		{m2m, guide.StepEnableFeatures, "OAuth 2.0"},
		{m2m, guide.StepIntegrationRecord, "Client Credentials (Machine to Machine) Grant"},
		{m2m, guide.StepCertificate, "two years"},
		{bundle, guide.StepRole, "1.7.4.14"},
		{bundle, guide.StepIntegrationRecord, "does not show the keys"},
	} {
		if text := step(t, tt.o, tt.id); !strings.Contains(text, tt.want) {
			t.Errorf("%+v: the step %s does not say %q:\n%s", tt.o, tt.id, tt.want, text)
		}
	}
}

// TestBundleNames wants the names that the bundle brings as its documents write them.
func TestBundleNames(t *testing.T) {
	const (
		eTail, eTailApp       = "Celigo eTail SmartConnectors", "eTail Connectors (Token-Based Auth)"
		highTech, highTechApp = "Celigo integrator.io Full Access w/o 2FA[Locked]", "High Tech Connector (Token-Based Auth)"
	)
	names := map[string][2]string{"ADP": {highTech, highTechApp}, "Salesforce (IO)": {highTech, highTechApp},
		"Silicon Valley Bank": {highTech, highTechApp}, "Vendor Payment Manager": {highTech, highTechApp}, "Zendesk": {highTech, highTechApp},
		"JIRA": {"Celigo JIRA connector role", ""}, "Cash Application Manager": {"Celigo CashApp Manager SmartConnector role", ""}}
	for _, shop := range []string{"Amazon", "Amazon MCF", "BigCommerce", "eBay", "Magento 2", "Shopify", "Square", "Walmart"} {
		names[shop] = [2]string{eTail, eTailApp}
	}
	if got := len(guide.Applications()); got != len(names) {
		t.Errorf("%d applications, want %d", got, len(names))
	}
	for name, want := range names {
		o := guide.Options{Application: strings.ToLower(name), Bundle: true}
		if text := step(t, o, guide.StepRole); !strings.Contains(text, "Customize beside "+want[0]+".") {
			t.Errorf("%s: the role %q is not in %s", name, want[0], text)
		}
		if text := step(t, o, guide.StepAccessToken); !strings.Contains(text, `"value":"`+want[1]+`"`) && want[1] != "" {
			t.Errorf("%s: the application %q is not in %s", name, want[1], text)
		}
		g := guideFor(t, guide.Options{Application: name})
		if g.Role.CloneOf != "" || g.Role.SDF == "" || g.Role.Basis != guide.BasisApplication || len(g.Role.Grants) < 4 || len(g.Role.Unknown) > 0 {
			t.Errorf("%s without the bundle: role %+v", name, g.Role)
		}
	}
	o := guide.Options{Bundle: true}
	for id, want := range map[string]string{guide.StepRole: "Celigo integrator.io Full Access w/o 2FA [Locked]", guide.StepAccessToken: "Integrator.io (Token-based Auth)"} {
		if text := step(t, o, id); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q: %s", id, want, text)
		}
	}
}

func TestWrongOptionsAreToldWhole(t *testing.T) {
	_, err := guide.For(guide.Options{Auth: "basic", Application: "fax"})
	e, ok := err.(*sluice.Error)
	if !ok || e.Code != "guide.invalid" || len(e.Problems) != 2 || e.Problems[0].Path != "type" || !strings.Contains(e.Problems[1].Remedy, "shopify") {
		t.Errorf("error %#v", err)
	}
}

// A list that is null would be a case of its own for everybody who reads the JSON.
func TestListsAreNeverNull(t *testing.T) {
	for _, o := range everyCase() {
		text, err := json.Marshal(guideFor(t, o))
		if err != nil || bytes.Contains(text, []byte("null")) {
			t.Errorf("%+v: %v in %s", o, err, text)
		}
	}
}

func TestDocsAreInStep(t *testing.T) {
	const file = "../../docs/setup-guide.md"
	if *update {
		if err := os.WriteFile(file, guide.Docs(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || !bytes.Equal(text, guide.Docs()) {
		t.Errorf("%s is out of step (%v): go test ./internal/guide -update", file, err)
	}
}

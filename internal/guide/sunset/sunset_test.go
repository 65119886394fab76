package sunset

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide/release"
)

// TestCalendar holds the calendar to Oracle's table (article_2104046421) and to the rules
// of a calendar.
func TestCalendar(t *testing.T) {
	list := Calendar("2026.2")
	ends := map[string]string{}
	for i, e := range list {
		ends[e.Code] = e.Release
		if i > 0 && e.Release < list[i-1].Release {
			t.Errorf("%s of %s stands behind %s", e.Code, e.Release, list[i-1].Release)
		}
		if e.What == "" || e.When == "" || len(e.Sources) == 0 || !strings.HasPrefix(e.Sources[0], "https://docs.oracle.com/") {
			t.Errorf("%s does not say what, when or who says so: %+v", e.Code, e)
		}
		if e.Past != (e.Release <= "2026.2") {
			t.Errorf("%s ends with %s, and past is %v in 2026.2", e.Code, e.Release, e.Past)
		}
	}
	for code, want := range map[string]string{
		CodePassword: "2020.2", CodeNewToken: "2027.1", CodeToken: "2028.1", CodeSOAP: "2028.2",
		"soap.wsdl-2023.1": "2026.1", "soap.wsdl-2023.2": "2026.2", "soap.wsdl-2024.1": "2027.1", "soap.wsdl-2024.2": "2027.2", "soap.wsdl-2025.1": "2027.2",
	} {
		if ends[code] != want {
			t.Errorf("%s ends with %s, want %s", code, ends[code], want)
		}
	}
	if len(list) != 9 {
		t.Errorf("the calendar has %d ends, want 9", len(list))
	}
}

// look1 is a look at one connection whose flow has one part: what parts mean does not
// hang on the words of flow files.
func look1(t *testing.T, now string, login Login, api API) (*look, []Effect) {
	t.Helper()
	p := PartEnds{Path: "steps[0].import", Does: "import", Connection: login.Name, API: api}
	l := &look{calendar: Calendar(now), logins: []Login{login}, parts: map[string][]PartEnds{"f": {p}}}
	return l, l.ofPart(&p, &login)
}

func effects(list []Effect) string {
	var out []string
	for _, e := range list {
		text := e.Code + "@" + e.Release
		if e.Past {
			text += "!"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestEffects(t *testing.T) {
	login := func(kind, wsdl string) Login { return Login{Name: "ns", Account: "1", Type: kind, WSDLVersion: wsdl} }
	for _, tt := range []struct {
		name, now        string
		login            Login
		api              API
		connection, part string
	}{
		{"tokens", "2026.2", login(sluice.AuthToken, "2025.2"), Records, "login.token.new@2027.1 login.token@2028.1", "login.token@2028.1"},
		{"tokens by log-in", "2026.2", login(sluice.AuthTokenAuto, "2025.2"), SuiteQL, "login.token.new@2027.1 login.token@2028.1", "login.token@2028.1"},
		{"client credentials", "2026.2", login(sluice.AuthOAuth2M2M, "2025.2"), RESTlet, "", ""},
		{"a password", "2026.2", login(sluice.AuthBasic, "2025.2"), Records, "login.password@2020.2!", "login.password@2020.2!"},
		{"SOAP ends with itself, not with tokens", "2026.2", login(sluice.AuthToken, "2025.2"), SOAP, "login.token.new@2027.1 login.token@2028.1 soap@2028.2", "soap@2028.2"},
		{"SOAP by a password is refused today", "2026.2", login(sluice.AuthBasic, "2025.2"), SOAP, "login.password@2020.2! soap@2028.2", "login.password@2020.2!"},
		{"a version whose support ends, in use", "2026.2", login(sluice.AuthToken, "2024.2"), SOAP, "login.token.new@2027.1 login.token@2028.1 soap.wsdl-2024.2@2027.2 soap@2028.2", "soap@2028.2"},
		{"a version whose support ends, not in use", "2026.2", login(sluice.AuthToken, "2024.2"), Records, "login.token.new@2027.1 login.token@2028.1", "login.token@2028.1"},
		{"a version without support, not in use", "2026.2", login(sluice.AuthOAuth2M2M, "2023.1"), Records, "soap.wsdl-2023.1@2026.1!", ""},
		{"the same before its end", "2025.2", login(sluice.AuthOAuth2M2M, "2023.1"), Records, "", ""},
		{"after the end of tokens", "2028.1", login(sluice.AuthToken, "2025.2"), Records, "login.token.new@2027.1! login.token@2028.1!", "login.token@2028.1!"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, part := look1(t, tt.now, tt.login, tt.api)
			if got := effects(l.ofLogin(&tt.login)); got != tt.connection {
				t.Errorf("the connection: %s\nwant %s", got, tt.connection)
			}
			if got := effects(part); got != tt.part {
				t.Errorf("the part: %s\nwant %s", got, tt.part)
			}
			for _, e := range slices.Concat(l.ofLogin(&tt.login), part) {
				if e.Become == "" {
					t.Errorf("%s does not say what it should become", e.Code)
				}
			}
		})
	}
}

func netsuiteFlow(name, export, imports string) *sluice.Flow {
	return &sluice.Flow{Name: name, Export: sluice.Export{Connection: export, SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id FROM customer"}},
		Steps: []sluice.Step{
			{Lookup: &sluice.Lookup{Connection: export, RESTlet: &sluice.LookupRESTlet{}, As: "found"}},
			{Lookup: &sluice.Lookup{Table: map[string]string{"a": "b"}, Value: "this.a", As: "a"}},
			{Import: &sluice.Import{Connection: imports, NetSuite: &sluice.NetSuiteImport{Record: "customer"}}},
		}}
}

// Exports by SOAP end with it, whatever they read.
func TestExportsBySOAPEnd(t *testing.T) {
	for _, e := range []sluice.Export{{SavedSearch: &sluice.SavedSearchExport{}}, {Search: &sluice.SearchExport{}}, {Deleted: &sluice.DeletedExport{}}} {
		if got := ofExport(&e); got != SOAP {
			t.Errorf("%+v ends like %q", e, got)
		}
	}
}

// TestLook goes from stored connections and flows to accounts, the first end before the others.
func TestLook(t *testing.T) {
	logins := []Login{
		{Name: "new", Account: "2", Environment: sluice.EnvironmentProduction, Type: sluice.AuthOAuth2M2M, WSDLVersion: "2025.2"},
		{Name: "old", Account: "3", Environment: sluice.EnvironmentReleasePreview, Type: sluice.AuthToken, WSDLVersion: "2025.2"},
		{Name: "beside", Account: "3", Environment: sluice.EnvironmentReleasePreview, Type: sluice.AuthOAuth2M2M, WSDLVersion: "2025.2"},
		{Name: "unused", Type: sluice.AuthTokenAuto, WSDLVersion: "2025.2"},
	}
	soap := netsuiteFlow("lists", "beside", "old")
	soap.Steps[2].Import.NetSuite.API = sluice.APISOAP
	files := &sluice.Flow{Name: "files", Export: sluice.Export{Connection: "shop", CSV: &sluice.CSVExport{}}}
	got := Look("2026.2", logins, []Stored{{netsuiteFlow("both", "old", "new"), true}, {netsuiteFlow("lasting", "beside", "beside"), false}, {soap, true}, {files, true}})

	var text []string
	for _, a := range got.Accounts {
		text = append(text, a.Account+" stops "+a.StopsWith)
		for _, c := range a.Connections {
			text = append(text, "  connection "+c.Name+" "+effects(c.Effects))
		}
		for _, f := range a.Flows {
			text = append(text, "  flow "+f.Name+" stops "+f.StopsWith)
			for _, p := range f.Parts {
				text = append(text, "    "+p.Path+" "+p.Does+" "+string(p.API)+" "+p.Connection+" "+effects(p.Effects))
			}
		}
	}
	want := `3 stops 2028.1
  connection old login.token.new@2027.1 login.token@2028.1 soap@2028.2
  connection beside 
  flow both stops 2028.1
    export export SuiteQL old login.token@2028.1
    steps[0].lookup lookup RESTlet old login.token@2028.1
  flow lists stops 2028.2
    export export SuiteQL beside 
    steps[0].lookup lookup RESTlet beside 
    steps[2].import import SOAP old soap@2028.2
  flow lasting stops 
    export export SuiteQL beside 
    steps[0].lookup lookup RESTlet beside 
    steps[2].import import REST records beside 
 stops 
  connection unused login.token.new@2027.1 login.token@2028.1
2 stops 
  connection new 
  flow both stops 
    steps[2].import import REST records new `
	if lines := strings.Join(text, "\n"); lines != want {
		t.Errorf("got\n%s\nwant\n%s", lines, want)
	}
	if got.Accounts[0].Note == "" || got.Accounts[2].Note != "" {
		t.Error("it is for the release preview account alone to say that it comes first")
	}
	if got.Release != "2026.2" || release.Span(got.Release) == "" {
		t.Errorf("release %s", got.Release)
	}
}

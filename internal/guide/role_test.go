package guide_test

import (
	"encoding/json"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/internal/reference"
)

// writes returns a flow that does an operation with records of a type.
func writes(record string, o sluice.Operation, mapping string) *sluice.Flow {
	return &sluice.Flow{Name: "f", Export: sluice.Export{Connection: "files", CSV: &sluice.CSVExport{Path: "x.csv"}},
		Steps: []sluice.Step{{Map: mapping}, {Import: &sluice.Import{Connection: "netsuite", Operation: o, NetSuite: &sluice.NetSuiteImport{Record: record}}}}}
}

// pairs returns a flow with an operation on two records.
func pairs(o sluice.Operation, n sluice.NetSuiteImport) *sluice.Flow {
	f := writes(n.Record, o, "")
	f.Steps[1].Import.NetSuite = &n
	return f
}

// queries returns a flow that exports by a query.
func queries(query string) *sluice.Flow {
	return &sluice.Flow{Name: "q", Export: sluice.Export{Connection: "netsuite", SuiteQL: &sluice.SuiteQLExport{Query: query}}}
}

func reads(record string) *sluice.Flow {
	return &sluice.Flow{Name: "r", Export: sluice.Export{Connection: "netsuite", Records: &sluice.RecordsExport{Type: record}}}
}

// finds returns a flow that exports by SOAP.
func finds(e sluice.Export) *sluice.Flow {
	e.Connection = "netsuite"
	return &sluice.Flow{Name: "f", Export: e}
}

// levels returns permissions as "ID level", those of every login left out.
func levels(list []guide.Grant) string {
	var out []string
	for _, g := range list {
		if !slices.Contains([]string{"ADMI_LOGIN_OAUTH", "ADMI_LOGIN_OAUTH2", "ADMI_RESTWEBSERVICES", "REPO_ANALYTICS"}, g.ID) {
			out = append(out, g.ID+" "+string(g.Level))
		}
	}
	return strings.Join(out, ", ")
}

func TestRoleOfFlows(t *testing.T) {
	for _, tt := range []struct {
		name           string
		flows          []*sluice.Flow
		needs, advised string
	}{
		{"read", []*sluice.Flow{reads("salesOrder")}, "TRAN_SALESORD View", ""},
		{"add", []*sluice.Flow{writes("invoice", sluice.Add, "")}, "TRAN_CUSTINVC Create", ""},
		{"update", []*sluice.Flow{writes("customer", sluice.Update, "")}, "LIST_CUSTJOB Edit", ""},
		{"upsert", []*sluice.Flow{writes("serviceSaleItem", sluice.Upsert, "")}, "LIST_ITEM Edit", ""},
		{"append", []*sluice.Flow{writes("vendor", sluice.Append, "")}, "LIST_VENDOR Edit", ""},
		{"delete", []*sluice.Flow{writes("contact", sluice.Delete, "")}, "LIST_CONTACT Full", ""},
		{"transform", []*sluice.Flow{pairs(sluice.Transform, sluice.NetSuiteImport{Record: "invoice", Transform: &sluice.NetSuiteTransform{From: "salesOrder"}})}, "TRAN_CUSTINVC Create, TRAN_SALESORD View", ""},
		{"attach", []*sluice.Flow{pairs(sluice.Attach, sluice.NetSuiteImport{Record: "customer", Attachment: &sluice.Attachment{Type: sluice.AttachContact}})}, "LIST_CONTACT View, LIST_CUSTJOB Edit", ""},
		{"detach", []*sluice.Flow{pairs(sluice.Detach, sluice.NetSuiteImport{Record: "opportunity", Attachment: &sluice.Attachment{Type: sluice.AttachFile}})}, "TRAN_OPPRTNTY Edit, LIST_FILECABINET View", ""},
		{"SOAP lists", []*sluice.Flow{pairs(sluice.Upsert, sluice.NetSuiteImport{Record: "customer", API: sluice.APISOAP})}, "LIST_CUSTJOB Edit, ADMI_WEBSERVICES Full", ""},
		{"saved search", []*sluice.Flow{finds(sluice.Export{SavedSearch: &sluice.SavedSearchExport{Type: "transaction", ID: "customsearch_x"}})}, "TRAN_FIND View, ADMI_WEBSERVICES Full", ""},
		{"saved search of a record type", []*sluice.Flow{finds(sluice.Export{SavedSearch: &sluice.SavedSearchExport{Type: "salesOrder", ID: "81"}})}, "TRAN_SALESORD View, ADMI_WEBSERVICES Full", ""},
		{"search", []*sluice.Flow{finds(sluice.Export{Search: &sluice.SearchExport{Type: "invoice"}})}, "TRAN_CUSTINVC View, ADMI_WEBSERVICES Full", ""},
		{"deletions", []*sluice.Flow{finds(sluice.Export{Deleted: &sluice.DeletedExport{Types: []string{"customer"}}})}, "ADMI_DELETEDRECORD View, ADMI_WEBSERVICES Full", ""},
		{"custom record", []*sluice.Flow{writes("customrecord_shipment", sluice.Add, "")}, "LIST_CUSTRECORDENTRY Create", ""},
		{"the highest level of all", []*sluice.Flow{writes("customer", sluice.Delete, ""), reads("customer"), writes("lead", sluice.Add, "")}, "LIST_CUSTJOB Full", ""},
		{"query", []*sluice.Flow{queries("SELECT t.id FROM transaction t JOIN customer c ON c.id = t.entity WHERE t.type = 'SalesOrd'")},
			"TRAN_FIND View, LIST_CUSTJOB View", "TRAN_SALESORD View"},
		{"query of open tables", []*sluice.Flow{queries("SELECT 1 FROM dual, accounttype")}, "", ""},
		{"references", []*sluice.Flow{writes("salesOrder", sluice.Upsert, `root.entity.id = "1"
			root.subsidiary.id = "1"
			root.custbody_channel = "web"
			root.item.items = [{"item": {"id": "2"}, "location": {"id": "3"}}]`)},
			"TRAN_SALESORD Edit", "LIST_CUSTJOB View, LIST_ITEM View, LIST_LOCATION View, LIST_SUBSIDIARY View, ADMI_CUSTFIELD View"},
		{"references of a purchase", []*sluice.Flow{writes("vendorBill", sluice.Add, `root.entity.id = "1"`)}, "TRAN_VENDBILL Create", "LIST_VENDOR View"},
		{"a reference that is needed anyway", []*sluice.Flow{reads("customer"), writes("salesOrder", sluice.Add, `root.entity.id = "1"`)},
			"TRAN_SALESORD Create, LIST_CUSTJOB View", ""},
	} {
		r := guideFor(t, guide.Options{Flows: tt.flows}).Role
		if needs, advised := levels(r.Grants), levels(r.Advised); needs != tt.needs || advised != tt.advised || len(r.Unknown) > 0 || r.Basis != guide.BasisFlows {
			t.Errorf("%s:\n got %s; advised %s; unknown %v\nwant %s; advised %s", tt.name, needs, advised, r.Unknown, tt.needs, tt.advised)
		}
	}
}

func TestRoleOfOneConnection(t *testing.T) {
	f := writes("customer", sluice.Add, "")
	f.Steps = append(f.Steps, sluice.Step{Import: &sluice.Import{Connection: "sandbox", Operation: sluice.Delete, NetSuite: &sluice.NetSuiteImport{Record: "vendor"}}})
	for connection, want := range map[string]string{"": "LIST_CUSTJOB Create, LIST_VENDOR Full", "netsuite": "LIST_CUSTJOB Create", "sandbox": "LIST_VENDOR Full", "other": ""} {
		if got := levels(guideFor(t, guide.Options{Flows: []*sluice.Flow{f}, Connection: connection}).Role.Grants); got != want {
			t.Errorf("through %q: %s, want %s", connection, got, want)
		}
	}
}

// What is not known is said, not guessed.
func TestUnknownPermissions(t *testing.T) {
	r := guideFor(t, guide.Options{Flows: []*sluice.Flow{writes("gadget", sluice.Add, ""), queries("SELECT 1 FROM gizmo")}}).Role
	if got := levels(r.Grants); got != "" || len(r.Unknown) != 2 || r.Unknown[0].Name != "gadget" || r.Unknown[1].Name != "gizmo" {
		t.Errorf("permissions %s, unknown %+v", got, r.Unknown)
	}
	for _, text := range []string{r.SDF, r.Checklist} {
		if !strings.Contains(text, "gadget") || !strings.Contains(text, "gizmo") {
			t.Errorf("what is unknown is not in %s", text)
		}
	}
}

// A login needs the permission of its own type, and no more than these three.
func TestPermissionsOfLogin(t *testing.T) {
	for auth, want := range map[string]string{sluice.AuthToken: "ADMI_LOGIN_OAUTH", sluice.AuthTokenAuto: "ADMI_LOGIN_OAUTH", sluice.AuthOAuth2M2M: "ADMI_LOGIN_OAUTH2"} {
		r := guideFor(t, guide.Options{Auth: auth}).Role
		var ids []string
		for _, g := range r.Grants {
			ids = append(ids, g.ID)
		}
		if slices.Sort(ids); !slices.Equal(ids, []string{want, "ADMI_RESTWEBSERVICES", "REPO_ANALYTICS"}) || r.Basis != guide.BasisNone {
			t.Errorf("%s: %v from %s", auth, ids, r.Basis)
		}
	}
}

func TestRoleNamesAreAlphanumeric(t *testing.T) {
	for _, o := range everyCase() {
		if name := guideFor(t, o).Role.Name; !regexp.MustCompile(`^[A-Za-z0-9]{6,}$`).MatchString(name) {
			t.Errorf("%+v: role name %q", o, name)
		}
	}
}

// customRole is the part of an SDF role object that counts.
type customRole struct {
	XMLName     xml.Name `xml:"customrole"`
	ScriptID    string   `xml:"scriptid,attr"`
	Name        string   `xml:"name"`
	Only        string   `xml:"iswebservicesonlyrole"`
	Permissions []struct {
		Key   string `xml:"permkey"`
		Level string `xml:"permlevel"`
	} `xml:"permissions>permission"`
}

// TestSDF reads the role file back: exactly what is needed, the rest in comments.
func TestSDF(t *testing.T) {
	flows := []*sluice.Flow{writes("salesOrder", sluice.Upsert, `root.entity.id = "1"`), reads("gadget -->")}
	r := guideFor(t, guide.Options{Flows: flows}).Role
	var got customRole
	if err := xml.Unmarshal([]byte(r.SDF), &got); err != nil {
		t.Fatalf("%v in\n%s", err, r.SDF)
	}
	if got.ScriptID != "customrole_sluiceintegration" || got.Name != r.Name || got.Only != "F" || len(got.Permissions) != len(r.Grants) {
		t.Errorf("role file %+v of %+v", got, r)
	}
	for i, p := range got.Permissions {
		if p.Key != r.Grants[i].ID || p.Level != strings.ToUpper(string(r.Grants[i].Level)) {
			t.Errorf("permission %+v, want %+v", p, r.Grants[i])
		}
	}
	if !strings.Contains(r.SDF, "LIST_CUSTJOB") {
		t.Errorf("the advised permission is not in a comment:\n%s", r.SDF)
	}
	if !strings.Contains(r.Checklist, "Permissions > Transactions\n  [ ] Sales Order: Edit") {
		t.Errorf("checklist:\n%s", r.Checklist)
	}
}

// TestPermissionsAreOracles compares IDs and names with Oracle's list, as its
// SuiteCloud SDK publishes it.
func TestPermissionsAreOracles(t *testing.T) {
	text := reference.Read(t, "fixtures/rest/oracle+netsuite-suitecloud-sdk/packages/agent-skills/*/references/permissions.json")
	var list struct {
		Permissions map[string]struct {
			Permissions []struct{ ID, Name string }
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, part := range list.Permissions {
		for _, p := range part.Permissions {
			names[p.ID] = append(names[p.ID], p.Name)
		}
	}
	// The list names both permissions to log in alike; the help tells them apart (bridgehead_4248124361).
	names["ADMI_LOGIN_OAUTH"], names["ADMI_LOGIN_OAUTH2"] = []string{"Log in using Access Tokens"}, []string{"Log in using OAuth 2.0 Access Tokens"}
	for _, g := range guide.KnownPermissions() {
		if !slices.Contains(names[g.ID], g.Name) {
			t.Errorf("%s is %q here and %q there", g.ID, g.Name, names[g.ID])
		}
		if g.Tab == "" {
			t.Errorf("%s has no tab", g.ID)
		}
	}
}

package soap

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/schema/xsd"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// filler fills records of any type with values of every kind.
type filler struct {
	set *xsd.Set
	v   schema.Version
}

// fill sets every field of a type, lists with one line each, down to a depth.
func (f filler) fill(e *record.Element, t *schema.Type, depth int) {
	fields := slices.Clone(t.Layout(f.v).Fields)
	slices.Reverse(fields) // the encoder has to put them in order
	for _, field := range fields {
		child := record.Element{Name: field.Name}
		switch field.Kind {
		case schema.String:
			child.Text = "A <b> & \"c\"\n"
		case schema.Boolean:
			child.Text = "true"
		case schema.DateTime:
			child.Text = "2026-02-03"
		case schema.Int, schema.Long:
			child.Text = "7"
		case schema.Double:
			child.Text = "12345678901234.56"
		case schema.Base64:
			child.Text = "QQ=="
		case schema.Enum:
			child.Text = f.enum(t, field.Name)
		case schema.Complex:
			if !f.fillComplex(&child, field, depth) {
				continue
			}
		}
		e.Add(child)
	}
}

func (f filler) fillComplex(child *record.Element, field schema.Field, depth int) bool {
	inner, _ := schema.Lookup(field.Type)
	switch {
	case field.Name == "nullFieldList":
		child.Add(record.Element{Name: "name", Text: "memo"})
	case field.Type == "platformCore:CustomFieldList":
		child.Add(record.CustomText("custrecord_text", record.CustomString, "x"))
		child.Add(record.CustomRef("1234", record.CustomMultiSelect, record.Ref{InternalID: "1", TypeID: "2"}, record.Ref{InternalID: "3"}))
	case inner.Is("platformCore:BaseRef"):
		child.SetInternalID("12")
		if inner.Abstract {
			child.Type = record.RecordRef
		}
	case depth == 0 && !field.Required || inner.Abstract:
		return field.Required
	default:
		if inner.Has("replaceAll") {
			child.SetAttr("replaceAll", "false")
		}
		f.fill(child, inner, depth-1)
	}
	return true
}

// enum finds a value of the enumeration that a field has.
func (f filler) enum(t *schema.Type, name string) string {
	for w := f.set.Types[t.Key()]; w != nil; w = f.set.Types[w.Base] {
		for _, e := range w.Elements {
			if values := f.set.Enums[e.Type]; e.Name == name && len(values) > 0 {
				return values[0]
			}
		}
	}
	return "_missing"
}

// TestRequestsAreValid writes records of all 194 types with every field they
// have, and requests of every operation, and lets xmllint judge them by
// NetSuite's own schemas.
func TestRequestsAreValid(t *testing.T) {
	folder := reference.Path(t, "wsdl/2023_2/xsd")
	set, err := xsd.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed (Debian: libxml2-utils)")
	}
	bodies := map[string]string{}
	f := filler{set, schema.V2023_2}
	var records []*record.Element
	for _, r := range schema.RecordTypes() {
		ty, _ := schema.Lookup(r.Type)
		e := record.New(r.Name).SetExternalID("x-" + r.Name)
		if !ty.Has("externalId") {
			e.SetExternalID("")
		}
		f.fill(e, ty, 3)
		records = append(records, e)
	}
	c, s, _ := newClient(t, script(answers("")), WithVersion(schema.V2023_2), WithLimits(Limits{Add: 200}))
	if _, err := c.AddList(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	everyOperation(t, c)
	for i, call := range s.seen() {
		bodies[fmt.Sprintf("%03d-%s.xml", i, call.operation)] = bodyOf(call.raw)
		header, _, _ := strings.Cut(call.raw, "</soapenv:Header>")
		_, passport, _ := strings.Cut(header, "<soapenv:Header>")
		for j, part := range splitHeader(passport) {
			bodies[fmt.Sprintf("%03d-%s-header%d.xml", i, call.operation, j)] = declare(call.raw, part)
		}
	}
	if len(bodies) < 60 {
		t.Errorf("%d documents", len(bodies))
	}
	lint(t, xmllint, folder, set, bodies)
}

// bodyOf cuts the operation's element out of a request, with the namespaces.
func bodyOf(raw string) string {
	_, body, _ := strings.Cut(raw, "<soapenv:Body>")
	body, _, _ = strings.Cut(body, "</soapenv:Body>")
	return declare(raw, body)
}

// declare gives an element the declarations that the envelope has.
func declare(raw, element string) string {
	_, declarations, _ := strings.Cut(raw, "<soapenv:Envelope ")
	declarations, _, _ = strings.Cut(declarations, ">")
	end := strings.IndexAny(element, " />")
	return element[:end] + " " + declarations + element[end:]
}

func splitHeader(header string) []string {
	var parts []string
	for _, name := range []string{"tokenPassport", "partnerInfo", "preferences", "searchPreferences"} {
		open, end := "<platformMsgs:"+name+">", "</platformMsgs:"+name+">"
		if from := strings.Index(header, open); from >= 0 {
			parts = append(parts, header[from:strings.Index(header, end)+len(end)])
		}
	}
	return parts
}

func lint(t *testing.T, xmllint, folder string, set *xsd.Set, documents map[string]string) {
	t.Helper()
	dir := t.TempDir()
	var driver strings.Builder
	driver.WriteString(`<schema xmlns="http://www.w3.org/2001/XMLSchema">`)
	paths, _ := filepath.Glob(filepath.Join(folder, "*.xsd"))
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, target, _ := strings.Cut(string(data), `targetNamespace="`)
		target, _, _ = strings.Cut(target, `"`)
		fmt.Fprintf(&driver, `<import namespace="%s" schemaLocation="%s"/>`, target, absolute)
	}
	driver.WriteString(`</schema>`)
	if err := os.WriteFile(filepath.Join(dir, "all.xsd"), []byte(driver.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--noout", "--nonet", "--schema", "all.xsd"}
	for name, document := range documents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, xmllint, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(string(out), "\n")
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasSuffix(l, " validates") })
		t.Fatalf("%v\n%s", err, strings.Join(lines[:min(len(lines), 40)], "\n"))
	}
}

// everyOperation sends one request of each operation. The answers are empty, so
// that errors say nothing here.
func everyOperation(t *testing.T, c *Client) {
	ctx := t.Context()
	c.preferences = Preferences{new(true), new(false), new(true), new(true), new(false)}
	c.searchPreferences = SearchPreferences{BodyFieldsOnly: new(false), ReturnSearchColumns: new(true), PageSize: 50}
	c.partner = "T<1>"
	customer, file := record.Ref{InternalID: "5", Type: "customer"}, record.Ref{ExternalID: "f & g", Type: "file"}
	instance := record.Ref{InternalID: "1", TypeID: "17"}
	add := record.New("customer").SetExternalID("C1").Set("companyName", "A & B").SetBool("isPerson", false).SetNull("email", "custentity_x")
	change := record.New("customer").SetInternalID("5").Set("phone", "1")
	machine := record.NewCustom("17").SetExternalID("m1").Set("name", "Press").SetCustom(
		record.CustomText("custrecord_text", record.CustomString, "x"), record.CustomText("custrecord_count", record.CustomLong, "3"),
		record.CustomText("custrecord_amount", record.CustomDouble, "3.50"), record.CustomText("custrecord_on", record.CustomBoolean, "false"),
		record.CustomText("custrecord_day", record.CustomDate, "2026-01-02"), record.CustomRef("custrecord_list", record.CustomSelect, record.Ref{InternalID: "4", TypeID: "9"}))
	_, _ = c.ServerTime(ctx)
	_, _ = c.DataCenterURLs(ctx, "1234567_SB1")
	_, _ = c.AccountGovernance(ctx)
	_, _ = c.IntegrationGovernance(ctx)
	_, _ = c.Get(ctx, customer)
	_, _ = c.Get(ctx, instance)
	_, _ = c.GetList(ctx, []record.Ref{customer, file, instance})
	_, _ = c.GetAll(ctx, "currency")
	_, _ = c.SavedSearches(ctx, "transaction")
	_, _ = c.CustomizationIDs(ctx, "customRecordType", true)
	drain(c.SelectValues(ctx, SelectField{RecordType: "itemFulfillment", Field: "shipMethod", Sublist: "itemList", CustomForm: record.Ref{InternalID: "9"},
		FilterOperator: "contains", FilterValue: "x", Given: []GivenValue{{"", "orderShipGroup", "1"}}}))
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	drain(c.Deletions(ctx, DeletedFilter{From: at, Until: at, Types: []string{"customer", "salesOrder"}, ScriptID: "customrecord_x"}))
	drain(c.Deletions(ctx, DeletedFilter{From: at}))
	_, _ = c.ItemAvailability(ctx, []record.Ref{{InternalID: "1"}, {ExternalID: "i"}}, at)
	_, _ = c.Add(ctx, add)
	_, _ = c.Update(ctx, change)
	_, _ = c.Upsert(ctx, machine)
	_, _ = c.UpsertList(ctx, []*record.Element{add, machine})
	_, _ = c.UpdateList(ctx, []*record.Element{change})
	_, _ = c.Delete(ctx, instance, nil)
	_, _ = c.DeleteList(ctx, []record.Ref{customer, file}, &DeletionReason{record.Ref{InternalID: "1"}, "gone"})
	_ = c.Attach(ctx, customer, file, record.Ref{})
	_ = c.Attach(ctx, customer, record.Ref{InternalID: "8", Type: "contact"}, record.Ref{InternalID: "-10"})
	_ = c.Detach(ctx, customer, file)
	initial := Initial{Type: "itemReceipt", Reference: record.Ref{InternalID: "4", Type: "purchaseOrder"}, Auxiliary: record.Ref{InternalID: "7", Type: "arAccount"},
		More: []record.Ref{{InternalID: "4", Type: "purchaseOrder"}}}
	_, _ = c.Initialize(ctx, initial)
	_, _ = c.InitializeList(ctx, []Initial{initial, initial})
	_, _ = c.AsyncAddList(ctx, []*record.Element{add})
	_, _ = c.AsyncUpdateList(ctx, []*record.Element{change})
	_, _ = c.AsyncUpsertList(ctx, []*record.Element{machine})
	_, _ = c.AsyncDeleteList(ctx, []record.Ref{instance}, &DeletionReason{Code: record.Ref{InternalID: "1"}})
	_, _ = c.AsyncGetList(ctx, []record.Ref{customer})
	_, _ = c.AsyncInitializeList(ctx, []Initial{initial})
	_, _ = c.AsyncStatus(ctx, "ASYNC_1")
	_, _ = c.AsyncResult(ctx, "ASYNC_1", 1)
	_, _ = c.Operation(ctx, "getPostingTransactionSummary", netsuite.Read, *record.Line("fields").SetBool("account", true), record.Element{Name: "pageIndex", Text: "1"})
	_, _ = c.SearchMore(ctx, "WEBSERVICES_1", 2, nil)
	for _, q := range queries(at) {
		e, err := q.Element(schema.V2023_2)
		if err != nil {
			t.Error(err)
			continue
		}
		_, _ = c.Search(ctx, e, &SearchPreferences{BodyFieldsOnly: new(false), PageSize: 5})
		_, _ = c.AsyncSearch(ctx, e, nil)
	}
}

// queries are searches of every form.
func queries(at time.Time) []search.Query {
	return []search.Query{
		{Type: "customer", Where: []search.Criterion{
			search.Since("lastModifiedDate", at, at.Add(time.Hour)), {Field: "isInactive", Values: []string{"false"}}, {Field: "companyName", Operator: "contains", Values: []string{"A & B"}},
			{Field: "balance", Operator: "between", Values: []string{"1.50", "2"}}, {Field: "subsidiary", Operator: "anyOf", Values: []string{"1", "2"}},
			{Join: "contact", Field: "email", Operator: "notEmpty"}, {Field: "dateCreated", Operator: "within", Predefined: "lastMonth"},
		}},
		{Type: "salesOrder", Where: []search.Criterion{{Field: "tranDate", Operator: "onOrAfter", Values: []string{"2026-01-02"}}, {Field: "mainLine", Values: []string{"true"}},
			{Join: "customerJoin", Field: "externalId", Operator: "anyOf", Refs: []record.Ref{{ExternalID: "C1"}}},
			{Field: "custbody_text", Kind: "String", Operator: "is", Values: []string{"x"}}, {Field: "custbody_list", Kind: "MultiSelect", Operator: "anyOf", Values: []string{"7"}}}},
		{Type: "journalEntry"}, {Type: "serviceSaleItem"}, {Type: "item"},
		{Type: "customrecord_machine", Where: []search.Criterion{{Field: "name", Operator: "startsWith", Values: []string{"P"}}}},
		{Type: "customer", SavedSearch: "customsearch_open"},
		{Type: "transaction", SavedSearch: "57", Where: []search.Criterion{{Field: "internalIdNumber", Operator: "greaterThan", Values: []string{"9"}}},
			Columns: []search.Column{{Field: "tranId"}, {Field: "tranId", Label: "again"}, {Join: "customer", Field: "email"}, {Field: "custbody_text", Kind: "String"}}},
		{Type: "customer", Where: []search.Criterion{{Custom: &search.CustomJoin{Field: record.Ref{ScriptID: "custentity_owner"}, Type: "employee"}, Field: "email", Operator: "is", Values: []string{"x"}}},
			Columns: []search.Column{{Custom: &search.CustomJoin{Field: record.Ref{ScriptID: "custentity_owner"}, Type: "employee"}, Field: "email"}}},
	}
}

func drain(pages func(func(Page, error) bool)) {
	for range pages {
		continue
	}
}

// TestPassports signs each request anew, as the published example is signed.
func TestPassports(t *testing.T) {
	c, s, _ := newClient(t, script(refuses("exceededRequestLimitFault", "WS_REQUEST_BLOCKED", "blocked"), answers(`<platformCore:getServerTimeResult><platformCore:status isSuccess="true"/><platformCore:serverTime>2026-01-02T03:04:05.000Z</platformCore:serverTime></platformCore:getServerTimeResult>`)))
	at, err := c.ServerTime(t.Context())
	if err != nil || !at.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Fatal(at, err)
	}
	nonces := map[string]bool{}
	for _, call := range s.seen() {
		p := call.header.Find("tokenPassport")
		if p == nil || p.Value("account") != "1234567_SB1" || p.Find("signature").Attr("algorithm") != "HMAC-SHA256" || call.path != "/services/NetSuitePort_2025_2" {
			t.Fatalf("passport %+v to %s", p, call.path)
		}
		nonces[p.Value("nonce")] = true
		for _, name := range []string{"Cookie", "Authorization"} {
			if got := call.http.Get(name); got != "" {
				t.Errorf("%s: %s", name, got)
			}
		}
		if call.http.Get("SOAPAction") != "getServerTime" || !strings.HasPrefix(call.http.Get("Content-Type"), "text/xml") {
			t.Errorf("headers %v", call.http)
		}
	}
	if len(nonces) != 2 {
		t.Errorf("%d nonces in two attempts", len(nonces))
	}
}

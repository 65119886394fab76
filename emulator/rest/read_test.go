package rest

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/fault"
)

// TestRecordShape compares one whole answer.
func TestRecordShape(t *testing.T) {
	a := newAccount(t)
	id := a.create("customrecord_sluice_shipment", `{"name":"Box 1","externalId":"box_1","custrecord_sluice_ship_tracking":"T1",
		"custrecord_sluice_ship_weight":12.50,"custrecord_sluice_ship_insured":true,"custrecord_sluice_ship_date":"2026-06-01",
		"custrecord_sluice_ship_channels":{"items":[{"id":"1"},{"id":"3"}]}}`)
	u := a.server.URL + recordPath + "/"
	link := func(path string) any {
		return []any{map[string]any{"href": u + path, "rel": "self"}}
	}
	self := "customrecord_sluice_shipment/" + id
	want := map[string]any{
		"links": link(self), "id": id, "refName": "Box 1", "name": "Box 1", "externalId": "box_1", "isInactive": false,
		"custrecord_sluice_ship_tracking": "T1", "custrecord_sluice_ship_weight": "12.5", "custrecord_sluice_ship_insured": true,
		"custrecord_sluice_ship_date": "2026-06-01", "created": "2026-06-15T12:30:45Z", "lastModifiedDate": "2026-06-15T12:30:45Z",
		"custrecord_sluice_ship_channels": map[string]any{"links": link(self + "/custrecord_sluice_ship_channels"), "totalResults": 2,
			"items": []any{map[string]any{"links": link("customlist_sluice_channel/1"), "id": "1"},
				map[string]any{"links": link("customlist_sluice_channel/3"), "id": "3"}}},
	}
	res := a.do("GET "+self, "")
	equal(t, "body", res.body, want)
	equal(t, "content type", res.header.Get("Content-Type"), "application/vnd.oracle.resource+json; type=singular; charset=UTF-8")
	equal(t, "by external ID in other case", a.do("GET customrecord_sluice_shipment/eid:BOX_1", "").body, want)
	equal(t, "lower-case type", a.do("GET CustomRecord_Sluice_Shipment/"+id, "").status, 200)
}

// TestUnexposedReference: records that the service does not show have its own
// address, and no name.
func TestUnexposedReference(t *testing.T) {
	a := newAccount(t)
	id := a.create("customer", `{"companyName":"Form","customForm":{"id":14},"leadSource":"-6"}`)
	want := map[string]any{"links": []any{map[string]any{"href": a.server.URL + recordPath + "/", "rel": "self"}}, "id": "14"}
	equal(t, "customForm", a.get("customer/" + id)["customForm"], want)
	equal(t, "no number", a.do("POST customer", `{"companyName":"F","customForm":"x"}`).detail().Path, "customForm")
}

func TestReadParameters(t *testing.T) {
	a := newAccount(t)
	plain := a.do("GET salesOrder/1", "").body
	self := a.server.URL + recordPath + "/salesOrder/1/item"
	equal(t, "stub", plain["item"], map[string]any{"links": []any{map[string]any{"href": self, "rel": "self"}}})
	expanded := a.do("GET salesOrder/1?expandSubResources=TRUE", "").body
	if n := len(at(expanded, "item", "items").([]any)); fmt.Sprint(n) != fmt.Sprint(at(expanded, "item", "totalResults")) || n == 0 {
		t.Errorf("%d lines, totalResults %v", n, at(expanded, "item", "totalResults"))
	}
	equal(t, "enum", at(plain, "status", "refName"), "Billed")
	equal(t, "simple enum", a.do("GET salesOrder/1?simpleEnumFormat=true", "").body["status"], "G")
	some := a.do("GET salesOrder/1?fields=MEMO,status,item", "")
	equal(t, "fields with a sublist", some.detail().Code, fault.InvalidParameter)
	some = a.do("GET salesOrder/1?fields=MEMO,tranId", "")
	equal(t, "fields", len(some.body), 3) // links, memo, tranId
	equal(t, "memo", some.body["memo"], plain["memo"])
	equal(t, "bad boolean", a.do("GET salesOrder/1?expandSubResources=1", "").detail().QueryParam, "expandSubResources")
}

func TestSubResources(t *testing.T) {
	a := newAccount(t)
	for path, want := range map[string]string{
		"salesOrder/1/item":                  "collection",
		"salesorder/1/ITEM/1":                "singular",
		"salesOrder/1/item/77":               "error",
		"salesOrder/1/nothing":               "error",
		"salesOrder/1/memo":                  "error",
		"salesOrder/1/shippingAddress":       "singular",
		"employee/1/subsidiary":              "singular",
		"subsidiary/1/mainaddress":           "singular",
		"customer/9/addressBook":             "collection",
		"customer/9/custentity_sluice_since": "error",
	} {
		res := a.do("GET "+path, "")
		if !strings.Contains(res.header.Get("Content-Type"), "type="+want+";") {
			t.Errorf("%s: %d %s", path, res.status, res.header.Get("Content-Type"))
		}
	}
	equal(t, "lines without expansion", at(a.do("GET salesOrder/1/item", "").body, "items", 0),
		map[string]any{"links": []any{map[string]any{"href": a.server.URL + recordPath + "/salesOrder/1/item/1", "rel": "self"}}})
	if at(a.do("GET salesOrder/1/item?expandSubResources=true", "").body, "items", 0, "amount") == nil {
		t.Error("an expanded line has no amount")
	}
	equal(t, "referenced record", a.do("GET employee/1/subsidiary", "").body["name"], "Larkfield Outdoor")
}

// TestNullClears covers null, its limits, and an empty text.
func TestNullClears(t *testing.T) {
	a := newAccount(t)
	id := a.create("customer", `{"companyName":"N","phone":"1","email":"a@b.example","comments":"c","terms":"1"}`)
	at := "customer/" + id
	a.do("PATCH "+at, `{"phone":null,"terms":null}`)
	c := a.get(at)
	equal(t, "cleared", []any{c["phone"], c["terms"], c["email"]}, []any{nil, nil, "a@b.example"})
	a.do("PATCH "+at+"?replaceSelectedFields=true&replace=email", `{"email":null,"comments":null}`)
	c = a.get(at)
	equal(t, "selected only", []any{c["email"], c["comments"]}, []any{nil, "c"})
	a.do("PATCH "+at, `{"comments":""}`)
	equal(t, "empty text", a.get(at)["comments"], nil)
	res := a.do("PATCH "+at, `{"companyName":null}`)
	equal(t, "mandatory", res.detail().Detail, engine+"Please enter value(s) for: Company Name")
	if again := a.do("PATCH "+at, `{"id":"1","lastModifiedDate":"2000-01-01T00:00:00Z","balance":7}`); again.status != 204 {
		t.Error("read-only fields are not ignored:", again.body)
	}
}

// TestReadBack: what GET returns may be sent back by PATCH with replace, and
// changes nothing but the time.
func TestReadBack(t *testing.T) {
	a := newAccount(t)
	for path, sublist := range map[string]string{"salesOrder/1": "item", "customer/9": "addressBook", "inventoryItem/1": "price",
		"journalEntry/" + a.journal(): "line", "invoice/2": "item", "customerPayment/3": "apply"} {
		before := a.get(path)
		text := encode(t, before)
		res := a.do("PATCH "+path+"?replace="+sublist, text)
		if res.status != 204 || res.header.Get("X-NetSuite-PropertyValidation") != "" {
			t.Fatalf("%s: %d %v %v", path, res.status, res.header.Get("X-NetSuite-PropertyValidation"), res.body)
		}
		after := a.get(path)
		delete(before, "lastModifiedDate")
		delete(after, "lastModifiedDate")
		equal(t, path, encode(t, after), encode(t, before))
	}
}

func (a *account) journal() string {
	return at(a.do("GET journalEntry?limit=1", "").body, "items", 0, "id").(string)
}

func TestListPages(t *testing.T) {
	a := newAccount(t)
	seen := map[string]bool{}
	var rels []string
	inOrder := true
	last := 0
	next := "customer?limit=25"
	for next != "" {
		page := a.do("GET "+next, "")
		if page.status != 200 {
			t.Fatal(page)
		}
		next = ""
		var r []string
		for _, l := range page.body["links"].([]any) {
			rel := at(l, "rel").(string)
			r = append(r, rel)
			if rel == "next" {
				u, err := url.Parse(at(l, "href").(string))
				if err != nil {
					t.Fatal(err)
				}
				next = u.RequestURI()
			}
		}
		rels = append(rels, strings.Join(r, " "))
		for _, item := range page.body["items"].([]any) {
			id := at(item, "id").(string)
			if seen[id] {
				t.Errorf("%s twice", id)
			}
			seen[id] = true
			n, _ := strconv.Atoi(id)
			inOrder = inOrder && n > last
			last = n
			equal(t, "fields of an item", len(item.(map[string]any)), 2)
		}
		equal(t, "totalResults", page.body["totalResults"], 60)
		equal(t, "hasMore", page.body["hasMore"], next != "")
	}
	equal(t, "customers", len(seen), 60)
	equal(t, "links", rels, []string{"next last self", "prev first next last self", "prev first self"})
	if inOrder {
		t.Error("the list is in the order of the IDs, which NetSuite does not promise")
	}
	equal(t, "default limit", strings.HasSuffix(at(a.do("GET currency", "").body, "links", 0, "href").(string), "?limit=1000&offset=0"), true)
	empty := a.do("GET customer?limit=100&offset=100", "").body
	equal(t, "beyond the end", []any{empty["count"], empty["hasMore"], len(empty["items"].([]any))}, []any{0, false, 0})
}

func TestListParameters(t *testing.T) {
	a := newAccount(t)
	for query, want := range map[string]string{
		"limit=0": "limit", "limit=1001": "limit", "limit=x": "limit", "limit=-5": "limit", "limit=": "limit", "limit=10": "",
		"limit=10&offset=5": "offset", "offset=999": "offset", "offset=1000": "", "limit=10&offset=-10": "offset", "offset=100000": "offset",
		"limit=7&offset=21": "",
	} {
		d := a.do("GET customer?"+query, "").detail()
		if d.QueryParam != want || want != "" && d.Code != fault.InvalidParameter {
			t.Errorf("%s: refused %q with %s, want %q", query, d.QueryParam, d.Code, want)
		}
	}
}

func TestSystemServices(t *testing.T) {
	a := newAccount(t)
	equal(t, "serverTime", a.do("GET /services/rest/system/v1/serverTime", "").body, map[string]any{"serverTime": "2026-06-15T12:30:45.000Z"})
	equal(t, "governanceLimits", a.do("GET /services/rest/system/v1/governanceLimits", "").body,
		map[string]any{"accountConcurrencyLimit": 5, "accountUnallocatedConcurrencyLimit": 5, "integrationLimitType": "accountLimit"})
	equal(t, "unknown", a.do("GET /services/rest/system/v1/other", "").status, 400)
}

func TestMetadata(t *testing.T) {
	a := newAccount(t)
	list := a.do("GET metadata-catalog/?select=customer, salesorder", "").body
	equal(t, "names", []any{at(list, "items", 0, "name"), at(list, "items", 1, "name")}, []any{"customer", "salesorder"})
	equal(t, "links", at(list, "items", 0, "links", 3), map[string]any{"rel": "describes",
		"href": a.server.URL + recordPath + "/customer", "mediaType": "application/json"})
	schema := a.do("GET metadata-catalog/salesOrder", "", "Accept", "application/schema+json")
	equal(t, "content type", schema.header.Get("Content-Type"), "application/schema+json")
	equal(t, "$ref", at(schema.body, "properties", "entity", "$ref"), recordPath+"/metadata-catalog/customer")
	equal(t, "custom field", at(schema.body, "properties", "custbody_sluice_priority"), map[string]any{
		"title": "Priority", "type": "integer", "format": "int64", "nullable": true, "x-ns-custom-field": true})
	filterable := fmt.Sprint(schema.body["x-ns-filterable"])
	if !strings.Contains(filterable, "lastModifiedDate") || strings.Contains(filterable, "subtotal") {
		t.Error("x-ns-filterable:", filterable)
	}
	employee := a.do("GET metadata-catalog/employee", "", "Accept", "application/schema+json").body
	if at(employee, "properties", "lastModifiedDate") == nil || strings.Contains(fmt.Sprint(employee["x-ns-filterable"]), "lastModifiedDate") {
		t.Error("employee.lastModifiedDate must be a property that cannot be filtered")
	}
	api := a.do("GET metadata-catalog/?select=salesorder", "", "Accept", "application/swagger+json").body
	for _, name := range []string{"salesorder", "salesorderCollection", "salesorder-itemCollection", "salesorder-itemElement", "nsLink"} {
		if at(api, "components", "schemas", name) == nil {
			t.Errorf("no schema %s", name)
		}
	}
	unresolved(t, api, api)
	equal(t, "unselected type", at(api, "components", "schemas", "salesorder", "properties", "entity"), map[string]any{"type": "object"})
	equal(t, "nsLink", a.do("GET metadata-catalog/nsLink", "").status, 200)
	equal(t, "unknown", a.do("GET metadata-catalog/transaction", "").status, 404)
	equal(t, "bad select", a.do("GET metadata-catalog?select=nothing", "").status, 404)
	for _, entry := range a.do("GET metadata-catalog", "").body["items"].([]any) { // every type describes itself
		name := at(entry, "name").(string)
		if res := a.do("GET metadata-catalog/"+name, "", "Accept", "application/schema+json"); res.status != 200 {
			t.Error(name, res.status)
		}
	}
}

// unresolved reports references inside an OpenAPI document that lead nowhere.
func unresolved(t *testing.T, doc, v any) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			name, inside := strings.CutPrefix(ref, "#/components/schemas/")
			if !inside || at(doc, "components", "schemas", name) == nil {
				t.Errorf("$ref %s", ref)
			}
		}
		for _, x := range v {
			unresolved(t, doc, x)
		}
	case []any:
		for _, x := range v {
			unresolved(t, doc, x)
		}
	}
}

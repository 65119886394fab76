package rest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
)

const engine = "Error while accessing a resource. "

// refusal is a request that must be refused, and how. Words in braces stand
// for records that TestRules makes.
type refusal struct {
	name, request, body string
	status              int
	code, detail, path  string
}

// refusals are what the record engine must refuse. In the sample company
// employees have the IDs 1 to 4, vendors 5 to 8, customers follow from 9; items
// and accounts count from 1 (account 1 = bank, 7 = income).
var refusals = []refusal{
	{"no name", "POST customer", `{}`, 400, fault.UserError, engine + "Please enter value(s) for: Company Name", ""},
	{"no person's name", "POST customer", `{"isPerson":true,"firstName":"A"}`, 400, fault.UserError, engine + "Please enter value(s) for: Last Name", ""},
	{"same name", "POST customer", `{"companyName":"rule TEST"}`, 400, fault.UserError, engine + "This entity already exists.", ""},
	{"rename to a taken name", "PATCH customer/{other}", `{"entityId":"Rule Test"}`, 400, fault.UserError, engine + "This entity already exists.", ""},
	{"same external ID", "POST customer", `{"companyName":"X","externalId":"RULE-1"}`, 400, fault.UserError, engine + "This record already exists.", "externalId"},
	{"external ID of another entity type", "POST vendor", `{"companyName":"X","externalId":"Rule-1"}`, 400, fault.UserError, engine + "This record already exists.", "externalId"},
	{"same item", "POST inventoryItem", `{"itemId":"TRAIL TENT"}`, 400, fault.UserError, engine + "Uniqueness error: an item with this name already exists.", ""},
	{"no item name", "POST inventoryItem", `{}`, 400, fault.UserError, engine + "Please enter value(s) for: Item Name/Number", ""},
	{"too long", "POST customer", `{"companyName":"X","phone":"123456789012345678901234567890123"}`, 400, fault.UserError,
		engine + "The field phone contained more than the maximum number ( 32 ) of characters allowed.", "phone"},

	{"unknown reference", "POST salesOrder", `{"entity":{"id":107000},{line}}`, 400, fault.InvalidContent,
		"Error while accessing resource: You have entered an Invalid Field Value 107000 for the following field: entity", "entity"},
	{"unknown item", "POST salesOrder", `{"entity":"{customer}","item":{"items":[{"item":{"id":9999}}]}}`, 400, fault.InvalidContent,
		"Error while accessing resource: You have entered an Invalid Field Value 9999 for the following field: item", "item.items[0].item"},
	{"reference of the wrong type", "POST salesOrder", `{"entity":"5",{line}}`, 400, fault.InvalidContent,
		"Error while accessing resource: You have entered an Invalid Field Value 5 for the following field: entity", "entity"},
	{"unknown external ID", "POST salesOrder", `{"entity":{"externalId":"nobody"},{line}}`, 400, fault.InvalidContent,
		"Error while accessing resource: You have entered an Invalid Field Value nobody for the following field: entity", "entity"},
	{"unknown option", "POST customer", `{"companyName":"X","emailPreference":{"id":"FAX"}}`, 400, fault.InvalidContent,
		"Error while accessing resource: You have entered an Invalid Field Value FAX for the following field: emailPreference", "emailPreference"},

	{"text for a number", "POST salesOrder", `{"entity":"{customer}","item":{"items":[{"item":"1","quantity":"2"}]}}`, 400,
		fault.InvalidContent, "Invalid value for the resource or sub-resource field 'quantity'. Provide a valid value.", "item.items[0].quantity"},
	{"number for a boolean", "POST customer", `{"companyName":"X","isPerson":1}`, 400, fault.InvalidContent,
		"Invalid value for the resource or sub-resource field 'isPerson'. Provide a valid value.", "isPerson"},
	{"fraction for an integer", "POST customer", `{"companyName":"X","reminderDays":1.5}`, 400, fault.InvalidContent,
		"Invalid value for the resource or sub-resource field 'reminderDays'. Provide a valid value.", "reminderDays"},
	{"not a date", "POST customer", `{"companyName":"X","startDate":"6/15/2026"}`, 400, fault.InvalidContent,
		"Invalid value for the resource or sub-resource field 'startDate'. Provide a valid value.", "startDate"},
	{"too many digits", "POST customer", `{"companyName":"X","creditLimit":123456789012345678901}`, 400, fault.InvalidContent,
		"Invalid value for the resource or sub-resource field 'creditLimit'. Provide a valid value.", "creditLimit"},
	{"list for an object", "POST customer", `{"companyName":"X","addressBook":[]}`, 400, fault.InvalidContent,
		"Invalid value for the resource or sub-resource field 'addressBook'. Provide a valid value.", "addressBook"},
	{"no JSON", "POST customer", `companyName=X`, 400, fault.InvalidContent, "Invalid content in the request body.", ""},
	{"two JSON values", "POST customer", `{} {}`, 400, fault.InvalidContent, "Invalid content in the request body.", ""},
	{"no body", "POST customer", ``, 400, fault.InvalidContent, "Invalid content in the request body.", ""},
	{"null body", "POST customer", `null`, 400, fault.InvalidContent, "Invalid content in the request body.", ""},

	{"order without customer", "POST salesOrder", `{{line}}`, 400, fault.UserError, engine + "Please enter value(s) for: Customer", ""},
	{"order without lines", "POST salesOrder", `{"entity":"{customer}"}`, 400, fault.UserError,
		engine + "You must enter at least one line item for this transaction.", "item"},
	{"order emptied", "PATCH salesOrder/{order}", `{"item":null}`, 400, fault.UserError,
		engine + "You must enter at least one line item for this transaction.", "item"},
	{"line without item", "POST salesOrder", `{"entity":"{customer}","item":{"items":[{"quantity":2}]}}`, 400, fault.UserError,
		engine + "Please enter value(s) for: Item", ""},
	{"unbalanced journal", "POST journalEntry", `{"subsidiary":"1","line":{"items":[{"account":"1","debit":5},{"account":"7","credit":4.99}]}}`,
		400, fault.UserError, engine + "The amounts in a journal entry must balance.", "line"},
	{"journal line with two sides", "POST journalEntry", `{"subsidiary":"1","line":{"items":[{"account":"1","debit":5,"credit":5}]}}`,
		400, fault.UserError, engine + "Please enter either a debit or a credit amount.", "line.items[0]"},
	{"payment above what is due", "POST customerPayment", `{"customer":"{customer}","payment":50,"apply":{"items":[{"doc":"{invoice}","amount":11}]}}`,
		400, fault.UserError, engine + "You have entered an Invalid Field Value 11 for the following field: amount", "apply.items[0]"},
	{"payment above what is there", "POST customerPayment", `{"customer":"{customer}","payment":5,"apply":{"items":[{"doc":"{invoice}","amount":9}]}}`,
		400, fault.UserError, engine + "You cannot apply more than your total payments.", "apply"},
	{"payment of another's invoice", "POST customerPayment", `{"customer":"{other}","apply":{"items":[{"doc":"{invoice}"}]}}`,
		400, fault.UserError, engine + "You have entered an Invalid Field Value {invoice} for the following field: doc", "apply.items[0]"},
	{"billing twice", "POST salesOrder/{order}/!transform/invoice", ``, 400, fault.UserError,
		engine + "You must enter at least one line item for this transaction.", "item"},
	{"impossible transformation", "POST invoice/{invoice}/!transform/salesOrder", ``, 400, fault.InvalidRequest,
		engine + "A record of type invoice cannot be transformed to salesOrder.", ""},

	{"deleting a referenced customer", "DELETE customer/{customer}", ``, 400, fault.UserError,
		engine + "This record cannot be deleted because it has dependent records", ""},
	{"deleting a billed order", "DELETE salesOrder/{order}", ``, 400, fault.UserError,
		engine + "This record cannot be deleted because it has dependent records", ""},
	{"deleting a used account", "DELETE account/7", ``, 400, fault.UserError,
		engine + "This record cannot be deleted because it has dependent records", ""},

	{"missing entity", "GET customer/-1", ``, 404, fault.NonexistentID, "The record instance does not exist. Provide a valid record instance ID.", ""},
	{"entity of another type", "GET customer/1", ``, 404, fault.NonexistentID, "The record instance does not exist. Provide a valid record instance ID.", ""},
	{"missing transaction", "GET salesOrder/999999", ``, 400, fault.UserError, engine + "Transaction type specified is incorrect.", ""},
	{"transaction of another type", "GET invoice/{order}", ``, 400, fault.UserError, engine + "Transaction type specified is incorrect.", ""},
	{"unknown type", "GET file/1", ``, 404, fault.NonexistentType, "Record type 'file' does not exist.", ""},
	{"unknown type in a list", "GET bad-path", ``, 404, fault.NonexistentType, "Record type 'bad-path' does not exist.", ""},
	{"PUT with an internal ID", "PUT customer/{customer}", `{}`, 400, fault.InvalidRequest,
		"Invalid external ID '{customer}'. Provide eid: and an external ID of letters, digits, underscores, and hyphens.", ""},
	{"PUT with a bar", "PUT customer/eid:a%7Cb", `{}`, 400, fault.InvalidRequest,
		"Invalid external ID 'eid:a|b'. Provide eid: and an external ID of letters, digits, underscores, and hyphens.", ""},
	{"unknown sublist in replace", "PATCH salesOrder/{order}?replace=items", `{}`, 400, fault.InvalidParameter,
		"Unknown field name 'items' in the replace parameter. Provide a valid field name.", ""},
	{"fields with expansion", "GET customer/{customer}?fields=email&expandSubResources=true", ``, 400, fault.InvalidParameter,
		"The fields and expandSubResources query parameters cannot be used together.", ""},
	{"wrong method", "DELETE customer", ``, 405, fault.MethodNotAllowed, "The HTTP method DELETE is not supported for this resource.", ""},
	{"blank in the catalogue's path", "GET metadata-catalog/customer,%20salesOrder", ``, 400, fault.InvalidRequest,
		"The request could not be understood by the server due to malformed syntax.", ""},
}

func TestRules(t *testing.T) {
	a := newAccount(t)
	customer := a.create("customer", `{"companyName":"Rule Test","externalId":"rule-1"}`)
	other := a.create("customer", `{"companyName":"Other"}`)
	order := a.create("salesOrder", `{"entity":"`+customer+`","item":{"items":[{"item":"1","quantity":2,"rate":5}]}}`)
	invoice := a.create("salesOrder/"+order+"/!transform/invoice", "")
	fill := strings.NewReplacer("{customer}", customer, "{other}", other, "{order}", order, "{invoice}", invoice,
		"{line}", `"item":{"items":[{"item":"1","quantity":1,"rate":1}]}`).Replace
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			res := a.do(fill(c.request), fill(c.body))
			d := res.detail()
			if res.status != c.status || d.Code != c.code || d.Detail != fill(c.detail) || d.Path != c.path {
				t.Errorf("got %d %s %q at %q\nwant %d %s %q at %q", res.status, d.Code, d.Detail, d.Path, c.status, c.code, fill(c.detail), c.path)
			}
			equal(t, "content type", res.header.Get("Content-Type"), "application/vnd.oracle.resource+json; type=error; charset=UTF-8")
		})
	}
}

// TestAllProblemsAtOnce wants one answer with every problem of a body.
func TestAllProblemsAtOnce(t *testing.T) {
	a := newAccount(t)
	res := a.do("POST customer", `{"companyName":5,"isPerson":"yes","terms":{"id":"77"},"nonsense":1}`, "X-NetSuite-PropertyNameValidation", "Error")
	got := map[string]string{}
	for _, d := range res.body["o:errorDetails"].([]any) {
		got[at(d, "o:errorPath").(string)] = at(d, "o:errorCode").(string)
	}
	equal(t, "problems", got, map[string]string{"companyName": fault.InvalidContent, "isPerson": fault.InvalidContent,
		"terms": fault.InvalidContent, "nonsense": fault.NonexistentField})
}

func TestPropertyValidation(t *testing.T) {
	a := newAccount(t)
	for i, c := range []struct {
		body, names, values string
		status              int
		warned              string
	}{
		{`"zzz":1`, "", "", 204, "zzz"},
		{`"zzz":1`, "WARNING", "", 204, "zzz"},
		{`"zzz":1`, "Ignore", "", 204, ""},
		{`"zzz":1`, "error", "", 400, ""},
		{`"zzz":1`, "maybe", "", 400, ""},
		{`"isPerson":"no"`, "", "", 400, ""},
		{`"isPerson":"no"`, "", "warning", 204, "isPerson"},
		{`"isPerson":"no"`, "", "ignore", 204, ""},
		{`"terms":{"id":"77"}`, "ignore", "ignore", 400, ""}, // meaning, not syntax: always refused
		{`"addressBook":{"items":[{"addressBookAddress":{"street":"x"}}]}`, "", "", 204, "addressBook.items[0].addressBookAddress.street"},
	} {
		res := a.do("POST customer", `{"companyName":"V`+string(rune('a'+i))+`",`+c.body+`}`,
			"X-NetSuite-PropertyNameValidation", c.names, "X-NetSuite-PropertyValueValidation", c.values)
		if res.status != c.status || res.header.Get("X-NetSuite-PropertyValidation") != c.warned {
			t.Errorf("%s with %q, %q: %d, warned of %q, want %d, %q (%v)", c.body, c.names, c.values, res.status,
				res.header.Get("X-NetSuite-PropertyValidation"), c.status, c.warned, res.body)
		}
	}
}

// TestPermissions checks the level that each method needs.
func TestPermissions(t *testing.T) {
	a := newAccount(t)
	a.ses.Administrator = false
	for _, c := range []struct {
		request, body string
		permission    string
		level         session.Level
	}{
		{"GET customer", "", "LIST_CUSTJOB", session.View},
		{"GET customer/9", "", "LIST_CUSTJOB", session.View},
		{"GET salesOrder", "", "TRAN_SALESORD", session.View},
		{"POST customer", `{"companyName":"P1"}`, "LIST_CUSTJOB", session.Create},
		{"PUT customer/eid:perm-1", `{"companyName":"P2"}`, "LIST_CUSTJOB", session.Create},
		{"PUT customer/eid:perm-1", `{"comments":"x"}`, "LIST_CUSTJOB", session.Edit},
		{"PATCH customer/9", `{"comments":"x"}`, "LIST_CUSTJOB", session.Edit},
		{"DELETE customer/eid:perm-1", "", "LIST_CUSTJOB", session.Full},
		{"GET metadata-catalog/customer", "", "LIST_CUSTJOB", session.View},
	} {
		a.ses.Permissions = map[string]session.Level{c.permission: c.level - 1}
		res := a.do(c.request, c.body)
		if res.status != http.StatusForbidden || res.detail().Code != fault.InsufficientPermission {
			t.Errorf("%s at level %s: %d %v", c.request, c.level-1, res.status, res.body)
		}
		a.ses.Permissions[c.permission] = c.level
		if res := a.do(c.request, c.body); res.status >= 300 {
			t.Errorf("%s at level %s: %d %v", c.request, c.level, res.status, res.body)
		}
	}
	a.ses.Permissions = map[string]session.Level{"LIST_CUSTJOB": session.View}
	equal(t, "types in the catalogue", len(a.do("GET metadata-catalog", "").body["items"].([]any)), 2) // customer, customerStatus
	equal(t, "governanceLimits", a.do("GET /services/rest/system/v1/governanceLimits", "").status, http.StatusForbidden)
}

func TestLockedRecord(t *testing.T) {
	a := newAccount(t)
	if err := a.store.Writer().Lock("customer", 9, true); err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{"GET customer/9", "PATCH customer/9", "DELETE customer/9", "PUT customer/eid:CUST-0001"} {
		res := a.do(request, `{"comments":"x"}`)
		if res.status != 400 || res.detail().Detail != engine+"This record has been locked by a user defined workflow." {
			t.Errorf("%s: %d %v", request, res.status, res.body)
		}
	}
	if err := a.store.Writer().Lock("customer", 9, false); err != nil {
		t.Fatal(err)
	}
	equal(t, "unlocked", a.do("GET customer/9", "").status, 200)
}

func TestClosedPeriod(t *testing.T) {
	a := newAccount(t)
	invoice := a.create("invoice", `{"entity":"9","tranDate":"2026-03-10","item":{"items":[{"item":"1","rate":5}]}}`)
	period := at(a.get("invoice/"+invoice), "postingPeriod", "id").(string)
	if res := a.do("PATCH accountingPeriod/"+period, `{"closed":true}`); res.status != 204 {
		t.Fatal(res)
	}
	want := engine + "You cannot post to a closed accounting period."
	for request, body := range map[string]string{
		"PATCH invoice/" + invoice:  `{"tranDate":"2026-05-01"}`,
		"DELETE invoice/" + invoice: ``,
		"POST invoice":              `{"entity":"9","tranDate":"2026-03-31","item":{"items":[{"item":"1","rate":5}]}}`,
	} {
		if res := a.do(request, body); res.status != 400 || res.detail().Detail != want {
			t.Errorf("%s: %d %v", request, res.status, res.body)
		}
	}
	order := a.do("POST salesOrder", `{"entity":"9","tranDate":"2026-03-31","item":{"items":[{"item":"1","rate":5}]}}`)
	equal(t, "an order, which does not post", order.status, 204)
}

// TestFeatureOff takes subsidiaries away: the type and the fields are unknown.
func TestFeatureOff(t *testing.T) {
	a := newAccount(t)
	a.ses.Features = map[string]bool{}
	equal(t, "type", a.do("GET subsidiary", "").status, 404)
	res := a.do("POST customer", `{"companyName":"F","subsidiary":"1"}`)
	equal(t, "warning", res.header.Get("X-NetSuite-PropertyValidation"), "subsidiary")
	if _, ok := a.get("customer/9")["subsidiary"]; ok {
		t.Error("subsidiary is shown")
	}
}

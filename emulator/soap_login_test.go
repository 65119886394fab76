package emulator

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
)

// TestSOAPLogin: refusals say one thing, the audit trail tells the reason.
func TestSOAPLogin(t *testing.T) {
	e := Start(t, bare)
	c := soapTo(t, e)
	last := func() string {
		entry, _ := e.Account().LastLogin()
		return entry.Status + " " + entry.Detail + " " + entry.RequestURI
	}
	c.do("getServerTime", "")
	if got := last(); got != "Success  /services/NetSuitePort_2025_2" {
		t.Errorf("the trail says %q", got)
	}
	replayed := c.passport()
	for name, x := range map[string]struct {
		change func(*passport)
		detail string
	}{
		"account in lower case": {func(p *passport) { p.account = "1234567-sb1" }, "InvalidSignature"},
		"signature":             {func(p *passport) { p.signature = "c2x1aWNl" }, "InvalidSignature"},
		"algorithm":             {func(p *passport) { p.algorithm = "HMAC-SHA1" }, "UnknownAlgorithm"},
		"timestamp":             {func(p *passport) { p.timestamp = "1500000000" }, "InvalidTimestamp"},
		"nonce":                 {func(p *passport) { p.nonce = "12345" }, "nonce_rejected"},
		"consumer key":          {func(p *passport) { p.consumer = "unknown" }, "consumer_key_unknown"},
		"token":                 {func(p *passport) { p.token = "unknown" }, "token_rejected"},
		"missing token":         {func(p *passport) { p.token = "" }, "MissingTokenPassportRequiredFields"},
	} {
		c.login = x.change
		element, code, text := c.fault("getServerTime", "")
		if element != "invalidCredentialsFault" || code != "USER_ERROR" || text != "Invalid login attempt." {
			t.Errorf("%s: %s %s %q", name, element, code, text)
		}
		if got := last(); !strings.HasPrefix(got, "Failure "+x.detail) {
			t.Errorf("%s: the trail says %q, not %s", name, got, x.detail)
		}
		e.Account().Unlock(account.IntegrationUser)
	}
	c.login = func(p *passport) { p.algorithm = "HMAC_SHA256" }
	c.do("getServerTime", "")
	c.login = nil
	for _, want := range []int{http.StatusOK, http.StatusInternalServerError} {
		if status, _ := c.post("getServerTime", c.message(replayed, "<m:getServerTime/>")); status != want {
			t.Errorf("a passport once more: %d, want %d", status, want)
		}
	}
	if got := last(); !strings.HasPrefix(got, "Failure NonceUsed") {
		t.Errorf("a passport once more: the trail says %q", got)
	}
	for name, header := range map[string]string{
		"two passports":   c.passport() + c.passport(),
		"applicationInfo": c.passport() + `<m:applicationInfo><m:applicationId>1</m:applicationId></m:applicationInfo>`,
		"a password":      c.passport() + `<m:passport/>`,
	} {
		status, answer := c.post("getServerTime", c.message(header, "<m:getServerTime/>"))
		if _, code, text := faultIn(t, status, answer); code != "USER_ERROR" || text != "Ambiguous authentication" {
			t.Errorf("%s: %s %s", name, code, text)
		}
	}
	status, answer := c.post("getServerTime", c.message("", "<m:getServerTime/>"))
	if element, _, _ := faultIn(t, status, answer); element != "invalidCredentialsFault" {
		t.Errorf("without login: %s", element)
	}
}

func TestSOAPPermissions(t *testing.T) {
	e := Start(t, bare)
	c := soapTo(t, e)
	c.header = `<m:preferences><m:runServerSuiteScriptAndTriggerWorkflows>true</m:runServerSuiteScriptAndTriggerWorkflows></m:preferences>`
	if element, code, _ := c.fault("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="1"/>`); element != "insufficientPermissionFault" || code != "INSUFFICIENT_PERMISSION" {
		t.Errorf("scripts: %s %s", element, code)
	}
	c.header = ""
	permit(t, e, "LIST_CUSTJOB", session.None)
	if got := outcome(c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="1"/>`)); got != "RCRD_DSNT_EXIST" && got != "INSUFFICIENT_PERMISSION" {
		t.Errorf("without the permission: %s", got)
	}
	if got := outcome(c.do("search", `<m:searchRecord xsi:type="o:CustomerSearchBasic"/>`)); got != "INSUFFICIENT_PERMISSION" {
		t.Errorf("search without the permission: %s", got)
	}
	permit(t, e, account.PermissionSOAP, session.View)
	if element, code, _ := c.fault("getServerTime", ""); element != "insufficientPermissionFault" || code != "WS_PERMISSION_REQD" {
		t.Errorf("SOAP at level View: %s %s", element, code)
	}
	if err := e.Account().SetFeature(account.FeatureSOAP, false); err != nil {
		t.Fatal(err)
	}
	if element, code, _ := c.fault("getServerTime", ""); element != "insufficientPermissionFault" || code != "WS_FEATURE_REQD" {
		t.Errorf("feature off: %s %s", element, code)
	}
}

// TestSOAPStack: what the SOAP stack refuses has the host name alone in the detail.
func TestSOAPStack(t *testing.T) {
	c := soapTo(t, Start(t, bare))
	for body, want := range map[string]string{
		`<m:get><m:baseRef internalId="1"/></m:get>`:                                                          "BaseRef is an abstract type and cannot be instantiated",
		`<m:get><m:baseRef xsi:type="c:RecordRef" typeId="1"/></m:get>`:                                       "typeId not found on",
		`<m:get><m:baseRef xsi:type="c:RecordRef" type="salesRep" internalId="1"/></m:get>`:                   "salesRep is not a legal value for",
		`<m:get><m:baseRef xsi:type="c:Nothing"/></m:get>`:                                                    "could not find deserializer",
		`<m:get><m:baseRef xsi:type="z:RecordRef"/></m:get>`:                                                  "not bound",
		`<m:add><m:record xsi:type="rel:Customer"><rel:shoeSize>9</rel:shoeSize></m:record></m:add>`:          "Invalid element in",
		`<m:add><m:record xsi:type="rel:Customer"><rel:creditLimit>much</rel:creditLimit></m:record></m:add>`: "NumberFormatException",
		`<m:add><m:record xsi:type="rel:Customer"><rel:isPerson>yes</rel:isPerson></m:record></m:add>`:        "isPerson",
		`<m:add><m:record xsi:type="rel:Customer"><rel:startDate>1/2/2026</rel:startDate></m:record></m:add>`: "Invalid date/time",
		`<m:add><m:record xsi:type="c:RecordRef"/></m:add>`:                                                   "Bad types",
		`<m:add/>`:                         "record is missing",
		`<m:steal/>`:                       "No such operation 'steal'",
		`<x:get xmlns:x="urn:elsewhere"/>`: "No such operation 'get'",
	} {
		status, answer := c.post("get", c.message(c.passport(), body))
		element, _, text := faultIn(t, status, answer)
		if element != "" || !strings.Contains(text, want) {
			t.Errorf("%s: %s %q, want %q", body, element, text, want)
		}
	}
	for name, message := range map[string]string{
		"doctype": `<!DOCTYPE x [<!ENTITY a "b">]>` + c.message("", "<m:getServerTime/>")[38:],
		"no XML":  "{}",
		"deep":    c.message("", strings.Repeat("<m:a>", 100)+strings.Repeat("</m:a>", 100)),
	} {
		status, answer := c.post("get", message)
		if element, _, text := faultIn(t, status, answer); element != "" || !strings.Contains(text, "SAXParseException") {
			t.Errorf("%s: %s %q", name, element, text)
		}
	}
}

// TestSOAPBareOperation: an operation without namespace is answered without one.
func TestSOAPBareOperation(t *testing.T) {
	c := soapTo(t, Start(t, bare))
	status, answer := c.post("get", c.message(c.passport(), `<get><baseRef xsi:type="c:RecordRef" type="customer" internalId="77"/></get>`))
	if status != http.StatusOK || !strings.Contains(string(answer), "<getResponse>") && !strings.Contains(string(answer), `<getResponse xmlns="">`) {
		t.Errorf("%d %s", status, answer)
	}
	if body := c.check("get", answer); outcome(body.Children[0]) != "RCRD_DSNT_EXIST" {
		t.Errorf("%s", outcome(body.Children[0]))
	}
}

// TestSOAPDates is the table of Oracle's help (section_1521451348): a date-only
// field keeps the date that an instant has in the user's zone, and shows its
// midnight as Pacific time.
func TestSOAPDates(t *testing.T) {
	for _, x := range []struct{ sent, zone, stored, read string }{
		{"2017-02-21T00:00:00.000-06:00", "America/Chicago", "2017-02-21", "2017-02-20T22:00:00.000-08:00"},
		{"2017-08-21T00:00:00.000-05:00", "America/Chicago", "2017-08-21", "2017-08-20T22:00:00.000-07:00"},
		{"2017-02-21T00:00:00.000-05:00", "America/Los_Angeles", "2017-02-20", "2017-02-20T00:00:00.000-08:00"},
		{"2017-08-21T00:00:00.000-07:00", "America/Chicago", "2017-08-21", "2017-08-20T22:00:00.000-07:00"},
		{"2017-02-21T08:00:00Z", "America/Los_Angeles", "2017-02-21", "2017-02-21T00:00:00.000-08:00"},
		{"2017-08-21T00:00:00", "America/Los_Angeles", "2017-08-21", "2017-08-21T00:00:00.000-07:00"},
	} {
		e := Start(t, func(o *Options) {
			o.Company.Orders = 1
			o.Company.Customers = 1
			o.Company.Items = 1
			o.TimeZone = x.zone
		})
		c := soapTo(t, e)
		id := ref(t, c.do("add", `<m:record xsi:type="rel:Customer"><rel:companyName>Dated</rel:companyName><rel:subsidiary internalId="1"/><rel:startDate>`+x.sent+`</rel:startDate></m:record>`))
		rest := call(t, e, "GET", "/services/rest/record/v1/customer/"+id, "")
		if !strings.Contains(rest.body, `"startDate":"`+x.stored+`"`) {
			t.Errorf("%s in %s: stored otherwise than %s", x.sent, x.zone, x.stored)
		}
		r := c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="`+id+`"/>`).Child("record")
		if got := r.Child("startDate").Value(); got != x.read {
			t.Errorf("%s in %s: read back as %s, want %s", x.sent, x.zone, got, x.read)
		}
		changed, err := time.Parse(time.RFC3339, r.Child("lastModifiedDate").Value())
		if at := r.Child("lastModifiedDate").Value(); err != nil || !strings.HasSuffix(at, "-08:00") && !strings.HasSuffix(at, "-07:00") || e.Clock().Now().Sub(changed).Abs() > time.Hour {
			t.Errorf("lastModifiedDate %s", at)
		}
	}
}

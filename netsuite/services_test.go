package netsuite

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

func TestMetadata(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/salesOrder") {
			_, _ = io.WriteString(w, `{"type":"object","x-ns-filterable":["custbody_n","tranid"],"properties":{
				"id":{"type":"string"},"links":{"type":"array"},
				"tranId":{"title":"Order #","type":"string","nullable":true},
				"total":{"type":"number","format":"double","readOnly":true},
				"custbody_n":{"title":"N","type":["null","integer"],"format":"int64","x-ns-custom-field":true},
				"currency":{"$ref":"/services/rest/record/v1/metadata-catalog/currency"},
				"status":{"type":"object","properties":{"id":{"type":"string"},"refName":{"type":"string"}}},
				"entity":{"type":"object","properties":{"id":{"type":"string"},"refName":{"type":"string"},"externalId":{"type":"string"},"links":{"type":"array"}}},
				"item":{"type":"object","properties":{"links":{},"totalResults":{},"items":{"type":"array","items":{"type":"object","properties":{
					"quantity":{"type":"number"},"item":{"$ref":"/services/rest/record/v1/metadata-catalog/inventoryItem/"}}}}}},
				"shipTo":{"type":"array","items":{"$ref":"x"}},
				"billingAddress":{"type":"object","properties":{"addr1":{"type":"string"},"zip":{"type":"string"}}},
				"odd":17}}`)
			return
		}
		_, _ = io.WriteString(w, `{"items":[{"name":"vendor","links":[]},{"name":"customer"},{"links":[]}],"links":[]}`)
	}))
	types, err := c.Metadata.Types(t.Context())
	if err != nil || !slices.Equal(types, []string{"customer", "vendor"}) {
		t.Errorf("types %v, %v", types, err)
	}
	s, err := c.Metadata.Schema(t.Context(), "salesOrder")
	if err != nil {
		t.Fatal(err)
	}
	if requests[0].header.Get("Accept") != "application/json" || requests[1].header.Get("Accept") != "application/schema+json" {
		t.Errorf("requests %v", requests)
	}
	for _, want := range []metadata.Field{
		{Name: "tranId", Title: "Order #", Type: "string", Kind: metadata.Scalar, Nullable: true, Filterable: true},
		{Name: "total", Type: "number", Format: "double", Kind: metadata.Scalar, ReadOnly: true},
		{Name: "custbody_n", Title: "N", Type: "integer", Format: "int64", Kind: metadata.Scalar, Custom: true, Filterable: true},
		{Name: "currency", Kind: metadata.Reference, RefType: "currency"},
		{Name: "status", Type: "object", Kind: metadata.Enumeration},
		{Name: "entity", Type: "object", Kind: metadata.Reference},
		{Name: "odd", Kind: metadata.Scalar},
	} {
		got, ok := s.Field(strings.ToUpper(want.Name))
		if got.Fields = nil; !ok || !sameField(got, want) {
			t.Errorf("field %+v, want %+v", got, want)
		}
	}
	item, _ := s.Field("item")
	if item.Kind != metadata.Sublist || len(item.Fields) != 2 || item.Fields[0].RefType != "inventoryitem" || item.Fields[1].Name != "quantity" {
		t.Errorf("sublist %+v", item)
	}
	if address, _ := s.Field("billingAddress"); address.Kind != metadata.Subrecord || len(address.Fields) != 2 {
		t.Errorf("subrecord %+v", address)
	}
	if _, ok := s.Field("links"); ok || len(s.Raw) == 0 {
		t.Error("links is a field, or the raw schema is missing")
	}
}

func sameField(a, b metadata.Field) bool {
	return a.Name == b.Name && a.Title == b.Title && a.Type == b.Type && a.Format == b.Format && a.Kind == b.Kind &&
		a.RefType == b.RefType && a.Nullable == b.Nullable && a.ReadOnly == b.ReadOnly && a.Custom == b.Custom && a.Filterable == b.Filterable
}

func TestSystem(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/services/rest/system/v1/serverTime":
			_, _ = io.WriteString(w, `{"serverTime":"2025-03-26T16:21:00.000Z"}`)
		case "/services/rest/system/v1/governanceLimits":
			_, _ = io.WriteString(w, `{"accountConcurrencyLimit":15,"accountUnallocatedConcurrencyLimit":10,"integrationLimitType":"accountLimit"}`)
		case "/rest/revoketoken":
		default:
			w.WriteHeader(404)
		}
	}))
	at, err := c.System.ServerTime(t.Context())
	if err != nil || !at.Equal(time.Date(2025, 3, 26, 16, 21, 0, 0, time.UTC)) || at.Location() != time.UTC {
		t.Errorf("server time %s, %v", at, err)
	}
	limits, err := c.System.GovernanceLimits(t.Context())
	if err != nil || limits.Account != 15 || limits.Usable() != 10 || (GovernanceLimits{Account: 5}).Usable() != 5 || (GovernanceLimits{Account: 5, Integration: 2}).Usable() != 2 {
		t.Errorf("limits %+v, %v", limits, err)
	}
	if err := c.System.RevokeToken(t.Context(), "made-up-consumer", "made-up-token"); err != nil {
		t.Error(err)
	}
	if got := requests[2]; got.method != "GET" || got.uri != "/rest/revoketoken?consumerKey=made-up-consumer&token=made-up-token" {
		t.Errorf("sent %s %s", got.method, got.uri)
	}
}

func TestServerTimeWithoutTimeIsAnError(t *testing.T) {
	for _, body := range []string{`{}`, `{"serverTime":"noon"}`, `[]`, `{"serverTime":"2025-03-26T16:21:00Z"} x`} {
		c, _ := newTestClient(t, answers(200, body))
		if at, err := c.System.ServerTime(t.Context()); err == nil {
			t.Errorf("%s gives %s", body, at)
		}
	}
}

// What is no answer is not taken for an empty one: an import would stop short
// without a sign.
func TestAnswersWithoutTheirContentAreErrors(t *testing.T) {
	only := func(_ any, err error) error { return err }
	for _, body := range []string{"null", "{}"} {
		c, _ := newTestClient(t, answers(200, body), WithRetry(RetryPolicy{MaxAttempts: 1}))
		ctx := t.Context()
		for name, err := range map[string]error{
			"list":    only(c.Records.List(ctx, "customer", ListOptions{})),
			"types":   only(c.Metadata.Types(ctx)),
			"schema":  only(c.Metadata.Schema(ctx, "customer")),
			"limits":  only(c.System.GovernanceLimits(ctx)),
			"time":    only(c.System.ServerTime(ctx)),
			"suiteql": only(c.SuiteQL.Page(ctx, "SELECT 1 FROM dual", nil, 0, 0)),
		} {
			if err == nil {
				t.Errorf("%s takes %s for an answer", name, body)
			}
		}
	}
	c, _ := newTestClient(t, answers(200, "null"), WithRetry(RetryPolicy{MaxAttempts: 1}))
	if record, err := c.Records.Get(t.Context(), "customer", "1", GetOptions{}); err == nil {
		t.Errorf("null is record %v", record)
	}
}

// The catalogue of a live account, where it is at hand.
func TestRecordedCatalogue(t *testing.T) {
	body := reference.Read(t, "fixtures/rest/yemming*/metadata-catalog.response.json")
	c, _ := newTestClient(t, answers(200, string(body)))
	types, err := c.Metadata.Types(t.Context())
	if err != nil || len(types) < 180 || !slices.Contains(types, "salesorder") {
		t.Errorf("%d types, %v", len(types), err)
	}
}

// No sample of this answer is published; all likely spellings must do.
func TestTokenInfo(t *testing.T) {
	want := TokenInfo{CompanyID: "1234567_SB1", CompanyName: "Made-up Ltd", RoleID: "3", RoleName: "Administrator", EntityID: "38", EntityName: "A. User"}
	for _, body := range []string{
		`{"companyName":"Made-up Ltd","companyId":"1234567_SB1","roleName":"Administrator","roleId":3,"entityId":38,"entityName":"A. User"}`,
		`{"company_name":"Made-up Ltd","COMPANY_ID":"1234567_SB1","role_name":"Administrator","role_id":"3","user_id":"38","user_name":"A. User"}`,
		`{"company":{"id":"1234567_SB1","name":"Made-up Ltd"},"role":{"internalId":3,"name":"Administrator"},"entity":{"internalId":38,"name":"A. User"}}`,
	} {
		c, _ := newTestClient(t, answers(200, body))
		info, err := c.System.TokenInfo(t.Context())
		if string(info.Raw) != body {
			t.Errorf("raw %s", info.Raw)
		}
		if info.Raw = nil; err != nil || !sameInfo(info, want) {
			t.Errorf("%s gives %+v, %v", body, info, err)
		}
	}
}

func sameInfo(a, b TokenInfo) bool {
	return a.CompanyID == b.CompanyID && a.CompanyName == b.CompanyName && a.RoleID == b.RoleID && a.RoleName == b.RoleName &&
		a.EntityID == b.EntityID && a.EntityName == b.EntityName
}

func TestRESTlets(t *testing.T) {
	script := Script{ID: "customscript_x", Deploy: "customdeploy_x"}
	var requests []seen
	answer := `{"error":"the script's own affair"}`
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	got, err := c.RESTlets.Get(t.Context(), script, url.Values{"id": {"2"}, "note": {"a b"}})
	if err != nil || string(got) != answer {
		t.Errorf("%s, %v", got, err)
	}
	for _, call := range []func() error{
		func() error { _, err := c.RESTlets.Post(t.Context(), script, map[string]int{"a": 1}); return err },
		func() error { _, err := c.RESTlets.Put(t.Context(), script, map[string]int{"a": 1}); return err },
		func() error { _, err := c.RESTlets.Delete(t.Context(), script, nil); return err },
	} {
		if err := call(); err != nil {
			t.Error(err)
		}
	}
	const base = "/app/site/hosting/restlet.nl?deploy=customdeploy_x"
	for i, want := range []seen{{method: "GET", uri: base + "&id=2&note=a%20b&script=customscript_x"}, {method: "POST", uri: base + "&script=customscript_x", body: `{"a":1}`},
		{method: "PUT", uri: base + "&script=customscript_x", body: `{"a":1}`}, {method: "DELETE", uri: base + "&script=customscript_x"}} {
		if g := requests[i]; g.method != want.method || g.uri != want.uri || g.body != want.body || g.header.Get("Content-Type") != "application/json" {
			t.Errorf("sent %s %s %s, want %+v", g.method, g.uri, g.body, want)
		}
	}
	for text, want := range map[string]string{"": "", "  ": "", "done": `"done"`, "17": "17"} {
		answer = text
		if got, err := c.RESTlets.Post(t.Context(), script, nil); err != nil || string(got) != want {
			t.Errorf("%q gives %s, %v", text, got, err)
		}
	}
	answer = `{"a":`
	if _, err := c.RESTlets.Post(t.Context(), script, nil); err == nil || Applied(err) != Unknown {
		t.Errorf("cut answer: %v, %s", err, Applied(err))
	}
}

// A script that fails may have written before; one that was never run has not.
func TestRESTletCertainty(t *testing.T) {
	for _, c := range []struct {
		status    int
		body      string
		certainty Certainty
		class     error
	}{
		{400, `{"error":{"code":"SSS_MISSING_REQD_ARGUMENT","message":"x"}}`, Unknown, ErrInvalid},
		{400, `{"error":{"code":"SSS_INVALID_SCRIPTLET_ID","message":"x"}}`, NotApplied, ErrNotFound},
		{405, ``, NotApplied, ErrInvalid},
		{401, `error code: INVALID_LOGIN_ATTEMPT`, NotApplied, ErrLogin},
		{500, `{"error":{"code":"UNEXPECTED_ERROR","message":"x"}}`, Unknown, ErrServer},
	} {
		cl, _ := newTestClient(t, answers(c.status, c.body))
		_, err := cl.RESTlets.Post(t.Context(), Script{"1", "1"}, nil)
		if Applied(err) != c.certainty || !errors.Is(err, c.class) {
			t.Errorf("%d %s: %s, %v", c.status, c.body, Applied(err), err)
		}
	}
}

func TestQuoteFilter(t *testing.T) {
	if got, err := QuoteFilter("A & B's"); err != nil || got != `"A & B's"` {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []string{`a"b`, "a\\", "a\nb"} {
		if _, err := QuoteFilter(bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestDataCenterURLs(t *testing.T) {
	var requests []seen
	body := `{"restDomain":"https://1234567-sb1.restlets.api.netsuite.com","webservicesDomain":"https://1234567-sb1.suitetalk.api.netsuite.com","systemDomain":"https://1234567-sb1.app.netsuite.com"}`
	c, _ := newTestClient(t, recorder(&requests, answers(200, body)))
	e, err := c.System.DataCenterURLs(t.Context())
	want := testAccount(t).Endpoints()
	want.Discovery = c.Endpoints().Discovery
	if err != nil || e != want {
		t.Errorf("%+v, %v", e, err)
	}
	if r := requests[0]; r.header.Get("Authorization") != "" || r.uri != "/rest/datacenterurls?account=1234567_SB1&c=1234567_SB1" {
		t.Errorf("%v", r)
	}
	for _, body := range []string{`{}`, `{"restDomain":"x","webservicesDomain":"y"}`} {
		c, _ := newTestClient(t, answers(200, body))
		if e, err := c.System.DataCenterURLs(t.Context()); err == nil {
			t.Errorf("%s gives %+v", body, e)
		}
	}
}

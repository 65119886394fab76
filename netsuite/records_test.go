package netsuite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// seen is one request as the server saw it.
type seen struct {
	method, uri, body string
	header            http.Header
}

// recorder answers all requests alike and keeps them.
func recorder(requests *[]seen, answer func(w http.ResponseWriter, r *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*requests = append(*requests, seen{r.Method, r.URL.RequestURI(), string(body), r.Header})
		answer(w, r)
	}
}

func noContent(location string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if location != "" {
			w.Header().Set("Location", "http://"+r.Host+location)
		}
		w.Header().Set("X-NetSuite-PropertyValidation", "nickname, shoeSize")
		w.WriteHeader(http.StatusNoContent)
	}
}

func TestWritesOnTheWire(t *testing.T) {
	body := Record{"companyName": "A & <B>", "creditLimit": json.Number("1000000000000000000.10")}
	const wire = `{"companyName":"A & <B>","creditLimit":1000000000000000000.10}`
	options := WriteOptions{Replace: []string{"item", "salesTeam"}, OnlyReplaced: true, UnknownNames: Refuse, BadValues: Ignore}
	for _, c := range []struct {
		do                func(*Records) (Ref, error)
		method, uri, body string
	}{
		{func(s *Records) (Ref, error) { return s.Create(t.Context(), "customer", body, WriteOptions{}) }, "POST", "/services/rest/record/v1/customer", wire},
		{func(s *Records) (Ref, error) { return s.Update(t.Context(), "salesOrder", "5", body, options) }, "PATCH",
			"/services/rest/record/v1/salesOrder/5?replace=item%2CsalesTeam&replaceSelectedFields=true", wire},
		{func(s *Records) (Ref, error) {
			return s.UpsertByExternalID(t.Context(), "customrecord_x", "A-1_b", json.RawMessage(`{"a":1}`), WriteOptions{})
		}, "PUT", "/services/rest/record/v1/customrecord_x/eid:A-1_b", `{"a":1}`},
		{func(s *Records) (Ref, error) {
			return s.Transform(t.Context(), "salesOrder", "eid:S-1", "invoice", nil, WriteOptions{})
		}, "POST", "/services/rest/record/v1/salesOrder/eid:S-1/!transform/invoice", ""},
		{func(s *Records) (Ref, error) {
			return Ref{ID: "647", Warnings: []string{"nickname", "shoeSize"}}, s.Delete(t.Context(), "customer", "-5")
		},
			"DELETE", "/services/rest/record/v1/customer/-5", ""},
		{func(s *Records) (Ref, error) {
			return Ref{ID: "647", Warnings: []string{"nickname", "shoeSize"}}, s.Attach(t.Context(), "customer", "1", "contact", "2", AttachOptions{})
		},
			"POST", "/services/rest/record/v1/customer/1/!attach/contact/2", ""},
		{func(s *Records) (Ref, error) {
			return Ref{ID: "647", Warnings: []string{"nickname", "shoeSize"}}, s.Detach(t.Context(), "customer", "1", "file", "2")
		},
			"POST", "/services/rest/record/v1/customer/1/!detach/file/2", ""},
	} {
		var requests []seen
		cl, _ := newTestClient(t, recorder(&requests, noContent("/services/rest/record/v1/customer/647")))
		ref, err := c.do(cl.Records)
		if err != nil {
			t.Errorf("%s %s: %v", c.method, c.uri, err)
			continue
		}
		got := requests[0]
		if got.method != c.method || got.uri != c.uri || got.body != c.body {
			t.Errorf("sent %s %s %s\nwant %s %s %s", got.method, got.uri, got.body, c.method, c.uri, c.body)
		}
		if ref.ID != "647" || !slices.Equal(ref.Warnings, []string{"nickname", "shoeSize"}) {
			t.Errorf("%s: ref %+v", c.method, ref)
		}
		if strings.Contains(c.uri, "replace") && (got.header.Get("X-NetSuite-PropertyNameValidation") != "Error" || got.header.Get("X-NetSuite-PropertyValueValidation") != "Ignore") {
			t.Errorf("validation headers %v", got.header)
		}
	}
}

// NetSuite created the record and did not say which: the caller must look.
func TestCreateWithoutLocationIsUnknown(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, recorder(&requests, noContent("")))
	if _, err := c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{}); err == nil || Applied(err) != Unknown || len(requests) != 1 {
		t.Errorf("create: %v, %s, %d requests", err, Applied(err), len(requests))
	}
	if ref, err := c.Records.Update(t.Context(), "customer", "9", Record{}, WriteOptions{}); err != nil || ref.ID != "9" {
		t.Errorf("update: %+v, %v", ref, err)
	}
}

func TestGet(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"links":[],"id":"107","balance":12345678901234567.89,"item":{"items":[{"amount":0.1}]}}`)
	}))
	record, err := c.Records.GetByExternalID(t.Context(), "customer", "A-1", GetOptions{Fields: []string{"balance", "email"}, SimpleEnum: true})
	if err != nil {
		t.Fatal(err)
	}
	if record.ID() != "107" || record["balance"] != json.Number("12345678901234567.89") {
		t.Errorf("record %v", record)
	}
	if want := "/services/rest/record/v1/customer/eid:A-1?fields=balance%2Cemail&simpleEnumFormat=true"; requests[0].uri != want {
		t.Errorf("sent %s, want %s", requests[0].uri, want)
	}
	if _, err := c.Records.Get(t.Context(), "customer", "107", GetOptions{ExpandSubResources: true}); err != nil || !strings.HasSuffix(requests[1].uri, "?expandSubResources=true") {
		t.Errorf("%s, %v", requests[1].uri, err)
	}
}

// Everything here is refused without a request.
func TestLocalRefusals(t *testing.T) {
	c, _ := newTestClient(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was sent", r.URL) })
	s := c.Records
	ctx := t.Context()
	only := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"fields with expand":    only(s.Get(ctx, "customer", "1", GetOptions{ExpandSubResources: true, Fields: []string{"a"}})),
		"bad type":              only(s.Get(ctx, "customer/1", "1", GetOptions{})),
		"bad id":                only(s.Get(ctx, "customer", "1/../2", GetOptions{})),
		"external ID with pipe": only(s.GetByExternalID(ctx, "customer", "A|B", GetOptions{})),
		"upsert with space":     only(s.UpsertByExternalID(ctx, "customer", "A B", Record{}, WriteOptions{})),
		"empty external ID":     only(s.UpsertByExternalID(ctx, "customer", "", Record{}, WriteOptions{})),
		"transform target":      only(s.Transform(ctx, "salesOrder", "1", "in voice", nil, WriteOptions{})),
		"body without JSON":     only(s.Create(ctx, "customer", make(chan int), WriteOptions{})),
		"limit":                 only(s.List(ctx, "customer", ListOptions{Limit: 1001})),
		"offset":                only(s.List(ctx, "customer", ListOptions{Limit: 10, Offset: 15})),
		"quote in filter":       only(s.FindByExternalID(ctx, "customer", `A"B`)),
		"sublist path":          only(s.GetSublist(ctx, "customer", "1", "item?x", SublistOptions{})),
		"suiteql offset":        only(c.SuiteQL.Page(ctx, "SELECT 1 FROM dual", nil, 1000, 100_000)),
		"suiteql empty":         only(c.SuiteQL.Page(ctx, "", nil, 0, 0)),
		"restlet script":        only(c.RESTlets.Post(ctx, Script{ID: "1"}, nil)),
		"restlet parameters":    only(c.RESTlets.Get(ctx, Script{"1", "1"}, map[string][]string{"deploy": {"2"}})),
		"delete":                s.Delete(ctx, "", "1"),
		"revoke":                c.System.RevokeToken(ctx, "", "x"),
		"schema":                only(c.Metadata.Schema(ctx, "a b")),
	} {
		var input *InputError
		if !errors.As(err, &input) || !errors.Is(err, ErrInvalid) || Applied(err) != NotApplied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// catalog serves n customers in pages; links name a host of somebody else.
func listServer(t *testing.T, n int, requests *[]seen) http.HandlerFunc {
	return recorder(requests, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		limit, _ := strconv.Atoi(q.Get("limit"))
		offset, _ := strconv.Atoi(q.Get("offset"))
		if q.Get("q") != `companyName IS "A + B"` {
			t.Errorf("page at %d lost the filter: %s", offset, r.URL)
		}
		items := []map[string]any{}
		for i := offset; i < min(n, offset+limit); i++ {
			items = append(items, map[string]any{"links": []any{}, "id": strconv.Itoa(i)})
		}
		page := map[string]any{"items": items, "offset": offset, "totalResults": n, "hasMore": offset+limit < n}
		if offset+limit < n {
			page["links"] = []any{map[string]any{"rel": "self", "href": "x"},
				map[string]any{"rel": "next", "href": fmt.Sprintf("http://elsewhere.invalid/customer?limit=%d&offset=%d", limit, offset+limit)}}
		}
		_ = json.NewEncoder(w).Encode(page)
	})
}

func TestAllFollowsNextAndKeepsTheFilter(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, listServer(t, 7, &requests))
	var ids []string
	for id, err := range c.Records.All(t.Context(), "customer", ListOptions{Q: `companyName IS "A + B"`, Limit: 3}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if strings.Join(ids, "") != "0123456" || len(requests) != 3 {
		t.Errorf("ids %v in %d pages", ids, len(requests))
	}
	if !strings.Contains(requests[0].uri, "A%20%2B%20B") {
		t.Errorf("filter sent as %s", requests[0].uri)
	}
	for range c.Records.All(t.Context(), "customer", ListOptions{Q: `companyName IS "A + B"`, Limit: 3}) {
		break
	}
	if len(requests) != 4 {
		t.Errorf("a reader that stops causes %d requests", len(requests)-3)
	}
	page, err := c.Records.List(t.Context(), "customer", ListOptions{Q: `companyName IS "A + B"`, Limit: 3, Offset: 6})
	if err != nil || page.Total != 7 || page.HasMore || page.Offset != 6 || len(page.IDs) != 1 {
		t.Errorf("page %+v, %v", page, err)
	}
}

// A next link that does not advance must not make an endless loop.
func TestAllEndsOnBrokenPaging(t *testing.T) {
	for _, rest := range []string{`"hasMore":true,"links":[]`, `"hasMore":true,"links":[{"rel":"next","href":"http://h/customer?limit=1000&offset=0"}]`,
		`"hasMore":true,"links":[{"rel":"next","href":"::"}]`, `"hasMore":false,"links":[],"totalResults":2`} {
		requests := 0
		c, _ := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			fmt.Fprintf(w, `{"items":[{"id":"1"}],%s}`, rest)
		})
		var last error
		for _, err := range c.Records.All(t.Context(), "customer", ListOptions{}) {
			last = err
		}
		if last == nil || requests != 1 {
			t.Errorf("%s: %v after %d requests", rest, last, requests)
		}
	}
}

func TestFindByExternalID(t *testing.T) {
	for items, want := range map[string]struct {
		id    string
		class error
	}{`[]`: {"", ErrNotFound}, `[{"id":"5"}]`: {"5", nil}, `[{"id":"5"},{"id":"6"}]`: {"", ErrInvalid}} {
		var requests []seen
		c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"items":%s,"hasMore":false}`, items)
		}))
		id, err := c.Records.FindByExternalID(t.Context(), "customer", "A|B 1")
		if id != want.id || !errors.Is(err, want.class) {
			t.Errorf("%s: %q, %v", items, id, err)
		}
		if !strings.Contains(requests[0].uri, "q=externalId%20IS%20%22A%7CB%201%22") {
			t.Errorf("sent %s", requests[0].uri)
		}
	}
}

func TestGetSublist(t *testing.T) {
	var requests []seen
	answer := `{"links":[],"items":[{"line":1,"amount":10.50},{"line":2,"amount":1}],"totalResults":9,"hasMore":true}`
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
	lines, err := c.Records.GetSublist(t.Context(), "salesOrder", "1", "item", SublistOptions{Limit: 2, Offset: 4, ExpandSubResources: true})
	if err != nil || len(lines.Items) != 2 || lines.Items[0]["amount"] != json.Number("10.50") || lines.Total != 9 || !lines.HasMore {
		t.Errorf("%+v, %v", lines, err)
	}
	if want := "/services/rest/record/v1/salesOrder/1/item?expandSubResources=true&limit=2&offset=4"; requests[0].uri != want {
		t.Errorf("sent %s", requests[0].uri)
	}
	answer = `{"links":[],"addr1":"Main Street","items":"seven"}`
	sub, err := c.Records.GetSublist(t.Context(), "customer", "107", "addressBook/39/addressBookAddress", SublistOptions{})
	if err != nil || sub.Record["addr1"] != "Main Street" || len(sub.Items) != 0 || requests[1].uri != "/services/rest/record/v1/customer/107/addressBook/39/addressBookAddress" {
		t.Errorf("%+v, %v, %s", sub, err, requests[1].uri)
	}
}

func TestMissingTransactionIsNotFoundOnGetOnly(t *testing.T) {
	c, _ := newTestClient(t, answers(400, `{"o:errorDetails":[{"detail":"Error while accessing a resource. Transaction type specified is incorrect.","o:errorCode":"USER_ERROR"}]}`))
	if _, err := c.Records.Get(t.Context(), "vendorBill", "999999", GetOptions{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := c.Records.Update(t.Context(), "vendorBill", "999999", Record{}, WriteOptions{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("update: %v", err)
	}
}

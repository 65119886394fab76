package soap

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// outcome is what a recorded answer has to come to.
type outcome struct {
	kind  string // write, writes, read, page, fault, none
	ids   []string
	codes []string // of the failures, in order
	check func(t *testing.T, p Page, e *record.Element)
}

// recorded are the answers recorded from NetSuite that are well-formed.
var recorded = map[string]outcome{
	"add__add_customer.xml":                              {kind: "writes", ids: []string{"979"}},
	"add__add_invoice.xml":                               {kind: "writes", ids: []string{"999"}}, // a detail without a code is no error
	"add__add_invoice_multiple_errors.xml":               {kind: "writes", ids: []string{"999"}, codes: []string{"ERROR"}},
	"attach__attach_file_to_sales_order_error.xml":       {kind: "writes", ids: []string{""}, codes: []string{"INVALID"}},
	"delete__delete_customer.xml":                        {kind: "writes", ids: []string{"980"}},
	"delete__delete_customer_multiple_errors.xml":        {kind: "writes", ids: []string{"118519"}, codes: []string{"INSUFFICIENT_PERMISSION"}},
	"delete_list__delete_list_customers_with_errors.xml": {kind: "writes", ids: []string{"1", "bad_id"}, codes: []string{"", "USER_EXCEPTION"}},
	"get__get_invoice.xml": {kind: "read", check: func(t *testing.T, _ Page, e *record.Element) {
		if e.Type != "tranSales:Invoice" || e.InternalID() != "439" || e.ExternalID() != "2187" || e.Value("tranId") != "2187" || e.Find("entity").Ref().Name != "100023 Office" {
			t.Errorf("invoice %+v", e)
		}
		if lines := e.All("itemList", "item"); len(lines) == 0 {
			t.Error("no lines")
		}
	}},
	"get_item_availability__get_item_availability.xml": {kind: "page", check: func(t *testing.T, p Page, _ *record.Element) {
		if len(p.Records) < 2 || p.Records[1].Value("quantityOnHand") != "-1.0" || p.Records[0].Find("locationId").Ref().InternalID != "1" {
			t.Errorf("availability %+v", p.Records)
		}
	}},
	"get_select_value__item_fulfillment_ship_method.xml": {kind: "page", check: func(t *testing.T, p Page, _ *record.Element) {
		if len(p.Records) != p.Total || p.Total == 0 && len(p.Warnings) == 0 {
			t.Errorf("%+v", p)
		}
	}},
	"login__failure_concurrent_requests.xml":          {kind: "fault", codes: []string{"WS_CONCUR_SESSION_DISALLWD"}},
	"login__success.xml":                              {kind: "none"},
	"search__saved_search_customer.xml":               {kind: "page", check: rows(1, "A Awesome Name")},
	"search__saved_search_joined_custom_customer.xml": {kind: "page", check: rows(2, "A Awesome Name")},
	"update__update_customer.xml":                     {kind: "writes", ids: []string{"329"}},
	"update__update_customer_multiple_errors.xml":     {kind: "writes", ids: []string{"329"}, codes: []string{"First error code"}},
	"update_list__update_list_items.xml":              {kind: "writes", ids: []string{"624113", "624172"}},
	"update_list__update_list_with_errors.xml":        {kind: "writes", ids: []string{"624172", "624113"}, codes: []string{"USER_ERROR", "USER_ERROR"}},
	"upsert__upsert_invoice.xml":                      {kind: "writes", ids: []string{"979"}},
	"upsert__upsert_invoice_multiple_errors.xml":      {kind: "writes", ids: []string{"999"}, codes: []string{"ERROR"}},
	"upsert_list__upsert_list_one_customer.xml":       {kind: "cut"}, // its maintainers forgot the end of the envelope
}

func rows(n int, name string) func(*testing.T, Page, *record.Element) {
	return func(t *testing.T, p Page, _ *record.Element) {
		t.Helper()
		if len(p.Records) != n || p.Total != n || p.Pages != 1 || p.ID == "" {
			t.Fatalf("page %+v", p)
		}
		if got := p.Records[0].Value("basic", "altName", "searchValue"); got != name || p.Records[0].Type != "listRel:CustomerSearchRow" {
			t.Errorf("row %s %q", p.Records[0].Type, got)
		}
	}
}

// TestRecordedAnswers decodes every answer recorded from NetSuite.
func TestRecordedAnswers(t *testing.T) {
	for _, path := range reference.Paths(t, "fixtures/soap/*.xml") {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			want, ok := recorded[name]
			if !ok {
				t.Fatal("what this answer comes to is not written down")
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			decodeRecorded(t, data, want)
		})
	}
}

func decodeRecorded(t *testing.T, data []byte, want outcome) {
	t.Helper()
	r := &request{operation: "recorded"}
	var results []WriteResult
	var read ReadResult
	var page Page
	response := &netsuite.Response{Status: http.StatusOK}
	err := r.stream(func(a *answer) error {
		return a.each(func(name string) (err error) {
			switch {
			case name == "writeResponse":
				var one WriteResult
				one, err = a.writeResponse(r)
				results = append(results, one)
			case name == "writeResponseList":
				results, err = a.writeResponseList(r)
			case name == "readResponse":
				read, err = a.readResponse(r)
			case strings.HasSuffix(name, "Result"):
				page, err = a.page(r)
			}
			return err
		})
	})(response, bytes.NewReader(data))
	if want.kind == "cut" {
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("an envelope without an end: %v", err)
		}
		return
	}
	if want.kind == "fault" {
		fault, ok := errors.AsType[*netsuite.Fault](err)
		if !ok || fault.Code != want.codes[0] || !errors.Is(err, netsuite.ErrConcurrency) {
			t.Errorf("fault %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want.kind != "none" && response.OperationID == "" {
		t.Error("no nsId")
	}
	var ids, codes []string
	for _, w := range results {
		ids = append(ids, w.Ref.InternalID)
		code := ""
		if fault, ok := errors.AsType[*netsuite.Fault](w.Err); ok {
			code = fault.Code
		}
		codes = append(codes, code)
	}
	if want.codes == nil {
		want.codes = slices.Repeat([]string{""}, len(want.ids))
	}
	if !slices.Equal(ids, want.ids) || !slices.Equal(codes, want.codes) {
		t.Errorf("records %q with %q, want %q with %q", ids, codes, want.ids, want.codes)
	}
	if want.kind == "read" && (read.Err != nil || read.Record == nil) {
		t.Fatalf("read %+v", read)
	}
	if want.check != nil {
		want.check(t, page, read.Record)
	}
}

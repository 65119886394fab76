package form

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// asked is what a request asked for.
type asked struct{ method, uri, accept, body string }

// start returns a Service whose server gives one answer, and what it was asked.
func start(t *testing.T, status int, answer string) (*Service, *[]asked) {
	t.Helper()
	var requests []asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests = append(requests, asked{r.Method, r.URL.RequestURI(), r.Header.Get("Accept"), string(body)})
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	account, err := netsuite.ParseAccountID("1234567")
	if err != nil {
		t.Fatal(err)
	}
	c, err := netsuite.New(account, &auth.TBA{Realm: account.Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"),
		TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")}, netsuite.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	return New(c), &requests
}

func TestForms(t *testing.T) {
	s, requests := start(t, 200, `{"links":[],"entity":{"id":"107"},"item":{"items":[{"line":1,"quantity":2.50}]}}`)
	const prefix = "/services/rest/record/v1/"
	for _, tt := range []struct {
		ask  func() (netsuite.Record, error)
		want asked
	}{
		{func() (netsuite.Record, error) {
			return s.Create(t.Context(), "salesOrder", map[string]any{"entity": map[string]any{"id": "107"}}, Options{ExpandSubResources: true})
		}, asked{"POST", prefix + "salesOrder?expandSubResources=true", createForm, `{"entity":{"id":"107"}}`}},
		{func() (netsuite.Record, error) {
			return s.Edit(t.Context(), "salesOrder", "7", nil, Options{Fields: []string{"entity", "memo"}})
		}, asked{"PATCH", prefix + "salesOrder/7?fields=entity%2Cmemo", editForm, `{}`}},
		{func() (netsuite.Record, error) {
			return s.Transform(t.Context(), "salesOrder", "eid:SO-7", "itemFulfillment", nil, Options{})
		}, asked{"POST", prefix + "salesOrder/eid:SO-7/!transform/itemFulfillment", createForm, `{}`}},
	} {
		*requests = nil
		record, err := tt.ask()
		if err != nil || record["item"] == nil || !reflect.DeepEqual(*requests, []asked{tt.want}) {
			t.Errorf("%v, %v, %+v", record, err, *requests)
		}
	}
}

func TestSelectOptions(t *testing.T) {
	s, requests := start(t, 200, `{"links":[{"rel":"self","method":"POST","href":"x"}],
		"entitystatus":{"_selectOptions":{"links":[],"items":[{"id":16,"refName":"LEAD-Qualified"},{"id":"-5","refName":"LEAD-New"}],"count":2,"offset":50,"hasMore":true,"totalResults":103}},
		"line":{"items":[{"dueToFromSubsidiary":{"_selectOptions":{"items":[],"count":0,"offset":0,"hasMore":false,"totalResults":0}}}]}}`)
	got, err := s.Options(t.Context(), Question{RecordType: "customer", ID: "7", Fields: []string{"entitystatus", "line.dueToFromSubsidiary"},
		Filters: []string{"entitystatus START_WITH LEAD-"}, Limit: 50, Offset: 50})
	want := map[string]Values{
		"entitystatus":             {Options: []Option{{"16", "LEAD-Qualified"}, {"-5", "LEAD-New"}}, Offset: 50, Total: 103, HasMore: true},
		"line.dueToFromSubsidiary": {},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if r := (*requests)[0]; r.method != "PATCH" || r.accept != selectOptions || r.uri != "/services/rest/record/v1/customer/7?fields=entitystatus%2Cline.dueToFromSubsidiary&limit=50&offset=50&q=entitystatus%20START_WITH%20LEAD-" {
		t.Errorf("%+v", r)
	}
}

// A NetSuite that does not know forms takes the request for what its method says.
func TestAnAnswerOfAWriteIsNoForm(t *testing.T) {
	s, requests := start(t, 204, "")
	_, err := s.Create(t.Context(), "customer", nil, Options{})
	if netsuite.Applied(err) != netsuite.Unknown || len(*requests) != 1 {
		t.Errorf("%v after %d requests", err, len(*requests))
	}
}

func TestWhatIsRefusedHere(t *testing.T) {
	s, requests := start(t, 200, "{}")
	only := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"type":     only(s.Create(t.Context(), "a/b", nil, Options{})),
		"id":       only(s.Edit(t.Context(), "customer", "1/item", nil, Options{})),
		"target":   only(s.Transform(t.Context(), "salesOrder", "1", "../x", nil, Options{})),
		"fields":   only(s.Create(t.Context(), "customer", nil, Options{ExpandSubResources: true, Fields: []string{"a"}})),
		"body":     only(s.Create(t.Context(), "customer", func() {}, Options{})),
		"nothing":  only(s.Options(t.Context(), Question{RecordType: "customer"})),
		"limit":    only(s.Options(t.Context(), Question{RecordType: "customer", Fields: []string{"a"}, Limit: 1001})),
		"offset":   only(s.Options(t.Context(), Question{RecordType: "customer", Fields: []string{"a"}, Limit: 10, Offset: 5})),
		"no limit": only(s.Options(t.Context(), Question{RecordType: "customer", Fields: []string{"a"}, Offset: 5})),
	} {
		if !errors.Is(err, netsuite.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(*requests) > 0 {
		t.Errorf("%+v", *requests)
	}
}

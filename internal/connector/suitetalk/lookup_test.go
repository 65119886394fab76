package suitetalk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/netsuite"
)

func (s *suite) finder(l sluice.Lookup) sluice.Finder {
	s.Helper()
	f, err := s.connector.OpenLookup(s.Context(), s.conn, &l, sluice.LookupOptions{Flow: "f"})
	if err != nil {
		s.Fatal(err)
	}
	return f
}

// found asks, and returns a field of each record found, by question.
func (s *suite) found(f sluice.Finder, field string, questions ...sluice.Question) ([]string, int) {
	s.Helper()
	got, err := f.Find(s.Context(), questions)
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, a := range got.Answers {
		line := ""
		for _, r := range a.Records {
			line += fmt.Sprint(r[field], " ")
		}
		if a.Refused != nil {
			line = a.Refused.Code
		}
		out = append(out, line)
	}
	return out, got.Requests
}

func expect(t testing.TB, got []string, want ...string) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSuiteQLLookup(t *testing.T) {
	s := newSuite(t)
	customers := s.rows("SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id")[:3]
	id := func(n int) string { return fmt.Sprint(customers[n]["id"]) }
	name := func(n int) string { return fmt.Sprint(customers[n]["companyname"]) }
	query := &sluice.LookupSuiteQL{Query: "SELECT id, companyname, LOWER(companyname) AS small FROM customer -- all of them"}

	f := s.finder(sluice.Lookup{SuiteQL: query, Match: map[string]string{"companyname": "x"}})
	got, requests := s.found(f, "id", sluice.Question{name(0)}, sluice.Question{"O'Nobody \\ \" ?"}, sluice.Question{name(2)}, sluice.Question{name(0) + " "}, sluice.Question{"%"})
	expect(t, got, id(0)+" ", "", id(2)+" ", "", "")
	if requests != 1 {
		t.Errorf("a page took %d requests", requests)
	}

	f = s.finder(sluice.Lookup{SuiteQL: query, Match: map[string]string{"ID": "x"}})
	got, requests = s.found(f, "companyname", sluice.Question{json.Number(id(0))}, sluice.Question{id(1)}, sluice.Question{json.Number(id(2) + ".0")}, sluice.Question{json.Number("-1")})
	expect(t, got, name(0)+" ", name(1)+" ", name(2)+" ", "")
	if requests != 1 {
		t.Errorf("a page took %d requests", requests)
	}

	f = s.finder(sluice.Lookup{SuiteQL: query, Match: map[string]string{"id": "x", "companyname": "y"}})
	got, _ = s.found(f, "id", sluice.Question{name(0), json.Number(id(0))}, sluice.Question{name(0), json.Number(id(1))}, sluice.Question{name(1), id(1)})
	expect(t, got, id(0)+" ", "", id(1)+" ")

	params := &sluice.LookupSuiteQL{Query: "SELECT id, companyname FROM customer WHERE companyname <> ?", Params: []string{name(0)}}
	f = s.finder(sluice.Lookup{SuiteQL: params, Match: map[string]string{"companyname": "x"}})
	got, _ = s.found(f, "id", sluice.Question{name(0)}, sluice.Question{name(1)})
	expect(t, got, "", id(1)+" ")
}

// Over 1,000 rows are read in pages of the key; without one, in halves of the questions.
func TestSuiteQLLookupOfManyRows(t *testing.T) {
	s := newSuite(t)
	rows := len(s.rows("SELECT id FROM customer"))
	pairs := "SELECT a.id AS a, b.id AS b, 'x' AS kind, 't' || a.id AS tag FROM customer a, customer b"
	if rows*rows <= 1000 {
		t.Fatalf("%d customers are too few", rows)
	}
	f := s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: pairs, Key: []string{"a", "b"}}, Match: map[string]string{"kind": "x"}, Many: sluice.ManyAll})
	got, err := f.Find(t.Context(), []sluice.Question{{"x"}})
	if err != nil || len(got.Answers[0].Records) != min(rows*rows, sluice.MaxLookupAnswers+1) || got.Requests < 2 {
		t.Errorf("%d records by %d requests, %v", len(got.Answers[0].Records), got.Requests, err)
	}
	f = s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: pairs, Key: []string{"a", "b"}}, Match: map[string]string{"kind": "x"}})
	if got, err := f.Find(t.Context(), []sluice.Question{{"x"}}); err != nil || len(got.Answers[0].Records) != 2 || got.Requests != 1 {
		t.Errorf("two answers are enough: %d by %d requests, %v", len(got.Answers[0].Records), got.Requests, err)
	}
	f = s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: pairs}, Match: map[string]string{"kind": "x"}, Many: sluice.ManyAll})
	if _, err := f.Find(t.Context(), []sluice.Question{{"x"}}); sluice.ErrorCode(err) != "lookup.too_many" {
		t.Errorf("without a key: %v", err)
	}
	var questions []sluice.Question
	for _, c := range s.rows("SELECT id FROM customer") {
		questions = append(questions, sluice.Question{"t" + fmt.Sprint(c["id"])})
	}
	f = s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: pairs}, Match: map[string]string{"tag": "x"}, Many: sluice.ManyAll})
	got, err = f.Find(t.Context(), questions)
	if err != nil || got.Requests < 3 {
		t.Fatalf("%d requests, %v", got.Requests, err)
	}
	for i, a := range got.Answers {
		if len(a.Records) != rows {
			t.Errorf("question %d has %d answers of %d", i, len(a.Records), rows)
		}
	}
}

// poison answers requests that say so itself, and passes others on.
type poison struct {
	says   string
	status int
	code   string
}

func (p *poison) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if p.says == "" || !bytes.Contains(body, []byte(p.says)) && !strings.Contains(r.URL.Path, p.says) {
		return http.DefaultTransport.RoundTrip(r)
	}
	text := fmt.Sprintf(`{"type":"x","title":"x","status":%d,"o:errorDetails":[{"detail":"as the test wants it","o:errorCode":%q}]}`, p.status, p.code)
	return &http.Response{StatusCode: p.status, Header: http.Header{"Content-Type": {"application/vnd.oracle.resource+json"}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func TestSuiteQLLookupThatIsRefused(t *testing.T) {
	s := newSuite(t)
	bad := &poison{status: 400, code: "INVALID_PARAMETER"}
	s.connector = New(Options{HTTPClient: &http.Client{Transport: bad}})
	customers := s.rows("SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id")[:2]
	f := s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: "SELECT id, companyname FROM customer"}, Match: map[string]string{"id": "x"}})
	bad.says = "not an ID"
	got, requests := s.found(f, "companyname", sluice.Question{fmt.Sprint(customers[0]["id"])}, sluice.Question{"not an ID"}, sluice.Question{fmt.Sprint(customers[1]["id"])})
	expect(t, got, fmt.Sprint(customers[0]["companyname"], " "), "lookup.refused", fmt.Sprint(customers[1]["companyname"], " "))
	if requests != 5 {
		t.Errorf("%d requests: the whole, its halves, and those of the refused one are 5", requests)
	}
	for _, query := range []string{"SELECT id, nothing FROM customer", "SELECT id FROM nowhere"} {
		f := s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: query}, Match: map[string]string{"id": "x"}})
		if _, err := f.Find(t.Context(), []sluice.Question{{"1"}, {"2"}}); err == nil || sluice.ErrorCode(err) == "lookup.refused" {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestRecordLookup(t *testing.T) {
	s := newSuite(t)
	c := s.rows("SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id")[0]
	f := s.finder(sluice.Lookup{Records: &sluice.LookupRecords{Type: "customer", ID: "x"}})
	got, requests := s.found(f, "companyName", sluice.Question{fmt.Sprint(c["id"])}, sluice.Question{json.Number("99999999")}, sluice.Question{json.Number(fmt.Sprint(c["id"]))})
	expect(t, got, fmt.Sprint(c["companyname"], " "), "", fmt.Sprint(c["companyname"], " "))
	if requests != 3 {
		t.Errorf("%d requests", requests)
	}
	if _, err := s.client().Records.UpsertByExternalID(t.Context(), "customer", "eid-7", map[string]any{"companyName": "Seven", "subsidiary": map[string]any{"id": "1"}}, netsuite.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	f = s.finder(sluice.Lookup{Records: &sluice.LookupRecords{Type: "customer", ExternalID: "x"}})
	got, _ = s.found(f, "companyName", sluice.Question{"eid-7"}, sluice.Question{"eid-8"}, sluice.Question{"a/b c"})
	expect(t, got, "Seven ", "", "")
	f = s.finder(sluice.Lookup{Records: &sluice.LookupRecords{Type: "custmer", ID: "x"}})
	if got, err := f.Find(t.Context(), []sluice.Question{{"1"}}); err == nil {
		t.Errorf("a type that there is not finds %+v", got)
	}
}

func answerOr(answer func(string) (any, error), sku any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return answer(fmt.Sprint(sku))
}

func TestRESTletLookup(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	answer := func(sku string) (any, error) {
		switch sku {
		case "none":
			return nil, nil
		case "bad":
			return nil, &restlet.Error{Code: "OOPS", Message: "no such SKU"}
		case "two":
			return map[string]any{"data": []any{map[string]any{"id": 1}, map[string]any{"id": 2}}}, nil
		}
		return map[string]any{"data": map[string]any{"id": sku}}, nil
	}
	script := restlet.Script{ScriptID: "customscript_find", DeployID: "customdeploy_find",
		Get: func(_ context.Context, r *restlet.Request) (any, error) { return answer(r.Params["sku"]) },
		Post: func(_ context.Context, r *restlet.Request) (any, error) {
			var body map[string]any
			err := r.Decode(&body)
			return answerOr(answer, body["sku"], err)
		}}
	if err := s.emulator.RegisterRESTlet(script); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"", sluice.MethodPost} {
		f := s.finder(sluice.Lookup{RESTlet: &sluice.LookupRESTlet{Script: script.ScriptID, Deployment: script.DeployID, Method: method, Params: map[string]string{"sku": "x"}, Records: "data"}})
		got, _ := s.found(f, "id", sluice.Question{"A-1"}, sluice.Question{"none"}, sluice.Question{"bad"}, sluice.Question{"two"})
		expect(t, got, "A-1 ", "", "netsuite.restlet_failed", "1 2 ")
	}
	f := s.finder(sluice.Lookup{RESTlet: &sluice.LookupRESTlet{Script: "customscript_none", Deployment: "1", Params: map[string]string{"sku": "x"}}})
	if _, err := f.Find(t.Context(), []sluice.Question{{"1"}}); sluice.ErrorCode(err) != "connection.restlet_unknown" {
		t.Errorf("no such script: %v", err)
	}
}

// A NetSuite that cannot be used is no answer to a question.
func TestLookupWithoutNetSuite(t *testing.T) {
	s := newSuite(t)
	bad := &poison{status: 401, code: "INVALID_LOGIN"}
	s.connector = New(Options{HTTPClient: &http.Client{Transport: bad}})
	finders := []sluice.Finder{
		s.finder(sluice.Lookup{SuiteQL: &sluice.LookupSuiteQL{Query: "SELECT id FROM customer"}, Match: map[string]string{"id": "x"}}),
		s.finder(sluice.Lookup{Records: &sluice.LookupRecords{Type: "customer", ID: "x"}}),
	}
	bad.says = "customer"
	for _, f := range finders {
		if got, err := f.Find(t.Context(), []sluice.Question{{"1"}}); sluice.ErrorCode(err) != "connection.token_rejected" {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

package rest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
)

// matches returns the names of the customers that q finds, sorted. Only those
// that the test made count: their names begin with q.
func (a *account) matches(q string) []string {
	a.t.Helper()
	res := a.do("GET customer?q="+strings.NewReplacer("+", "%2B", "%", "%25", "&", "%26").Replace(q), "")
	if res.status != http.StatusOK {
		a.t.Fatalf("%s: %d %v", q, res.status, res.body)
	}
	var out []string
	for _, item := range res.body["items"].([]any) {
		name := a.do("GET customer/"+at(item, "id").(string)+"?fields=companyName", "").body["companyName"].(string)
		if strings.HasPrefix(name, "q") {
			out = append(out, name[1:])
		}
	}
	slices.Sort(out)
	return out
}

// found are conditions and the customers of TestFilter that they find; {1}
// stands for the first one's internal ID.
var found = map[string]string{
	`email START_WITH barbara`:         "1 2",
	`EMAIL start_with BARBARA`:         "1 2",
	`email START_WITH_NOT barbara`:     "3",
	`email CONTAIN "@one"`:             "1",
	`email ENDWITH .example`:           "1 2",
	`email END_WITH_NOT one.example`:   "2 3",
	`email IS barbara@one.example`:     "1",
	`email IS_NOT barbara@one.example`: "2 3",
	`email EMPTY`:                      "3",
	`email EMPTY_NOT`:                  "1 2",
	`firstname IS "Barbara Allen"`:     "1",
	`phone CONTAIN "0% [a](b),c"`:      "3",
	`phone CONTAIN "0_ ["`:             "",
	`companyName START_WITH q`:         "1 2 3",
	`externalId IS a_1`:                "1",
	`creditLimit EQUAL 500.5`:          "3",
	`creditLimit EQUAL 500.50`:         "3",
	`creditlimit GREATER 10`:           "1 3",
	`creditLimit GREATER_NOT 10`:       "2",
	`creditLimit GREATER_OR_EQUAL 1000 OR creditLimit LESS_OR_EQUAL 10`: "1 2",
	`creditLimit LESS 500.5`:                                      "2",
	`creditLimit LESS 1e3`:                                        "2 3",
	`creditLimit BETWEEN [10, 500.5]`:                             "2 3",
	`creditLimit BETWEEN_NOT [10, 500.5]`:                         "1",
	`creditLimit WITHIN [11,1000]`:                                "1 3",
	`creditLimit ANY_OF [10,1000,7]`:                              "1 2",
	`creditLimit ANY_OF_NOT [10]`:                                 "1 3",
	`isInactive IS true`:                                          "1",
	`isInactive IS false AND companyName START_WITH q`:            "2 3",
	`isinactive IS_NOT true`:                                      "2 3",
	`startDate ON "8/5/2026"`:                                     "1",
	`startDate ON 8/5/2026`:                                       "1",
	`startDate ON_NOT "8/5/2026"`:                                 "2 3",
	`startDate AFTER "8/5/2026"`:                                  "2 3",
	`startDate ON_OR_AFTER "08/05/2026"`:                          "1 2 3",
	`startDate BEFORE "8/6/2026"`:                                 "1",
	`startDate ON_OR_BEFORE "8/6/26"`:                             "1 2",
	`terms ANY_OF [1] AND companyName START_WITH q`:               "3",
	`terms EMPTY`:                                                 "1 2",
	`id ANY_OF [{1}, {3}]`:                                        "1 3",
	`id EQUAL {2}`:                                                "2",
	`email EMPTY OR creditLimit EQUAL 10 AND companyName IS q1`:   "3", // AND binds tighter
	`(email EMPTY OR creditLimit EQUAL 10) AND companyName IS q2`: "2",
	`((companyName IS q2))`:                                       "2",
	`companyName IS "q1' OR 1=1 --"`:                              "",
}

func TestFilter(t *testing.T) {
	a := newAccount(t)
	ids := map[string]string{}
	for name, body := range map[string]string{
		"1": `"email":"barbara@one.example","firstName":"Barbara Allen","creditLimit":1000,"isInactive":true,"startDate":"2026-08-05","externalId":"A_1"`,
		"2": `"email":"BARBARA@two.example","creditLimit":10,"startDate":"2026-08-06"`,
		"3": `"creditLimit":500.50,"startDate":"2027-01-01","terms":"1","phone":"100% [a](b),c"`,
	} {
		ids[name] = a.create("customer", `{"companyName":"q`+name+`",`+body+`}`)
	}
	fill := strings.NewReplacer("{1}", ids["1"], "{2}", ids["2"], "{3}", ids["3"]).Replace
	for q, want := range found {
		if got := a.matches(fill(q)); strings.Join(got, " ") != want {
			t.Errorf("%s finds %v, want %q", q, got, want)
		}
	}
}

// TestFilterDates: literals are in the user's format and time zone.
func TestFilterDates(t *testing.T) {
	a := newAccount(t)
	made := map[string]string{"1": "2026-08-05T06:59:59Z", "2": "2026-08-05T07:00:00Z", "3": "2026-08-05T10:39:20Z", "4": "2026-08-06T06:59:59Z", "5": "2026-08-06T07:00:00Z"}
	for name, at := range made {
		var err error
		if a.now, err = time.Parse(time.RFC3339, at); err != nil {
			t.Fatal(err)
		}
		a.create("customer", `{"companyName":"q`+name+`"}`)
	}
	zone := a.ses.TimeZone
	for _, c := range []struct {
		date, clock string
		zone        *time.Location
		q, want     string
	}{
		{"M/D/YYYY", "h:mm a", zone, `dateCreated ON "8/5/2026"`, "2 3 4"},
		{"M/D/YYYY", "h:mm a", zone, `dateCreated AFTER "8/5/2026"`, "3 4 5"},
		{"M/D/YYYY", "h:mm a", zone, `dateCreated ON_OR_AFTER "8/5/2026" AND dateCreated BEFORE "8/6/2026"`, "2 3 4"},
		{"M/D/YYYY", "h:mm a", zone, `dateCreated ON "8/5/2026 3:39 AM"`, "3"},
		{"M/D/YYYY", "h:mm a", zone, `lastModifiedDate AFTER "8/5/2026 3:38 am"`, "3 4 5"},
		{"D/M/YYYY", "HH:mm", zone, `dateCreated ON "5/8/2026"`, "2 3 4"},
		{"D/M/YYYY", "HH:mm", zone, `dateCreated ON_OR_AFTER "5/8/2026 23:59"`, "4 5"},
		{"DD.MM.YYYY", "H:mm", zone, `dateCreated ON "05.08.2026"`, "2 3 4"},
		{"D-Mon-YYYY", "h:mm a", zone, `dateCreated ON "5-aug-2026"`, "2 3 4"},
		{"D MONTH, YYYY", "h:mm a", zone, `dateCreated ON "5 August, 2026"`, "2 3 4"},
		{"YYYY-M-D", "h:mm a", time.UTC, `dateCreated ON "2026-8-5"`, "1 2 3"},
		{"YYYY/M/D", "h:mm a", time.UTC, `dateCreated ON_NOT "2026/8/5" AND companyName START_WITH q`, "4 5"},
	} {
		a.ses.DateFormat, a.ses.TimeFormat, a.ses.TimeZone = c.date, c.clock, c.zone
		if got := a.matches(c.q); strings.Join(got, " ") != c.want {
			t.Errorf("%s %s in %s: %s finds %v, want %q", c.date, c.clock, c.zone, c.q, got, c.want)
		}
	}
}

func TestFilterRefusals(t *testing.T) {
	a := newAccount(t)
	const invalid = "Invalid search query. Provide a valid search query."
	unknown := func(name string) string {
		return "Unknown field name '" + name + "' in the search query. The field does not exist on this record type."
	}
	parse := func(text string) string {
		return `Invalid search query. Search error occurred: Parse of date/time "` + text + `" failed with date format "M/d/yy" in time zone America/Los_Angeles`
	}
	for q, want := range map[string]string{
		`email`:                        invalid,
		`email IS`:                     invalid,
		`email IS 'x'`:                 invalid,
		`dateCreated AFTER '8/5/2026'`: invalid,
		`email IS "x`:                  invalid,
		`email LIKE x`:                 invalid,
		`email GREATER 1`:              invalid,
		`creditLimit CONTAIN 1`:        invalid,
		`creditLimit EQUAL x`:          invalid,
		`creditLimit BETWEEN 1`:        invalid,
		`creditLimit BETWEEN [1]`:      invalid,
		`creditLimit BETWEEN [1,2,3]`:  invalid,
		`creditLimit ANY_OF []`:        invalid,
		`creditLimit EQUAL [1]`:        invalid,
		`isInactive IS yes`:            invalid,
		`email EMPTY x`:                invalid,
		`email IS a b`:                 invalid,
		`email ENDWITH_NOT a`:          invalid,
		`(email EMPTY`:                 invalid,
		`email EMPTY)`:                 invalid,
		`email EMPTY AND`:              invalid,
		`email EMPTY XOR email EMPTY`:  invalid,
		`terms IS net`:                 invalid,
		`"email" IS x`:                 invalid,
		strings.Repeat("(", 200) + `id EQUAL 1` + strings.Repeat(")", 200): invalid,
		`nothing IS x`:                             unknown("nothing"),
		`balance GREATER 1`:                        unknown("balance"), // a field, not filterable
		`addressBook EMPTY`:                        unknown("addressBook"),
		`dateCreated AFTER "8/5/2026 23:53"`:       parse("8/5/2026 23:53"),
		`dateCreated AFTER "2026-08-05T00:00:00Z"`: parse("2026-08-05T00:00:00Z"),
		`dateCreated AFTER "31/12/2026"`:           parse("31/12/2026"),
	} {
		res := a.do("GET customer?q="+q, "")
		d := res.detail()
		code := fault.InvalidParameter
		if strings.HasPrefix(want, "Unknown") {
			code = fault.NonexistentField
		}
		if res.status != 400 || d.Detail != want || d.QueryParam != "q" || d.Code != code {
			t.Errorf("%s: %d %s %q in %q, want %q", q, res.status, d.Code, d.Detail, d.QueryParam, want)
		}
	}
	d := a.do("GET employee?q=lastModifiedDate AFTER \"8/5/2026\"", "").detail()
	equal(t, "employee.lastModifiedDate", d.Detail, unknown("lastModifiedDate"))
}

// FuzzFilter: whatever q holds, the parser answers with a filter or a refusal,
// and SQLite can run the filter.
func FuzzFilter(f *testing.F) {
	for _, q := range []string{`a IS b`, `email CONTAIN "x y" AND (id ANY_OF [1,2] OR dateCreated ON "1/1/2026")`, `((`, `email IS '`,
		`creditLimit BETWEEN_NOT [1e2, -3.5]`, "email IS \"\x00\"", `isPerson IS true`, `startDate ON_OR_BEFORE 1/1/26`} {
		f.Add(q)
	}
	store, err := record.Open(f.Context(), record.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := store.Close(); err != nil {
			f.Error(err)
		}
	})
	ses := &session.Session{Administrator: true, TimeZone: time.UTC, DateFormat: "M/D/YYYY", TimeFormat: "h:mm a"}
	typ := store.Type("customer")
	f.Fuzz(func(t *testing.T, q string) {
		filter, err := parseFilter(typ, ses, q)
		if err != nil {
			var refusal *fault.Fault
			if !errors.As(err, &refusal) || refusal.Status != 400 {
				t.Fatalf("%q: %v", q, err)
			}
			return
		}
		if _, _, err := store.List(t.Context(), typ, filter, 10, 0); err != nil {
			t.Fatalf("%q: %v", q, err)
		}
	})
}

// FuzzBody: whatever a request body holds, the answer is a success or a
// refusal, never a failure of the emulator.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"companyName":"x"}`, `{"addressBook":{"items":[{"addressBookAddress":{"country":"US"}}]}}`, `[`, `{"a":{"b":[1e999]}}`,
		`{"companyName":"\ud800","subsidiary":{"id":1e3}}`, `{"custentity_sluice_channels":{"items":[null,1,{"id":"1"}]}}`,
		`{"entity":"9","item":{"items":[{"item":"1","quantity":9999999999999999999,"rate":9e9}]},"shippingCost":-0.001}`} {
		f.Add(body)
	}
	a := newAccount(f)
	f.Fuzz(func(t *testing.T, body string) {
		b := *a
		b.t = t
		for _, request := range []string{"POST customer", "POST salesOrder", "PATCH customer/9", "PATCH salesOrder/eid:SO-00100"} {
			if res := b.do(request, body); res.status >= 500 {
				t.Errorf("%s %q: %d %v", request, body, res.status, res.body)
			}
		}
		b.get("customer/9")
		b.get("salesOrder/eid:SO-00100")
	})
}

package soap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

func customers(n int) []*record.Element {
	list := make([]*record.Element, n)
	for i := range list {
		list[i] = record.New("customer").SetExternalID(fmt.Sprint("C", i)).Set("companyName", "Company")
	}
	return list
}

func list(responses ...string) string {
	return `<writeResponseList>` + strings.Join(responses, "") + `</writeResponseList>`
}

// savesAll answers each record of a list with success, and its external ID's
// number as the internal ID.
func savesAll(w http.ResponseWriter, c call) {
	var all []string
	for i := range c.body.Children {
		all = append(all, written(strings.TrimPrefix(c.body.Children[i].ExternalID(), "C"), "", ""))
	}
	answers(list(all...))(w, c)
}

// breaks ends the connection without an answer.
func breaks(http.ResponseWriter, call) { panic(http.ErrAbortHandler) }

func ids(results []WriteResult) string {
	var b strings.Builder
	for _, r := range results {
		switch {
		case r.Err == nil:
			b.WriteString(r.Ref.InternalID + " ")
		default:
			b.WriteString(netsuite.Applied(r.Err).String() + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

func TestListsAreDivided(t *testing.T) {
	tooMany := refuses("exceededRecordCountFault", "MAX_RCRDS_EXCEEDED", "The maximum number of records allowed for an upsert operation is 2.")
	tooLarge := refuses("exceededRequestSizeFault", "EXCEEDED_RQST_SIZE_LIMIT", "too large")
	atMost := func(n int, refuse func(http.ResponseWriter, call)) func(http.ResponseWriter, call) {
		return func(w http.ResponseWriter, c call) {
			if len(c.body.Children) > n {
				refuse(w, c)
				return
			}
			savesAll(w, c)
		}
	}
	for _, tt := range []struct {
		name    string
		answer  func(http.ResponseWriter, call)
		options []Option
		want    []string
	}{
		{"by NetSuite's limit", savesAll, []Option{WithLimits(Limits{Upsert: 3})}, []string{"upsertList 3", "upsertList 3", "upsertList 1"}},
		{"by size", savesAll, []Option{WithLimits(Limits{Bytes: 400})}, []string{"upsertList 2", "upsertList 2", "upsertList 2", "upsertList 1"}},
		{"by one record at least", savesAll, []Option{WithLimits(Limits{Bytes: 1})}, slices.Repeat([]string{"upsertList 1"}, 7)},
		{"when refused as too many", atMost(2, tooMany), nil, []string{"upsertList 7", "upsertList 3", "upsertList 1", "upsertList 2", "upsertList 4", "upsertList 2", "upsertList 2"}},
		{"when refused as too large", atMost(4, tooLarge), nil, []string{"upsertList 7", "upsertList 3", "upsertList 4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s, _ := newClient(t, script(tt.answer), tt.options...)
			results, err := c.UpsertList(t.Context(), customers(7))
			if err != nil || ids(results) != "0 1 2 3 4 5 6" {
				t.Errorf("%s, %v", ids(results), err)
			}
			if got := s.operations(); !slices.Equal(got, tt.want) {
				t.Errorf("requests %q", got)
			}
		})
	}
	c, s, _ := newClient(t, script(tooLarge))
	results, _ := c.UpsertList(t.Context(), customers(2))
	for _, r := range results {
		if !errors.Is(r.Err, ErrTooLarge) || netsuite.Applied(r.Err) != netsuite.NotApplied {
			t.Errorf("a record that is too large alone: %v", r.Err)
		}
	}
	if got := s.operations(); len(got) != 3 {
		t.Errorf("requests %q", got)
	}
}

// TestOnlyWhatIsNotSavedIsSentAgain answers parts of a list with failures.
func TestOnlyWhatIsNotSavedIsSentAgain(t *testing.T) {
	first := answers(list(written("0", "", ""), written("", "SSS_REQUEST_LIMIT_EXCEEDED", "busy"), written("", "USER_ERROR", "Please enter value(s) for: Name"),
		written("", "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: x"), written("", "RCRD_HAS_BEEN_CHANGED", "changed"), written("5", "", "")))
	for _, tt := range []struct {
		name  string
		send  func(*Client, context.Context, []*record.Element) ([]WriteResult, error)
		merge bool
		want  string
		again []string
	}{
		{"upsert", (*Client).UpsertList, false, "0 1 not applied 3 4 5", []string{"C1", "C3", "C4"}},
		{"upsert that merges lines", (*Client).UpsertList, true, "0 1 not applied unknown 4 5", []string{"C1", "C4"}},
		{"add", (*Client).AddList, false, "0 1 not applied unknown not applied 5", []string{"C1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records := customers(6)
			if tt.merge {
				for _, r := range records {
					r.SetList("addressbookList", record.Merge, *record.Line("addressbook").SetBool("defaultBilling", true))
				}
			}
			c, s, waits := newClient(t, script(first, savesAll))
			results, err := tt.send(c, t.Context(), records)
			if err != nil || ids(results) != tt.want {
				t.Errorf("%s, %v; want %s", ids(results), err, tt.want)
			}
			var again []string
			for _, e := range s.seen()[1].body.Children {
				again = append(again, e.ExternalID())
			}
			if !slices.Equal(again, tt.again) || len(*waits) != 1 || len(s.seen()) != 2 {
				t.Errorf("sent again: %q after %v, want %q", again, *waits, tt.again)
			}
		})
	}
}

// What NetSuite had no time for is sent again soon; a minute is for maintenance.
func TestAListThatWasCutWaitsNoMinute(t *testing.T) {
	for code, long := range map[string]bool{"OPERATION_NOT_FINISHED": false, "ACCT_TEMP_UNAVAILABLE": true} {
		c, _, waits := newClient(t, script(answers(list(written("0", "", ""), written("", code, "This record was not processed: x."))), savesAll))
		if results, err := c.UpsertList(t.Context(), customers(2)); err != nil || results[1].Err != nil || len(*waits) != 1 || (*waits)[0] >= time.Minute != long {
			t.Errorf("%s: %v, %v after %v", code, results, err, *waits)
		}
	}
}

// TestDoubtStays: once an attempt may have been applied, a later refusal makes it
// no more certain that nothing was.
func TestDoubtStays(t *testing.T) {
	login := refuses("invalidCredentialsFault", "INVALID_LOGIN_CREDENTIALS", "Invalid login attempt.")
	busy := refuses("exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", "blocked")
	for _, tt := range []struct {
		name   string
		send   func(*Client, context.Context, []*record.Element) ([]WriteResult, error)
		script []func(http.ResponseWriter, call)
		want   string
		class  error
	}{
		{"no answer, then no login", (*Client).UpsertList, script(breaks, login), "unknown", netsuite.ErrLogin},
		{"no answer, then refused", (*Client).UpsertList, script(breaks, answers(list(written("", "USER_ERROR", "no")))), "unknown", netsuite.ErrInvalid},
		{"failed, then refused", (*Client).UpsertList, script(answers(list(written("", "UNEXPECTED_ERROR", "x"))), answers(list(written("", "USER_ERROR", "no")))), "unknown", netsuite.ErrInvalid},
		{"no answer, then saved", (*Client).UpsertList, script(breaks, savesAll), "0", nil},
		{"busy, then refused", (*Client).UpsertList, script(busy, login), "not applied", netsuite.ErrLogin},
		{"429, then refused", (*Client).UpsertList, script(func(w http.ResponseWriter, _ call) { w.WriteHeader(429) }, login), "not applied", netsuite.ErrLogin},
		{"an add: busy, then refused", (*Client).AddList, script(busy, login), "not applied", netsuite.ErrLogin},
		{"busy for one record, then refused", (*Client).UpsertList, script(answers(list(written("", "WS_REQUEST_BLOCKED", "x"))), answers(list(written("", "USER_ERROR", "no")))), "not applied", netsuite.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _, _ := newClient(t, tt.script)
			results, err := tt.send(c, t.Context(), customers(1))
			if err != nil || ids(results) != tt.want || tt.class != nil && !errors.Is(results[0].Err, tt.class) {
				t.Errorf("%s, %v, %v", ids(results), results[0].Err, err)
			}
		})
	}
	// The account is gone when the request is sent again.
	c, _, _ := newClient(t, script(breaks))
	results, err := c.UpsertList(t.Context(), customers(1))
	if err != nil || ids(results) != "unknown" {
		t.Errorf("%s, %v", ids(results), err)
	}
	for _, e := range []error{inDoubt(&netsuite.TransportError{Err: errors.New("dial")}), inDoubt(errors.New("x")), inDoubt(&netsuite.Fault{Category: netsuite.ErrInvalid})} {
		if netsuite.Applied(e) != netsuite.Unknown {
			t.Errorf("%v", e)
		}
	}
}

// TestMixedList loses the answer to a list of which one record merges lines: the
// others are sent again without it.
func TestMixedList(t *testing.T) {
	records := customers(3)
	records[1].SetList("addressbookList", record.Merge, *record.Line("addressbook").SetBool("defaultBilling", true))
	c, s, _ := newClient(t, script(breaks, savesAll))
	results, err := c.UpsertList(t.Context(), records)
	if err != nil || ids(results) != "0 unknown 2" || !slices.Equal(s.operations(), []string{"upsertList 3", "upsertList 2"}) {
		t.Errorf("%s, %v, %q", ids(results), err, s.operations())
	}
}

// TestPartialAnswer is a list that NetSuite's clock cut: what it did not get to is
// sent again, and what it was at is not, unless that does no harm.
func TestPartialAnswer(t *testing.T) {
	cut := answers(list(written("0", "", ""), written("", "UNEXPECTED_ERROR", "The status of this record is unknown."), written("", "UNEXPECTED_ERROR", "This record was not processed.")))
	c, s, _ := newClient(t, script(cut, savesAll))
	results, err := c.AddList(t.Context(), customers(3))
	if err != nil || ids(results) != "0 unknown 2" || len(s.seen()) != 2 {
		t.Errorf("%s, %v, %q", ids(results), err, s.operations())
	}
}

func TestRecordsThatKeepFailing(t *testing.T) {
	c, s, waits := newClient(t, script(func(w http.ResponseWriter, c call) {
		answers(list(slices.Repeat([]string{written("", "WS_REQUEST_BLOCKED", "blocked")}, len(c.body.Children))...))(w, c)
	}))
	results, _ := c.UpsertList(t.Context(), customers(2))
	if len(s.seen()) != rounds || len(*waits) != rounds-1 || !errors.Is(results[1].Err, netsuite.ErrConcurrency) || ids(results) != "not applied not applied" {
		t.Errorf("%d requests, waits %v, %v", len(s.seen()), *waits, results[1].Err)
	}
	for i := 1; i < len(*waits); i++ {
		if (*waits)[i] <= (*waits)[i-1] {
			t.Errorf("waits do not grow: %v", *waits)
		}
	}
}

func TestUnknownOutcomes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		send     func(*Client, context.Context) ([]WriteResult, error)
		script   []func(http.ResponseWriter, call)
		want     string
		requests int
	}{
		{"an add without an answer", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(breaks, savesAll), "unknown unknown", 1},
		{"an upsert without an answer", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.UpsertList(ctx, customers(2)) },
			script(breaks, savesAll), "0 1", 2},
		{"an add that fails within NetSuite", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(refuses("unexpectedErrorFault", "UNEXPECTED_ERROR", "An unexpected error occurred."), savesAll), "unknown unknown", 1},
		{"an add while too much is in flight", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(refuses("exceededConcurrentRequestLimitFault", "WS_REQUEST_BLOCKED", "SuiteTalk concurrent request limit exceeded. Request blocked."), savesAll), "0 1", 2},
		{"an add during maintenance", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(refuses("unexpectedErrorFault", "ACCT_TEMP_UNAVAILABLE", "down"), savesAll), "0 1", 2},
		{"an add that a page answers", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(func(w http.ResponseWriter, _ call) { fmt.Fprint(w, "<html><body>Please wait</body></html>") }), "unknown unknown", 1},
		{"an answer that lacks a record", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(answers(list(written("0", "", "")))), "unknown unknown", 1},
		{"a whole list refused", func(c *Client, ctx context.Context) ([]WriteResult, error) { return c.AddList(ctx, customers(2)) },
			script(answers(`<writeResponseList><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>INSUFFICIENT_PERMISSION</platformCore:code><platformCore:message>no</platformCore:message></platformCore:statusDetail></platformCore:status></writeResponseList>`)), "not applied not applied", 1},
		{"a delete answered the second time", func(c *Client, ctx context.Context) ([]WriteResult, error) {
			return c.DeleteList(ctx, []record.Ref{{InternalID: "8", Type: "customer"}}, nil)
		}, script(breaks, answers(list(written("", "RCRD_DSNT_EXIST", "That record does not exist.")))), "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s, _ := newClient(t, tt.script)
			results, err := tt.send(c, t.Context())
			if err != nil || ids(results) != tt.want || len(s.seen()) != tt.requests {
				t.Errorf("%q after %d requests, %v; want %q after %d", ids(results), len(s.seen()), err, tt.want, tt.requests)
			}
		})
	}
}

func TestWritesOfOneRecord(t *testing.T) {
	scriptFailed := `<writeResponse><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:afterSubmitFailed>true</platformCore:afterSubmitFailed><platformCore:code>SSS_ERROR</platformCore:code><platformCore:message>a script threw</platformCore:message></platformCore:statusDetail></platformCore:status><baseRef internalId="77" type="customer" xsi:type="platformCore:RecordRef"/></writeResponse>`
	c, s, _ := newClient(t, script(answers(scriptFailed)))
	r, err := c.Add(t.Context(), record.New("customer").Set("companyName", "A"))
	if err != nil || !r.Saved() || !r.ScriptFailed || r.Ref.InternalID != "77" || len(r.Warnings) != 1 || len(s.seen()) != 1 {
		t.Errorf("a record whose script failed: %+v, %v", r, err)
	}

	warned := `<writeResponse><platformCore:status isSuccess="true"><platformCore:statusDetail type="WARN"><platformCore:code>WARNING</platformCore:code><platformCore:message>mind the gap</platformCore:message></platformCore:statusDetail></platformCore:status><baseRef internalId="78" typeId="12" xsi:type="platformCore:CustomRecordRef"/></writeResponse>`
	c, _, _ = newClient(t, script(answers(warned)))
	r, err = c.Upsert(t.Context(), record.NewCustom("12").SetExternalID("m"))
	if err != nil || r.ScriptFailed || r.Ref.TypeID != "12" || len(r.Warnings) != 1 || r.Warnings[0].Message != "mind the gap" {
		t.Errorf("a warning: %+v, %v", r, err)
	}

	c, _, _ = newClient(t, script(answers(written("", "DUP_ENTITY", "A customer with this name already exists."))))
	if r, err = c.Add(t.Context(), record.New("customer")); !errors.Is(err, netsuite.ErrDuplicate) || r.Err != err {
		t.Errorf("a duplicate: %+v, %v", r, err)
	}
	fault, _ := errors.AsType[*netsuite.Fault](err)
	if fault.Code != "DUP_ENTITY" || fault.OperationID != "WEBSERVICES_1234567_SB1_1" || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("fault %+v", fault)
	}
	if _, err := c.Delete(t.Context(), record.Ref{InternalID: "1", Type: "customer"}, nil); errors.Is(err, netsuite.ErrNotFound) {
		t.Errorf("a refused delete: %v", err)
	}
	c, _, _ = newClient(t, script(answers(written("", "INVALID_KEY_OR_REF", "The specified key is invalid."))))
	if _, err := c.Delete(t.Context(), record.Ref{InternalID: "1", Type: "customer"}, nil); !errors.Is(err, netsuite.ErrNotFound) {
		t.Errorf("a delete of nothing: %v", err)
	}
	if _, err := c.Add(t.Context(), record.New("customer")); !errors.Is(err, netsuite.ErrInvalid) || errors.Is(err, netsuite.ErrNotFound) {
		t.Errorf("a reference to nothing: %v", err)
	}
}

// TestInputIsRefused tells all problems before anything is sent.
func TestInputIsRefused(t *testing.T) {
	c, s, _ := newClient(t, script(savesAll))
	bad := record.New("customer").SetExternalID("x").Set("companyname", "A").Set("balance", "1,50").Set("isPerson", "yes")
	_, err := c.UpsertList(t.Context(), []*record.Element{customers(1)[0], bad, record.New("customer"), record.New("nothing").SetExternalID("y")})
	for _, want := range []string{"record 2", "companyname", "is companyName meant?", "1,50", "yes", "record 3", "an upsert needs one", "record 4", "nothing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told: %v", want, err)
		}
	}
	if !errors.Is(err, netsuite.ErrInvalid) || netsuite.Applied(err) != netsuite.NotApplied {
		t.Errorf("class of %v", err)
	}
	for name, send := range map[string]func() error{
		"upsert by internal ID": func() error {
			_, err := c.Upsert(t.Context(), record.New("customer").SetInternalID("1").SetExternalID("x"))
			return err
		},
		"update without ID":    func() error { _, err := c.Update(t.Context(), record.New("customer")); return err },
		"add with internal ID": func() error { _, err := c.Add(t.Context(), record.New("customer").SetInternalID("1")); return err },
		"get without ID":       func() error { _, err := c.GetList(t.Context(), []record.Ref{{}}); return err },
		"search of page 0":     func() error { _, err := c.SearchMore(t.Context(), "x", 0, nil); return err },
		"job of nothing":       func() error { _, err := c.AsyncAddList(t.Context(), nil); return err },
		"job of too much":      func() error { _, err := c.AsyncUpsertList(t.Context(), customers(201)); return err },
	} {
		if err := send(); !errors.Is(err, netsuite.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.seen()) > 0 {
		t.Errorf("sent: %q", s.operations())
	}
}

// TestEndOfContext marks what was never sent.
func TestEndOfContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, s, _ := newClient(t, script(func(w http.ResponseWriter, c call) {
		savesAll(w, c)
	}, func(w http.ResponseWriter, c call) { cancel(); savesAll(w, c) }), WithLimits(Limits{Upsert: 2}))
	results, err := c.UpsertList(ctx, customers(6))
	if err != nil || len(s.seen()) != 2 {
		t.Fatalf("%v after %q", err, s.operations())
	}
	for _, r := range results[4:] {
		if netsuite.Applied(r.Err) != netsuite.NotApplied || !errors.Is(r.Err, context.Canceled) {
			t.Errorf("a record that was not sent: %v", r.Err)
		}
	}
	if ids(results[:2]) != "0 1" {
		t.Errorf("%s", ids(results))
	}
}

// TestMaintenanceWaitsLong does not hammer an account that is down.
func TestMaintenanceWaitsLong(t *testing.T) {
	c, _, waits := newClient(t, script(refuses("", "", "Your account is currently unavailable due to scheduled maintenance"), savesAll))
	if _, err := c.AddList(t.Context(), customers(1)); err != nil {
		t.Fatal(err)
	}
	if len(*waits) != 1 || (*waits)[0] < time.Minute {
		t.Errorf("waits %v", *waits)
	}
}

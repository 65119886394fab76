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
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// result is a searchResult with records of the internal IDs.
func result(index, pages int, ids ...string) string {
	var records strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&records, `<platformCore:record internalId="%s" xsi:type="l:Customer" xmlns:l="urn:relationships_2025_2.lists.webservices.netsuite.com"><l:entityId>E%s</l:entityId></platformCore:record>`, id, id)
	}
	return fmt.Sprintf(`<platformCore:searchResult><platformCore:status isSuccess="true"/><platformCore:totalRecords>9</platformCore:totalRecords><platformCore:pageSize>5</platformCore:pageSize><platformCore:totalPages>%d</platformCore:totalPages><platformCore:pageIndex>%d</platformCore:pageIndex><platformCore:searchId>WEBSERVICES_1</platformCore:searchId><platformCore:recordList>%s</platformCore:recordList></platformCore:searchResult>`, pages, index, records.String())
}

func failed(code string) string {
	return `<platformCore:searchResult><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>` + code + `</platformCore:code><platformCore:message>no</platformCore:message></platformCore:statusDetail></platformCore:status></platformCore:searchResult>`
}

func customerSearch(t *testing.T) record.Element {
	t.Helper()
	e, err := search.Query{Type: "customer"}.Element(schema.Latest)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name   string
		script []func(http.ResponseWriter, call)
		want   string
		err    error
		page   int // that the error names
	}{
		{"empty pages in the middle", script(answers(result(1, 4, "1", "2")), answers(result(2, 4)), answers(result(3, 4)), answers(result(4, 4, "3"))), "1 2 3", nil, 0},
		{"a record that moved to the next page", script(answers(result(1, 2, "1", "2")), answers(result(2, 2, "2", "3"))), "1 2 3", nil, 0},
		{"pages that become fewer", script(answers(result(1, 9, "1")), answers(result(2, 2, "2"))), "1 2", nil, 0},
		{"pages that become more", script(answers(result(1, 2, "1")), answers(result(2, 3, "2")), answers(result(3, 3, "3"))), "1 2 3", nil, 0},
		{"nothing found", script(answers(result(0, 0))), "", nil, 0},
		{"a search that is gone", script(answers(result(1, 3, "1")), answers(failed("INVALID_JOB_ID"))), "1", ErrSearchLost, 2},
		{"a page that fails once", script(answers(result(1, 2, "1")), refuses("unexpectedErrorFault", "UNEXPECTED_ERROR", "x"), answers(result(2, 2, "2"))), "1 2", nil, 0},
		{"no permission", script(answers(failed("INSUFFICIENT_PERMISSION"))), "", netsuite.ErrPermission, 0},
		{"a page size that is refused", script(answers(failed("INVALID_SEARCH_PAGE_SIZE"))), "", netsuite.ErrInvalid, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s, _ := newClient(t, tt.script)
			var ids []string
			var failure error
			for e, err := range c.Records(t.Context(), customerSearch(t), &SearchPreferences{PageSize: 5, BodyFieldsOnly: new(false)}) {
				if failure = err; err == nil {
					ids = append(ids, e.InternalID())
				}
			}
			if strings.Join(ids, " ") != tt.want || !errors.Is(failure, tt.err) {
				t.Errorf("%q, %v", ids, failure)
			}
			page, _ := errors.AsType[*PageError](failure)
			if (page == nil) != (tt.page == 0) || page != nil && page.Page != tt.page {
				t.Errorf("error %v", failure)
			}
			for i, call := range s.seen() {
				p := call.header.Find("searchPreferences")
				if p == nil || p.Value("pageSize") != "5" || p.Value("bodyFieldsOnly") != "false" || call.header.Find("preferences") != nil {
					t.Errorf("request %d has preferences %+v", i+1, p)
				}
			}
		})
	}
}

func TestReadingMayEndEarly(t *testing.T) {
	c, s, _ := newClient(t, script(answers(result(1, 3, "1", "2"))))
	for range c.Records(t.Context(), customerSearch(t), nil) {
		break
	}
	if len(s.seen()) != 1 {
		t.Errorf("%d requests for one record", len(s.seen()))
	}
}

func TestGetListIsDivided(t *testing.T) {
	c, s, _ := newClient(t, script(func(w http.ResponseWriter, c call) {
		if len(c.body.Children) > 2 {
			refuses("exceededRecordCountFault", "MAX_RCRDS_EXCEEDED", "too many")(w, c)
			return
		}
		var b strings.Builder
		for i := range c.body.Children {
			id := c.body.Children[i].InternalID()
			if id == "3" {
				b.WriteString(`<readResponse><platformCore:status isSuccess="false"><platformCore:statusDetail type="ERROR"><platformCore:code>RCRD_DSNT_EXIST</platformCore:code></platformCore:statusDetail></platformCore:status></readResponse>`)
				continue
			}
			fmt.Fprintf(&b, `<readResponse><platformCore:status isSuccess="true"/><record internalId="%s" xsi:type="l:Customer" xmlns:l="urn:relationships_2025_2.lists.webservices.netsuite.com"/></readResponse>`, id)
		}
		answers(`<readResponseList><platformCore:status isSuccess="true"/>`+b.String()+`</readResponseList>`)(w, c)
	}), WithLimits(Limits{Get: 4}))
	var refs []record.Ref
	for i := range 6 {
		refs = append(refs, record.Ref{InternalID: fmt.Sprint(i), Type: "customer"})
	}
	results, err := c.GetList(t.Context(), refs)
	if err != nil || !slices.Equal(s.operations(), []string{"getList 4", "getList 2", "getList 2", "getList 2"}) {
		t.Fatalf("%v, %q", err, s.operations())
	}
	for i, r := range results {
		if i == 3 != errors.Is(r.Err, netsuite.ErrNotFound) || i != 3 && r.Record.InternalID() != fmt.Sprint(i) {
			t.Errorf("record %d: %+v", i, r)
		}
	}
}

func TestDeletions(t *testing.T) {
	deleted := func(index, pages int, inner string) string {
		return fmt.Sprintf(`<platformCore:getDeletedResult><platformCore:status isSuccess="true"/><platformCore:totalRecords>2</platformCore:totalRecords><platformCore:totalPages>%d</platformCore:totalPages><platformCore:pageIndex>%d</platformCore:pageIndex><platformCore:deletedRecordList>%s</platformCore:deletedRecordList></platformCore:getDeletedResult>`, pages, index, inner)
	}
	c, s, _ := newClient(t, script(
		answers(deleted(1, 2, `<platformCore:deletedRecord><platformCore:deletedDate>2026-01-02T03:04:05.000-08:00</platformCore:deletedDate><platformCore:record internalId="7" type="customer" xsi:type="platformCore:RecordRef"><platformCore:name>Gone</platformCore:name></platformCore:record></platformCore:deletedRecord>`)),
		answers(deleted(2, 2, `<platformCore:deletedRecord><platformCore:deletedDate>2026-01-03T03:04:05.000-08:00</platformCore:deletedDate><platformCore:record internalId="8" typeId="3" scriptId="customrecord_x" xsi:type="platformCore:CustomRecordRef"/></platformCore:deletedRecord>`))))
	var got []Deleted
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for p, err := range c.Deletions(t.Context(), DeletedFilter{From: from, Until: from.AddDate(0, 1, 0), Types: []string{"customer"}}) {
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Records {
			d, err := ReadDeleted(&p.Records[i])
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, d)
		}
	}
	if len(got) != 2 || got[0].Ref.Name != "Gone" || got[0].Ref.Type != "customer" || !got[0].At.Equal(time.Date(2026, 1, 2, 11, 4, 5, 0, time.UTC)) || got[1].Ref.ScriptID != "customrecord_x" {
		t.Errorf("%+v", got)
	}
	filter := s.seen()[1].body.Find("getDeletedFilter")
	if filter.Find("deletedDate").Attr("operator") != "within" || filter.Value("type", "searchValue") != "customer" || s.seen()[1].body.Value("pageIndex") != "2" {
		t.Errorf("second request %+v", s.seen()[1].body)
	}
}

func TestSystem(t *testing.T) {
	c, s, _ := newClient(t, script(
		answers(`<platformCore:getDataCenterUrlsResult><platformCore:status isSuccess="true"/><platformCore:dataCenterUrls><platformCore:restDomain>https://r</platformCore:restDomain><platformCore:webservicesDomain>https://w</platformCore:webservicesDomain><platformCore:systemDomain>https://s</platformCore:systemDomain></platformCore:dataCenterUrls></platformCore:getDataCenterUrlsResult>`),
		answers(`<platformCore:getAccountGovernanceInfoResult><platformCore:status isSuccess="true"/><platformCore:accountConcurrencyLimit>15</platformCore:accountConcurrencyLimit><platformCore:unallocatedConcurrencyLimit>10</platformCore:unallocatedConcurrencyLimit></platformCore:getAccountGovernanceInfoResult>`),
		answers(`<platformCore:getIntegrationGovernanceInfoResult><platformCore:status isSuccess="true"/><platformCore:integrationConcurrencyLimit>5</platformCore:integrationConcurrencyLimit><platformCore:limitType>_integrationSpecific</platformCore:limitType></platformCore:getIntegrationGovernanceInfoResult>`),
		answers(`<platformCore:getCustomizationIdResult><platformCore:status isSuccess="true"/><platformCore:totalRecords>1</platformCore:totalRecords><platformCore:customizationRefList><platformCore:customizationRef internalId="17" scriptId="customrecord_x" type="customRecordType"><platformCore:name>Machine</platformCore:name></platformCore:customizationRef></platformCore:customizationRefList></platformCore:getCustomizationIdResult>`),
	))
	urls, err := c.DataCenterURLs(t.Context(), "1234567")
	if err != nil || urls != (DataCenterURLs{"https://r", "https://w", "https://s"}) || s.seen()[0].header.Find("tokenPassport") != nil {
		t.Errorf("%+v, %v", urls, err)
	}
	if g, err := c.AccountGovernance(t.Context()); err != nil || g.Account != 15 || g.Unallocated != 10 {
		t.Errorf("%+v, %v", g, err)
	}
	if g, err := c.IntegrationGovernance(t.Context()); err != nil || g.Integration != 5 || g.LimitType != "integrationSpecific" {
		t.Errorf("%+v, %v", g, err)
	}
	refs, err := c.CustomizationIDs(t.Context(), "customRecordType", false)
	if err != nil || len(refs) != 1 || refs[0].ScriptID != "customrecord_x" || refs[0].Name != "Machine" {
		t.Errorf("%+v, %v", refs, err)
	}
}

// TestOtherOperations carries out operations without methods of their own.
func TestOtherOperations(t *testing.T) {
	c, s, _ := newClient(t, script(
		answers(`<platformCore:getCurrencyRateResult><platformCore:status isSuccess="true"/><platformCore:currencyRateList><platformCore:currencyRate><platformCore:exchangeRate>1.25</platformCore:exchangeRate></platformCore:currencyRate></platformCore:currencyRateList></platformCore:getCurrencyRateResult>`),
		answers(written("", "INSUFFICIENT_PERMISSION", "no"))))
	filter := record.Line("currencyRateFilter").SetRef("baseCurrency", record.Ref{InternalID: "1"}).Set("effectiveDate", "2026-01-02")
	e, err := c.Operation(t.Context(), "getCurrencyRate", netsuite.Read, *filter)
	if err != nil || e.Value("currencyRateList", "currencyRate", "exchangeRate") != "1.25" || s.seen()[0].body.Find("currencyRateFilter", "baseCurrency").InternalID() != "1" {
		t.Errorf("%+v, %v", e, err)
	}
	invitee := record.Line("updateInviteeStatusReference").SetRef("eventId", record.Ref{InternalID: "1"}).Set("responseCode", "accepted")
	if _, err := c.Operation(t.Context(), "updateInviteeStatus", netsuite.Write, *invitee); !errors.Is(err, netsuite.ErrPermission) {
		t.Errorf("a refused status: %v", err)
	}
	for name, children := range map[string][]record.Element{"": nil, "nothing": nil, "getCurrencyRate": {{Name: "nothing"}}} {
		if _, err := c.Operation(t.Context(), name, netsuite.Read, children...); !errors.Is(err, netsuite.ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAsync(t *testing.T) {
	status := func(state string) func(http.ResponseWriter, call) {
		return answers(`<platformCore:asyncStatusResult><platformCore:jobId>ASYNC_1</platformCore:jobId><platformCore:status>` + state + `</platformCore:status><platformCore:percentCompleted>50.5</platformCore:percentCompleted><platformCore:estRemainingDuration>1.0</platformCore:estRemainingDuration></platformCore:asyncStatusResult>`)
	}
	c, s, waits := newClient(t, script(status("pending"), status("processing"), status("retry"), status("finishedWithErrors"),
		answers(`<asyncResult xsi:type="AsyncUpsertListResult">`+list(written("1", "", ""), written("", "USER_ERROR", "no"))+`</asyncResult>`),
		answers(`<asyncResult xsi:type="AsyncSearchResult">`+result(1, 1, "1", "2")+`</asyncResult>`),
		refuses("asyncFault", "JOB_NOT_COMPLETE", "not yet"), answers(``)))
	j, err := c.AsyncUpsertList(t.Context(), customers(2))
	if err != nil || j.ID != "ASYNC_1" || j.State != JobPending || j.Percent != "50.5" || j.Done() {
		t.Fatalf("%+v, %v", j, err)
	}
	if j, err = c.AwaitJob(t.Context(), j.ID); err != nil || j.State != JobFinishedWithErrors || !slices.Equal(*waits, []time.Duration{time.Second, 2 * time.Second}) {
		t.Errorf("%+v, %v after %v", j, err, *waits)
	}
	r, err := c.AsyncResult(t.Context(), j.ID, 1)
	if err != nil || ids(r.Written) != "1 not applied" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = c.AsyncResult(t.Context(), j.ID, 1); err != nil || len(r.Found.Records) != 2 || r.Found.ID == "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err = c.AsyncResult(t.Context(), j.ID, 1); !errors.Is(err, ErrNotFinished) {
		t.Errorf("a job that runs: %v", err)
	}
	if _, err = c.AsyncResult(t.Context(), j.ID, 1); err == nil {
		t.Error("an empty result is a result")
	}
	if s.seen()[4].body.Value("jobId") != "ASYNC_1" {
		t.Errorf("%+v", s.seen()[4].body)
	}
}

// TestDebugTap hands over what REST's does: status, sizes, and NetSuite's handle.
func TestDebugTap(t *testing.T) {
	c, _, _ := newClient(t, script(refuses("exceededRequestLimitFault", "WS_REQUEST_BLOCKED", "x"), answers(result(1, 1, "1"))))
	var seen []netsuite.Exchange
	for _, option := range []netsuite.Option{netsuite.OnExchange(func(_ context.Context, e netsuite.Exchange) { seen = append(seen, e) }), netsuite.WithBodies(4000)} {
		if err := option(c.base); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Search(t.Context(), customerSearch(t), nil); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || seen[0].Status != 500 || seen[0].Err == nil || seen[1].Err != nil || seen[1].OperationID != "WEBSERVICES_1234567_SB1_1" ||
		seen[1].ResponseBytes < 500 || len(seen[1].ResponseBody) != seen[1].ResponseBytes || seen[1].Operation != "search CustomerSearch" || seen[1].Attempt != 2 {
		t.Errorf("%+v", seen)
	}
	for limit := range 4000 {
		shown := string(maskPassport(seen[1].RequestBody[:min(limit, len(seen[1].RequestBody))]))
		for _, secret := range []string{"made-up", "signature", "nonce"} {
			if strings.Contains(shown, secret) {
				t.Fatalf("%q is in a body shown up to %d bytes: %s", secret, limit, shown)
			}
		}
	}
	if !strings.Contains(string(seen[1].RequestBody), "[redacted]") || !strings.Contains(string(seen[1].RequestBody), "CustomerSearch") {
		t.Errorf("%s", seen[1].RequestBody)
	}
}

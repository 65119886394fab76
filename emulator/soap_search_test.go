package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

// ids are the internal IDs of the records in a search result.
func ids(n *envelope.Node) []string {
	var out []string
	for _, r := range n.Child("recordList").All("record") {
		out = append(out, r.Attr("internalId"))
	}
	return out
}

func number(n *envelope.Node, name string) int {
	i, _ := strconv.Atoi(n.Child(name).Value())
	return i
}

const allOrders = `<m:searchRecord xsi:type="sales:TransactionSearch"><sales:basic><o:type operator="anyOf"><c:searchValue>_salesOrder</c:searchValue></o:type></sales:basic></m:searchRecord>`

func TestSOAPPages(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	c.header = `<m:searchPreferences><m:pageSize>8</m:pageSize></m:searchPreferences>`
	got := c.do("search", allOrders)
	if number(got, "totalRecords") != 20 || number(got, "totalPages") != 3 || len(ids(got)) != 8 || got.Child("recordList").Child("record").Child("itemList") != nil {
		t.Fatalf("page 1: %s, %d records of %d", outcome(got), len(ids(got)), number(got, "totalRecords"))
	}
	id := got.Child("searchId").Value()
	more := `<m:searchId>` + id + `</m:searchId><m:pageIndex>`
	all := ids(got)
	for page := 2; page <= 3; page++ {
		all = append(all, ids(c.do("searchMoreWithId", more+strconv.Itoa(page)+`</m:pageIndex>`))...)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 20 {
		t.Errorf("%d different records on all pages", len(all))
	}
	if err := e.Faults().Add(failure.Rule{Operation: "searchMoreWithId", Effect: failure.EmptyPage, Count: 1}); err != nil {
		t.Fatal(err)
	}
	if got := c.do("searchMoreWithId", more+`2</m:pageIndex>`); outcome(got) != "ok" || len(ids(got)) != 0 || number(got, "totalRecords") != 20 {
		t.Errorf("empty page: %s, %d records", outcome(got), len(ids(got)))
	}
	if got := outcome(c.do("searchMoreWithId", more+`4</m:pageIndex>`)); got != "INVALID_SEARCH_PAGE_INDEX" {
		t.Errorf("page 4: %s", got)
	}
	e.Clock().Advance(14 * time.Minute)
	if got := outcome(c.do("searchMoreWithId", more+`2</m:pageIndex>`)); got != "ok" {
		t.Errorf("after 14 minutes: %s", got)
	}
	e.Clock().Advance(16 * time.Minute)
	if got := outcome(c.do("searchMoreWithId", more+`2</m:pageIndex>`)); got != "INVALID_JOB_ID" {
		t.Errorf("after 16 minutes: %s", got)
	}
	for _, size := range []string{"4", "1001"} {
		c.header = `<m:searchPreferences><m:pageSize>` + size + `</m:pageSize></m:searchPreferences>`
		if got := outcome(c.do("search", allOrders)); got != "INVALID_SEARCH_PAGE_SIZE" {
			t.Errorf("page size %s: %s", size, got)
		}
	}
}

func TestSOAPCriteria(t *testing.T) {
	c := soapTo(t, Start(t, twenty))
	count := func(content string) int {
		t.Helper()
		got := c.do("search", content)
		if outcome(got) != "ok" {
			t.Fatalf("%s: %s %s", content, outcome(got), got.Child("status").Child("statusDetail").Child("message").Value())
		}
		return number(got, "totalRecords")
	}
	first := ids(c.do("search", allOrders))[0]
	order := c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="salesOrder" internalId="`+first+`"/>`).Child("record")
	customer := order.Child("entity").Attr("internalId")
	ofCustomer := count(`<m:searchRecord xsi:type="sales:TransactionSearch"><sales:basic><o:entity operator="anyOf"><c:searchValue internalId="` + customer +
		`"/></o:entity><o:type operator="anyOf"><c:searchValue>_salesOrder</c:searchValue></o:type></sales:basic></m:searchRecord>`)
	joined := count(`<m:searchRecord xsi:type="sales:TransactionSearch"><sales:basic><o:type operator="anyOf"><c:searchValue>_salesOrder</c:searchValue></o:type></sales:basic>
		<sales:customerJoin><o:internalId operator="anyOf"><c:searchValue internalId="` + customer + `"/></o:internalId></sales:customerJoin></m:searchRecord>`)
	if ofCustomer == 0 || ofCustomer != joined {
		t.Errorf("%d orders by entity, %d by join", ofCustomer, joined)
	}
	item := order.Child("itemList").Child("item").Child("item").Attr("internalId")
	withItem := count(`<m:searchRecord xsi:type="sales:TransactionSearch"><sales:basic><o:item operator="anyOf"><c:searchValue internalId="` + item +
		`"/></o:item><o:internalId operator="anyOf"><c:searchValue internalId="` + first + `"/></o:internalId></sales:basic></m:searchRecord>`)
	if withItem != 1 {
		t.Errorf("%d records of the order by its item", withItem)
	}
	buyers := count(`<m:searchRecord xsi:type="rel:CustomerSearch"><rel:transactionJoin><o:internalId operator="anyOf"><c:searchValue internalId="` + first +
		`"/></o:internalId></rel:transactionJoin></m:searchRecord>`)
	if buyers != 1 {
		t.Errorf("%d customers of one order", buyers)
	}
	bounds := `<o:lastModifiedDate operator="within"><c:searchValue>2000-01-01T00:00:00Z</c:searchValue><c:searchValue2>2000-01-02T00:00:00Z</c:searchValue2></o:lastModifiedDate>`
	if n := count(`<m:searchRecord xsi:type="o:CustomerSearchBasic">` + bounds + `</m:searchRecord>`); n != 0 {
		t.Errorf("%d customers changed in 2000", n)
	}
	if n := count(`<m:searchRecord xsi:type="o:CustomerSearchBasic">` + strings.Replace(bounds, "2000-01-02", "2999-01-02", 1) + `</m:searchRecord>`); n != 12 {
		t.Errorf("%d customers in all", n)
	}
	shipments := c.do("search", `<m:searchRecord xsi:type="o:CustomRecordSearchBasic"><o:recType xsi:type="c:CustomizationRef" scriptId="customrecord_sluice_shipment" type="customRecordType"/></m:searchRecord>`)
	if outcome(shipments) != "ok" {
		t.Errorf("custom records: %s", outcome(shipments))
	}
	for content, want := range map[string]string{
		`<m:searchRecord xsi:type="o:CustomRecordSearchBasic"><o:recType internalId="99999"/></m:searchRecord>`:                                     "INVALID_RCRD_TYPE",
		`<m:searchRecord xsi:type="o:CustomerSearchBasic"><o:email><c:searchValue>x</c:searchValue></o:email></m:searchRecord>`:                     "INVALID_SEARCH_OPERATOR",
		`<m:searchRecord xsi:type="o:CustomerSearchBasic"><o:ccNumber operator="is"><c:searchValue>x</c:searchValue></o:ccNumber></m:searchRecord>`: "INVALID_SEARCH_FIELD_NAME",
		`<m:searchRecord xsi:type="rel:CustomerSearch"><rel:mseSubsidiaryJoin/></m:searchRecord>`:                                                   "INVALID_SEARCH_TYPE",
		`<m:searchRecord xsi:type="rel:CustomerSearchAdvanced"><rel:criteria/></m:searchRecord>`:                                                    "INVALID_SEARCH_PREF",
		`<m:searchRecord xsi:type="rel:CustomerSearchAdvanced" savedSearchScriptId="customsearch_nothing"/>`:                                        "INVALID_SAVED_SRCH",
		`<m:searchRecord xsi:type="sales:TransactionSearchAdvanced" savedSearchScriptId="customsearch_sluice_totals"/>`:                             "INVALID_SUMMARY_SRCH",
	} {
		if got := outcome(c.do("search", content)); got != want {
			t.Errorf("%s: %s, want %s", content, got, want)
		}
	}
}

func TestSOAPSavedSearch(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	got := c.do("search", `<m:searchRecord xsi:type="sales:TransactionSearchAdvanced" savedSearchScriptId="CUSTOMSEARCH_sluice_open_orders"/>`)
	rows := got.Child("searchRowList").All("searchRow")
	if len(rows) == 0 || len(rows) != number(got, "totalRecords") {
		t.Fatalf("%s: %d rows of %d", outcome(got), len(rows), number(got, "totalRecords"))
	}
	basic := rows[0].Child("basic")
	if basic.Child("tranId").Child("searchValue").Value() == "" || basic.Child("entity").Child("searchValue").Attr("internalId") == "" ||
		rows[0].Child("customerJoin").Child("entityId").Child("searchValue").Value() == "" {
		t.Errorf("a row lacks columns: %+v", basic)
	}
	last := 0
	for _, r := range rows {
		id, _ := strconv.Atoi(r.Child("basic").Child("internalId").Child("searchValue").Attr("internalId"))
		if id <= last {
			t.Errorf("%d stands behind %d", id, last)
		}
		last = id
	}
	err := e.AddSavedSearch(search.SavedSearch{
		ScriptID: "customsearch_contacts", Name: "Contacts", Type: "customer",
		Criteria: `<basic><platformCommon:entityId operator="startsWith"><platformCore:searchValue>A</platformCore:searchValue></platformCommon:entityId></basic>`,
		Columns: `<basic><platformCommon:entityId><platformCore:customLabel>Number</platformCore:customLabel></platformCommon:entityId>
			<platformCommon:customFieldList><platformCore:customField xsi:type="platformCore:SearchColumnSelectCustomField" scriptId="custentity_sluice_segment"/>
			</platformCommon:customFieldList></basic><contactJoin><platformCommon:email/></contactJoin>`,
	})
	if err != nil {
		t.Fatal(err)
	}
	got = c.do("search", `<m:searchRecord xsi:type="rel:CustomerSearchAdvanced" savedSearchScriptId="customsearch_contacts"/>`)
	for _, r := range got.Child("searchRowList").All("searchRow") {
		name := r.Child("basic").Child("entityId")
		if !strings.HasPrefix(strings.ToLower(name.Child("searchValue").Value()), "a") || name.Child("customLabel").Value() != "Number" {
			t.Errorf("row of %q, label %q", name.Child("searchValue").Value(), name.Child("customLabel").Value())
		}
	}
	c.header = `<m:searchPreferences><m:returnSearchColumns>false</m:returnSearchColumns><m:bodyFieldsOnly>false</m:bodyFieldsOnly></m:searchPreferences>`
	got = c.do("search", `<m:searchRecord xsi:type="sales:TransactionSearchAdvanced" savedSearchId="102"/>`)
	if r := got.Child("recordList").Child("record"); r == nil || len(r.Child("itemList").All("item")) == 0 {
		t.Errorf("records of a saved search: %s", outcome(got))
	}
	if err := e.AddSavedSearch(search.SavedSearch{ScriptID: "customsearch_bad", Type: "customer", Columns: "<basic><platformCommon:nothing/></basic>"}); err == nil {
		t.Error("a saved search with an unknown column was stored")
	}
}

func TestSOAPOverLimit(t *testing.T) {
	e := Start(t, twenty)
	if err := e.Faults().Add(failure.Rule{Operation: "get", Effect: failure.TooMany, Count: 1}); err != nil {
		t.Fatal(err)
	}
	c := soapTo(t, e)
	element, code, _ := c.fault("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="1"/>`)
	if element != "exceededConcurrentRequestLimitFault" || code != "WS_REQUEST_BLOCKED" {
		t.Errorf("%s %s", element, code)
	}
	if err := e.Faults().Add(failure.Rule{Operation: "get", Effect: failure.Unavailable, Count: 1}); err != nil {
		t.Fatal(err)
	}
	if status, _ := c.post("get", c.message(c.passport(), "<m:get/>")); status != http.StatusServiceUnavailable {
		t.Errorf("unavailable: %d", status)
	}
}

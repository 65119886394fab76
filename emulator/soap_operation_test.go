package emulator

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/session"
)

// permit gives the integration role a permission.
func permit(t *testing.T, e *Emulator, id string, level session.Level) {
	t.Helper()
	err := e.Account().Edit(func(s *account.Setup) error {
		s.Role(account.IntegrationRole).Permissions[id] = level
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSOAPDeleted(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	all := `<m:getDeletedFilter><c:deletedDate operator="within"><c:searchValue>2000-01-01T00:00:00Z</c:searchValue><c:searchValue2>2999-01-01T00:00:00Z</c:searchValue2></c:deletedDate>` +
		`<c:type operator="anyOf"><c:searchValue>contact</c:searchValue></c:type></m:getDeletedFilter><m:pageIndex>`
	if got := outcome(c.do("getDeleted", all+"1</m:pageIndex>")); got != "INSUFFICIENT_PERMISSION" {
		t.Errorf("without the permission: %s", got)
	}
	permit(t, e, "ADMI_DELETEDRECORD", session.View)
	var refs strings.Builder
	for i := range 7 {
		id := ref(t, c.do("add", `<m:record xsi:type="rel:Contact"><rel:entityId>Gone `+strconv.Itoa(i)+`</rel:entityId><rel:subsidiary internalId="1"/></m:record>`))
		refs.WriteString(`<m:baseRef xsi:type="c:RecordRef" type="contact" internalId="` + id + `"/>`)
	}
	for _, w := range c.do("deleteList", refs.String()).All("writeResponse") {
		ref(t, w)
	}
	c.header = `<m:searchPreferences><m:pageSize>5</m:pageSize></m:searchPreferences>`
	first, second := c.do("getDeleted", all+"1</m:pageIndex>"), c.do("getDeleted", all+"2</m:pageIndex>")
	records := append(first.Child("deletedRecordList").All("deletedRecord"), second.Child("deletedRecordList").All("deletedRecord")...)
	if number(first, "totalRecords") != 7 || number(first, "totalPages") != 2 || len(records) != 7 {
		t.Fatalf("%s: %d of %d records", outcome(first), len(records), number(first, "totalRecords"))
	}
	if r := records[0].Child("record"); r.Attr("type") != "contact" || r.Child("name").Value() != "Gone 0" || records[0].Child("deletedDate").Value() == "" {
		t.Errorf("deleted record %+v", r)
	}
	other := strings.Replace(all, "contact", "salesOrder", 1)
	if got := c.do("getDeleted", other+"1</m:pageIndex>"); outcome(got) != "ok" || number(got, "totalRecords") != 0 {
		t.Errorf("deleted orders: %s, %d", outcome(got), number(got, "totalRecords"))
	}
}

func TestSOAPCatalogue(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	permit(t, e, "LIST_CURRENCY", session.Full)
	if got := c.do("getAll", `<m:record recordType="currency"/>`); number(got, "totalRecords") == 0 || got.Child("recordList").Child("record").Child("symbol").Value() == "" {
		t.Errorf("currencies: %s", outcome(got))
	}
	if got := c.do("getSavedSearch", `<m:record searchType="transaction"/>`); number(got, "totalRecords") != 3 || got.Child("recordRefList").Child("recordRef").Attr("scriptId") != "" {
		t.Errorf("saved searches: %s", outcome(got))
	}
	got := c.do("getCustomizationId", `<m:customizationType getCustomizationType="customRecordType"/><m:includeInactives>false</m:includeInactives>`)
	kind := got.Child("customizationRefList").Child("customizationRef")
	if kind.Attr("scriptId") != "customrecord_sluice_shipment" {
		t.Fatalf("custom record types: %s %+v", outcome(got), kind)
	}
	order := ids(c.do("search", allOrders))[0]
	record := `<m:record xsi:type="setup:CustomRecord" externalId="ship-1"><setup:recType internalId="` + kind.Attr("internalId") + `"/><setup:name>First</setup:name>
		<setup:customFieldList><c:customField xsi:type="c:SelectCustomFieldRef" scriptId="custrecord_sluice_ship_order"><c:value internalId="` + order + `"/></c:customField>
		<c:customField xsi:type="c:StringCustomFieldRef" scriptId="custrecord_sluice_ship_tracking"><c:value>T-1</c:value></c:customField></setup:customFieldList></m:record>`
	bare := strings.Replace(record, "<c:value>T-1</c:value>", "", 1)
	if got := outcome(c.do("upsert", bare)); got != "USER_ERROR" {
		t.Errorf("without its mandatory field: %s", got)
	}
	c.header = `<m:preferences><m:disableMandatoryCustomFieldValidation>true</m:disableMandatoryCustomFieldValidation></m:preferences>`
	ref(t, c.do("upsert", bare))
	c.header = ""
	made := c.do("upsert", record)
	if id := ref(t, made); made.Child("baseRef").Attr("typeId") != kind.Attr("internalId") || id == "" {
		t.Errorf("custom record %+v", made.Child("baseRef"))
	}
	read := c.do("get", `<m:baseRef xsi:type="c:CustomRecordRef" typeId="`+kind.Attr("internalId")+`" externalId="SHIP-1"/>`).Child("record")
	if read.Child("recType").Attr("internalId") != kind.Attr("internalId") || len(read.Child("customFieldList").All("customField")) < 2 {
		t.Errorf("custom record %+v", read)
	}
	joined := c.do("search", `<m:searchRecord xsi:type="sales:TransactionSearch"><sales:customSearchJoin><o:customizationRef scriptId="custrecord_sluice_ship_order" internalId=""/>
		<o:searchRecordBasic xsi:type="o:CustomRecordSearchBasic"><o:recType internalId="`+kind.Attr("internalId")+`"/><o:name operator="is"><c:searchValue>first</c:searchValue></o:name>
		</o:searchRecordBasic></sales:customSearchJoin></m:searchRecord>`)
	if found := ids(joined); len(found) != 1 || found[0] != order {
		t.Errorf("orders by their shipments: %s %v", outcome(joined), found)
	}
	values := c.do("getSelectValue", `<m:fieldDescription><c:recordType>customer</c:recordType><c:field>salesRep</c:field></m:fieldDescription><m:pageIndex>1</m:pageIndex>`)
	if number(values, "totalRecords") == 0 || values.Child("baseRefList").Child("baseRef").Child("name").Value() == "" {
		t.Errorf("select values: %s", outcome(values))
	}
	item := c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="salesOrder" internalId="`+order+`"/>`).Child("record").Child("itemList").Child("item").Child("item").Attr("internalId")
	stock := c.do("getItemAvailability", `<m:itemAvailabilityFilter><c:item><c:recordRef internalId="`+item+`"/></c:item></m:itemAvailabilityFilter>`)
	if outcome(stock) != "ok" || stock.Child("itemAvailabilityList").Child("itemAvailability").Child("item").Attr("internalId") != item {
		t.Errorf("stock: %s", outcome(stock))
	}
	limits := c.do("getAccountGovernanceInfo", "")
	own := c.do("getIntegrationGovernanceInfo", "")
	if number(limits, "accountConcurrencyLimit") != 5 || own.Child("limitType").Value() != "_account" {
		t.Errorf("limits: %s %s", outcome(limits), outcome(own))
	}
	urls := c.do("getDataCenterUrls", `<m:account>1234567_SB1</m:account>`)
	if urls.Child("dataCenterUrls").Child("webservicesDomain").Value() != e.URL() {
		t.Errorf("domains: %s", outcome(urls))
	}
	status, answer := c.post("getDataCenterUrls", c.message("", "<m:getDataCenterUrls><m:account>1</m:account></m:getDataCenterUrls>"))
	if status != http.StatusOK {
		t.Errorf("without login: %d %s", status, answer)
	}
}

func TestSOAPInitialize(t *testing.T) {
	c := soapTo(t, Start(t, twenty))
	open := c.do("search", strings.Replace(allOrders, `</sales:basic>`, `<o:status operator="anyOf"><c:searchValue>_salesOrderPendingBilling</c:searchValue><c:searchValue>_salesOrderPendingFulfillment</c:searchValue></o:status></sales:basic>`, 1))
	id := ids(open)[0]
	draft := c.do("initialize", `<m:initializeRecord><c:type>invoice</c:type><c:reference type="salesOrder" internalId="`+id+`"/></m:initializeRecord>`)
	r := draft.Child("record")
	if outcome(draft) != "ok" || r.Attr("internalId") != "" || r.Child("createdFrom").Attr("internalId") != id || len(r.Child("itemList").All("item")) == 0 {
		t.Fatalf("draft: %s %+v", outcome(draft), r)
	}
	if got := outcome(c.do("initialize", `<m:initializeRecord><c:type>assemblyBuild</c:type><c:reference type="salesOrder" internalId="`+id+`"/></m:initializeRecord>`)); got == "ok" {
		t.Error("an assembly was built from an order")
	}
	contact := ref(t, c.do("add", `<m:record xsi:type="rel:Contact"><rel:entityId>Attached</rel:entityId><rel:subsidiary internalId="1"/></m:record>`))
	customer := r.Child("entity").Attr("internalId")
	pair := `<c:attachTo xsi:type="c:RecordRef" type="customer" internalId="` + customer + `"/><c:contact internalId="` + contact + `"/>`
	if got := outcome(c.do("attach", `<m:attachReference xsi:type="c:AttachContactReference">`+pair+`</m:attachReference>`)); got != "ok" {
		t.Errorf("attach: %s", got)
	}
	roles := c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" internalId="`+customer+`"/>`).Child("record").Child("contactRolesList")
	if len(roles.All("contactRoles")) != 1 {
		t.Errorf("contacts of the customer: %+v", roles)
	}
	pair = `<c:detachFrom xsi:type="c:RecordRef" type="customer" internalId="` + customer + `"/><c:detachedRecord xsi:type="c:RecordRef" type="contact" internalId="` + contact + `"/>`
	for _, want := range []string{"ok", "USER_ERROR"} {
		if got := outcome(c.do("detach", `<m:detachReference xsi:type="c:DetachBasicReference">`+pair+`</m:detachReference>`)); got != want {
			t.Errorf("detach: %s, want %s", got, want)
		}
	}
}

func TestSOAPJobs(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	status := c.do("asyncUpsertList", `<m:record xsi:type="rel:Customer" externalId="job-1"><rel:companyName>Job 1</rel:companyName><rel:subsidiary internalId="1"/></m:record>
		<m:record xsi:type="rel:Customer"><rel:companyName>No key</rel:companyName></m:record>`)
	job := `<m:jobId>` + status.Child("jobId").Value() + `</m:jobId>`
	if err := e.Quiesce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := c.do("checkAsyncStatus", job); got.Child("status").Value() != "finishedWithErrors" || got.Child("percentCompleted").Value() != "100.0" {
		t.Errorf("status %s, %s %%", got.Child("status").Value(), got.Child("percentCompleted").Value())
	}
	for range 20 {
		list := c.do("getAsyncResult", job+"<m:pageIndex>1</m:pageIndex>").Child("writeResponseList").All("writeResponse")
		if len(list) != 2 || outcome(list[0]) != "ok" || outcome(list[1]) != "USER_ERROR" {
			t.Fatalf("results: %d", len(list))
		}
	}
	if element, code, _ := c.fault("getAsyncResult", job+"<m:pageIndex>1</m:pageIndex>"); element != "asyncFault" || code != "INVALID_JOB_ID" {
		t.Errorf("the 21st time: %s %s", element, code)
	}
	c.header = `<m:searchPreferences><m:pageSize>15</m:pageSize></m:searchPreferences>`
	job = `<m:jobId>` + c.do("asyncSearch", allOrders).Child("jobId").Value() + `</m:jobId>`
	if err := e.Quiesce(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := c.do("getAsyncResult", job+"<m:pageIndex>2</m:pageIndex>").Child("searchResult")
	if len(ids(page)) != 5 || number(page, "totalPages") != 2 {
		t.Errorf("page 2 of the search: %s, %d records", outcome(page), len(ids(page)))
	}
	e.Clock().Advance(31 * 24 * time.Hour)
	if _, code, _ := c.fault("checkAsyncStatus", job); code != "INVALID_JOB_ID" {
		t.Errorf("after 31 days: %s", code)
	}
}

func TestSOAPListFailures(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	list := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(`<m:record xsi:type="rel:Customer" externalId="l-` + strconv.Itoa(i) + `"><rel:companyName>List ` + strconv.Itoa(i) + `</rel:companyName><rel:subsidiary internalId="1"/></m:record>`)
		}
		return b.String()
	}
	saved := func(i int) bool {
		return outcome(c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="customer" externalId="l-`+strconv.Itoa(i)+`"/>`)) == "ok"
	}
	add := func(r failure.Rule) {
		t.Helper()
		r.Count = 1
		if err := e.Faults().Add(r); err != nil {
			t.Fatal(err)
		}
	}
	outcomes := func(operation, content string) (out []string) {
		for _, w := range c.do(operation, content).All("writeResponse") {
			out = append(out, outcome(w))
		}
		return out
	}
	if element, code, _ := c.fault("upsertList", list(101)); element != "exceededRecordCountFault" || code != "MAX_RCRDS_EXCEEDED" || saved(0) {
		t.Errorf("101 records: %s %s", element, code)
	}
	add(failure.Rule{Operation: "upsertList", Effect: failure.ListRefused})
	if got := c.do("upsertList", list(2)); outcome(got) != "UNEXPECTED_ERROR" || len(got.Children) != 1 || saved(0) {
		t.Errorf("refused list: %s", outcome(got))
	}
	add(failure.Rule{Operation: "upsertList", Effect: failure.PartialList})
	if got := strings.Join(outcomes("upsertList", list(4)), ","); got != "ok,ok,EXCEEDED_MAX_TIME,OPERATION_NOT_FINISHED" || !saved(2) || saved(3) {
		t.Errorf("partial list: %s", got)
	}
	add(failure.Rule{Operation: "upsertList", Effect: failure.AfterSubmitFailed})
	got := c.do("upsertList", list(4)).All("writeResponse")[3]
	detail := got.Child("status").Child("statusDetail")
	if got.Child("status").Attr("isSuccess") != "false" || detail.Child("afterSubmitFailed").Value() != "true" || got.Child("baseRef").Attr("internalId") == "" || !saved(3) {
		t.Errorf("a script failed after the submit: %+v", got)
	}
	add(failure.Rule{Operation: "upsert", Effect: failure.AfterSubmitDone})
	if got := c.do("upsert", list(1)); got.Child("status").Attr("isSuccess") != "true" || got.Child("status").Child("statusDetail").Child("afterSubmitFailed").Value() != "false" {
		t.Errorf("no script failed: %+v", got)
	}
	add(failure.Rule{Operation: "upsert", Effect: failure.Warning})
	if got := c.do("upsert", list(1)); outcome(got) != "ok WARNING" {
		t.Errorf("warning: %s", outcome(got))
	}
	c.header = `<m:preferences><m:warningAsError>true</m:warningAsError></m:preferences>`
	add(failure.Rule{Operation: "upsert", Effect: failure.Warning})
	if got := c.do("upsert", list(1)); outcome(got) != "WARNING" {
		t.Errorf("warningAsError: %s", outcome(got))
	}
}

// TestSOAPLostAnswers: an add whose answer is lost is done nevertheless, at once or
// later. Sending it again is refused for its external ID.
func TestSOAPLostAnswers(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	add := func(external, name string) string {
		return c.message(c.passport(), `<m:add><m:record xsi:type="rel:Customer" externalId="`+external+`"><rel:companyName>`+name+`</rel:companyName><rel:subsidiary internalId="1"/></m:record></m:add>`)
	}
	found := func() int {
		return number(c.do("search", `<m:searchRecord xsi:type="o:CustomerSearchBasic"><o:companyName operator="startsWith"><c:searchValue>lost</c:searchValue></o:companyName></m:searchRecord>`), "totalRecords")
	}
	for i, effect := range []failure.Effect{failure.DropBefore, failure.DropAfter, failure.CommitLate} {
		if err := e.Faults().Add(failure.Rule{Operation: "add", Effect: effect, Count: 1, Delay: time.Hour}); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+"/services/NetSuitePort_2025_2", strings.NewReader(add("lost-"+strconv.Itoa(i), "Lost "+strconv.Itoa(i))))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("SOAPAction", "add")
		if got := send(r); got.err == nil {
			t.Errorf("%s: an answer came: %d", effect, got.status)
		}
		if n, want := found(), min(i, 1); n != want { // late work is not done yet
			t.Errorf("%s: %d records, want %d", effect, n, want)
		}
	}
	e.Clock().Advance(2 * time.Hour)
	if err := e.Quiesce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := found(); n != 2 {
		t.Errorf("%d records after the late commit", n)
	}
	if _, answer := c.post("add", add("LOST-2", "Lost again")); outcome(c.check("add", answer).Children[0]) != "DUP_RCRD" {
		t.Errorf("the external ID was taken twice: %s", answer)
	}
}

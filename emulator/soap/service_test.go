package soap

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

const (
	before = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xmlns="urn:messages_2025_2.platform.webservices.netsuite.com" xmlns:c="urn:core_2025_2.platform.webservices.netsuite.com"` +
		` xmlns:o="urn:common_2025_2.platform.webservices.netsuite.com" xmlns:rel="urn:relationships_2025_2.lists.webservices.netsuite.com"` +
		` xmlns:sales="urn:sales_2025_2.transactions.webservices.netsuite.com"><e:Body>`
	behind = `</e:Body></e:Envelope>`
)

// seeds are one request of each kind.
var seeds = []string{
	`<getServerTime/>`, `<getDataCenterUrls><account>1</account></getDataCenterUrls>`,
	`<get><baseRef xsi:type="c:RecordRef" type="customer" internalId="1"/></get>`,
	`<getList><baseRef xsi:type="c:CustomRecordRef" typeId="1" externalId="a"/></getList>`,
	`<add><record xsi:type="rel:Customer" externalId="a"><c:nullFieldList><c:name>memo</c:name></c:nullFieldList><rel:companyName>A</rel:companyName>` +
		`<rel:addressbookList replaceAll="false"><rel:addressbook><rel:addressbookAddress><o:country>_germany</o:country></rel:addressbookAddress></rel:addressbook></rel:addressbookList>` +
		`<rel:customFieldList><c:customField xsi:type="c:MultiSelectCustomFieldRef" scriptId="custentity_sluice_channels"><c:value internalId="1"/></c:customField></rel:customFieldList></record></add>`,
	`<upsertList><record xsi:type="sales:SalesOrder" externalId="b"><sales:itemList><sales:item><sales:quantity>1E2</sales:quantity></sales:item></sales:itemList></record></upsertList>`,
	`<deleteList><baseRef xsi:type="c:RecordRef" type="customer" internalId="1"/></deleteList>`,
	`<search><searchRecord xsi:type="sales:TransactionSearchAdvanced" savedSearchId="102"><sales:criteria><sales:basic><o:tranDate operator="on"><c:searchValue>2026-01-01T00:00:00</c:searchValue></o:tranDate></sales:basic>` +
		`<sales:customSearchJoin/></sales:criteria><sales:columns><sales:basic><o:total/></sales:basic></sales:columns></searchRecord></search>`,
	`<searchMoreWithId><searchId>a</searchId><pageIndex>2</pageIndex></searchMoreWithId>`, `<getAll><record recordType="currency"/></getAll>`,
	`<getSavedSearch><record searchType="customer"/></getSavedSearch>`,
	`<getSelectValue><fieldDescription><c:recordType>customer</c:recordType><c:field>salesRep</c:field></fieldDescription><pageIndex>1</pageIndex></getSelectValue>`,
	`<getDeleted><getDeletedFilter><c:type operator="anyOf"><c:searchValue>customer</c:searchValue></c:type></getDeletedFilter><pageIndex>1</pageIndex></getDeleted>`,
	`<attach><attachReference xsi:type="c:AttachContactReference"><c:attachTo xsi:type="c:RecordRef" type="customer" internalId="1"/><c:contact internalId="2"/></attachReference></attach>`,
	`<initialize><initializeRecord><c:type>invoice</c:type><c:reference type="salesOrder" internalId="1"/></initializeRecord></initialize>`,
	`<getItemAvailability><itemAvailabilityFilter><c:item><c:recordRef internalId="1"/></c:item></itemAvailabilityFilter></getItemAvailability>`,
	`<asyncSearch><searchRecord xsi:type="o:CustomerSearchBasic"/></asyncSearch>`, `<checkAsyncStatus><jobId>a</jobId></checkAsyncStatus>`,
	`<getCustomizationId><customizationType getCustomizationType="customList"/><includeInactives>true</includeInactives></getCustomizationId>`,
}

// FuzzService: whatever a request holds, the service answers with a message that reads.
func FuzzService(f *testing.F) {
	now := func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }
	store, err := record.Open(f.Context(), record.Options{Now: now})
	if err != nil {
		f.Fatal(err)
	}
	s, err := New(Options{
		Store: store, Now: now, Saved: search.NewSaved(), Log: slog.New(slog.DiscardHandler),
		Limits: func(*session.Session) Limits { return Limits{} }, BaseURL: func(*http.Request) string { return "http://localhost" },
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		s.Close()
		if err := store.Close(); err != nil {
			f.Error(err)
		}
	})
	for _, body := range seeds {
		f.Add([]byte(before + body + behind))
	}
	ses := &session.Session{AccountID: "1234567", Administrator: true, TimeZone: time.UTC, Now: now, Features: map[string]bool{"SUBSIDIARIES": true}}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := httptest.NewRequest(http.MethodPost, Path+"2025_2", bytes.NewReader(data))
		w := httptest.NewRecorder()
		q, refused := Read(r)
		if refused != nil {
			WriteFault(w, "2025_2", refused)
		} else {
			s.ServeHTTP(w, r.WithContext(With(session.With(r.Context(), ses), q)))
		}
		message, err := envelope.Parse(w.Body)
		if err != nil {
			t.Fatalf("the answer does not read: %v", err)
		}
		if name := message.Body.Name.Local; name != "Fault" && !strings.HasSuffix(name, "Response") {
			t.Errorf("the answer is %s", name)
		}
	})
}

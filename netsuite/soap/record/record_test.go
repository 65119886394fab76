package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
	"github.com/sluicehq/sluice/netsuite/soap/xmlstream"
)

func encode(t *testing.T, e *Element) string {
	t.Helper()
	out, err := Encoder{Version: schema.Latest}.Append(nil, "platformMsgs", "platformCore:Record", e)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// decode reads an element written by encode.
func decode(t testing.TB, text string) Element {
	t.Helper()
	var declarations strings.Builder
	for _, area := range schema.Areas() {
		declarations.WriteString(` xmlns:` + area + `="` + schema.Namespace(area, schema.Latest) + `"`)
	}
	r := xmlstream.New(strings.NewReader(`<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`+declarations.String()+`>`+text+`</r>`), xmlstream.Limits{})
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	e, err := Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOrderAndNamespaces(t *testing.T) {
	// Fields are given in an order of their own.
	so := New("salesOrder").SetExternalID("SO<1>").Set("memo", "a & b").SetCustom(CustomText("custbody_x", CustomString, "é")).
		SetList("itemList", Merge, *Line("item").Set("quantity", "2").SetRef("item", Ref{InternalID: "7"})).
		Set("tranDate", "2026-07-01").SetRef("entity", Ref{InternalID: "5", Name: "Acme"}).SetNull("otherRefNum")
	want := `<platformMsgs:record xsi:type="tranSales:SalesOrder" externalId="SO&lt;1&gt;">` +
		`<platformCore:nullFieldList><platformCore:name>otherRefNum</platformCore:name></platformCore:nullFieldList>` +
		`<tranSales:entity internalId="5"><platformCore:name>Acme</platformCore:name></tranSales:entity>` +
		`<tranSales:tranDate>2026-07-01T00:00:00.000-07:00</tranSales:tranDate>` +
		`<tranSales:memo>a &amp; b</tranSales:memo>` +
		`<tranSales:itemList replaceAll="false"><tranSales:item><tranSales:item internalId="7"/><tranSales:quantity>2</tranSales:quantity></tranSales:item></tranSales:itemList>` +
		`<tranSales:customFieldList><platformCore:customField xsi:type="platformCore:StringCustomFieldRef" scriptId="custbody_x"><platformCore:value>é</platformCore:value></platformCore:customField></tranSales:customFieldList></platformMsgs:record>`
	if got := encode(t, so); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestProblemsAreToldAtOnce(t *testing.T) {
	e := New("salesOrder").Set("nonsense", "x").Set("trandate", "2026-07-01").Set("discountRate", "x").Set("exchangeRate", "1,5").
		Set("orderStatus", "").Set("toBePrinted", "maybe").Set("startDate", "tomorrow").Set("entity", "5").Set("memo", "bad \x01").
		Put(Element{Name: "itemList", Children: []Element{{Name: "item", Children: []Element{{Name: "item", Attrs: []Attr{{"typeId", "3"}}}, {Name: "qty"}}}}}).
		SetCustom(Element{Name: "customField", Children: []Element{{Name: "value"}}}).Set("salesRep", "").Set("tranId", "1").Add(Element{Name: "tranId", Text: "2"})
	_, err := Encoder{Version: schema.V2023_1}.Append(nil, "platformMsgs", "platformCore:Record", e)
	for _, want := range []string{
		"salesOrder.nonsense: SalesOrder of version 2023_1 has no such field", "salesOrder.trandate: SalesOrder of version 2023_1 has no such field: is tranDate meant?",
		`salesOrder.exchangeRate: "1,5" is no number`, "salesOrder.orderStatus: empty", "salesOrder.toBePrinted:", "salesOrder.startDate:",
		"salesOrder.entity: a value stands where fields are expected", "salesOrder.memo: the character U+0001", "salesOrder.itemList: say whether the lines replace",
		"salesOrder.itemList.item[1].item: RecordRef has no attribute typeId", "salesOrder.itemList.item[1].qty:", "salesOrder.customFieldList.customField[1]: it has to be said which CustomFieldRef it is",
		"salesOrder.tranId: it stands twice",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told", want)
		}
	}
	var input *netsuite.InputError
	if !errors.As(err, &input) || t.Failed() {
		t.Log(err)
	}
	for _, bad := range []*Element{New("nothing"), New("RecordRef"), New(""), New("Record"), New("customer").SetAttr("colour", "red")} {
		if out, err := (Encoder{Version: schema.Latest}).Append(nil, "platformMsgs", "platformCore:Record", bad); err == nil {
			t.Errorf("%s is written %s", bad.Type, out)
		}
	}
}

func TestVersions(t *testing.T) {
	e := New("itemFulfillment").SetRef("inventoryLocation", Ref{InternalID: "1"})
	for v, want := range map[schema.Version]bool{schema.V2024_1: false, schema.V2024_2: true} {
		if _, err := (Encoder{Version: v}).Append(nil, "platformMsgs", "platformCore:Record", e); (err == nil) != want {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestReferences(t *testing.T) {
	for _, tt := range []struct {
		ref  Ref
		want string
	}{
		{Ref{InternalID: "1", Type: "customer"}, `<platformMsgs:baseRef xsi:type="platformCore:RecordRef" internalId="1" type="customer"/>`},
		{Ref{InternalID: "1", TypeID: "17"}, `<platformMsgs:baseRef xsi:type="platformCore:CustomRecordRef" internalId="1" typeId="17"/>`},
		{Ref{ExternalID: "x", TypeID: "17", ScriptID: "customrecord_x"}, `<platformMsgs:baseRef xsi:type="platformCore:CustomRecordRef" externalId="x" typeId="17" scriptId="customrecord_x"/>`},
		{Ref{ScriptID: "customrecord_x", Type: "customRecordType"}, `<platformMsgs:baseRef xsi:type="platformCore:CustomizationRef" type="customRecordType" scriptId="customrecord_x"/>`},
		{Ref{InternalID: "1", Class: CustomTransactionRef}, `<platformMsgs:baseRef xsi:type="platformCore:CustomTransactionRef" internalId="1"/>`},
	} {
		e := tt.ref.Element("baseRef", true)
		out, err := Encoder{Version: schema.Latest}.Append(nil, "platformMsgs", "platformCore:BaseRef", &e)
		if err != nil || string(out) != tt.want {
			t.Errorf("%s, %v; want %s", out, err, tt.want)
		}
		back := decode(t, string(out))
		got := back.Ref()
		got.Class, tt.ref.Class = "", ""
		if got != tt.ref {
			t.Errorf("%+v is read %+v", tt.ref, got)
		}
	}
}

func TestTextSurvives(t *testing.T) {
	for _, text := range []string{"", "plain", "a & b < c > d \"e\" 'f'", " blanks ", "line\nfeed\ttab\rreturn\r\nboth", "]]>", "é 漢字 🙂", "&amp;"} {
		e := decode(t, encode(t, New("customer").SetExternalID(text).Set("comments", text)))
		if e.Value("comments") != text || e.ExternalID() != text {
			t.Errorf("%q is read %q and %q", text, e.Value("comments"), e.ExternalID())
		}
	}
}

// TestLinesOfARecordThatWasRead says of all sublists at once what becomes of them.
func TestLinesOfARecordThatWasRead(t *testing.T) {
	e := New("customer").SetInternalID("5").Put(Element{Name: "addressbookList", Children: []Element{{Name: "addressbook", Children: []Element{{Name: "label", Text: "x"}}}}}).
		SetList("contactRolesList", Replace)
	e.SetLines(schema.Latest, Merge)
	got := encode(t, e)
	if !strings.Contains(got, `addressbookList replaceAll="false"`) || !strings.Contains(got, `contactRolesList replaceAll="true"`) {
		t.Error(got)
	}
}

func recordedInvoice(t *testing.T) Element {
	t.Helper()
	answer := reference.Read(t, "fixtures/soap/get__get_invoice.xml")
	r := xmlstream.New(bytes.NewReader(answer), xmlstream.Limits{})
	for r.Name() != "record" {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	e, err := Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestInvoiceAsDocument turns a recorded invoice into a document, that into a
// record again, and compares.
func TestInvoiceAsDocument(t *testing.T) {
	e := recordedInvoice(t)
	p := Plain{}
	doc := p.Document(&e)
	for name, want := range map[string]any{
		"id": "439", "externalId": "2187", "tranId": "2187", "tranDate": "2011-01-01", "createdDate": "2011-12-16T00:54:12Z",
		"amountPaid": json.Number("0.0"), "excludeCommission": false, "entity": map[string]any{"id": "854", "refName": "100023 Office"},
	} {
		if !reflect.DeepEqual(doc[name], want) {
			t.Errorf("%s is %#v, want %#v", name, doc[name], want)
		}
	}
	lines, ok := doc["itemList"].([]any)
	if !ok || len(lines) == 0 {
		t.Fatalf("lines %#v", doc["itemList"])
	}
	for name, v := range doc {
		if items, ok := v.([]any); ok {
			doc[name] = map[string]any{"items": items, "replaceAll": true}
		}
	}
	for _, old := range []string{"billAddress", "shipAddress", "transactionBillAddress", "transactionShipAddress"} {
		delete(doc, old) // of 2011 only
	}
	withoutNames(doc)
	again, err := p.Record("invoice", doc)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Encoder{Version: schema.Latest}.Append(nil, "platformMsgs", "platformCore:Record", again)
	if err != nil {
		t.Fatal(err)
	}
	back := decode(t, string(out))
	second := p.Document(&back)
	for name, v := range doc {
		if list, ok := v.(map[string]any); ok && list["items"] != nil {
			doc[name] = list["items"]
		}
	}
	if !reflect.DeepEqual(doc, second) {
		for name := range doc {
			if !reflect.DeepEqual(doc[name], second[name]) {
				t.Errorf("%s: %#v became %#v", name, doc[name], second[name])
			}
		}
	}
}

// withoutNames drops the names of references, which are not sent back.
func withoutNames(v any) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "refName")
		for _, inner := range v {
			withoutNames(inner)
		}
	case []any:
		for _, inner := range v {
			withoutNames(inner)
		}
	}
}

func TestDocumentOfCustomFields(t *testing.T) {
	e := New("customer").SetInternalID("5").SetCustom(
		CustomText("custentity_text", CustomString, "12"), CustomText("custentity_count", CustomLong, "12"), CustomText("custentity_amount", CustomDouble, "12.50"),
		CustomText("custentity_on", CustomBoolean, "true"), CustomText("custentity_day", CustomDate, "2026-03-08"), CustomText("custentity_at", CustomDate, "2026-03-08T10:00:00Z"),
		CustomRef("custentity_one", CustomSelect, Ref{InternalID: "3", TypeID: "44", Name: "Three"}), CustomRef("custentity_many", CustomMultiSelect, Ref{InternalID: "1"}), CustomText("77", CustomString, "hidden"))
	read := decode(t, encode(t, e))
	p := Plain{}
	doc := p.Document(&read)
	want := map[string]any{
		"id": "5", "custentity_text": "12", "custentity_count": json.Number("12"), "custentity_amount": json.Number("12.50"), "custentity_on": true,
		"custentity_day": "2026-03-08", "custentity_at": "2026-03-08T10:00:00Z", "custentity_one": map[string]any{"id": "3", "typeId": "44", "refName": "Three"},
		"custentity_many": []any{map[string]any{"id": "1"}}, "77": "hidden",
	}
	if !reflect.DeepEqual(doc, want) {
		t.Errorf("%#v", doc)
	}
	withoutNames(doc)
	delete(doc, "77") // an ID in digits names no field of a document that is written
	p.CustomKind = func(id string) CustomKind {
		if id == "custentity_count" {
			return CustomLong
		}
		return ""
	}
	again, err := p.Record("customer", doc)
	if err != nil {
		t.Fatal(err)
	}
	for id, kind := range map[string]string{"custentity_text": "String", "custentity_count": "Long", "custentity_amount": "Double", "custentity_on": "Boolean",
		"custentity_day": "Date", "custentity_at": "Date", "custentity_one": "Select", "custentity_many": "MultiSelect"} {
		if c := again.Custom(id); c == nil || c.Type != kind+"CustomFieldRef" {
			t.Errorf("%s is %+v", id, c)
		}
	}
	back := decode(t, encode(t, again))
	if second := p.Document(&back); !reflect.DeepEqual(second, doc) {
		t.Errorf("%#v", second)
	}
}

func TestRecordOfDocument(t *testing.T) {
	p := Plain{}
	e, err := p.Record("salesOrder", map[string]any{
		"externalId": "SO1", "entity": "eid:C1", "trandate": "2026-01-02", "memo": nil, "custbody_gone": nil, "subsidiary": json.Number("2"),
		"itemList": map[string]any{"replaceAll": false, "items": []any{map[string]any{"item": map[string]any{"id": "7"}, "quantity": json.Number("1.50"), "custcol_x": true}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := encode(t, e)
	for _, want := range []string{`externalId="SO1"`, `<platformCore:name>custbody_gone</platformCore:name><platformCore:name>memo</platformCore:name>`, `<tranSales:entity externalId="C1"/>`,
		`<tranSales:tranDate>2026-01-02T00:00:00.000-08:00`, `<tranSales:itemList replaceAll="false">`, `<tranSales:quantity>1.50<`, `BooleanCustomFieldRef" scriptId="custcol_x"`, `<tranSales:subsidiary internalId="2"/>`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
	_, err = p.Record("salesOrder", map[string]any{"entity": []any{}, "tranDate": map[string]any{}, "nonsense": "x", "itemList": "x",
		"custbody_x": map[string]any{}, "customer": map[string]any{"id": "1"}, "billingAddress": "x"})
	for _, want := range []string{"salesOrder.entity:", "salesOrder.tranDate:", "salesOrder.nonsense:", "salesOrder.itemList: a list is needed", "salesOrder.custbody_x:", "salesOrder.billingAddress: an object"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not told: %v", want, err)
		}
	}
	if _, err := p.Record("nothing", nil); !errors.Is(err, netsuite.ErrInvalid) {
		t.Errorf("no such type: %v", err)
	}
	// Lines without a word on the others are refused when they are written.
	e, err = p.Record("salesOrder", map[string]any{"itemList": []any{map[string]any{"item": "7"}}})
	if err == nil {
		_, err = Encoder{Version: schema.Latest}.Append(nil, "platformMsgs", "platformCore:Record", e)
	}
	if err == nil || !strings.Contains(err.Error(), "replaceAll") {
		t.Errorf("lines without replaceAll: %v", err)
	}
}

func TestDaysInZones(t *testing.T) {
	chicago, err := value.Zone("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	p := Plain{Zone: chicago}
	e := Element{Type: "tranSales:SalesOrder", Children: []Element{
		{Name: "tranDate", Text: "2017-02-20T22:00:00.000-08:00"}, {Name: "lastModifiedDate", Text: "2017-02-20T22:00:00.000-08:00"}, {Name: "startDate", Text: "not a date"}}}
	doc := p.Document(&e)
	if doc["tranDate"] != "2017-02-21" || doc["lastModifiedDate"] != time.Date(2017, 2, 21, 6, 0, 0, 0, time.UTC).Format(time.RFC3339) || doc["startDate"] != "not a date" {
		t.Errorf("%#v", doc)
	}
}

// FuzzRead reads any document as a record and turns it into a document.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<record xmlns:l="urn:relationships_2025_2.lists.webservices.netsuite.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="l:Customer"><l:isPerson>true</l:isPerson><l:balance>1.5</l:balance><l:customFieldList><customField/></l:customFieldList></record>`))
	f.Add([]byte(`<record xmlns:l="urn:sales_2025_2.transactions.webservices.netsuite.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="l:SalesOrder"><itemList><item><quantity>1</quantity></item></itemList></record>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := xmlstream.New(strings.NewReader(string(data)), xmlstream.Limits{})
		if kind, err := r.Next(); err != nil || kind != xmlstream.Start {
			return
		}
		e, err := Read(r)
		if err != nil {
			return
		}
		p := Plain{}
		doc := p.Document(&e)
		if _, err := json.Marshal(doc); err != nil {
			t.Fatalf("%v: %#v", err, doc)
		}
		if known, ok := schema.RecordType(e.TypeName()); ok {
			again, err := p.Record(known.Name, doc)
			if err != nil {
				return
			}
			_, _ = Encoder{Version: schema.Latest}.Append(nil, "platformMsgs", "platformCore:Record", again)
		}
	})
}

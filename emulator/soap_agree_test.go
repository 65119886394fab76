package emulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// TestThreeReadingsAgree reads the same order by REST, SuiteQL and SOAP. Each
// field that two of them have says the same.
func TestThreeReadingsAgree(t *testing.T) {
	e := Start(t, twenty)
	c := soapTo(t, e)
	c.header = `<m:searchPreferences><m:bodyFieldsOnly>false</m:bodyFieldsOnly></m:searchPreferences>`
	orders := c.do("search", allOrders).Child("recordList").All("record")
	for _, order := range orders[:3] {
		id := order.Attr("internalId")
		var rest map[string]any
		answer := call(t, e, "GET", "/services/rest/record/v1/salesorder/"+id+"?expandSubResources=true", "")
		if err := json.Unmarshal([]byte(answer.body), &rest); err != nil || answer.status != 200 {
			t.Fatalf("%d %v", answer.status, err)
		}
		compared := agree(t, "order "+id, order, rest)
		lines := order.Child("itemList").All("item")
		items, _ := rest["item"].(map[string]any)["items"].([]any)
		if len(lines) == 0 || len(lines) != len(items) {
			t.Fatalf("order %s: %d lines by SOAP, %d by REST", id, len(lines), len(items))
		}
		for i, line := range lines {
			compared += agree(t, fmt.Sprintf("order %s line %d", id, i+1), line, items[i].(map[string]any))
		}
		if compared < 25 {
			t.Errorf("order %s: %d fields in common", id, compared)
		}
		row := queryOne(t, e, "SELECT tranid, entity, trandate, foreigntotal, memo, otherrefnum, exchangerate FROM transaction WHERE id = "+id)
		for column, field := range map[string]string{"tranid": "tranId", "foreigntotal": "total", "memo": "memo", "otherrefnum": "otherRefNum", "exchangerate": "exchangeRate"} {
			if got := order.Child(field).Value(); row[column] != nil && !same(got, fmt.Sprint(row[column])) {
				t.Errorf("order %s: %s is %q by SOAP, %v by SuiteQL", id, field, got, row[column])
			}
		}
		if order.Child("entity").Attr("internalId") != fmt.Sprint(row["entity"]) {
			t.Errorf("order %s: entity %s by SOAP, %v by SuiteQL", id, order.Child("entity").Attr("internalId"), row["entity"])
		}
	}
}

// agree compares the fields that both have, and returns how many.
func agree(t *testing.T, what string, soap *envelope.Node, rest map[string]any) (compared int) {
	t.Helper()
	byName := map[string]any{}
	for name, v := range rest {
		byName[strings.ToLower(name)] = v
	}
	for _, f := range soap.Children {
		got, value := f.Value(), byName[strings.ToLower(f.Name.Local)]
		want := ""
		switch v := value.(type) {
		case nil:
			continue
		case map[string]any: // a reference or an option
			if f.Shape != nil {
				got, want = f.Attr("internalId"), fmt.Sprint(v["id"])
			} else if name := fmt.Sprint(v["refName"]); !strings.HasPrefix(got, "_") {
				want = name
			} else {
				got, want = words(got), words(name)
			}
			if _, isList := v["items"]; isList || v["id"] == nil {
				continue
			}
		case float64:
			want = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			want = fmt.Sprint(v)
		}
		if at, err := envelope.ParseTime(got); err == nil && strings.Contains(got, "T") {
			got = at.UTC().Format("2006-01-02T15:04:05Z")
			if len(want) == len("2006-01-02") {
				got = at.Format("2006-01-02") // midnight in the user's zone, which is Pacific here
			}
		}
		if compared++; !same(got, want) {
			t.Errorf("%s: %s is %q by SOAP, %q by REST", what, f.Name.Local, got, want)
		}
	}
	return compared
}

// words are the letters of a name: enumerations write them together.
func words(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == ' ' || r == '/' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func same(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && x == y
}

func queryOne(t *testing.T, e *Emulator, q string) map[string]any {
	t.Helper()
	text, err := json.Marshal(map[string]string{"q": q})
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, e, "POST", "/services/rest/query/v1/suiteql", string(text))
	r.Header.Set("Prefer", "transient")
	var page struct{ Items []map[string]any }
	if answer := send(r); answer.status != 200 || json.Unmarshal([]byte(answer.body), &page) != nil || len(page.Items) != 1 {
		t.Fatalf("%d %s", answer.status, answer.body)
	}
	return page.Items[0]
}

// TestSOAPSublists: replaceAll is true unless said otherwise; keyed lines change,
// stay and go by it. nullFieldList clears.
func TestSOAPSublists(t *testing.T) {
	c := soapTo(t, Start(t, twenty))
	id := ids(c.do("search", strings.Replace(allOrders, `</sales:basic>`, `<o:status operator="anyOf"><c:searchValue>_salesOrderPendingFulfillment</c:searchValue></o:status></sales:basic>`, 1)))[0]
	read := func() *envelope.Node {
		return c.do("get", `<m:baseRef xsi:type="c:RecordRef" type="salesOrder" internalId="`+id+`"/>`).Child("record")
	}
	update := func(content string) {
		t.Helper()
		ref(t, c.do("update", `<m:record xsi:type="sales:SalesOrder" internalId="`+id+`">`+content+`</m:record>`))
	}
	first := read().Child("itemList").Child("item")
	item := `<sales:item><sales:item internalId="` + first.Child("item").Attr("internalId") + `"/><sales:quantity>`
	update(`<sales:itemList>` + item + `1</sales:quantity></sales:item>` + item + `2</sales:quantity></sales:item></sales:itemList>`)
	lines := read().Child("itemList").All("item")
	if len(lines) != 2 {
		t.Fatalf("%d lines after replacing all by two", len(lines))
	}
	keyed := func(line *envelope.Node, quantity string) string {
		return `<sales:item><sales:line>` + line.Child("line").Value() + `</sales:line><sales:quantity>` + quantity + `</sales:quantity></sales:item>`
	}
	update(`<sales:itemList replaceAll="false">` + keyed(lines[1], "5") + item + `7</sales:quantity></sales:item></sales:itemList>`)
	var quantities []string
	for _, l := range read().Child("itemList").All("item") {
		quantities = append(quantities, l.Child("quantity").Value())
	}
	if got := strings.Join(quantities, " "); got != "1.0 5.0 7.0" {
		t.Errorf("replaceAll=false: %s", got)
	}
	update(`<sales:itemList replaceAll="true">` + keyed(lines[0], "9") + `</sales:itemList>`)
	if left := read().Child("itemList").All("item"); len(left) != 1 || left[0].Child("quantity").Value() != "9.0" {
		t.Errorf("replaceAll=true: %d lines", len(left))
	}
	update(`<sales:memo>Kept</sales:memo>`)
	if r := read(); r.Child("memo").Value() != "Kept" || len(r.Child("itemList").All("item")) != 1 {
		t.Error("an update of the memo changed the lines")
	}
	update(`<c:nullFieldList><c:name>memo</c:name><c:name>custbody_sluice_reference</c:name></c:nullFieldList>`)
	if r := read(); r.Child("memo") != nil {
		t.Error("the memo was not cleared")
	}
	content := `<m:record xsi:type="sales:SalesOrder" internalId="` + id + `"><sales:subTotal>1</sales:subTotal><sales:memo>Again</sales:memo></m:record>`
	if got := outcome(c.do("update", content)); got != "INSUFFICIENT_PERMISSION" {
		t.Errorf("a read-only field: %s", got)
	}
	c.header = `<m:preferences><m:ignoreReadOnlyFields>true</m:ignoreReadOnlyFields></m:preferences>`
	if ref(t, c.do("update", content)); read().Child("memo").Value() != "Again" {
		t.Error("ignoreReadOnlyFields ignored more")
	}
}

// TestSOAPReadsEveryType reads one record of each type that the sample company
// has. The client holds each answer against the published types.
func TestSOAPReadsEveryType(t *testing.T) {
	e := Start(t, twenty)
	err := e.Account().Edit(func(s *account.Setup) error { s.Role(account.IntegrationRole).Administrator = true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	c := soapTo(t, e)
	shapes, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	types, read := 0, 0
	for _, typ := range e.Records().Types() {
		shape := shapes.Find(strings.ToUpper(typ.Name[:1]) + typ.Name[1:])
		if shape == nil || !shape.Is("Record") {
			continue
		}
		types++
		found, _, err := e.Records().List(t.Context(), typ, nil, 2, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range found {
			got := c.do("get", fmt.Sprintf(`<m:baseRef xsi:type="c:RecordRef" type="%s" internalId="%d"/>`, typ.Name, id))
			if outcome(got) != "ok" || got.Child("record").Type.Local != shape.Name {
				t.Errorf("%s %d: %s", typ.Name, id, outcome(got))
			}
			read++
		}
	}
	if types < 40 || read < 40 {
		t.Errorf("%d types, %d records read", types, read)
	}
}

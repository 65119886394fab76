package searchmodule

import (
	"fmt"
	"strings"
	"testing"
)

func TestElementsOfASavedSearch(t *testing.T) {
	const criteria = `<basic><platformCommon:isInactive><platformCore:searchValue>false</platformCore:searchValue></platformCommon:isInactive>
		<platformCommon:status operator="noneOf"><platformCore:searchValue>_salesOrderBilled</platformCore:searchValue>
			<platformCore:searchValue>_salesOrderClosed</platformCore:searchValue></platformCommon:status>
		<platformCommon:tranDate operator="within"><platformCore:searchValue>2026-01-01T00:00:00Z</platformCore:searchValue><platformCore:searchValue2>2026-02-01T00:00:00Z</platformCore:searchValue2></platformCommon:tranDate>
		<platformCommon:dateCreated operator="on"><platformCore:predefinedSearchValue>today</platformCore:predefinedSearchValue></platformCommon:dateCreated></basic>
		<customerJoin><platformCommon:email operator="notEmpty"/><platformCommon:salesRep operator="anyOf"><platformCore:searchValue internalId="7"/></platformCommon:salesRep></customerJoin>
		<itemJoin/>`
	var got []string
	for _, e := range elements(criteria) {
		line := e.name() + " " + e.Operator
		for _, v := range e.Values {
			line += fmt.Sprintf(" %s%s", v.ID, v.Text)
		}
		got = append(got, strings.TrimSpace(line+" "+e.Second+e.Named))
	}
	want := "isinactive  false|status noneOf _salesOrderBilled _salesOrderClosed|trandate within 2026-01-01T00:00:00Z 2026-02-01T00:00:00Z|" +
		"datecreated on today|customer.email notEmpty|customer.salesrep anyOf 7"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
	if got := elements("<basic><a>"); len(got) != 0 {
		t.Errorf("%v of what is not whole", got)
	}
}

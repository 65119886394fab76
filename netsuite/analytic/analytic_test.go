package analytic

import (
	"slices"
	"strings"
	"testing"
)

func TestTables(t *testing.T) {
	tables := Tables()
	if !slices.IsSortedFunc(tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the tables are not in the order of their names")
	}
	for _, table := range tables {
		if table.Label == "" || table.Name != strings.ToLower(table.Name) || !slices.IsSorted(table.Columns) {
			t.Errorf("%+v", table)
		}
		if len(slices.Compact(slices.Clone(table.Columns))) != len(table.Columns) {
			t.Errorf("%s has a column twice", table.Name)
		}
	}
	customer, ok := Lookup("Customer")
	if !ok || !slices.Contains(customer.Columns, "companyname") || len(customer.Columns) < 90 {
		t.Errorf("%+v", customer)
	}
	if _, ok := Lookup("nothing"); ok {
		t.Error("there is a table of nothing")
	}
	if !IsCustom("CUSTOMRECORD_X") || !IsCustom("customlist7") || IsCustom("customer") {
		t.Error("custom records and lists are not told from others")
	}
}

package metadata

import (
	"slices"
	"strings"
	"testing"
)

func TestMandatoryFields(t *testing.T) {
	for recordType, want := range map[string]string{
		"salesOrder":        "entity item.item partners.contribution partners.partner salesteam.contribution salesteam.employee salesteam.salesrole",
		"customer":          "subsidiary",
		"contact":           "entityid subsidiary",
		"inventoryTransfer": "inventory.item location subsidiary transferlocation",
		"vendorBill":        "entity expense.account expense.amount installment.amount installment.duedate item.item",
		"inventoryItem":     "assetaccount cogsaccount itemid subsidiary",
		"currency":          "exchangerate name symbol",
		"noSuchType":        "",
	} {
		if got := strings.Join(slices.Sorted(slices.Values(mandatoryOf(recordType))), " "); got != want {
			t.Errorf("%s: %s, want %s", recordType, got, want)
		}
	}
}

// A name that no required field has fills in nothing, and is a slip.
func TestFilledFieldsAreRequiredOnes(t *testing.T) {
	for name := range filled() {
		recordType, field, of := strings.Cut(name, ":")
		if !of {
			recordType, field = "", name
		}
		found := false
		for line := range strings.Lines(required) {
			names := strings.Fields(line)
			found = found || (!of || names[0] == recordType) && slices.ContainsFunc(names[1:], func(path string) bool { return path[strings.LastIndex(path, ".")+1:] == field })
		}
		if !found {
			t.Errorf("no record type requires %s", name)
		}
	}
}

package mapping

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// absent are the options for which the published enumerations have no value.
var absent = map[string]bool{
	"RecurrenceFrequency CUSTOM": true, "CashRefundHandlingMode MIMIC": true, "CashSaleHandlingMode MIMIC": true,
	"CustomerDepositHandlingMode MIMIC": true, "CustomerRefundHandlingMode MIMIC": true, "CostCategoryItemCostType OVERHEAD": true,
	"CustomerNumberFormat 5": true, "JobBillingType 5": true, "ProjectTaskConstraintType ALAP": true, "PurchaseOrderOrderStatus P": true,
	"TimeItemTimeType B": true, "TimeBillTimeType B": true,
}

// TestEnumerations: every option that the account's records can hold has a value
// in the enumeration that SOAP writes it by, in the oldest and the newest version.
func TestEnumerations(t *testing.T) {
	shapes, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[pair]bool{}
	for _, typ := range s.Types {
		shape := shapes.Find(strings.ToUpper(typ.Name[:1]) + typ.Name[1:])
		if shape == nil || !shape.Is("Record") {
			continue
		}
		enums(t, typ.Name, shape, typ.Fields, seen)
	}
}

// pair is an enumeration and the options that are written by it.
type pair struct {
	enum    *wsdl.Enum
	options *schema.Option
}

func enums(t *testing.T, where string, shape *wsdl.Type, fields *schema.FieldSet, seen map[pair]bool) {
	t.Helper()
	for _, wanted := range shape.Fields() {
		f := Field(shape, fields, wanted.Name)
		switch {
		case f == nil:
		case f.Kind == schema.Sublist && wanted.Type.List().Type != nil:
			enums(t, where+"."+wanted.Name, wanted.Type.List().Type, f.Fields, seen)
		case f.Kind == schema.Subrecord && wanted.Type != nil:
			enums(t, where+"."+wanted.Name, wanted.Type, f.Fields, seen)
		case f.Kind == schema.Enum && wanted.Enum != nil && !seen[pair{wanted.Enum, &f.Enum[0]}]:
			seen[pair{wanted.Enum, &f.Enum[0]}] = true
			for _, version := range []string{"2023_1", "2025_2"} {
				for _, o := range f.Enum {
					if text := EnumText(wanted.Enum, version, o); text == "" && !absent[wanted.Enum.Name+" "+o.ID] {
						t.Errorf("%s.%s: no value of %s in %s for %s %q", where, wanted.Name, wanted.Enum.Name, version, o.ID, o.Name)
					} else if id, ok := option(f, wanted.Enum, version, text); text != "" && (!ok || id != o.ID) {
						t.Errorf("%s.%s: %s means %s, not %s", where, wanted.Name, text, id, o.ID)
					}
				}
			}
		}
	}
}

func TestDouble(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0.0", "15993.60": "15993.6", "100": "100.0", "10000000": "1.0E7", "12345678.9": "1.23456789E7", "0.0005": "5.0E-4", "-0.5": "-0.5",
	} {
		if got := Double(in); got != want {
			t.Errorf("%s is written %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]json.Number{"1.0E7": "10000000", "1.23456789E7": "12345678.9", "5.0e-4": "0.0005", " 12.50 ": "12.5", "-3": "-3"} {
		if got, ok := number(in); !ok || got != want {
			t.Errorf("%s is read as %s, want %s", in, got, want)
		}
	}
	for _, in := range []string{"", "NaN", "INF", "1E400", "x", "1e"} {
		if got, ok := number(in); ok {
			t.Errorf("%q is read as %s", in, got)
		}
	}
}

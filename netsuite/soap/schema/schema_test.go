package schema_test

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/schema/xsd"
)

// TestTableAgreesWithSchemas compares every type of the table with the schemas
// themselves, of the versions that differ most: names, order, kinds, namespaces.
func TestTableAgreesWithSchemas(t *testing.T) {
	// 2023_1 differs in enumerations alone, and TestVersionMarks has 2025_1.
	for version, folder := range map[schema.Version]string{schema.V2023_2: "2023_2", schema.V2025_2: "2025_2-reconstructed"} {
		set, err := xsd.Load(reference.Path(t, "wsdl/"+folder+"/xsd"))
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for key, want := range set.Types {
			got, ok := schema.Lookup(key)
			if !ok {
				continue
			}
			compared++
			compareType(t, version, set, got, want)
		}
		if compared < 1400 {
			t.Errorf("%s: only %d types compared", version, compared)
		}
		for _, area := range set.Areas {
			if p, ok := schema.AreaOf(area.URI); ok && (p != area.Prefix || schema.Namespace(p, version) != area.URI) {
				t.Errorf("%s: namespace %s is %s, %s", version, area.URI, p, schema.Namespace(p, version))
			}
		}
	}
}

func compareType(t *testing.T, version schema.Version, set *xsd.Set, got *schema.Type, want *xsd.Type) {
	t.Helper()
	var elements []xsd.Element
	var areas, attributes []string
	for w := want; w != nil; w = set.Types[w.Base] {
		elements = append(slices.Clone(w.Elements), elements...)
		areas = append(slices.Repeat([]string{w.Prefix}, len(w.Elements)), areas...)
		attributes = append(attributes, w.Attributes...)
	}
	fields := got.Layout(version).Fields
	if len(fields) != len(elements) || got.Abstract != want.Abstract {
		t.Errorf("%s %s: %d fields, abstract %t; want %d, %t", version, got.Key(), len(fields), got.Abstract, len(elements), want.Abstract)
		return
	}
	for i, f := range fields {
		e := elements[i]
		kind := f.Type
		if f.Kind != schema.Complex {
			kind = "xsd:" + map[schema.Kind]string{'s': "string", 'b': "boolean", 't': "dateTime", 'i': "int", 'l': "long", 'd': "double", 'x': "base64Binary"}[f.Kind]
		}
		_, enum := set.Enums[e.Type]
		if _, known := schema.Lookup(f.Type); f.Kind == schema.Complex && !known {
			t.Errorf("%s.%s: type %s is not in the table", got.Key(), f.Name, f.Type)
		}
		if f.Name != e.Name || f.Area != areas[i] || f.Many != e.Many || f.Required != e.Required ||
			(kind != e.Type) != enum || enum != (f.Kind == schema.Enum) {
			t.Errorf("%s %s: field %d is %+v, want %+v in %s", version, got.Key(), i, f, e, areas[i])
		}
	}
	for _, a := range attributes {
		if !got.Has(a) {
			t.Errorf("%s: no attribute %s", got.Key(), a)
		}
	}
}

func TestRecordTypes(t *testing.T) {
	if n := len(schema.RecordTypes()); n != 194 {
		t.Errorf("%d record types, 194 are published", n)
	}
	for _, r := range schema.RecordTypes() {
		if _, ok := schema.Lookup(r.Type); !ok {
			t.Errorf("%s has no type", r.Name)
		}
		if s, ok := schema.Lookup(r.Search); r.Search != "" && (!ok || !s.Is("platformCore:SearchRecord")) {
			t.Errorf("%s: %s is no search", r.Name, r.Search)
		}
	}
	for _, name := range []string{"salesOrder", "SalesOrder", "tranSales:SalesOrder"} {
		r, ok := schema.RecordType(name)
		if !ok || r != (schema.Record{Name: "salesOrder", Type: "tranSales:SalesOrder", Search: "tranSales:TransactionSearch", Kind: "_salesOrder"}) {
			t.Errorf("%s: %+v, %t", name, r, ok)
		}
	}
	for _, name := range []string{"", "sales order", "Nothing"} {
		if r, ok := schema.RecordType(name); ok {
			t.Errorf("%q is %+v", name, r)
		}
	}
}

func TestVersionMarks(t *testing.T) {
	has := func(key, field string, v schema.Version) bool {
		ty, ok := schema.Lookup(key)
		if !ok {
			t.Fatal(key)
		}
		return slices.ContainsFunc(ty.Layout(v).Fields, func(f schema.Field) bool { return f.Name == field })
	}
	for _, c := range []struct {
		key, field string
		first      schema.Version
		gone       schema.Version
	}{
		{"tranSales:ItemFulfillment", "inventoryLocation", schema.V2024_2, ""},
		{"setupCustom:CrmCustomField", "appliesToResourceAllocation", schema.V2024_1, ""},
		{"listAcct:BomRevisionComponent", "id", schema.V2024_2, ""},
		{"listAcct:BomRevisionComponent", "internalId", schema.V2023_1, schema.V2024_2},
		{"listAcct:TaxTypeSearch", "customSearchJoin", schema.V2025_2, ""},
		{"listRel:Customer", "thirdPartyCarrier", schema.V2023_1, ""},
	} {
		for _, v := range schema.Versions() {
			if want := v >= c.first && (c.gone == "" || v < c.gone); has(c.key, c.field, v) != want {
				t.Errorf("%s.%s in %s: %t", c.key, c.field, v, !want)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, key string }{
		{"Customer", "listRel:Customer"}, {"RecordRef", "platformCore:RecordRef"},
		{"CurrencyRate", ""}, {"listAcct:CurrencyRate", "listAcct:CurrencyRate"}, {"platformCore:CurrencyRate", "platformCore:CurrencyRate"},
	} {
		ty, ok := schema.Lookup(c.name)
		if ok != (c.key != "") || ok && ty.Key() != c.key {
			t.Errorf("%s: %v, %t", c.name, ty, ok)
		}
	}
	for _, old := range []string{"urn:core_2_5.platform.webservices.netsuite.com", "urn:core_2020_2.platform.webservices.netsuite.com"} {
		if area, ok := schema.AreaOf(old); !ok || area != "platformCore" {
			t.Errorf("%s is %q", old, area)
		}
	}
	for _, foreign := range []string{"", "http://xml.apache.org/axis/", "urn:x", "urn:core_.", "._"} {
		if area, ok := schema.AreaOf(foreign); ok {
			t.Errorf("%s is %q", foreign, area)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for text, want := range map[string]schema.Version{"": schema.V2025_2, "2023.1": schema.V2023_1, "2024_2": schema.V2024_2, "v2025_1": schema.V2025_1} {
		if v, err := schema.ParseVersion(text); err != nil || v != want {
			t.Errorf("%q: %s, %v", text, v, err)
		}
	}
	for _, text := range []string{"2022_2", "2025_3", "latest", "2026_1"} {
		if v, err := schema.ParseVersion(text); err == nil {
			t.Errorf("%q is %s", text, v)
		}
	}
}

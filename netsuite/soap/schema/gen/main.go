// Command gen writes the type table of package schema from the published
// schemas, which lie in $SLUICE_SHARED/wsdl (default ../shared/wsdl beside the
// repository): one set that is whole (2023_2) and, for the marks of what came
// or went, the others. See data/types.txt for the form.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/netsuite/soap/schema/xsd"
)

const base = "2023_2"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	folder := os.Getenv("SLUICE_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared")
	}
	sets := map[string]*xsd.Set{}
	for version, name := range map[string]string{
		"2023_1": "2023_1-reconstructed", "2023_2": "2023_2", "2025_1": "2025_1-lowerbound", "2025_2": "2025_2-reconstructed",
	} {
		set, err := xsd.Load(filepath.Join(folder, "wsdl", name, "xsd"))
		if err != nil {
			return err
		}
		sets[version] = set
	}
	types, err := merge(sets)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	write(&b, sets[base], types)
	return os.WriteFile("data/types.txt", b.Bytes(), 0o644)
}

// field is an element with the versions that have it.
type field struct {
	xsd.Element
	since, until string
}

// merged is a type of all versions together.
type merged struct {
	*xsd.Type
	fields []field
}

// arrived tells the first version of a change that the sets only bound from
// above: 2025_1 is known as what 2024_2 and 2025_2 have in common, and the sets
// in between are known by their differences alone.
var arrived = map[string]string{
	"setupCustom:CrmCustomField.appliesToResourceAllocation": "2024_1",
	"tranSales:ItemFulfillment.inventoryLocation":            "2024_2",
	"listAcct:BomRevisionComponent.id":                       "2024_2",
	"listAcct:BomRevisionComponent.internalId":               "2024_2",
}

// merge lays the versions over each other, the oldest first.
func merge(sets map[string]*xsd.Set) ([]merged, error) {
	versions := slices.Sorted(maps.Keys(sets))
	var out []merged
	for _, key := range slices.Sorted(maps.Keys(sets[base].Types)) {
		t := sets[base].Types[key]
		if !wanted(t) {
			continue
		}
		m := merged{Type: t}
		for i, version := range versions {
			present, ok := sets[version].Types[key]
			if !ok {
				return nil, fmt.Errorf("%s has no %s", version, key)
			}
			m.overlay(present, version, i == 0)
		}
		out = append(out, m)
	}
	for _, version := range versions {
		for key, t := range sets[version].Types {
			if _, ok := sets[base].Types[key]; !ok && wanted(t) {
				return nil, fmt.Errorf("%s has %s, which %s lacks: give the table a mark for types", version, key, base)
			}
		}
	}
	return out, nil
}

// overlay adds what version has and marks what it lacks.
func (m *merged) overlay(t *xsd.Type, version string, first bool) {
	index := func(name string) int {
		return slices.IndexFunc(m.fields, func(f field) bool { return f.Name == name })
	}
	at := 0
	for _, e := range t.Elements {
		if i := index(e.Name); i >= 0 {
			at = i + 1
			continue
		}
		f := field{Element: e}
		if !first {
			f.since = cmp.Or(arrived[m.Key()+"."+e.Name], version)
		}
		m.fields = slices.Insert(m.fields, at, f)
		at++
	}
	for i, f := range m.fields {
		gone := !slices.ContainsFunc(t.Elements, func(e xsd.Element) bool { return e.Name == f.Name })
		if gone && f.until == "" {
			m.fields[i].until = cmp.Or(arrived[m.Key()+"."+f.Name], version)
		}
	}
}

// wanted leaves out what the client reads by name: faults, answers and results.
func wanted(t *xsd.Type) bool {
	switch t.Prefix {
	case "platformFaults":
		return false
	case "platformMsgs":
		return !strings.HasSuffix(t.Name, "Response") && !strings.HasSuffix(t.Name, "ResponseList") &&
			!strings.HasSuffix(t.Name, "Result")
	case "platformCore":
		return !strings.HasSuffix(t.Name, "Result")
	}
	return true
}

// builtin are the codes of the built-in types; enumerations are text with "e".
var builtin = map[string]string{
	"xsd:string": "s", "xsd:boolean": "b", "xsd:dateTime": "t", "xsd:int": "i", "xsd:long": "l", "xsd:double": "d", "xsd:base64Binary": "x",
}

const header = `# Types of NetSuite's SOAP schemas: names, order and kinds, derived by schema/gen.
#
# area PREFIX NAMESPACE        a namespace; * stands for the version (2023_2)
# code CODE PREFIX:TYPE        short for a complex type
# record RECORDTYPE PREFIX:TYPE SEARCH KIND   a record type, its type, the type of its search, and in a
#                              search of many types the value of its field "type" (- for none)
# PREFIX:TYPE <BASE ~ @ATTRIBUTE... =KIND ELEMENT...
#   ~ abstract; =KIND holds for all elements up to the next: s text, b boolean, t date and time,
#   i int, l long, d double, x base64, e enumeration (open), a code, or PREFIX:TYPE
#   ELEMENT may end in ! (required), * (may repeat), +V (since version V), -V (gone with version V)
#   a line that begins with a space continues the type above
`

func write(b *bytes.Buffer, set *xsd.Set, types []merged) {
	b.WriteString(header)
	for _, a := range set.Areas {
		if strings.HasSuffix(a.Prefix, "Typ") || a.Prefix == "platformFaults" {
			continue // enumerations live there, whose values carry no namespace
		}
		fmt.Fprintf(b, "area %s %s\n", a.Prefix, strings.ReplaceAll(a.URI, "_"+base+".", "_*."))
	}
	codes := frequent(set, types)
	for _, key := range slices.SortedFunc(maps.Keys(codes), func(x, y string) int { return strings.Compare(codes[x], codes[y]) }) {
		fmt.Fprintf(b, "code %s %s\n", codes[key], key)
	}
	writeRecords(b, set)
	for _, m := range types {
		writeType(b, set, codes, m)
	}
}

// frequent gives a code to each complex type that fields name often.
func frequent(set *xsd.Set, types []merged) map[string]string {
	count := map[string]int{}
	for _, m := range types {
		for _, f := range m.fields {
			if _, enum := set.Enums[f.Type]; !enum && builtin[f.Type] == "" {
				count[f.Type]++
			}
		}
	}
	codes := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(count)) {
		if count[key] < 60 {
			continue
		}
		_, name, _ := strings.Cut(key, ":")
		name = strings.TrimSuffix(strings.TrimSuffix(name, "Field"), "Basic")
		codes[key] = strings.Replace(strings.Replace(name, "SearchColumn", "C", 1), "Search", "S", 1)
	}
	return codes
}

// group tells the search that serves a record type, and for a search that serves
// many types the value of its field "type" that stands for this one.
func group(set *xsd.Set, t *xsd.Type) (search, filter string) {
	own := t.Key() + "Search"
	if _, ok := set.Types[own]; ok {
		return own, "-"
	}
	if t.Prefix == "listAcct" {
		if kind := itemKind(set, t.Name); kind != "" {
			return "listAcct:ItemSearch", kind
		}
	}
	if strings.HasPrefix(t.Prefix, "tran") || strings.HasPrefix(t.Name, "CustomTransaction") || t.Name == "CustomSale" || t.Name == "CustomPurchase" {
		kind := cmp.Or(transactionKinds[t.Name], "_"+lower(t.Name))
		if slices.Contains(set.Enums["tranSalesTyp:TransactionType"], kind) {
			return "tranSales:TransactionSearch", kind
		}
	}
	return "-", "-"
}

// transactionKinds are the transactions whose kind in searches is not their name.
var transactionKinds = map[string]string{
	"JournalEntry": "_journal", "InterCompanyJournalEntry": "_journal", "AdvInterCompanyJournalEntry": "_journal",
	"StatisticalJournalEntry": "_journal", "PurchaseRequisition": "_requisition", "InterCompanyTransferOrder": "_transferOrder",
	"CustomTransaction": "_custom",
}

// itemKind finds the kind that an item type's name ends with: the kind
// _nonInventoryItem is that of NonInventorySaleItem, _assembly that of
// SerializedAssemblyItem.
func itemKind(set *xsd.Set, name string) string {
	if name == "ItemGroup" {
		return "_itemGroup"
	}
	plain, ok := strings.CutSuffix(name, "Item")
	if !ok {
		return ""
	}
	for _, cut := range []string{"Sale", "Resale", "Purchase"} {
		plain = strings.TrimSuffix(plain, cut)
	}
	plain = strings.TrimSuffix(plain, "Re")
	for _, cut := range []string{"Serialized", "LotNumbered"} {
		plain = strings.TrimPrefix(plain, cut)
	}
	for _, kind := range set.Enums["listAcctTyp:ItemType"] {
		if kind == "_"+lower(plain) || kind == "_"+lower(plain)+"Item" {
			return kind
		}
	}
	return ""
}

func lower(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func writeRecords(b *bytes.Buffer, set *xsd.Set) {
	byName := map[string]*xsd.Type{}
	for _, t := range set.Types {
		if !t.Abstract && isRecord(set, t) {
			byName[lower(t.Name)] = t
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		t := byName[name]
		search, filter := group(set, t)
		fmt.Fprintf(b, "record %s %s %s %s\n", name, t.Key(), search, filter)
	}
}

func isRecord(set *xsd.Set, t *xsd.Type) bool {
	for ; t != nil; t = set.Types[t.Base] {
		if t.Base == "platformCore:Record" {
			return true
		}
	}
	return false
}

func writeType(b *bytes.Buffer, set *xsd.Set, codes map[string]string, m merged) {
	words := []string{m.Key()}
	if m.Base != "" && !strings.HasPrefix(m.Base, "xsd:") {
		words = append(words, "<"+m.Base)
	}
	if m.Abstract {
		words = append(words, "~")
	}
	for _, a := range m.Attributes {
		words = append(words, "@"+a)
	}
	kind := ""
	for _, f := range m.fields {
		k := cmp.Or(builtin[f.Type], codes[f.Type], f.Type)
		if _, enum := set.Enums[f.Type]; enum {
			k = "e"
		}
		if k != kind {
			words = append(words, "="+k)
			kind = k
		}
		words = append(words, f.word())
	}
	width := 0
	for i, w := range words {
		switch {
		case i == 0:
		case width+len(w) > 140:
			b.WriteString("\n ")
			width = 1
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(w)
		width += len(w)
	}
	b.WriteByte('\n')
}

func (f field) word() string {
	w := f.Name
	if f.Required {
		w += "!"
	}
	if f.Many {
		w += "*"
	}
	if f.since != "" {
		w += "+" + f.since
	}
	if f.until != "" {
		w += "-" + f.until
	}
	return w
}

package flowfile

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

var update = flag.Bool("update", false, "write docs/flows.md and docs/flow-tests.md anew")

const northwind = `# Orders of the shop
name: northwind-orders
export:
  connection: northwind
  csv: {path: orders.csv, "null": "NULL", overflow: shipAddress, join: [{path: order-details.csv, on: {orderID: orderID}, as: lines}]}
  key: [orderID]
totals: [{name: freight, value: this.freight}]
steps:
  - filter: {if: this.customerID != null, reason: no customer}
  # each line at its price
  - map: |
      root.entity.externalId = "NW-" + this.customerID
      root.item.items = this.lines.map_each(l -> {"item": {"externalId": "NW-" + l.productID}, "quantity": l.quantity.number(), "amount": l.unitPrice.decimal().times(l.quantity).times("1".decimal().minus(l.discount)).round(2)})
  - import: {connection: netsuite, operation: upsert, unchanged: skip, netsuite: {record: salesOrder, external_id: '"NW-" + this.tranId', replace: [item]}}
pages: {size: 100}
`

func TestParse(t *testing.T) {
	flow, problems := Parse("northwind.yaml", []byte(northwind))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	csv := flow.Export.CSV
	if flow.Name != "northwind-orders" || csv.Null != "NULL" || csv.Join[0].On["orderID"] != "orderID" || flow.Pages.Size != 100 {
		t.Errorf("got %+v", flow)
	}
	imp := flow.Steps[2].Import
	if imp.Operation != sluice.Upsert || imp.NetSuite.ExternalID != `"NW-" + this.tranId` || !strings.HasPrefix(flow.Steps[1].Map, "root.entity") {
		t.Errorf("got %+v", imp)
	}
	if problems := Check(flow); len(problems) > 0 {
		t.Errorf("what Parse accepts, Check refuses: %v", problems)
	}
}

// base is a good flow whose parts the tests replace.
const base = `name: f
export:
  connection: c
  csv: {path: a.csv}
steps:
  - import: {connection: d, csv: {path: b.csv, columns: [x]}}
`

func TestProblems(t *testing.T) {
	csv, imp := "csv: {path: a.csv}", "import: {connection: d, csv: {path: b.csv, columns: [x]}}"
	tests := []struct{ old, new, want string }{
		{"name: f", "nmae: f", `1:1 flow.unknown_key nmae Did you mean "name"?|1:1 flow.missing_key name`},
		{"name: f", "name: F f", "1:7 name.invalid name"},
		{"name: f", "name:", "1:6 flow.no_value name"},
		{"name: f", "name: f\nname: g", "2:1 flow.duplicate_key name"},
		{"name: f", "name: &a f", "1:7 flow.alias name"},
		{"name: f", "name: f\npages: {size: 0}", "2:15 flow.invalid_value pages.size"},
		{"name: f", "name: f\npages: {size: 10001}", "2:15 flow.invalid_value pages.size"},
		{"name: f", "name: f\npages: {size: many, parallel: 2, ordered: true}", "2:15 flow.wrong_type pages.size|2:31 flow.conflict pages.parallel"},
		{"name: f", "name: f\npages: [1]", "2:8 flow.wrong_type pages"},
		{"name: f", "name: f\ntotals: [{name: a, value: 'this.x.foo()'}]", "2:40 mapping.invalid totals[0].value"},
		{"name: f", "name: f\ntotals: [{name: a, value: this.x}, {name: a, value: this.y}]", "2:43 flow.duplicate_name totals[1].name"},
		{csv, "csv: {path: ../a.csv}", "4:15 flow.invalid_value export.csv.path"},
		{csv, "csv: {path: a.csv, stream: maybe}", "4:30 flow.wrong_type export.csv.stream"},
		{csv, "csv: {path: a.csv, delimiter: ab, encoding: latin}", "4:33 flow.invalid_value export.csv.delimiter|4:47 flow.invalid_value export.csv.encoding"},
		{csv, "csv: {path: a.csv, stream: true, join: [{path: b, on: {a: b}, as: l}]}", "4:30 flow.conflict export.csv.stream"},
		{csv, "csv: {path: a.csv}\n  sql: {query: SELECT 1}", "4:8 flow.exactly_one export.csv"},
		{csv, "key: [a]", "3:3 flow.exactly_one export"},
		{csv, "key: [a, a]\n  csv: {path: a.csv}", "4:12 flow.invalid_value export.key[1]"},
		{csv, "suiteql: {query: 'SELECT id FROM t'}", "4:12 flow.missing_key export.suiteql.key"},
		{csv, "suiteql: {query: 'SELECT id FROM t order by id', key: [id]}", "4:20 flow.conflict export.suiteql.query"},
		{csv, "suiteql: {query: 'SELECT (SELECT 1 ORDER BY 1), ''order'' FROM t', key: [id], page_size: 1001}", "4:92 flow.invalid_value export.suiteql.page_size"},
		{csv, "suiteql: {query: 'SELECT id FROM t', key: [t.id]}", "4:46 flow.invalid_value export.suiteql.key[0]"},
		{csv, "sql: {query: 'SELECT id FROM t', key: [id, line]}\n  group: {by: [line], as: l}", "5:15 flow.conflict export.group.by"},
		{imp, "filter: {if: this.x ==, reason: none}", "6:3 flow.no_import steps|6:27 mapping.invalid steps[0].filter.if"},
		{imp, "map: |\n      root.a = 1\n      root.b = this.foo(", "6:3 flow.no_import steps|8:25 mapping.invalid steps[0].map"},
		{imp, imp + "\n    map: root = this", "6:13 flow.exactly_one steps[0].import"},
		{imp, imp + "\n  - name: import-1\n    " + imp, "7:11 flow.duplicate_name steps[1].name|8:41 flow.conflict steps[1].import.csv.path"},
		{imp, "import: {connection: d, operation: upsert, csv: {path: b.csv, columns: [x]}}", "6:40 flow.conflict steps[0].import.operation"},
		{imp, imp + "\n  - " + imp, "7:41 flow.conflict steps[1].import.csv.path"},
		{imp, "import: {connection: d, csv: {path: b.csv.gz, columns: [x]}}", "6:41 flow.invalid_value steps[0].import.csv.path"},
		{imp, "import: {connection: d, operation: merge, netsuite: {record: customer}}", "6:40 flow.invalid_value steps[0].import.operation"},
		{imp, "import: {connection: d, netsuite: {record: customer}}", "6:13 flow.missing_key steps[0].import.operation"},
		{imp, "import: {connection: d, operation: upsert, netsuite: {record: customer}}", "6:58 flow.missing_key steps[0].import.netsuite.external_id"},
		{imp, "import: {connection: d, operation: delete, netsuite: {record: customer}}", "6:58 flow.missing_key steps[0].import.netsuite.id"},
		{imp, "import: {connection: d, operation: append, netsuite: {record: customer, id: this.id}}", "6:58 flow.missing_key steps[0].import.netsuite.sublist"},
		{imp, "import: {connection: d, operation: add, netsuite: {record: customer, replace: [item]}}", "6:83 flow.conflict steps[0].import.netsuite.replace"},
		{imp, "import: {connection: d, operation: update, sql: {table: t}}", "6:53 flow.missing_key steps[0].import.sql.key"},
		{imp, "import: {connection: d, operation: append, sql: {table: a.b.c}}", "6:40 flow.conflict steps[0].import.operation|6:61 flow.invalid_value steps[0].import.sql.table"},
		{csv, "http: {path: 'https://x/y', body: '{', page: {by: cursor}}", "4:16 flow.invalid_value export.http.path|4:37 flow.conflict export.http.body|4:48 flow.missing_key export.http.page.param|4:48 flow.missing_key export.http.page.next"},
		{csv, "http: {path: /a, method: PUT, page: {by: link, param: p, from_zero: true, size_param: n, in: body}}", "4:28 flow.invalid_value export.http.method|4:39 flow.missing_key export.http.page.size|4:57 flow.conflict export.http.page.param|4:71 flow.conflict export.http.page.from_zero|4:96 flow.conflict export.http.page.in"},
		{csv, "http: {path: /a, page: {by: page, param: p, next: /n}}\n  group: {by: [a], as: l}", "4:53 flow.conflict export.http.page.next"},
		{imp, "import: {connection: d, http: {path: '/a/${! this.id'}}", "6:13 flow.missing_key steps[0].import.operation|6:46 mapping.invalid steps[0].import.http.path"},
		{imp, "import: {connection: d, operation: append, http: {path: //a, idempotency_header: 'a b', lookup: {path: '/a#'}}}", "6:40 flow.conflict steps[0].import.operation|6:61 flow.invalid_value steps[0].import.http.path|6:86 flow.invalid_value steps[0].import.http.idempotency_header|6:108 flow.invalid_value steps[0].import.http.lookup.path"},
		{imp, "import: {connection: d, operation: delete, http: {path: '/a/${! this.id }', wrap: x}}", "6:87 flow.conflict steps[0].import.http.wrap"},
		{imp, "import: {connection: d, unchanged: ignore, csv: {path: b.csv}}", "6:40 flow.invalid_value steps[0].import.unchanged|6:53 flow.missing_key steps[0].import.csv.columns"},
	}
	for _, tt := range tests {
		text := strings.Replace(base, tt.old, tt.new, 1)
		flow, problems := Parse("f.yaml", []byte(text))
		var got []string
		for _, p := range problems {
			line := fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Code, p.Path)
			if strings.HasPrefix(p.Remedy, "Did you") {
				line += " " + p.Remedy
			}
			got = append(got, line)
		}
		if want := tt.want; strings.Join(got, "|") != want || flow != nil {
			t.Errorf("%s:\n got %s\nwant %s", tt.new, strings.Join(got, "|"), want)
		}
	}
}

func TestNotFlows(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "[1, 2]", "text", "a: [", "a: *b", "- a\n- b", "a: {b: {c: {d: " + strings.Repeat("{e: ", 40) + strings.Repeat("}", 43), base + "---\n" + base, "\x00", "a:\n\tb: c", strings.Repeat("a", MaxText+1)} {
		flow, problems := Parse("f.yaml", []byte(text))
		if flow != nil || len(problems) == 0 {
			t.Errorf("%.30q: %v, %v", text, flow, problems)
		}
	}
}

func TestNullText(t *testing.T) {
	for _, null := range []string{"NULL", `"NULL"`} {
		flow, problems := Parse("f.yaml", []byte(strings.Replace(base, "path: a.csv", "path: a.csv, null: "+null, 1)))
		if len(problems) > 0 || flow.Export.CSV.Null != "NULL" {
			t.Errorf("%s: %v", null, problems)
		}
	}
}

func TestCheck(t *testing.T) {
	flow := &sluice.Flow{Name: "X", Export: sluice.Export{Connection: "c"}, Steps: []sluice.Step{{Map: "root = 1\nroot.a = ("}}, Pages: sluice.Paging{Size: -1}}
	var got []string
	for _, p := range Check(flow) {
		got = append(got, p.Code+" "+p.Path)
		if p.Line != 0 {
			t.Errorf("%v has a line, but there is no text", p)
		}
	}
	want := []string{"flow.exactly_one export", "name.invalid name", "flow.invalid_value pages.size", "mapping.invalid steps[0].map", "flow.no_import steps"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestFormat(t *testing.T) {
	text, err := Format([]byte(northwind))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Format(text)
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("formatting twice changes it: %v\n%s", err, again)
	}
	for _, comment := range []string{"# Orders of the shop\n", "# each line at its price\n"} {
		if !bytes.Contains(text, []byte(comment)) {
			t.Errorf("the comment %q is gone:\n%s", comment, text)
		}
	}
	if !bytes.Contains(text, []byte("  key: [orderID]\n")) || !bytes.Contains(text, []byte("- map: |\n      root.entity")) {
		t.Errorf("got:\n%s", text)
	}
	before, _ := Parse("", []byte(northwind))
	after, problems := Parse("", text)
	if len(problems) > 0 || !reflect.DeepEqual(before, after) {
		t.Errorf("the flow has changed: %v", problems)
	}
	shuffled := "steps:\n- import: {csv: {columns: [x], path: b.csv}, connection: d}\nexport: {csv: {path: a.csv}, connection: c}\nname: f # short\n"
	text, err = Format([]byte(shuffled))
	if err != nil || !bytes.HasPrefix(text, []byte("name: f # short\nexport:\n  connection: c\n  csv:\n    path: a.csv\nsteps:\n")) {
		t.Errorf("got %v\n%s", err, text)
	}
}

func TestSchemaAgreesWithParser(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("flow.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("flow.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, good := range map[string]bool{northwind: true, base: true, branched: true, strings.Replace(branched, "name: rest", "nmae: rest", 1): false, strings.Replace(base, "name: f", "nmae: f", 1): false,
		strings.Replace(base, "csv: {path: a.csv}", "key: [a]", 1): false, strings.Replace(base, "name: f", "name: f\npages: {size: 0}", 1): false} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) != good {
			t.Errorf("the schema says %v of\n%s", err, text)
		}
	}
}

// The table of keys and the JSON names of package sluice are two lists of the same thing.
func TestKeysAreTheStructsKeys(t *testing.T) {
	done := map[*shape.Shape]bool{}
	var walk func(s *shape.Shape, typ reflect.Type)
	walk = func(s *shape.Shape, typ reflect.Type) {
		if done[s] {
			return
		}
		done[s] = true
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		fields := map[string]reflect.Type{}
		for _, f := range reflect.VisibleFields(typ) {
			n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields[n] = f.Type
		}
		for _, k := range s.Keys {
			field, ok := fields[k.Name]
			if !ok {
				t.Errorf("%s: %v has no field for the key %q", s.Name, typ, k.Name)
				continue
			}
			delete(fields, k.Name)
			if k.Of != nil {
				walk(k.Of, field)
			}
		}
		for n := range fields {
			t.Errorf("%s: there is no key for the field %q of %v", s.Name, n, typ)
		}
	}
	walk(shape.Flow(), reflect.TypeFor[sluice.Flow]())
}

func TestDocsAreInStep(t *testing.T) {
	for file, want := range map[string][]byte{"../../docs/flows.md": Docs(), "../../docs/flow-tests.md": TestDocs()} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if text, err := os.ReadFile(file); err != nil || !bytes.Equal(text, want) {
			t.Errorf("%s is out of step (%v): go test ./internal/flowfile -update", file, err)
		}
	}
}

// Every section is in a chapter, once.
func TestChaptersHaveAllSections(t *testing.T) {
	known := map[string]*shape.Shape{}
	collect(shape.Flow(), known)
	for _, c := range chapters {
		for _, name := range c.sections {
			if known[name] == nil {
				t.Errorf("%s: there is no section %s, or it is there twice", c.title, name)
			}
			delete(known, name)
		}
	}
	for name := range known {
		t.Errorf("%s is in no chapter", name)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(northwind))
	f.Add([]byte(base))
	f.Add([]byte("a: &x [*x]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		flow, problems := Parse("f.yaml", text)
		if (flow == nil) == (len(problems) == 0) {
			t.Fatalf("flow %v with problems %v", flow, problems)
		}
		for _, p := range problems {
			if p.Line < 0 || p.Column < 0 || p.Message == "" {
				t.Errorf("a problem without place or words: %+v", p)
			}
		}
		if flow == nil {
			return
		}
		if left := Check(flow); len(left) > 0 {
			t.Errorf("what Parse accepts, Check refuses: %v", left)
		}
		formatted, err := Format(text)
		if err != nil {
			return // refused rather than changed
		}
		again, problems := Parse("f.yaml", formatted)
		if a, b := asJSON(flow), asJSON(again); a != b {
			t.Errorf("formatting changed the flow: %v\n%s\n%s", problems, a, b)
		}
	})
}

func asJSON(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// A draft need not write anything yet; all else is told as of a whole flow.
func TestParseDraft(t *testing.T) {
	const export = "name: x\nexport:\n  connection: files\n  csv: {path: a.csv}\n"
	for text, want := range map[string]string{
		export:                 "",
		export + "steps: []\n": "",
		export + "steps:\n  - map: root = this\n": "",
		export + "steps: 3\n":                     "flow.wrong_type",
		export + "steps:\n  - map: root = (\n":    "mapping.invalid",
		"name: x\n":                               "flow.exactly_one",
	} {
		flow, problems := ParseDraft("x.yaml", []byte(text))
		switch {
		case want == "" && (flow == nil || len(problems) > 0):
			t.Errorf("%q: %+v", text, problems)
		case want != "" && (flow != nil || len(problems) == 0 || problems[0].Code != want):
			t.Errorf("%q: %+v, want %s", text, problems, want)
		}
		if _, whole := Parse("x.yaml", []byte(text)); len(whole) == 0 {
			t.Errorf("%q is taken for a whole flow", text)
		}
	}
}

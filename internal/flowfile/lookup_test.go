package flowfile

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// asking has every key of lookups and of tables of fields.
const asking = `name: f
export:
  connection: c
  csv: {path: a.csv}
steps:
  - lookup: {connection: netsuite, suiteql: {query: 'SELECT id FROM customer WHERE kind = ?', params: [null], key: [id], text_key: true}, match: {email: this.email}, as: customer, none: null, many: first, cache: {for: 10m, entries: 5}}
  - lookup: {connection: netsuite, records: {type: customer, id: this.customer.id, lines: true}, as: whole, none: default, default: '{"id": null}'}
  - lookup: {connection: netsuite, records: {type: customer, external_id: this.eid}, as: other, none: error, many: error}
  - lookup: {connection: netsuite, restlet: {script: customscript_find, deployment: 1, method: POST, params: {sku: this.sku}, records: data.items}, as: item}
  - lookup: {connection: db, sql: {query: 'SELECT sku, id FROM products', key: [id]}, match: {sku: this.sku}, as: product, many: all}
  - lookup: {connection: api, http: {path: '/c?email=${! this.email }', records: /data}, as: remote}
  - lookup: {connection: files, csv: {path: a.csv, delimiter: ';', encoding: windows-1252, null: 'NULL'}, match: {iso: this.country}, as: country}
  - lookup: {connection: files, jsonl: {path: a.jsonl}, match: {iso: this.country}, as: country}
  - lookup: {table: {DE: 1, FR: "2"}, value: this.country, as: subsidiary}
  - fields:
      - {to: companyName, from: this.name, when: this.name != null, default: '"?"', as: text}
      - {to: kind, value: 7, as: number}
      - {to: tags, from: this.tags, split: ',', table: {a: b}, join: ';'}
      - {to: tranDate, from: this.at, as: date, format: DD.MM.YYYY, zone: Europe/Berlin}
      - {to: item.items, each: this.lines, fields: [{to: item.id, from: this.sku}, {to: tags, each: this.tags, fields: [{to: id, from: this}]}]}
  - import: {connection: d, csv: {path: b.csv, columns: [x]}}
`

func TestLookupsAndFields(t *testing.T) {
	flow, problems := Parse("f.yaml", []byte(asking))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if problems := Check(flow); len(problems) > 0 {
		t.Errorf("what Parse accepts, Check refuses: %v", problems)
	}
	l := flow.Steps[0].Lookup
	if l.None != sluice.NoneNull || l.SuiteQL.Params[0] != "null" || l.Cache.Entries != 5 || flow.Steps[8].Lookup.Table["DE"] != "1" {
		t.Errorf("got %+v", l)
	}
	rows := flow.Steps[9].Fields
	if rows[1].Value != "7" || rows[2].Split != "," || rows[4].Fields[1].Fields[0].From != "this" {
		t.Errorf("got %+v", rows)
	}
	if _, err := Format([]byte(asking)); err != nil {
		t.Error(err)
	}
}

func TestLookupAndFieldProblems(t *testing.T) {
	const first = "  - lookup: {connection: netsuite, suiteql: {query: 'SELECT id FROM customer WHERE kind = ?', params: [null], key: [id], text_key: true}, match: {email: this.email}, as: customer, none: null, many: first, cache: {for: 10m, entries: 5}}\n"
	for step, want := range map[string]string{
		"lookup: {connection: c, as: x}": "flow.exactly_one steps[0].lookup",
		"lookup: {connection: c, suiteql: {query: SELECT 1}, sql: {query: SELECT 1}, match: {a: this.a}, as: x}": "flow.exactly_one steps[0].lookup.sql",
		"lookup: {suiteql: {query: SELECT a FROM t}, match: {a: this.a}, as: x}":                                 "flow.missing_key steps[0].lookup.connection",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t}, as: x}":                                      "flow.missing_key steps[0].lookup.match",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t}, match: {a: this.a}}":                         "flow.missing_key steps[0].lookup.as",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t}, match: {a: this.}, as: x}":                   "mapping.invalid steps[0].lookup.match.a",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t}, match: {a b: this.a}, as: x}":                "flow.invalid_value steps[0].lookup.match.a b",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t ORDER BY a}, match: {a: this.a}, as: x}":       "flow.conflict steps[0].lookup.suiteql.query",
		"lookup: {connection: c, suiteql: {query: SELECT a FROM t}, match: {a: this.a}, as: x, many: first}":     "flow.missing_key steps[0].lookup.suiteql.key",
		"lookup: {connection: c, sql: {query: SELECT a FROM t}, match: {a: this.a}, as: x, many: first}":         "flow.missing_key steps[0].lookup.sql.key",
		"lookup: {connection: c, sql: {query: SELECT a FROM t; }, match: {a: this.a}, as: x}":                    "flow.conflict steps[0].lookup.sql.query",
		"lookup: {connection: c, http: {path: 'https://x/y'}, as: x}":                                            "flow.invalid_value steps[0].lookup.http.path",
		"lookup: {connection: c, http: {path: '/a/${! this.'}, as: x}":                                           "mapping.invalid steps[0].lookup.http.path",
		"lookup: {connection: c, http: {path: /a}, match: {a: this.a}, as: x}":                                   "flow.conflict steps[0].lookup.match",
		"lookup: {connection: c, records: {type: customer, id: this.a, external_id: this.b}, as: x}":             "flow.exactly_one steps[0].lookup.records.external_id",
		"lookup: {connection: c, restlet: {script: a, deployment: b, params: {deploy: this.a}}, as: x}":          "flow.conflict steps[0].lookup.restlet.params",
		"lookup: {connection: c, csv: {path: a.csv, delimiter: ab}, match: {a: this.a}, as: x}":                  "flow.invalid_value steps[0].lookup.csv.delimiter",
		"lookup: {connection: c, csv: {path: ../a.csv}, match: {a: this.a}, as: x}":                              "flow.invalid_value steps[0].lookup.csv.path",
		"lookup: {table: {a: b}, as: x}":                                                                 "flow.missing_key steps[0].lookup.value",
		"lookup: {table: {a: b}, value: this.a, connection: c, as: x}":                                   "flow.conflict steps[0].lookup.connection",
		"lookup: {connection: c, jsonl: {path: a.jsonl}, match: {a: this.a}, value: this.a, as: x}":      "flow.conflict steps[0].lookup.value",
		"lookup: {table: {a: b}, value: this.a, as: x, none: default}":                                   "flow.missing_key steps[0].lookup.default",
		"lookup: {table: {a: b}, value: this.a, as: x, default: '1'}":                                    "flow.conflict steps[0].lookup.default",
		"lookup: {table: {a: b}, value: this.a, as: x, none: nothing}":                                   "flow.invalid_value steps[0].lookup.none",
		"lookup: {connection: c, jsonl: {path: a.jsonl}, match: {a: this.a}, as: x, cache: {for: soon}}": "flow.invalid_value steps[0].lookup.cache.for",
		"fields: []":                                                    "flow.invalid_value steps[0].fields",
		"fields: [{from: this.a}]":                                      "flow.missing_key steps[0].fields[0].to",
		"fields: [{to: a}]":                                             "flow.exactly_one steps[0].fields[0]",
		"fields: [{to: a, from: this.}]":                                "mapping.invalid steps[0].fields[0].from",
		"fields: [{to: a, value: ''}]":                                  "flow.no_value steps[0].fields[0].value",
		"fields: [{to: a, from: this.a, as: d}]":                        "flow.invalid_value steps[0].fields[0].as",
		"fields: [{to: a, from: this.a}, {to: a.b, from: this.b}]":      "flow.conflict steps[0].fields[1].to",
		"fields: [{to: a, from: this.a, as: date, format: dd.MM.yyyy}]": "flow.invalid_value steps[0].fields[0].format",
		"fields: [{to: a, each: this.a, fields: [{to: b, from: this.b, as: date, zone: Mars}]}]": "flow.invalid_value steps[0].fields[0].fields[0].zone",
		"fields: [{to: a, each: this.a}]": "flow.missing_key steps[0].fields[0].fields",
	} {
		flow, problems := Parse("f.yaml", []byte(strings.Replace(asking, first, "  - "+step+"\n", 1)))
		var got []string
		for _, p := range problems {
			got = append(got, p.Code+" "+p.Path)
			if p.Line != 6 {
				t.Errorf("%s: %s is in line %d", step, p.Code, p.Line)
			}
		}
		if flow != nil || strings.Join(got, "|") != want {
			t.Errorf("%s\n got %s\nwant %s", step, strings.Join(got, "|"), want)
		}
	}
}

package flowfile

import (
	"strings"
	"testing"
)

// imported parses a flow with one import and returns its problems as code and path.
func imported(t *testing.T, text string) string {
	t.Helper()
	_, problems := Parse("f.yaml", []byte("name: f\nexport: {connection: c, csv: {path: a.csv}, key: [id]}\nsteps:\n  - import: {connection: d, "+text+"}\n"))
	var got []string
	for _, p := range problems {
		got = append(got, p.Code+" "+strings.TrimPrefix(p.Path, "steps[0].import."))
		if p.Line == 0 || p.Remedy == "" && p.Code != "flow.invalid_value" {
			t.Errorf("%s: %+v", text, p)
		}
	}
	return strings.Join(got, "|")
}

func TestImportsThatGo(t *testing.T) {
	for _, text := range []string{
		`operation: transform, omit: [order], netsuite: {record: invoice, external_id: this.number, replace: [item], transform: {from: salesOrder, id: this.order}}`,
		`operation: transform, netsuite: {record: invoice, transform: {from: salesOrder, external_id: '"SO-" + this.n'}}`,
		`operation: attach, netsuite: {record: customer, id: this.customer, attachment: {type: contact, id: this.contact, role: '"-10"'}}`,
		`operation: detach, ignore_missing: true, netsuite: {record: opportunity, external_id: this.o, attachment: {type: file, external_id: this.file}}`,
		`operation: add, ignore_existing: true, netsuite: {record: customer, external_id: this.n}`,
		`operation: upsert, on_create: [subsidiary], on_update: [comments], netsuite: {record: customer, external_id: this.n, append: [itemPricing], lines: [{sublist: addressBook, by: [label], remove: true}]}`,
		`operation: update, ignore_missing: true, netsuite: {record: customer, id: this.id, replace: [groupPricing]}`,
		`operation: upsert, ignore_existing: true, sql: {table: t, key: [id]}`,
		`operation: upsert, on_create: [a], sql: {table: t, key: [id]}`,
		`operation: add, ignore_existing: true, http: {path: /a, lookup: {path: '/a?n=${! this.n }'}}`,
		`operation: add, omit: [x], http: {path: /a, wrap: list, id: id, batch: {size: 50, results: /results, ok: /ok, error: /error}}`,
		`operation: update, ignore_missing: true, restlet: {script: s, deployment: d, external_id: this.n, lookup: {param: n}}`,
		`operation: upsert, on_update: [x], restlet: {script: s, deployment: d, external_id: this.n, lookup: {param: n}}`,
	} {
		if got := imported(t, text); got != "" {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestImportsThatDoNotGo(t *testing.T) {
	for text, want := range map[string]string{
		`operation: transform, netsuite: {record: invoice}`:                                                                             "flow.missing_key netsuite.transform",
		`operation: transform, netsuite: {record: invoice, transform: {from: salesOrder}}`:                                              "flow.missing_key netsuite.transform.id",
		`operation: transform, netsuite: {record: invoice, id: this.a, transform: {from: salesOrder, id: this.a, external_id: this.b}}`: "flow.conflict netsuite.id|flow.conflict netsuite.transform.external_id",
		`operation: add, netsuite: {record: invoice, transform: {from: salesOrder, id: this.a}}`:                                        "flow.conflict netsuite.transform",
		`operation: attach, netsuite: {record: customer, id: this.a}`:                                                                   "flow.missing_key netsuite.attachment",
		`operation: attach, netsuite: {record: customer, attachment: {type: contact, id: this.a}}`:                                      "flow.missing_key netsuite.id",
		`operation: attach, netsuite: {record: customer, id: this.a, attachment: {type: vendor, id: this.a}}`:                           "flow.invalid_value netsuite.attachment.type",
		`operation: detach, netsuite: {record: customer, id: this.a, attachment: {type: contact, id: this.a, role: this.r}}`:            "flow.conflict netsuite.attachment.role",
		`operation: transform, sql: {table: t}`:                                                                                         "flow.conflict operation",
		`operation: attach, http: {path: /a}`:                                                                                           "flow.conflict operation",
		`operation: update, ignore_existing: true, netsuite: {record: customer, id: this.a}`:                                            "flow.conflict ignore_existing",
		`operation: add, ignore_missing: true, netsuite: {record: customer}`:                                                            "flow.conflict ignore_missing",
		`operation: add, ignore_existing: true, netsuite: {record: customer}`:                                                           "flow.missing_key netsuite.external_id",
		`operation: add, ignore_existing: true, sql: {table: t}`:                                                                        "flow.missing_key sql.key",
		`operation: add, ignore_existing: true, http: {path: /a}`:                                                                       "flow.missing_key http.lookup",
		`operation: add, ignore_existing: true, restlet: {script: s, deployment: d}`:                                                    "flow.missing_key restlet.lookup",
		`ignore_existing: true, csv: {path: b.csv, columns: [a]}`:                                                                       "flow.conflict ignore_existing",
		`operation: add, on_create: [a], netsuite: {record: customer}`:                                                                  "flow.conflict on_create",
		`operation: upsert, ignore_existing: true, on_update: [a], netsuite: {record: customer, external_id: this.n}`:                   "flow.conflict on_update",
		`operation: upsert, on_create: [a], on_update: [b, a], netsuite: {record: customer, external_id: this.n}`:                       "flow.conflict on_update[1]",
		`operation: upsert, on_create: [a], http: {path: /a}`:                                                                           "flow.missing_key http.lookup",
		`operation: add, omit: [a], sql: {table: t}`:                                                                                    "flow.conflict omit",
		`operation: update, netsuite: {record: salesOrder, id: this.a, replace: [item], append: [Item]}`:                                "flow.conflict netsuite.append[0]",
		`operation: delete, netsuite: {record: salesOrder, id: this.a, lines: [{sublist: item, by: [line]}]}`:                           "flow.conflict netsuite.lines",
		`operation: update, netsuite: {record: salesOrder, id: this.a, lines: [{sublist: item}]}`:                                       "flow.missing_key netsuite.lines[0].by",
		`operation: add, http: {path: '/a/${! this.n }', idempotency_header: K, batch: {size: 2}}`:                                      "flow.conflict http.idempotency_header|flow.missing_key http.batch.ok|flow.conflict http.path",
		`operation: delete, http: {path: /a, batch: {size: 2000, ok: /ok}}`:                                                             "flow.conflict http.batch|flow.invalid_value http.batch.size",
		`operation: update, restlet: {script: s, deployment: d, external_id: this.n, lookup: {param: n}}`:                               "flow.conflict restlet.lookup",
	} {
		got := strings.Split(imported(t, text), "|")
		for _, w := range strings.Split(want, "|") {
			if !strings.Contains("|"+strings.Join(got, "|")+"|", "|"+w+"|") || len(got) != len(strings.Split(want, "|")) {
				t.Errorf("%s:\n got %s\nwant %s", text, strings.Join(got, "|"), want)
			}
		}
	}
}

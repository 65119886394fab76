package flowfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

const changing = `name: f
export:
  connection: c
  suiteql: {query: 'SELECT id, lastmodifieddate FROM customer', key: [id]}
  key: [id]
  delta:
    fields: [lastmodifieddate]
    overlap: 10m
    lag: 30s
    start: 2026-01-01T00:00:00Z
    deletes: {types: [customer]}
    after: customers
steps:
  - import: {connection: d, operation: upsert, netsuite: {record: customer, external_id: this.id}}
  - deleted: true
    import: {connection: d, operation: delete, netsuite: {record: customer, external_id: this.id}}
schedule: {cron: 30 2 * * *, zone: Europe/Berlin, missed: skip, overlap: true, paused: true}
next: [orders]
`

func TestDeltaFlow(t *testing.T) {
	f, problems := Parse("f.yaml", []byte(changing))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	d := f.Export.Delta
	start, given := d.StartTime()
	if d.OverlapTime().String() != "10m0s" || d.LagTime().String() != "30s" || !given || start.Year() != 2026 || d.After != "customers" || !f.Steps[1].Deleted {
		t.Errorf("%+v", d)
	}
	if want := (sluice.Schedule{Cron: "30 2 * * *", Zone: "Europe/Berlin", Missed: "skip", Overlap: true, Paused: true}); *f.Schedule != want || f.Next[0] != "orders" {
		t.Errorf("%+v", f.Schedule)
	}
	text, err := Format([]byte(changing))
	if err != nil {
		t.Fatal(err)
	}
	if again, problems := Parse("f.yaml", text); len(problems) > 0 || again.Export.DeltaSource() != f.Export.DeltaSource() {
		t.Errorf("formatted:\n%s\n%v", text, problems)
	}
}

func TestDeltaProblems(t *testing.T) {
	sql := "sql: {query: SELECT * FROM t, key: [id]}"
	for _, c := range []struct{ old, new, want string }{
		{"fields: [lastmodifieddate]", "fields: []", "flow.wrong_type export.delta.fields"},
		{"  key: [id]\n", "", "flow.missing_key export.key"},
		{"  key: [id]\n", "  key: [id]\n  limit: 5\n", "flow.conflict export.limit"},
		{"  key: [id]\n", "  key: [id]\n  sample: 5\n", ""},
		{"  key: [id]\n", "  key: [id]\n  once: {record: customer, set: root.done = true}\n", "flow.conflict export.once"},
		{"suiteql: {query: 'SELECT id, lastmodifieddate FROM customer', key: [id]}", "csv: {path: a.csv}", "flow.conflict export.delta"},
		{"suiteql: {query: 'SELECT id, lastmodifieddate FROM customer', key: [id]}", sql, "flow.missing_key export.delta.deletes.query"},
		{"suiteql: {query: 'SELECT id, lastmodifieddate FROM customer', key: [id]}", "sql: {query: SELECT * FROM t}", "flow.missing_key export.delta.deletes.query|flow.missing_key export.sql.key"},
		{"overlap: 10m", "overlap: -10m", "flow.invalid_value export.delta.overlap"},
		{"lag: 30s", "lag: soon", "flow.invalid_value export.delta.lag"},
		{"start: 2026-01-01T00:00:00Z", "start: 2026-01-01", "flow.invalid_value export.delta.start"},
		{"start: 2026-01-01T00:00:00Z", "start: now", ""},
		{"deletes: {types: [customer]}", "deletes: {query: SELECT 1, field: at}", "flow.missing_key export.delta.deletes.types"},
		{"    deletes: {types: [customer]}\n", "", "flow.conflict steps[1].deleted"},
		{"deleted: true\n    import", "name: second\n    import", "flow.no_import steps"},
		{"after: customers", "after: f", "flow.conflict export.delta.after"},
		{"cron: 30 2 * * *", "cron: 30 2 * *", "flow.invalid_value schedule.cron"},
		{"cron: 30 2 * * *", "cron: 0 0 31 2 *", "flow.invalid_value schedule.cron"},
		{"zone: Europe/Berlin", "zone: Mars/Olympus", "flow.invalid_value schedule.zone"},
		{"missed: skip", "missed: never", "flow.invalid_value schedule.missed"},
	} {
		flow, problems := Parse("f.yaml", []byte(strings.Replace(changing, c.old, c.new, 1)))
		var got []string
		for _, p := range problems {
			got = append(got, p.Code+" "+p.Path)
		}
		for _, want := range strings.Split(c.want, "|") {
			if want != "" && !strings.Contains(strings.Join(got, "|"), want) {
				t.Errorf("%s: %q, want %s", c.new, got, want)
			}
		}
		if (flow != nil) != (c.want == "") {
			t.Errorf("%s: %q", c.new, got)
		}
	}
}

func TestOnceProblems(t *testing.T) {
	const flow = "name: f\nexport:\n  connection: c\n  sql: {query: SELECT * FROM t, key: [id]}\n  key: [id]\n  once: {%s}\nsteps:\n  - import: {connection: d, csv: {path: b.csv, columns: [x]}}\n"
	for once, want := range map[string]string{
		"table: t, set: root.done = 1":            "",
		"set: root.done = 1":                      "flow.exactly_one export.once",
		"table: t, record: x, set: root.done = 1": "flow.exactly_one export.once.record",
		"table: t":                                  "flow.missing_key export.once.set",
		"table: t, set: root.done = (":              "mapping.invalid export.once.set",
		"record: salesOrder, set: root.done = true": "flow.conflict export.once.record",
	} {
		_, problems := Parse("f.yaml", []byte(fmt.Sprintf(flow, once)))
		got := ""
		if len(problems) > 0 {
			got = problems[0].Code + " " + problems[0].Path
		}
		if got != want {
			t.Errorf("%s: %q, want %q", once, got, want)
		}
	}
}

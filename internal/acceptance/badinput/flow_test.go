package badinput

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/client"
)

func mappingThatLoops(t *testing.T, w *world) {
	w.put(t, "loops.csv", "id,amount\n1,1\n2,2\n3,3\n")
	flow := reading("loops", "connection: files\n  csv: {path: loops.csv}")
	for name, c := range map[string]struct {
		mapping string
		want    says
	}{
		"for ever":      {`if this.id == "2" { range(0, 10000).map_each(_ -> range(0, 10000).map_each(_ -> range(0, 10000).length())).length() } else { 1 }`, says{"mapping.timeout", "loops.csv row 3", "longer than 2s", "do less"}},
		"within itself": {`if this.id == "2" { this.apply("again") } else { 1 }` + "\n      map again { root = this.apply(\"again\") }", says{"mapping.failed", "loops.csv row 3", "", "Correct"}},
	} {
		t.Run(name, func(t *testing.T) {
			own := strings.ReplaceAll(name, " ", "-")
			text := strings.NewReplacer("this.amount.decimal()", c.mapping, "name: loops", "name: "+own, "loops.csv, columns", own+".csv, columns").Replace(flow)
			w.apply(t, text)
			w.through(t, own, 3, 2, 1)
			w.open(t, own, c.want)
		})
	}
}

func lookupWithTwoAnswers(t *testing.T, w *world) {
	w.put(t, "ask.csv", "id,amount\n1,a\n2,b\n3,c\n")
	w.put(t, "rates.csv", "code,value\na,1\nb,2\nb,3\nc,4\n")
	w.apply(t, `name: two-answers
export: {connection: files, csv: {path: ask.csv}, key: [id]}
steps:
  - lookup: {connection: files, csv: {path: rates.csv}, match: {code: this.amount}, as: rate}
  - import: {connection: files, operation: add, jsonl: {path: two-answers.jsonl}}
`)
	w.through(t, "two-answers", 3, 2, 1)
	w.open(t, "two-answers", says{"lookup.many", "ask.csv row 3", `code "b"`, "many"})

	w.api.set(func(rw http.ResponseWriter, r *http.Request) {
		writeJSON(rw, []any{map[string]any{"value": 1}, map[string]any{"value": 2}}[:1+strings.Count(r.URL.RawQuery, "b")])
	})
	w.apply(t, `name: two-answers-api
export: {connection: files, csv: {path: ask.csv}, key: [id]}
steps:
  - lookup: {connection: api, http: {path: '/rates?code=${! this.amount }'}, as: rate}
  - import: {connection: files, operation: add, jsonl: {path: two-answers-api.jsonl}}
`)
	w.through(t, "two-answers-api", 3, 2, 1)
	w.open(t, "two-answers-api", says{"lookup.many", "ask.csv row 3", "", "many"})
}

const following = `name: %s
export: {connection: files, csv: {path: ask.csv}}
steps: [{import: {connection: files, jsonl: {path: %s.jsonl}}}]
next: [%s]
`

func cyclicBranch(t *testing.T, w *world) {
	t.Run("steps within themselves", func(t *testing.T) {
		w.refused(t, []says{{"flow.alias", "cyclic.yaml: steps", "", ""}}, `name: cyclic
export: {connection: files, csv: {path: ask.csv}}
steps: &all
  - branch: {paths: [{name: a, steps: *all}]}
  - import: {connection: files, jsonl: {path: out.jsonl}}
`)
	})
	t.Run("flows that follow each other", func(t *testing.T) {
		one, two, three := fmt.Sprintf(following, "one", "one", "two"), fmt.Sprintf(following, "two", "two", "three"), fmt.Sprintf(following, "three", "three", "one")
		circle := []says{{"flow.circle", "next[0]", "without end", "Take one"}}
		w.refused(t, circle, one, two, three)
		w.refused(t, circle, fmt.Sprintf(following, "one", "one", "one"))
		// Each for itself, the last one closes the circle.
		w.apply(t, strings.Replace(one, "next: [two]", "", 1))
		w.apply(t, strings.Replace(two, "three", "one", 1))
		w.refused(t, circle, one)
		// A revision of before may not close it either.
		w.apply(t, strings.Replace(one, "two", "sound", 1))
		w.apply(t, strings.Replace(two, "next: [three]", "", 1))
		w.apply(t, one)
		w.apply(t, strings.Replace(one, "next: [two]", "", 1))
		w.apply(t, strings.Replace(two, "three", "one", 1))
		_, err := w.RevertFlow(t.Context(), "one", 3)
		told, ok := errors.AsType[*client.ErrorBody](err)
		if !ok || len(told.Problems) != 1 || told.Problems[0].Code != "flow.circle" {
			t.Errorf("reverting closes the circle: %v", err)
		}
	})
	t.Run("flows that wait for each other", func(t *testing.T) {
		waits := `name: %s
export:
  connection: warehouse
  sql: {query: "SELECT id, at FROM goods", key: [id]}
  delta: {fields: [at], after: %s}
  key: [id]
steps: [{import: {connection: files, jsonl: {path: %[1]s.jsonl}}}]
`
		w.refused(t, []says{{"flow.circle", "export.delta.after", "wait for", ""}}, fmt.Sprintf(waits, "early", "late"), fmt.Sprintf(waits, "late", "early"))
	})
}

func unknownTimeZone(t *testing.T, w *world) {
	t.Run("of a schedule", func(t *testing.T) {
		w.refused(t, []says{{"flow.invalid_value", "mars.yaml: schedule.zone", "Mars/Olympus", "IANA"}},
			"name: mars\nexport: {connection: files, csv: {path: ask.csv}}\nsteps: [{import: {connection: files, jsonl: {path: mars.jsonl}}}]\nschedule: {cron: 0 2 * * *, zone: Mars/Olympus}\n")
	})
	t.Run("of a field", func(t *testing.T) {
		w.refused(t, []says{{"flow.invalid_value", "mars.yaml: steps[0].fields[0].zone", "Mars/Olympus", "IANA"}},
			"name: mars\nexport: {connection: files, csv: {path: ask.csv}}\nsteps: [{fields: [{to: at, from: this.at, as: date, zone: Mars/Olympus}]}, {import: {connection: files, jsonl: {path: mars.jsonl}}}]\n")
	})
	t.Run("of a connection", func(t *testing.T) {
		set := w.set()
		set.Connections[len(set.Connections)-1].Settings["timezone"] = "Mars/Olympus"
		_, err := w.Apply(t.Context(), set)
		told, ok := errors.AsType[*client.ErrorBody](err)
		if !ok || len(told.Problems) != 1 || !(says{"connection.invalid_field", "netsuite: settings.timezone", "Europe/Berlin", "Zone of"}).fits(told.Problems[0].Code, told.Problems[0].Path, told.Problems[0].Message, told.Problems[0].Remedy) {
			t.Errorf("%+v", err)
		}
	})
	t.Run("of the data", func(t *testing.T) {
		w.put(t, "zones-in.csv", "id,amount\n1,Europe/Berlin\n2,Mars/Olympus\n3,\n4,UTC\n")
		w.apply(t, strings.Replace(reading("zones", "connection: files\n  csv: {path: zones-in.csv}"), "this.amount.decimal()",
			`"2026-03-01T12:00:00Z".to_datetime("", this.amount)`, 1))
		w.through(t, "zones", 4, 3, 1)
		w.open(t, "zones", says{"mapping.failed", "zones-in.csv row 3", `no time zone "Mars/Olympus"`, "Correct"})
	})
}

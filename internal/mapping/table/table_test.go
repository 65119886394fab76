package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

func compile(t testing.TB, rows ...sluice.FieldRow) *Table {
	t.Helper()
	table, problems := Compile("fields", rows)
	if len(problems) > 0 {
		t.Fatalf("%+v: %v", rows, problems)
	}
	return table
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func TestMap(t *testing.T) {
	r := sluice.Record{
		"name": "Lyng & Co", "blank": " ", "n": json.Number("12.340"), "big": json.Number("12345678901234567890.123"), "flag": true, "no": nil,
		"country": "DE", "tags": "a; b;;c ", "list": []any{"DE", "FR"}, "at": "2026-03-29T23:30:00Z", "german": "01.10.2026", "night": "2026-10-25T02:30:00",
		"address": map[string]any{"city": "Bonn"}, "lines": []any{map[string]any{"qty": "2", "sku": "A-1"}, map[string]any{"qty": "3", "sku": nil}},
	}
	countries := map[string]string{"DE": "1", "FR": "2"}
	tests := []struct {
		row  sluice.FieldRow
		want string
	}{
		{sluice.FieldRow{From: "this.name"}, `"Lyng & Co"`},
		{sluice.FieldRow{From: "this.name.uppercase()"}, `"LYNG & CO"`},
		{sluice.FieldRow{From: "this.nothing"}, `null`},
		{sluice.FieldRow{From: "this.nothing.at.all"}, `null`},
		{sluice.FieldRow{From: "this.address.city"}, `"Bonn"`},
		{sluice.FieldRow{From: "this.address"}, `{"city":"Bonn"}`},
		{sluice.FieldRow{From: "this.big"}, `12345678901234567890.123`},
		{sluice.FieldRow{Value: "retail"}, `"retail"`},
		{sluice.FieldRow{Value: "7", As: "number"}, `7`},
		{sluice.FieldRow{From: "this.blank"}, `" "`},
		{sluice.FieldRow{From: "this.blank", Default: `"?"`}, `"?"`},
		{sluice.FieldRow{From: "this.no", Default: `this.name`}, `"Lyng & Co"`},
		{sluice.FieldRow{From: "this.name", When: "this.flag"}, `"Lyng & Co"`},
		{sluice.FieldRow{From: "this.name", When: "!this.flag"}, ``},
		{sluice.FieldRow{From: "this.n", As: "text"}, `"12.340"`},
		{sluice.FieldRow{From: "this.n", As: "number"}, `12.340`},
		{sluice.FieldRow{From: "this.blank", As: "number"}, `null`},
		{sluice.FieldRow{From: `"T"`, As: "boolean"}, `true`},
		{sluice.FieldRow{From: `0`, As: "boolean"}, `false`},
		{sluice.FieldRow{From: "this.country", Table: countries}, `"1"`},
		{sluice.FieldRow{From: "this.country", Table: countries, As: "number"}, `1`},
		{sluice.FieldRow{From: "this.name", Table: countries, Default: `"9"`, As: "number"}, `9`},
		{sluice.FieldRow{From: "this.no", Table: countries}, `null`},
		{sluice.FieldRow{From: "this.list", Table: countries}, `["1","2"]`},
		{sluice.FieldRow{From: "this.list", Join: ", "}, `"DE, FR"`},
		{sluice.FieldRow{From: "this.tags", Split: ";"}, `["a","b","c"]`},
		{sluice.FieldRow{From: "this.no", Split: ";"}, `[]`},
		{sluice.FieldRow{From: "this.tags", Split: ";", Join: "|"}, `"a|b|c"`},
		{sluice.FieldRow{From: "this.at", As: "date"}, `"2026-03-29"`},
		{sluice.FieldRow{From: "this.at", As: "date", Zone: "Europe/Berlin"}, `"2026-03-30"`},
		{sluice.FieldRow{From: "this.german", As: "date", Format: "DD.MM.YYYY"}, `"2026-10-01"`},
		{sluice.FieldRow{From: "this.at", As: "datetime"}, `"2026-03-29T23:30:00Z"`},
		{sluice.FieldRow{From: "this.at", As: "datetime", Zone: "Europe/Berlin"}, `"2026-03-30T01:30:00+02:00"`},
		{sluice.FieldRow{From: "this.night", As: "datetime", Zone: "Europe/Berlin"}, `"2026-10-25T02:30:00+02:00"`},             // shown twice: the first
		{sluice.FieldRow{From: `"2026-03-29 02:30"`, As: "datetime", Zone: "Europe/Berlin"}, `"2026-03-29T03:30:00+02:00"`},     // skipped: an hour later
		{sluice.FieldRow{From: `"2026-01-02T03:04:05.678+0000"`, As: "datetime"}, `"2026-01-02T03:04:05.678Z"`},                 // as Salesforce and Jira write
		{sluice.FieldRow{From: `"1/2/26 3:04"`, As: "datetime", Format: "M/D/YY hh:mm", Zone: "UTC"}, `"2026-01-02T03:04:00Z"`}, // one digit
		{sluice.FieldRow{Each: "this.lines", Fields: []sluice.FieldRow{{To: "item.id", From: "this.sku"}, {To: "q", From: "this.qty", As: "number"}}}, `[{"item":{"id":"A-1"},"q":2},{"item":{"id":null},"q":3}]`},
		{sluice.FieldRow{Each: "this.no", Fields: []sluice.FieldRow{{To: "q", From: "this"}}}, `[]`},
		{sluice.FieldRow{Each: "this.list", Fields: []sluice.FieldRow{{To: "id", From: "this", Table: countries}}}, `[{"id":"1"},{"id":"2"}]`}, // a multi-select
	}
	for _, tt := range tests {
		tt.row.To = "a.b"
		got, err := compile(t, tt.row).Map(t.Context(), r)
		want := `{"a":{"b":` + tt.want + `}}`
		if tt.want == "" {
			want = `{}`
		}
		if err != nil || text(got) != strings.ReplaceAll(want, "&", `\u0026`) {
			t.Errorf("%+v\n gives %s, %v\nwanted %s", tt.row, text(got), err, want)
		}
	}
}

func TestErrorsNameTheRow(t *testing.T) {
	r := sluice.Record{"x": "abc", "object": map[string]any{}, "lines": []any{map[string]any{"q": "1"}, map[string]any{"q": "many"}}, "list": []any{"1", "b"}}
	tests := []struct {
		row            sluice.FieldRow
		where, message string
	}{
		{sluice.FieldRow{From: "this.x", As: "number"}, "row 2 (b)", `"abc" is not a number`},
		{sluice.FieldRow{From: "this.x", As: "date"}, "row 2 (b)", "not a date"},
		{sluice.FieldRow{From: `"2026-01-01T10:00"`, As: "datetime"}, "row 2 (b)", "time zone"},
		{sluice.FieldRow{From: "this.x", As: "boolean"}, "row 2 (b)", "neither true nor false"},
		{sluice.FieldRow{From: "this.object", As: "text"}, "row 2 (b)", "not text"},
		{sluice.FieldRow{From: "this.x", Table: map[string]string{"a": "b"}}, "row 2 (b)", "not in the table"},
		{sluice.FieldRow{From: `throw("no such thing")`}, "row 2 (b)", "no such thing"},
		{sluice.FieldRow{From: "1.5 * 3"}, "row 2 (b)", "loses digits"},
		{sluice.FieldRow{From: "this.x", When: "this.x"}, "row 2 (b)", "not true or false"},
		{sluice.FieldRow{From: "this.nothing", Default: "this.x.number()"}, "row 2 (b)", "not a number"},
		{sluice.FieldRow{From: "this.list", As: "number"}, "row 2 (b), element 2", "not a number"},
		{sluice.FieldRow{Each: "this.x", Fields: []sluice.FieldRow{{To: "q", From: "this"}}}, "row 2 (b)", "a list"},
		{sluice.FieldRow{Each: "this.lines", Fields: []sluice.FieldRow{{To: "q", From: "this.q", As: "number"}}}, "row 2 (b), element 2, row 1 (q)", `"many" is not a number`},
	}
	for _, tt := range tests {
		tt.row.To = "b"
		_, err := compile(t, sluice.FieldRow{To: "a", From: "this.x"}, tt.row).Map(t.Context(), r)
		e, ok := errors.AsType[*sluice.Error](err)
		if !ok || e.Where != tt.where || !strings.Contains(e.Message, tt.message) {
			t.Errorf("%+v: %v", tt.row, err)
		}
	}
}

func TestCompileProblems(t *testing.T) {
	one := func(r sluice.FieldRow) []sluice.FieldRow { return []sluice.FieldRow{r} }
	tests := []struct {
		rows []sluice.FieldRow
		want string
	}{
		{one(sluice.FieldRow{To: "a", From: "this.x.foo()"}), "mapping.invalid f[0].from"},
		{one(sluice.FieldRow{To: "a", From: "this.x", When: "("}), "mapping.invalid f[0].when"},
		{one(sluice.FieldRow{To: "a", From: "this.x", Default: "("}), "mapping.invalid f[0].default"},
		{one(sluice.FieldRow{To: "a..b", From: "this"}), "flow.invalid_value f[0].to"},
		{[]sluice.FieldRow{{To: "a", From: "this.x"}, {To: "a", From: "this.y"}}, "flow.duplicate_name f[1].to"},
		{[]sluice.FieldRow{{To: "a.b.c", From: "this.x"}, {To: "a.b", From: "this.y"}}, "flow.conflict f[0].to"},
		{one(sluice.FieldRow{To: "a", Each: "this.x"}), "flow.missing_key f[0].fields"},
		{one(sluice.FieldRow{To: "a", From: "this.x", Fields: []sluice.FieldRow{{To: "b", From: "this"}}}), "flow.conflict f[0].fields"},
		{one(sluice.FieldRow{To: "a", Each: "this.x", As: "text", Fields: []sluice.FieldRow{{To: "b", From: "("}}}), "flow.conflict f[0].as|mapping.invalid f[0].fields[0].from"},
		{one(sluice.FieldRow{To: "a", From: "this.x", Format: "DD.MM.YYYY"}), "flow.conflict f[0].format"},
		{one(sluice.FieldRow{To: "a", From: "this.x", As: "date", Format: "dd.MM.yyyy"}), "flow.invalid_value f[0].format"},
		{one(sluice.FieldRow{To: "a", From: "this.x", As: "datetime", Zone: "Mars/Base"}), "flow.invalid_value f[0].zone"},
	}
	for _, tt := range tests {
		_, problems := Compile("f", tt.rows)
		var got []string
		for _, p := range problems {
			got = append(got, p.Code+" "+p.Path)
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%+v: %v, want %s", tt.rows, problems, tt.want)
		}
	}
}

// language writes a row as what a line of Bloblang says.
func language(r *sluice.FieldRow) string {
	blank := func(x string) string {
		return fmt.Sprintf(`(%s == null || (%s.type() == "string" && %s.trim() == ""))`, x, x, x)
	}
	step := func(x, name, body string) string { return fmt.Sprintf(`(%s).(%s -> %s)`, x, name, body) }
	plain := func(x string) string {
		return fmt.Sprintf(`(if %s.type() == "array" || %s.type() == "object" { throw("not text") } else { %s.string() })`, x, x, x)
	}
	if r.Each != "" {
		var fields []string
		for i := range r.Fields {
			fields = append(fields, fmt.Sprintf("%q: %s", r.Fields[i].To, language(&r.Fields[i])))
		}
		return fmt.Sprintf(`(%s).(o -> if o == null { [] } else if o.type() != "array" { throw("not a list") } else { o.map_each({%s}) })`, r.Each, strings.Join(fields, ", "))
	}
	convert := func(x string) string {
		if r.Table != nil {
			found := fmt.Sprintf("%s.get(%s)", text(r.Table), plain("t"))
			if r.Default == "" {
				found += `.not_null()`
			}
			x = step(x, "t", fmt.Sprintf(`if %s { t } else { %s }`, blank("t"), found))
		}
		if r.Default != "" {
			x = step(x, "d", fmt.Sprintf(`if %s { %s } else { d }`, blank("d"), r.Default))
		}
		switch r.As {
		case sluice.AsText:
			x = step(x, "a", `if a == null { null } else { `+plain("a")+` }`)
		case sluice.AsNumber:
			x = step(x, "a", fmt.Sprintf(`if %s { null } else { a.number() }`, blank("a")))
		case sluice.AsBoolean:
			x += ".to_boolean()"
		case sluice.AsDate:
			x += fmt.Sprintf(".to_date(%q, %q)", r.Format, r.Zone)
		case sluice.AsDateTime:
			x += fmt.Sprintf(".to_datetime(%q, %q)", r.Format, r.Zone)
		}
		return "(" + x + ")"
	}
	x := "(" + r.From + ")"
	if r.Split != "" {
		x = step(x, "s", fmt.Sprintf(`if s.type() == "array" { s } else if s == null { [] } else { %s.split(%q).map_each(p -> p.trim()).filter(p -> p != "") }`, plain("s"), r.Split))
	}
	x = step(x, "v", fmt.Sprintf(`if v.type() == "array" && %t { v.map_each(e -> %s) } else { %s }`, r.Table != nil || r.As != "", convert("e"), convert("v")))
	if r.Join != "" {
		x = step(x, "j", fmt.Sprintf(`if j.type() == "array" { j.filter(e -> e != null).map_each(e -> %s).join(%q) } else { j }`, plain("e"), r.Join))
	}
	return x
}

var expressions = []string{"this", "this.a", "this.b", "this.c.d", "this.c", "this.a.b.c", "this.list", "this.missing", "this.list.length()", "this.a.string()", "this.b.or(this.a)", `"fixed"`, `if this.a == null { "none" } else { this.a }`, "this.b.number()"}

func drawRow(t *rapid.T, to string, depth int) sluice.FieldRow {
	r := sluice.FieldRow{To: to}
	if depth > 0 && rapid.IntRange(0, 5).Draw(t, "each") == 0 {
		r.Each = rapid.SampledFrom([]string{"this.list", "this.objects", "this.missing", "this.a"}).Draw(t, "list")
		for i := range rapid.IntRange(1, 3).Draw(t, "inner") {
			r.Fields = append(r.Fields, drawRow(t, fmt.Sprintf("f%d", i), depth-1))
		}
		return r
	}
	r.From = rapid.SampledFrom(expressions).Draw(t, "from")
	r.As = rapid.SampledFrom([]string{"", "", "text", "number", "boolean", "date", "datetime"}).Draw(t, "as")
	if strings.HasPrefix(r.As, "date") {
		r.Zone = rapid.SampledFrom([]string{"", "Europe/Berlin", "America/New_York"}).Draw(t, "zone")
		r.Format = rapid.SampledFrom([]string{"", "", "DD.MM.YYYY"}).Draw(t, "format")
	}
	if rapid.IntRange(0, 3).Draw(t, "table") == 0 {
		r.Table = map[string]string{"x": "1", "yes": "no", "7": "2026-01-01"}
	}
	if rapid.IntRange(0, 2).Draw(t, "default") == 0 {
		r.Default = rapid.SampledFrom([]string{`"7"`, "this.b", "null", "this.missing"}).Draw(t, "default value")
	}
	r.Split = rapid.SampledFrom([]string{"", "", ";"}).Draw(t, "split")
	r.Join = rapid.SampledFrom([]string{"", "", "+"}).Draw(t, "join")
	return r
}

func drawValue(t *rapid.T, name string) any {
	return rapid.SampledFrom([]any{nil, "", " ", "x", "yes", "T", "7", "1;x; ;yes", "2026-03-29", "2026-03-29T02:30:00", "2026-10-25T02:30:00", "2026-07-01T23:00:00Z", "01.02.2026", "äö\u00a0ü",
		json.Number("7"), json.Number("0"), json.Number("1"), json.Number("-12.340"), json.Number("9007199254740993"), true, false,
		map[string]any{"d": "x"}, []any{"x", nil, json.Number("7")}, []any{}}).Draw(t, name)
}

// A table gives what the same mapping in Bloblang gives, and fails where that fails.
func TestTableIsTheMapping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRow(t, "x", 1)
		table, problems := Compile("f", []sluice.FieldRow{r})
		if len(problems) > 0 {
			t.Fatalf("%+v: %v", r, problems)
		}
		source := "root.x = " + language(&r)
		line, problems := mapping.Compile(source)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", source, problems)
		}
		for range 5 {
			record := sluice.Record{"a": drawValue(t, "a"), "b": drawValue(t, "b"), "c": map[string]any{"d": drawValue(t, "d")}, "list": []any{drawValue(t, "l1"), drawValue(t, "l2")},
				"objects": []any{map[string]any{"a": drawValue(t, "oa"), "b": drawValue(t, "ob")}}}
			got, err := table.Map(t.Context(), record)
			want, wantErr := line.Map(t.Context(), record)
			if (err == nil) != (wantErr == nil) || err == nil && text(got) != text(want) {
				t.Fatalf("%+v\nas %s\nof %s\n gives %s, %v\nwanted %s, %v", r, source, text(record), text(got), err, text(want), wantErr)
			}
		}
	})
}

func fifteen() []sluice.FieldRow {
	var rows []sluice.FieldRow
	for i := range 15 {
		row := sluice.FieldRow{To: fmt.Sprintf("f%d", i), From: fmt.Sprintf("this.c%d", i)}
		if i%3 == 0 {
			row.As = sluice.AsNumber
		}
		rows = append(rows, row)
	}
	return rows
}

func BenchmarkFifteenFields(b *testing.B) {
	rows, record := fifteen(), sluice.Record{}
	var lines []string
	for i, r := range rows {
		record[fmt.Sprintf("c%d", i)] = fmt.Sprint(i)
		line := "root." + r.To + " = " + r.From
		if r.As != "" {
			line += ".number()"
		}
		lines = append(lines, line)
	}
	line, problems := mapping.Compile(strings.Join(lines, "\n"))
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	b.Run("table", func(b *testing.B) {
		table := compile(b, rows...)
		for b.Loop() {
			if _, err := table.Map(b.Context(), record); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bloblang", func(b *testing.B) {
		for b.Loop() {
			if _, err := line.Map(b.Context(), record); err != nil {
				b.Fatal(err)
			}
		}
	})
}

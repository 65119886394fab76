package file

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// workbook makes a file with a library that others wrote: what it writes decides
// whether what we read is right.
func workbook(t testing.TB, fill func(f *excelize.File) error, o ...excelize.Options) string {
	t.Helper()
	f := excelize.NewFile(o...)
	defer func() { _ = f.Close() }()
	var b bytes.Buffer
	err := fill(f)
	if err == nil {
		err = f.Write(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// set writes cells of the first sheet.
func set(f *excelize.File, cells map[string]any) error {
	for place, value := range cells {
		if err := f.SetCellValue("Sheet1", place, value); err != nil {
			return err
		}
	}
	return nil
}

func style(f *excelize.File, code string, places ...string) error {
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	for _, place := range places {
		if err == nil {
			err = f.SetCellStyle("Sheet1", place, place, id)
		}
	}
	return err
}

// orders is a sheet with all kinds of cells.
func orders(f *excelize.File) error {
	noon := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	err := set(f, map[string]any{
		"A1": "Orders of March", "A3": "id", "B3": "total", "C3": "day", "D3": "paid", "E3": "memo",
		"A4": 1, "B4": 19.99, "C4": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "D4": true, "E4": " two\nlines & <more> ",
		"A6": 2, "B6": -0.1, "C6": noon, "D6": false, "E6": "none",
		"A7": "A-3", "B7": "12.50", "E7": "merged",
		"B8": 1e15,
	})
	if err == nil {
		err = style(f, "dd.mm.yyyy", "C4")
	}
	if err == nil {
		err = f.MergeCell("Sheet1", "E7", "E8")
	}
	if err == nil {
		err = f.SetCellRichText("Sheet1", "C7", []excelize.RichTextRun{{Text: "in "}, {Text: "runs", Font: &excelize.Font{Bold: true}}})
	}
	return err
}

var ordersRead = []sluice.Record{
	{"id": json.Number("1"), "total": json.Number("19.99"), "day": "2026-03-01", "paid": true, "memo": " two\nlines & <more> "},
	{"id": json.Number("2"), "total": json.Number("-0.1"), "day": "2026-03-01T12:30:00", "paid": false, "memo": nil},
	{"id": "A-3", "total": "12.50", "day": "in runs", "paid": nil, "memo": "merged"},
	{"id": nil, "total": json.Number("1000000000000000"), "day": nil, "paid": nil, "memo": nil},
}

func TestXLSX(t *testing.T) {
	text := workbook(t, orders)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	spec := &sluice.XLSXExport{Path: "orders.xlsx", Header: 3, Null: "none", Columns: []string{"id", "total"}}
	connectortest.RunExport(t, connectortest.Export{Want: ordersRead, Open: func(t testing.TB, o sluice.ExportOptions) sluice.Reader {
		d := newDir(t)
		d.writeAt("orders.xlsx", text, at)
		r, err := d.open(&sluice.Export{XLSX: spec}, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}})
}

func TestXLSXOriginsAndGroups(t *testing.T) {
	d := newDir(t)
	d.write("lines.xlsx", workbook(t, func(f *excelize.File) error {
		if _, err := f.NewSheet("Lines"); err != nil {
			return err
		}
		for i, row := range [][]any{{"order", "sku"}, {1, "x"}, {2, "y"}, {1, "z"}, {"1", "text"}} {
			if err := f.SetSheetRow("Lines", fmt.Sprintf("A%d", i+1), &row); err != nil {
				return err
			}
		}
		return nil
	}))
	items, err := d.records(&sluice.Export{XLSX: &sluice.XLSXExport{Path: "lines.xlsx", Sheet: "Lines"}, Group: &sluice.Group{By: []string{"order"}, As: "lines"}})
	if err != nil || len(items) != 3 || items[0].Origin != "lines.xlsx rows 2, 4" || items[0].Rows != 2 {
		t.Errorf("%+v, %v", items, err)
	}
}

// A cell that holds an error concerns its row alone, and is named.
func TestXLSXCellErrors(t *testing.T) {
	d := newDir(t)
	text := workbook(t, func(f *excelize.File) error {
		return set(f, map[string]any{"A1": "id", "B1": "total", "A2": 1, "B2": 5, "A3": 2, "B3": 6, "A4": 3, "D4": "astray", "A5": 4, "B5": 7})
	})
	text = edit(t, text, "xl/worksheets/sheet1.xml", func(xml string) string {
		xml = strings.Replace(xml, `<c r="B2"><v>5</v></c>`, `<c r="B2" t="e"><f>VLOOKUP(1,X:Y,2)</f><v>#N/A</v></c>`, 1)
		return strings.Replace(xml, `<c r="B3"><v>6</v></c>`, `<c r="B3"><f>1+5</f></c>`, 1)
	})
	d.write("f.xlsx", text)
	items, err := d.records(&sluice.Export{XLSX: &sluice.XLSXExport{Path: "f.xlsx"}})
	if err != nil || len(items) != 4 {
		t.Fatalf("%+v, %v", items, err)
	}
	for i, want := range []string{`the cell B2 in the column "total" has no value: #N/A`, `the cell B3 in the column "total" has no value: the formula has no stored value`, "the cell D4 has a value, but its column has no name"} {
		if items[i].Refused == nil || items[i].Refused.Message != want || items[i].Refused.Where != fmt.Sprintf("f.xlsx row %d", i+2) {
			t.Errorf("row %d: %v", i+2, items[i].Refused)
		}
	}
	if items[3].Refused != nil || items[3].Origin != "f.xlsx row 5" {
		t.Errorf("%+v", items[3])
	}
}

// edit changes a part of a workbook.
func edit(t testing.TB, text, part string, change func(string) string) string {
	t.Helper()
	from, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, f := range from.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			changed := change(string(body))
			if changed == string(body) {
				t.Fatalf("%s has nothing to change: %s", part, body)
			}
			body = []byte(changed)
		}
		w, err := to.Create(f.Name)
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// textOf finds the cell at a place that holds a shared text.
func textOf(place string) *regexp.Regexp {
	return regexp.MustCompile(`<c r="` + place + `" t="s"><v>[0-9]+</v>`)
}

func TestDamagedWorkbooks(t *testing.T) {
	good := workbook(t, orders)
	const sheet = "xl/worksheets/sheet1.xml"
	for name, c := range map[string]struct {
		text       string
		spec       sluice.XLSXExport
		code, said string
	}{
		"a CSV file":         {"a,b\n1,2\n", sluice.XLSXExport{}, "source.damaged", "not an Excel workbook"},
		"empty":              {"", sluice.XLSXExport{}, "source.damaged", "not an Excel workbook"},
		"another archive":    {edit(t, good, "_rels/.rels", func(string) string { return "<Relationships/>" }), sluice.XLSXExport{}, "source.damaged", "not an Excel workbook"},
		"old or protected":   {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600), sluice.XLSXExport{}, "source.encrypted", "password"},
		"cut short":          {good[:len(good)/2], sluice.XLSXExport{}, "source.damaged", "not an Excel workbook"},
		"sheet cut short":    {edit(t, good, sheet, func(s string) string { return s[:strings.Index(s, `<row r="6"`)] }), sluice.XLSXExport{Header: 3}, "source.", ""},
		"no such sheet":      {good, sluice.XLSXExport{Sheet: "March"}, "source.no_sheet", "Sheet1"},
		"no header":          {good, sluice.XLSXExport{Header: 2}, "source.empty", "row 2"},
		"behind the end":     {good, sluice.XLSXExport{Header: 99}, "source.empty", "row 99"},
		"missing column":     {good, sluice.XLSXExport{Header: 3, Columns: []string{"id", "absent"}}, "source.missing_column", `"absent"`},
		"a column twice":     {edit(t, good, sheet, func(s string) string { return textOf("B3").ReplaceAllString(s, `<c r="B3" t="str"><v>id</v>`) }), sluice.XLSXExport{Header: 3}, "source.header", "two columns"},
		"a text that is not": {edit(t, good, sheet, func(s string) string { return textOf("A7").ReplaceAllString(s, `<c r="A7" t="s"><v>9999</v>`) }), sluice.XLSXExport{Header: 3}, "source.damaged", "a text that is not there"},
		"too many rows":      {edit(t, good, sheet, func(s string) string { return strings.Replace(s, `<row r="8"`, `<row r="1048577"`, 1) }), sluice.XLSXExport{Header: 3}, "source.too_large", ""},
		"a row like a bomb": {edit(t, good, sheet, func(s string) string {
			return strings.Replace(s, `<row r="8">`, `<row r="8"><c r="A8" t="str"><v>`+strings.Repeat(" ", 17<<20)+`</v></c>`, 1)
		}), sluice.XLSXExport{Header: 3}, "source.too_large", ""},
	} {
		d := newDir(t)
		d.write("f.xlsx", c.text)
		c.spec.Path = "f.xlsx"
		_, err := d.records(&sluice.Export{XLSX: &c.spec})
		if !strings.HasPrefix(sluice.ErrorCode(err), c.code) || !strings.Contains(err.Error()+fmt.Sprint(problems(err)), c.said) {
			t.Errorf("%s: %s: %v", name, sluice.ErrorCode(err), err)
		}
	}
}

func problems(err error) any {
	if e, ok := err.(*sluice.Error); ok {
		return e.Problems
	}
	return nil
}

// FuzzXLSX reads damaged workbooks: they are refused, or read to their end.
func FuzzXLSX(f *testing.F) {
	good := workbook(f, orders)
	f.Add([]byte(good))
	f.Add([]byte(good[:len(good)-30]))
	f.Fuzz(func(t *testing.T, text []byte) {
		d := newDir(t)
		d.write("f.xlsx", string(text))
		items, err := d.records(&sluice.Export{XLSX: &sluice.XLSXExport{Path: "f.xlsx", Header: 3}})
		if err == nil && string(text) == good && !reflect.DeepEqual(items[0].Record, ordersRead[0]) {
			t.Fatalf("%+v", items)
		}
	})
}

package suiteql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestDecodePage(t *testing.T) {
	page, err := DecodePage([]byte(` {"links":[{"rel":"self","href":"https://h/x?limit=2"}],"count":3,"hasMore":true,"items":[
		{"links":[],"ID":"15","email":"a@b.example","Note":"line\n\"é\" \ud83d\ude00 \u00e9\/"},
		{"links":[],"id":"16","note":null},
		{"note":"n","links":[],"id":17,"extra":{"a":[1,2]},"flag":true,"id":"18"}
	],"offset":10,"totalResults":53} `))
	if err != nil {
		t.Fatal(err)
	}
	if page.Offset != 10 || page.Total != 53 || !page.HasMore || len(page.Rows) != 3 {
		t.Fatalf("page %+v", page)
	}
	want := []map[string]any{
		{"id": "15", "email": "a@b.example", "note": "line\n\"é\" 😀 é/"},
		{"id": "16"},
		{"id": "18", "note": "n", "extra": `{"a":[1,2]}`, "flag": "true"},
	}
	for i, row := range page.Rows {
		if !maps.Equal(row.Map(), want[i]) {
			t.Errorf("row %d: %v, want %v", i, row.Map(), want[i])
		}
	}
	if _, ok := page.Rows[1].Get("note"); ok {
		t.Error("null is present")
	}
	if text, err := json.Marshal(page.Rows[0]); err != nil || string(text) != `{"id":"15","email":"a@b.example","note":"line\n\"é\" 😀 é/"}` {
		t.Errorf("JSON %s, %v", text, err)
	}
	if got := slices.Collect(maps.Keys(maps.Collect(page.Rows[0].All()))); len(got) != 3 || page.Rows[0].Len() != 3 {
		t.Errorf("columns %v", got)
	}
}

// A page cut anywhere is an error, never a shorter page.
func TestDecodePageRefusesEveryPrefix(t *testing.T) {
	whole := `{"links":[],"items":[{"links":[],"id":"1","x":"a\u00e9"},{"id":null}],"hasMore":false,"totalResults":2}`
	if _, err := DecodePage([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for i := range len(whole) {
		if _, err := DecodePage([]byte(whole[:i])); err == nil {
			t.Errorf("prefix of %d bytes accepted", i)
		}
	}
	for _, bad := range []string{"", "null", "[]", "{}", `{"items":null}`, `{"error":"x"}`, whole + "x", `{"items":{}}`, `{"items":["x"]}`, `{"items":[{"a":01}]}`, `{"items":[{"a":"\x"}]}`,
		`{"totalResults":"many"}`, `{"items":[{"a":tru}]}`, "{\"items\":[{\"a\":\"\n\"}]}", strings.Repeat("[", 20000)} {
		if _, err := DecodePage([]byte(bad)); err == nil {
			t.Errorf("%.40q accepted", bad)
		}
	}
}

// Rows must not run into each other: the columns of one are cut from the same
// memory as those of the next.
func TestRowsDoNotShareBackingBeyondTheirEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"items":[`)
	for i := range 700 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('{')
		for c := range i%5 + 1 {
			if c > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"c%d":"%d-%d"`, c, i, c)
		}
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	page, err := DecodePage([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range page.Rows {
		if row.Len() != i%5+1 {
			t.Fatalf("row %d has %d columns", i, row.Len())
		}
		for c := range row.Len() {
			if got := row.Text(fmt.Sprintf("c%d", c)); got != fmt.Sprintf("%d-%d", i, c) {
				t.Fatalf("row %d column %d is %q", i, c, got)
			}
		}
	}
}

// reference decodes a page with encoding/json's tokens: the foreign opinion
// that DecodePage is held against.
func reference(body []byte) ([]map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var page struct{ items []map[string]any }
	if err := objectTokens(d, func(name string) error {
		if name != "items" {
			var skip json.RawMessage
			if err := d.Decode(&skip); err != nil {
				return err
			}
			return checkEnvelope(name, skip)
		}
		page.items = []map[string]any{}
		var rows []json.RawMessage
		if err := d.Decode(&rows); err != nil {
			return err
		}
		if rows == nil {
			return errors.New("items is null")
		}
		for _, raw := range rows {
			row := map[string]any{}
			rd := json.NewDecoder(bytes.NewReader(raw))
			if err := objectTokens(rd, func(name string) error {
				var value json.RawMessage
				if err := rd.Decode(&value); err != nil {
					return err
				}
				addReference(row, name, value)
				return nil
			}); err != nil {
				return err
			}
			page.items = append(page.items, row)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text behind")
	}
	if page.items == nil {
		return nil, errors.New("no items")
	}
	return page.items, nil
}

func checkEnvelope(name string, raw json.RawMessage) error {
	if name != "offset" && name != "totalResults" {
		return nil
	}
	if raw[0] == '"' {
		return errSkip // a number as text: each decoder may judge
	}
	var n int
	if raw[0] != 'n' && json.Unmarshal(raw, &n) != nil {
		return errors.New("no number")
	}
	return nil
}

var errSkip = errors.New("not compared")

func addReference(row map[string]any, name string, value json.RawMessage) {
	if name == "links" && value[0] == '[' {
		return
	}
	name = strings.ToLower(name)
	switch value[0] {
	case 'n':
		delete(row, name)
	case '"':
		var text string
		_ = json.Unmarshal(value, &text)
		row[name] = text
	default:
		row[name] = string(value)
	}
}

func objectTokens(d *json.Decoder, member func(string) error) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errors.New("no object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		if err := member(name.(string)); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func FuzzDecodePage(f *testing.F) {
	for _, seed := range []string{
		`{"links":[],"count":1,"hasMore":false,"items":[{"links":[],"id":"1","a":null,"b":"\u00e9\n"}],"offset":0,"totalResults":1}`,
		`{"items":[{"A":"1","a":"2"},{"x":-1.5e3,"y":[{}],"z":{"q":"\ud83d\ude00"}}]}`,
		`{"items":[{"b":"1","a":"2","b":null}],"items":[{"a":"\ud800x"}]}`,
		"{\"items\":[{\"a\":\"\xff\xfe\"}]}", `{"items":null}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		want, wantErr := reference(body)
		if errors.Is(wantErr, errSkip) {
			return
		}
		page, err := DecodePage(body)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("DecodePage says %v, encoding/json %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if len(page.Rows) != len(want) {
			t.Fatalf("%d rows, want %d", len(page.Rows), len(want))
		}
		for i, row := range page.Rows {
			if got := row.Map(); !maps.Equal(got, want[i]) || len(got) != row.Len() {
				t.Fatalf("row %d: %q, want %q", i, got, want[i])
			}
		}
	})
}

func benchmarkPage() []byte {
	var b bytes.Buffer
	b.WriteString(`{"links":[],"count":1000,"hasMore":true,"items":[`)
	for i := range 1000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"links":[],"id":"%d","tranid":"SO%06d","trandate":"2026-01-%02d","entity":"%d","memo":"Order of %d pieces, \"rush\"","total":"%d.25","status":"B"`, i, i, i%28+1, i%97, i, i*3)
		if i%3 == 0 {
			b.WriteString(`,"shipdate":"2026-02-01"`)
		}
		b.WriteString(`,"lastmodified":"2026-01-02T03:04:05Z","custbody_source":"web shop"}`)
	}
	b.WriteString(`],"offset":0,"totalResults":100000}`)
	return b.Bytes()
}

func BenchmarkDecodePage(b *testing.B) {
	body := benchmarkPage()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if page, err := DecodePage(body); err != nil || len(page.Rows) != 1000 {
			b.Fatal(len(page.Rows), err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	body := benchmarkPage()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var page struct {
			Items []map[string]any `json:"items"`
		}
		if err := json.Unmarshal(body, &page); err != nil || len(page.Items) != 1000 {
			b.Fatal(err)
		}
	}
}

package acceptance

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"strings"
	"testing"
)

// badSource is a file that cannot be read to its end.
type badSource struct {
	name string
	file string // "" for people.csv
	keys string // further keys of the CSV export
	text string // what is in the file; absent when empty
	says complaint
	rows int // rows of the mended file
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A file is checked to its end before the first record is written: when anything
// is wrong, NetSuite gets nothing. The run goes on with the mended file.
func TestABadFileWritesNothing(t *testing.T) {
	sound := people(1, 9)
	cases := []badSource{
		{name: "absent", says: complaint{"source.missing_file", "people.csv", "people.csv", "folder"}},
		{name: "empty", text: "\n", says: complaint{"source.empty", "", "people.csv", "column names"}},
		{name: "column missing", text: strings.Replace(sound, "id,", "number,", 1), says: complaint{"source.missing_column", "header", "people.csv", "number, name"}},
		{name: "column named in the flow missing", keys: ", columns: [id, name, email]", text: sound, says: complaint{"source.missing_column", "header", "people.csv", "id, name"}},
		{name: "short row in the middle", text: strings.Replace(sound, `4,"Person, 4"`, "4", 1), says: complaint{"source.row_length", "1 fields", "people.csv row 5 (line 5)", "Correct the row"}},
		{name: "long row in the middle", text: strings.Replace(sound, `4,"Person, 4"`, "4,Person, 4", 1), says: complaint{"source.row_length", "3 fields", "people.csv row 5 (line 5)", "quotes"}},
		{name: "short row at the end", text: sound + "10", says: complaint{"source.row_length", "1 fields", "people.csv row 11 (line 11)", "cut short"}},
		{name: "cut short inside quotes", text: strings.TrimSuffix(sound, ", 9\"\n"), says: complaint{"source.quote", "never closed", "people.csv row 10 (line 10)", "cut short"}},
		{name: "quote in the middle of a field", text: strings.Replace(sound, `4,"Person, 4"`, `4,Person "4"`, 1), says: complaint{"source.quote", "wrong place", "people.csv row 5 (line 5)", "double the quotes"}},
		{name: "not UTF-8", text: strings.Replace(sound, `"Person, 6"`, "Ren\xe9e", 1), says: complaint{"source.encoding", "not UTF-8", "people.csv row 7", "windows-1252"}},
		{name: "UTF-16", text: "\xff\xfei\x00d\x00", says: complaint{"source.encoding", "UTF-16", "people.csv", "UTF-8"}},
		{name: "gzip cut short", file: "people.csv.gz", text: packed(t, people(1, 2000))[:4000], says: complaint{"source.truncated", "cut short", "people.csv.gz row ", "Copy the file again"}},
		{name: "gzip in name only", file: "people.csv.gz", text: sound, says: complaint{"source.damaged", "not gzip", "people.csv.gz", "Pack the file again"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}

func (c badSource) run(t *testing.T) {
	b := newBench(t, setup{path: cmp.Or(c.file, "people.csv"), csv: c.keys})
	if c.text != "" {
		b.put(cmp.Or(c.file, "people.csv"), c.text)
	}
	r := b.failed("people-in", c.says)
	b.holds(1, 0)
	if r.Counts.Read != 0 {
		t.Fatalf("the run has read %d records", r.Counts.Read)
	}
	mended := people(1, b.rows)
	if c.keys != "" {
		mended = strings.NewReplacer("name\n", "name,email\n", "\"\n", "\",a@example.com\n").Replace(mended)
	}
	if c.file != "" {
		mended = packed(t, mended)
	}
	b.put(cmp.Or(c.file, "people.csv"), mended)
	b.resumed(r)
}

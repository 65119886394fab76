package acceptance

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/account"
)

// badSource is a file that cannot be read to its end.
type badSource struct {
	name string
	file string // "" for people.csv
	keys string // further keys of the CSV export
	text string // what is in the file; absent when empty
	says complaint
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

// A streamed file is written as it is read: the rows before the damage get
// through, the run fails at the damaged row, and goes on with the mended file,
// whose first rows are the same.
func TestAStreamedFileIsWrittenUpToTheDamage(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{path: "people.csv", csv: ", stream: true"})
	sound := people(1, 9)
	cut := sound[:strings.Index(sound, `, 7"`)]
	b.put("people.csv", cut)
	broken := complaint{"source.quote", "never closed", "people.csv row 8 (line 8)", "cut short"}
	r := b.failed("people-in", broken)
	b.holds(1, 6)
	again := b.ended(broken, "run", "resume", fmt.Sprint(r.ID))
	if again.ID != r.ID || again.Counts.Read != 6 || again.Counts.Written != 6 {
		t.Fatalf("the resumed run is %+v", again)
	}
	b.holds(1, 6)
	b.put("people.csv", sound)
	b.resumed(r)
}

// Where the rows that were read are no longer the first ones, nobody can tell which
// records the file means: the run does not go on. A new run brings in what is
// missing, and nothing twice.
func TestAStreamedFileWithOtherRowsIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{path: "people.csv", csv: ", stream: true"})
	sound := people(1, 9)
	b.put("people.csv", sound[:strings.Index(sound, `, 7"`)])
	r := b.failed("people-in", complaint{code: "source.quote"})
	lines := strings.Split(strings.TrimSpace(sound), "\n")
	slices.Reverse(lines[1:])
	b.put("people.csv", strings.Join(lines, "\n"))
	b.goneOnWithAnew(r)
}

// A file that was checked stays what it was until its run is through.
func TestACheckedFileThatGrewIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	b := newBench(t, setup{rows: 60, onWrite: 10, then: func(b *bench) error {
		return b.account.Account().SetState(account.SeedIntegration, account.Blocked)
	}})
	r := b.failed("people-in", loginRefused("blocked"))
	b.must(b.account.Account().SetState(account.SeedIntegration, account.Enabled))
	b.rows = 70
	b.put("people.csv", people(1, b.rows))
	b.goneOnWithAnew(r)
}

// goneOnWithAnew checks that the run does not go on with the file as it is now, and
// that a new one does.
func (b *bench) goneOnWithAnew(r *run) {
	b.t.Helper()
	b.ended(complaint{"source.changed", "changed since the run began", "people.csv", "Start a new run"}, "run", "resume", fmt.Sprint(r.ID))
	if n := b.flow("people-in"); n.Counts.Read != int64(b.rows) || n.Counts.Unchanged == 0 {
		b.t.Fatalf("the new run has %+v", n.Counts)
	}
	b.holds(1, b.rows)
}

package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

func (d dir) writer(i *sluice.Import, run int64) sluice.Writer {
	d.Helper()
	w, err := OpenImport(d.Context(), d.connection(), i, sluice.ImportOptions{RunID: run}, d.options())
	if err != nil {
		d.Fatal(err)
	}
	return w
}

var (
	csvOut  = &sluice.Import{CSV: &sluice.CSVImport{Path: "out/f.csv", Columns: []string{"a", "b"}}}
	jsonOut = &sluice.Import{JSONLines: &sluice.JSONLinesImport{Path: "out/f.jsonl"}}
)

func TestImports(t *testing.T) {
	records := []sluice.Record{{"a": "1", "b": "x, \"y\"\nz"}, {"a": "2", "b": " "}, {"a": "", "b": "<&>"}, {"a": "\u00fc", "b": ""}}
	for name, i := range map[string]*sluice.Import{"csv": csvOut, "jsonl": jsonOut} {
		d := newDir(t)
		suite := connectortest.Import{
			Open: func(t testing.TB, run int64) sluice.Writer { return d.writer(i, run) },
			Clear: func(t testing.TB) {
				_ = os.RemoveAll(filepath.Join(d.path, "out"))
				_ = os.RemoveAll(filepath.Join(d.path, stateDir))
			},
			Records: records,
			Stored: func(t testing.TB) []sluice.Record {
				e := &sluice.Export{CSV: &sluice.CSVExport{Path: "out/f.csv"}}
				if i.CSV == nil {
					e = &sluice.Export{JSONLines: &sluice.JSONLinesExport{Path: "out/f.jsonl"}}
				}
				items, err := d.records(e)
				if err != nil {
					t.Fatal(err)
				}
				var out []sluice.Record
				for _, it := range items {
					out = append(out, it.Record)
				}
				return out
			},
		}
		if i.CSV != nil {
			suite.Bad = []sluice.Record{{"a": []any{"1"}, "b": "x"}}
		}
		t.Run(name, func(t *testing.T) { connectortest.RunImport(t, suite) })
	}
}

// page sends records as one page.
func page(t testing.TB, w sluice.Writer, key string, records ...sluice.Record) []*sluice.Intent {
	t.Helper()
	var intents []*sluice.Intent
	for n, r := range records {
		intents = append(intents, &sluice.Intent{Key: key + string(rune('0'+n)), Operation: sluice.Add, Record: r})
	}
	if err := w.Prepare(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	for _, i := range intents {
		i.SendBy = time.Now().Add(time.Hour)
	}
	if _, err := w.Write(t.Context(), intents); err != nil {
		t.Fatal(err)
	}
	return intents
}

func finish(t testing.TB, w sluice.Writer) {
	t.Helper()
	if err := w.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
}

func TestFileAppearsWhenTheRunIsThrough(t *testing.T) {
	d := newDir(t)
	w := d.writer(csvOut, 1)
	page(t, w, "run/1/", sluice.Record{"a": "1", "b": "2", "other": "x"})
	if _, err := os.Stat(filepath.Join(d.path, "out/f.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is there before the run is through: %v", err)
	}
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n1,2\n" {
		t.Errorf("got %q", got)
	}
}

func TestRunsWithoutKeyWriteAnewAndWithKeyAdd(t *testing.T) {
	d := newDir(t)
	one, two := sluice.Record{"a": "1", "b": "x"}, sluice.Record{"a": "2", "b": "y"}
	w := d.writer(csvOut, 1)
	page(t, w, "run/1/", one)
	finish(t, w)
	w = d.writer(csvOut, 2)
	page(t, w, "run/2/", two)
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n2,y\n" {
		t.Errorf("a run without key: %q", got)
	}
	w = d.writer(csvOut, 3)
	page(t, w, "K-", one)
	finish(t, w)
	w = d.writer(csvOut, 4) // retries a record of run 2
	page(t, w, "run/2/", one)
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n2,y\n1,x\n1,x\n" {
		t.Errorf("runs that add: %q", got)
	}
	w = d.writer(csvOut, 5) // nothing new
	finish(t, w)
	if got := d.read("out/f.csv"); strings.Count(got, "\n") != 4 {
		t.Errorf("a run with nothing to write: %q", got)
	}
	other := &sluice.Import{CSV: &sluice.CSVImport{Path: "out/f.csv", Columns: []string{"b", "a"}}}
	w = d.writer(other, 6)
	if err := w.Prepare(t.Context(), []*sluice.Intent{{Key: "K"}}); sluice.ErrorCode(err) != "file.columns_changed" {
		t.Errorf("other columns: %v", err)
	}
	_ = w.Close()
}

func TestEmptyRunMakesTheFile(t *testing.T) {
	d := newDir(t)
	finish(t, d.writer(csvOut, 1))
	if got := d.read("out/f.csv"); got != "a,b\n" {
		t.Errorf("got %q", got)
	}
}

// Leave out stageFinishing and the second Finish ends with an error.
func TestKilledWhileFinishing(t *testing.T) {
	d := newDir(t)
	w := d.writer(csvOut, 1).(*writer)
	page(t, w, "run/1/", sluice.Record{"a": "1"})
	if err := w.out.setState(stageFinishing); err != nil {
		t.Fatal(err)
	}
	_ = w.Close() // killed before the file got its name
	w = d.writer(csvOut, 1).(*writer)
	if err := w.out.folder.Rename("out/f.csv.partial", "out/f.csv"); err != nil {
		t.Fatal(err)
	}
	_ = w.Close() // killed behind it
	w = d.writer(csvOut, 1).(*writer)
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n1,\n" {
		t.Errorf("got %q", got)
	}
}

// A run that fails and is not resumed has delivered what it wrote: the next run
// does not send that again. Let begin not take over, and the rows are lost.
func TestNextRunTakesOverWhatAFailedRunLeft(t *testing.T) {
	for name, i := range map[string]*sluice.Import{"csv": csvOut, "jsonl": jsonOut} {
		t.Run(name, func(t *testing.T) {
			d := newDir(t)
			w := d.writer(i, 1)
			page(t, w, "K", sluice.Record{"a": "0", "b": "finished"})
			finish(t, w)
			w = d.writer(i, 2)
			page(t, w, "L", sluice.Record{"a": "1", "b": "x\ny"})
			doubt := page(t, w, "M", sluice.Record{"a": "2", "b": "y"}, sluice.Record{"a": "3", "b": "z\nz"})
			size := w.(*writer).out.size
			_ = w.Close()
			if err := os.Truncate(filepath.Join(d.path, w.(*writer).out.partial()), size-2); err != nil { // the last row is torn
				t.Fatal(err)
			}
			w = d.writer(i, 3)
			results, err := w.Reconcile(t.Context(), doubt)
			if err != nil || results[0].State != sluice.ResultWritten || results[1].State != sluice.ResultAbsent {
				t.Fatalf("%+v, %v", results, err)
			}
			page(t, w, "M", doubt[1].Record)
			finish(t, w)
			path := map[string]string{"csv": "out/f.csv", "jsonl": "out/f.jsonl"}[name]
			export := &sluice.Export{CSV: &sluice.CSVExport{Path: path}}
			if name == "jsonl" {
				export = &sluice.Export{JSONLines: &sluice.JSONLinesExport{Path: path}}
			}
			items, err := d.records(export)
			var got []any
			for _, it := range items {
				got = append(got, it.Record["a"])
			}
			if err != nil || asText(got) != `["0","1","2","3"]` {
				t.Errorf("%s, %v", asText(got), err)
			}
			_, err = OpenImport(t.Context(), d.connection(), i, sluice.ImportOptions{RunID: 2}, d.options())
			if sluice.ErrorCode(err) != "file.taken" {
				t.Errorf("the older run is resumed: %v", err)
			}
		})
	}
}

func TestTornTailIsCut(t *testing.T) {
	d := newDir(t)
	w := d.writer(csvOut, 1)
	page(t, w, "run/1/", sluice.Record{"a": "1", "b": "x"})
	second := page(t, w, "run/1/", sluice.Record{"a": "2", "b": "y"}, sluice.Record{"a": "3", "b": "z"})
	_ = w.Close()
	if err := os.Truncate(filepath.Join(d.path, "out/f.csv.partial"), int64(len("a,b\n1,x\n2,y\n3"))); err != nil {
		t.Fatal(err)
	}
	w = d.writer(csvOut, 1)
	results, err := w.Reconcile(t.Context(), second)
	if err != nil || results[0].State != sluice.ResultAbsent || results[1].State != sluice.ResultAbsent {
		t.Fatalf("%v, %v", results, err)
	}
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n1,x\n" {
		t.Errorf("got %q", got)
	}
}

func TestLostAndTaken(t *testing.T) {
	d := newDir(t)
	w := d.writer(csvOut, 1)
	first := page(t, w, "run/1/", sluice.Record{"a": "1"})
	other := d.writer(csvOut, 2)
	page(t, other, "run/2/", sluice.Record{"a": "2"})
	first[0].SendBy = time.Now().Add(time.Hour)
	if results, err := w.Write(t.Context(), first); sluice.ErrorCode(err) != "file.taken" || results[0].State != sluice.ResultNotSent {
		t.Errorf("another run has taken over: %v, %v", results, err)
	}
	_, _ = w.Close(), other.Close()
	if err := os.Remove(filepath.Join(d.path, "out/f.csv.partial")); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenImport(t.Context(), d.connection(), csvOut, sluice.ImportOptions{RunID: 2}, d.options()); sluice.ErrorCode(err) != "file.partial_lost" {
		t.Errorf("the unfinished file is gone: %v", err)
	}
}

func TestDiskFull(t *testing.T) {
	d := newDir(t)
	w := d.writer(csvOut, 1).(*writer)
	page(t, w, "run/1/", sluice.Record{"a": "1"})
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("needs /dev/full, which Linux has")
	}
	good := w.out.file
	w.out.file = full
	intents := []*sluice.Intent{{Key: "run/1/9", Record: sluice.Record{"a": "2"}, SendBy: time.Now().Add(time.Hour)}}
	results, err := w.Write(t.Context(), intents)
	if sluice.ErrorCode(err) != "file.disk_full" || results[0].State == sluice.ResultWritten {
		t.Errorf("%v, %v", results, err)
	}
	w.out.file = good
	_ = full.Close()
	page(t, w, "run/1/", sluice.Record{"a": "2"})
	finish(t, w)
	if got := d.read("out/f.csv"); got != "a,b\n1,\n2,\n" {
		t.Errorf("got %q", got)
	}
}

package file

import (
	"testing"

	"github.com/sluicehq/sluice"
)

// A streamed file gives the rows before the damage, and is gone on with when it
// still begins with them.
func TestAStreamedFileIsMended(t *testing.T) {
	export := &sluice.Export{CSV: &sluice.CSVExport{Path: "f", Stream: true}}
	tests := map[string]struct {
		mended, code string
		rows         int
	}{
		"grown":          {"a,b\n1,2\n3,4\n5,6\n", "", 1},
		"as it was":      {"a,b\n1,2\n3,4\n5,\"6", "source.quote", 0},
		"other first":    {"a,b\n1,0\n3,4\n5,6\n", codeChanged, 0},
		"other columns":  {"b,a\n1,2\n3,4\n5,6\n", codeChanged, 0},
		"shorter":        {"a,b\n1,2\n", codeChanged, 0},
		"worse than was": {"a,b\n\"1,2\n", codeChanged, 0},
	}
	for name, tt := range tests {
		d := newDir(t)
		d.write("f", "a,b\n1,2\n3,4\n5,\"6")
		r, err := d.open(export, sluice.ExportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		batch, err := r.Next(d.Context(), 10)
		if err != nil || len(batch.Items) != 2 {
			t.Fatalf("%d rows before the damage, %v", len(batch.Items), err)
		}
		if _, err := r.Next(d.Context(), 10); sluice.ErrorCode(err) != "source.quote" {
			t.Fatalf("the damage is %v", err)
		}
		_ = r.Close()
		d.write("f", tt.mended)
		rows, err := d.onwards(export, batch.Cursor)
		if got := sluice.ErrorCode(err); (err == nil) != (tt.code == "") || (err != nil && got != tt.code) || rows != tt.rows {
			t.Errorf("%s: %d rows, %v; want %d and %q", name, rows, err, tt.rows, tt.code)
		}
	}
}

// onwards returns how many rows are behind the cursor.
func (d dir) onwards(e *sluice.Export, cursor []byte) (int, error) {
	r, err := d.open(e, sluice.ExportOptions{Cursor: cursor})
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }()
	batch, err := r.Next(d.Context(), 10)
	return len(batch.Items), err
}

package file

import (
	"testing"

	"github.com/sluicehq/sluice"
)

// A column that goes from a joined file while a run reads ends the run, and is named
// to the next one.
func TestColumnGoesFromAJoinedFile(t *testing.T) {
	d := newDir(t)
	d.write("orders.csv", "id,customer\n1,ann\n2,bob\n3,eve\n")
	d.write("lines.csv", "order,sku\n1,x\n2,y\n")
	e := &sluice.Export{CSV: &sluice.CSVExport{Path: "orders.csv", Join: []sluice.Join{{Path: "lines.csv", On: map[string]string{"id": "order"}, As: "lines"}}}}
	r, err := d.open(e, sluice.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	first, err := r.Next(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	d.write("lines.csv", "sku\nx\ny\n")
	for err == nil {
		_, err = r.Next(t.Context(), 1)
	}
	at := func(err error) string {
		if e, ok := err.(*sluice.Error); ok {
			return e.Where
		}
		return ""
	}
	if sluice.ErrorCode(err) != "source.changed" || at(err) != "lines.csv" {
		t.Errorf("read on: %v", err)
	}
	if _, err := d.open(e, sluice.ExportOptions{Cursor: first.Cursor, Seen: 1}); sluice.ErrorCode(err) != "source.changed" || at(err) != "lines.csv" {
		t.Errorf("resumed: %v", err)
	}
	if _, err := d.open(e, sluice.ExportOptions{}); sluice.ErrorCode(err) != "source.missing_column" || at(err) != "lines.csv" {
		t.Errorf("a new run: %v", err)
	}
}

// Package connectortest holds the suites that every export and every import passes.
package connectortest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
)

// Export is an export under test.
type Export struct {
	// Open opens the export, from its start or from a cursor.
	Open func(t testing.TB, o sluice.ExportOptions) sluice.Reader
	// Want is what it reads, in its order; at least 3 records.
	Want []sluice.Record
}

// RunExport makes sure that an export gives each record exactly once, whatever
// the size of the batches and wherever a run was interrupted.
func RunExport(t *testing.T, e Export) {
	t.Helper()
	if len(e.Want) < 3 {
		t.Fatal("the suite wants 3 records or more")
	}
	for _, limit := range []int{1, 2, 3, 1000} {
		t.Run(fmt.Sprintf("batches of %d", limit), func(t *testing.T) {
			r := e.Open(t, sluice.ExportOptions{})
			defer closeIt(t, r)
			items, _ := readAll(t, r, limit)
			same(t, items, e.Want)
			if _, err := r.Next(t.Context(), limit); !errors.Is(err, io.EOF) {
				t.Errorf("behind the end: %v", err)
			}
		})
	}
	t.Run("resume at every position", func(t *testing.T) {
		for _, limit := range []int{1, 2} {
			r := e.Open(t, sluice.ExportOptions{})
			_, cursors := readAll(t, r, limit)
			closeIt(t, r)
			for n, cursor := range cursors {
				read := min((n+1)*limit, len(e.Want))
				rest := e.Open(t, sluice.ExportOptions{Cursor: cursor, Seen: int64(read)})
				items, _ := readAll(t, rest, 2)
				same(t, items, e.Want[read:])
				closeIt(t, rest)
			}
		}
	})
}

func closeIt(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// readAll reads to the end and returns the items and the cursor behind each batch.
func readAll(t testing.TB, r sluice.Reader, limit int) ([]sluice.Item, [][]byte) {
	t.Helper()
	var items []sluice.Item
	var cursors [][]byte
	for {
		batch, err := r.Next(t.Context(), limit)
		if errors.Is(err, io.EOF) {
			if len(batch.Items) > 0 {
				t.Error("items came together with the end")
			}
			return items, cursors
		}
		if err != nil {
			t.Fatalf("after %d records: %v", len(items), err)
		}
		if len(batch.Items) == 0 || len(batch.Items) > limit {
			t.Fatalf("%d records at once, asked for %d", len(batch.Items), limit)
		}
		items = append(items, batch.Items...)
		cursors = append(cursors, slices.Clone(batch.Cursor))
	}
}

func same(t testing.TB, items []sluice.Item, want []sluice.Record) {
	t.Helper()
	if len(items) != len(want) {
		t.Errorf("%d records, want %d", len(items), len(want))
		return
	}
	for i, it := range items {
		if it.Refused != nil || it.Rows < 1 || it.Origin == "" {
			t.Errorf("record %d: refused %v, %d rows, origin %q", i, it.Refused, it.Rows, it.Origin)
		}
		if !reflect.DeepEqual(it.Record, want[i]) {
			t.Errorf("record %d:\n got %s\nwant %s", i, text(it.Record), text(want[i]))
		}
		plainValues(t, it.Record)
	}
}

// plainValues makes sure that a record holds the values that Record allows.
func plainValues(t testing.TB, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil, string, bool:
	case json.Number:
		if !json.Valid([]byte(v)) {
			t.Errorf("%q is not a number", v)
		}
	case []any:
		for _, e := range v {
			plainValues(t, e)
		}
	case map[string]any:
		for _, e := range v {
			plainValues(t, e)
		}
	case sluice.Record:
		plainValues(t, map[string]any(v))
	default:
		t.Errorf("a record holds a %T", v)
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

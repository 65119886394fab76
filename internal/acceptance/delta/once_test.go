package delta

import (
	"fmt"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// onceFlow adds each item once, and numbers it in the source.
func onceFlow() sluice.Flow {
	return sluice.Flow{
		Export: sluice.Export{Connection: "source", Key: []string{"id"},
			SQL:  &sluice.SQLExport{Query: "SELECT id, version FROM items WHERE changed IS NULL", Key: []string{"id"}},
			Once: &sluice.Once{Table: "items", Set: `root.changed = "exported"`}},
		Steps: []sluice.Step{
			{Filter: &sluice.Filter{If: "this.version != 10003", Reason: "not wanted"}},
			{Import: &sluice.Import{Connection: "destination", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "thing"}}},
		},
	}
}

// A process that dies at any of its writes delivers each record once, and each
// delivered record has its flag in the end.
func TestOnceIsOnceWheneverAProcessDies(t *testing.T) {
	fresh := newTemplate(t)
	for dies := range 12 {
		err := fresh.try(t, history{base: bases[0], page: 2, seed: 1}, engine.Switches{}, func(w *world) error { return w.once(dies) })
		if err != nil {
			t.Errorf("after %d writes: %v", dies, err)
		}
	}
}

func (w *world) once(dies int) error {
	if err := w.save(onceFlow()); err != nil {
		return err
	}
	for id := range 5 {
		w.change(act{kind: "edit", id: id + 1})
	}
	if err := w.run(act{dies: dies, ends: "cancel"}); err != nil {
		return err
	}
	w.change(act{kind: "edit", id: 9})
	// A record whose flag was not set yet may change: it was to be exported once.
	w.exec("UPDATE items SET version = version + 100, changed = NULL WHERE id = 1 AND changed IS NULL")
	for range 2 {
		if err := w.run(act{dies: -1}); err != nil {
			return err
		}
	}
	var flags, left int
	if err := w.source.QueryRow("SELECT count(*) FILTER (WHERE changed = 'exported'), count(*) FILTER (WHERE changed IS NULL) FROM items").Scan(&flags, &left); err != nil {
		return err
	}
	if flags != 5 || left != 1 || len(w.dest.records) != 5 { // one of six is not wanted
		return fmt.Errorf("%d flags are set and %d not, %d records arrived", flags, left, len(w.dest.records))
	}
	for version, n := range w.dest.written {
		if n != 1 {
			return fmt.Errorf("%s arrived %d times", version, n)
		}
	}
	if len(w.dest.written) != 5 {
		return fmt.Errorf("arrived %v", w.dest.written)
	}
	return nil
}

// A sample reads a few records, and leaves watermark and flags alone.
func TestSampleLeavesNoTrace(t *testing.T) {
	fresh := newTemplate(t)
	for name, flow := range map[string]sluice.Flow{"once": onceFlow(), "delta": deltaFlow()} {
		err := fresh.try(t, history{base: bases[0], page: 2}, engine.Switches{}, func(w *world) error {
			flow.Export.Sample = 3
			if err := w.save(flow); err != nil {
				return err
			}
			for id := range 5 {
				w.change(act{kind: "edit", id: id + 1})
			}
			w.wait(time.Minute)
			if err := w.run(act{dies: -1}); err != nil {
				return err
			}
			var flags int
			if err := w.source.QueryRow("SELECT count(*) FROM items WHERE changed = 'exported'").Scan(&flags); err != nil {
				return err
			}
			_, err := w.store.Watermark(t.Context(), w.flow.FlowID, sluice.ExportName)
			if flags != 0 || sluice.ErrorCode(err) != sluice.CodeNotFound || len(w.dest.records) == 0 || len(w.dest.records) > 3 {
				return fmt.Errorf("%d flags, watermark: %w, %d records", flags, err, len(w.dest.records))
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

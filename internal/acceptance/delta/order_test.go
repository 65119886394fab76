package delta

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// in calls do in a world of its own.
func in(t *testing.T, do func(*world) error) {
	t.Helper()
	if err := newTemplate(t).try(t, history{base: bases[1], page: 3, seed: 1}, engine.Switches{}, do); err != nil {
		t.Error(err)
	}
}

// add stores another flow over the same source, without deletions.
func (w *world) add(name string, change func(*sluice.Flow)) (*sluice.FlowRevision, error) {
	f := deltaFlow()
	f.Name, f.Export.Delta.Deletes, f.Steps = name, nil, f.Steps[:1]
	change(&f)
	r := &sluice.FlowRevision{Flow: f, Enabled: true, CreatedAt: w.now()}
	return r, w.store.SaveFlow(w.t.Context(), r)
}

func (w *world) mark(flow *sluice.FlowRevision) time.Time {
	m, err := w.store.Watermark(w.t.Context(), flow.FlowID, sluice.ExportName)
	if err != nil {
		return time.Time{}
	}
	return m.At
}

// complete runs a flow to its end and returns the run.
func (w *world) complete(flow *sluice.FlowRevision) (*sluice.Run, error) {
	e := w.engine(w.store)
	run, err := e.StartRun(w.t.Context(), flow, "test")
	if err != nil {
		return nil, err
	}
	if state, err := w.finish(e, run.ID); err != nil || state != sluice.RunCompleted {
		return nil, fmt.Errorf("the run of %s ended %s, %w", flow.Flow.Name, state, err)
	}
	return w.store.Run(w.t.Context(), run.ID)
}

// A flow that stays behind another one reads nothing before that has, and never
// overtakes its watermark. Switched off by leaving out after: the child reads all.
func TestAChildNeverOvertakesItsParent(t *testing.T) {
	in(t, func(w *world) error {
		parent, err := w.add("parent", func(*sluice.Flow) {})
		if err != nil {
			return err
		}
		child, err := w.add("child", func(f *sluice.Flow) { f.Export.Delta.After = "parent" })
		if err != nil {
			return err
		}
		for step, want := range []struct {
			flow  *sluice.FlowRevision
			reads int64
		}{{child, 0}, {parent, 1}, {child, 1}, {child, 0}, {parent, 2}, {child, 2}} {
			if step == 0 || step == 3 {
				w.change(act{kind: "edit", id: 1 + step})
				w.wait(20 * time.Minute)
			}
			run, err := w.complete(want.flow)
			if err != nil {
				return err
			}
			if w.mark(child).After(w.mark(parent)) {
				return fmt.Errorf("step %d: the child is at %s, its parent at %s", step, w.mark(child), w.mark(parent))
			}
			fresh := run.Counts.Written
			if wanted := min(want.reads, 1); fresh != wanted {
				return fmt.Errorf("step %d: %s wrote %d records, want %d", step, want.flow.Flow.Name, fresh, wanted)
			}
		}
		return nil
	})
}

// A flow that follows another one runs when that has completed, once, and not after a
// run that did not get through.
func TestNextFlowsRunWhenARunHasCompleted(t *testing.T) {
	in(t, func(w *world) error {
		second, err := w.add("second", func(*sluice.Flow) {})
		if err != nil {
			return err
		}
		first, err := w.add("first", func(f *sluice.Flow) { f.Next = []string{"second", "gone"} })
		if err != nil {
			return err
		}
		w.change(act{kind: "edit", id: 1})
		w.wait(time.Second)
		w.flow = first
		if err := w.run(act{dies: -1, ends: "down"}); err != nil {
			return err
		}
		followers := func() ([]*sluice.Run, error) {
			return w.store.Runs(context.Background(), sluice.RunFilter{FlowID: second.FlowID})
		}
		if runs, err := followers(); err != nil || len(runs) != 0 {
			return fmt.Errorf("%d runs follow one that failed, %w", len(runs), err)
		}
		if _, err := w.complete(first); err != nil {
			return err
		}
		runs, err := followers()
		if err != nil || len(runs) != 1 || runs[0].Kind != sluice.RunNext {
			return fmt.Errorf("%d runs follow, %w", len(runs), err)
		}
		state, err := w.finish(w.engine(w.store), runs[0].ID)
		if err == nil && state != sluice.RunCompleted {
			err = fmt.Errorf("the run that follows ended %s", state)
		}
		return err
	})
}

// A run that was cancelled and whose watermark has been moved since is not resumed: its
// pages hold what may have changed. Nor does a run undo what a person set meanwhile.
func TestAnOvertakenRunIsNotResumed(t *testing.T) {
	in(t, func(w *world) error {
		if err := w.save(deltaFlow()); err != nil {
			return err
		}
		for id := range 9 {
			w.change(act{kind: "edit", id: id + 1})
		}
		w.wait(time.Second)
		if err := w.run(act{dies: -1, ends: "down"}); err != nil {
			return err
		}
		failed, err := w.store.Runs(w.t.Context(), sluice.RunFilter{Limit: 1})
		if err != nil || failed[0].State != sluice.RunFailed {
			return fmt.Errorf("%v, %w", failed, err)
		}
		w.change(act{kind: "edit", id: 1})
		w.wait(time.Second)
		if _, err := w.complete(w.flow); err != nil {
			return err
		}
		e := w.engine(w.store)
		if err := e.Resume(w.t.Context(), failed[0].ID); err != nil {
			return err
		}
		if _, err := w.finish(e, failed[0].ID); sluice.ErrorCode(err) != "run.overtaken" {
			return fmt.Errorf("the overtaken run ended with %w", err)
		}
		set := w.now().Add(-time.Hour).UTC().Truncate(time.Second)
		w.dest.before = func() {
			m, err := w.store.Watermark(context.Background(), w.flow.FlowID, sluice.ExportName)
			if err == nil {
				m.At = set
				err = w.store.PutWatermark(context.Background(), m)
			}
			if err != nil {
				w.t.Error(err)
			}
		}
		w.change(act{kind: "edit", id: 2})
		w.wait(time.Minute)
		if _, err := w.complete(w.flow); err != nil {
			return err
		}
		if got := w.mark(w.flow); !got.Equal(set) {
			return fmt.Errorf("a person set the watermark to %s, the run moved it to %s", set, got)
		}
		return w.compare()
	})
}

// An export that reads something else begins at its start; one that reads the same in
// another way goes on.
func TestAChangedSourceBeginsAnew(t *testing.T) {
	in(t, func(w *world) error {
		w.change(act{kind: "edit", id: 1})
		w.wait(time.Hour)
		for n, c := range []struct {
			query string
			reads int64
		}{{"SELECT * FROM items", 1}, {"SELECT * FROM items", 0}, {"SELECT * FROM items WHERE id < 100", 1}} {
			flow, err := w.add("f", func(f *sluice.Flow) { f.Export.SQL.Query, f.Export.Delta.Overlap = c.query, fmt.Sprint(n+1, "m") })
			if err != nil {
				return err
			}
			run, err := w.complete(flow)
			if err != nil || run.Counts.Read != c.reads {
				return fmt.Errorf("%s: %d records read, want %d; %w", c.query, run.Counts.Read, c.reads, err)
			}
		}
		return nil
	})
}

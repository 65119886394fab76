package engine_test

import (
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice"
)

// A record that is passed over was not delivered: the next run asks anew.
func TestIgnoredRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(5)
		there := true
		s.judge = func(i *sluice.Intent) behaviour {
			if there && i.Key == "2" {
				return ignore
			}
			return accept
		}
		b := newBench(t, s, addFlow())
		for _, want := range []sluice.StepCounts{{In: 5, Created: 4, Written: 4, Unchanged: 1, Ignored: 1}, {In: 5, Created: 1, Written: 1, Unchanged: 4}} {
			run := b.complete()
			got := run.Steps[1]
			want.Step, want.Kind = got.Step, got.Kind
			if got != want || run.Counts.Written != want.Written || run.Counts.Unchanged != want.Unchanged || run.Counts.Failed != 0 {
				t.Errorf("%+v, want %+v; %+v", got, want, run.Counts)
			}
			there = false // somebody has deleted it
		}
		expectOnce(t, s.contents(), 5)
	})
}

// What is to be deleted and is gone already is done.
func TestDeletingWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, o := range []sluice.Operation{sluice.Delete, sluice.Update} {
			s := newSystem(2)
			s.judge = func(i *sluice.Intent) behaviour { return map[string]behaviour{"1": missing}[i.Key] }
			f := addFlow()
			f.Steps[1].Import.Operation, f.Steps[1].Import.NetSuite.ID = o, "this.id"
			run := newBench(t, s, f).complete()
			if done := o == sluice.Delete; (run.Counts.Unchanged == 1) != done || (run.Counts.Failed == 1) == done {
				t.Errorf("%s: %+v", o, run.Counts)
			}
		}
	})
}

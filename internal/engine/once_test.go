package engine_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
)

// A record that is exported once was made, and its flag was not set yet when its process
// died, its run was given up and it changed: it is not made again, but gets its flag.
// Whether its result was stored makes no difference.
func TestARecordToBeExportedOnceIsMadeOnce(t *testing.T) {
	for name, after := range map[string]int64{"not sent": 2, "in doubt": 3, "delivered": 4} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { madeOnce(t, after) })
		})
	}
}

func madeOnce(t *testing.T, after int64) {
	f := addFlow()
	f.Export.SQL = &sluice.SQLExport{Query: "SELECT id, amount FROM sales", Key: []string{"id"}}
	f.Export.Once = &sluice.Once{Table: "sales", Set: `root.flag = "exported"`}
	s := newSystem(1)
	made, flags, dying := 0, 0, true
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Operation.Makes() {
			made++
			return accept
		}
		if dying { // before that
			return dropBefore
		}
		flags++
		return accept
	}
	b := newBench(t, s, f)
	id := b.start(b.engine(b.store)).ID
	b.die(id, after)
	later := time.Now().Add(time.Hour)
	run, err := b.store.ClaimRun(context.Background(), "somebody", later, later)
	if err != nil || run == nil {
		t.Fatal(run, err)
	}
	if err := b.store.EndRun(context.Background(), sluice.Fence{RunID: id, Number: run.Fence}, sluice.RunCancelled, nil, later); err != nil {
		t.Fatal(err)
	}
	s.rows[0]["amount"] = "99.99"
	dying = false
	b.complete()
	if made != 1 || flags != 1 {
		t.Errorf("the record was made %d times, and its flag set %d times", made, flags)
	}
}

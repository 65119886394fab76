package engine_test

import (
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice"
)

// The mechanism of the tests of deaths switched off: without the ledger, some death
// doubles what was written and not stored.
func TestWithoutLedgerDeathsDouble(t *testing.T) {
	for _, c := range []struct {
		name   string
		flow   sluice.Flow
		source func() *system
		wanted int // effects
	}{
		{"several exports", twoShopsFlow(t), func() *system { return shops(9) }, 14},
		{"the first path that takes a record", flowOf(t, firstOfThree), nine, 3 + 3 + 3},
		{"all paths that take a record", flowOf(t, allPaths), nine, 9 + 3 + 9},
		{"an answer that a later step uses", flowOf(t, responds), func() *system { return answering(9) }, 2 * 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			doubled := 0
			for after := int64(0); after < 12 && doubled == 0; after++ {
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, c.source(), c.flow)
					b.ledger = false
					id := b.start(b.engine(b.store)).ID
					b.die(id, after)
					b.until(b.engine(b.store), id, ended)
					doubled += arrived(b.system) - c.wanted
				})
			}
			if doubled <= 0 {
				t.Fatal("nothing was doubled: the ledger is not what prevents it")
			}
		})
	}
}

func nine() *system { return newSystem(9) }

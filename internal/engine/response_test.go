package engine_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice"
)

// The second import's record depends on the answer to the first.
const responds = `
steps:
  - name: make
    import:
      connection: system
      operation: add
      response: |
        root = this.record
        root.made = this.response.id.or(throw("no ID"))
        root.made_new = this.response.created
        root.said = this.response.body.said
      netsuite: {record: a}
  - name: tell
    import: {connection: system, operation: append, netsuite: {record: b, id: this.made, sublist: line}}
`

// answering is a system whose answers have a body.
func answering(rows int) *system {
	s := newSystem(rows)
	s.body = func(i *sluice.Intent) any { return map[string]any{"said": "hello " + i.Key} }
	return s
}

// expectTold holds when each record was made once and told once, under its ID. It
// returns how many answers have lost their body.
func (b *bench) expectTold(rows int) (lost int) {
	b.t.Helper()
	if got := arrived(b.system); got != 2*rows {
		b.t.Errorf("%d writes had their effect, want %d", got, 2*rows)
	}
	for id, lines := range b.system.lists {
		if len(lines) != 1 || !strings.HasPrefix(id, "sluice-") || !strings.Contains(lines[0], `"made":"`+id+`","made_new":true`) {
			b.t.Errorf("under %q arrived %v", id, lines)
		}
		if !strings.Contains(lines[0], `"said":"hello `) {
			lost++
		}
	}
	return lost
}

func TestAnswersReachLaterSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, answering(20), flowOf(t, responds))
		b.complete()
		if lost := b.expectTold(20); lost > 0 {
			t.Errorf("%d answers had no body", lost)
		}
		if again := b.complete(); again.Counts.Unchanged != 20 {
			t.Errorf("a record that is left as it is has another answer than when it was written: %+v", again.Steps)
		}
	})
}

// An answer that came is kept before anything else happens. Only a death just between
// the two leaves what reading back tells: the ID.
func TestDeathsKeepAnswers(t *testing.T) {
	flow := flowOf(t, responds)
	flow.Pages.Ordered = true // one page after another: no other answer is on its way
	everyDeath(t, flow, func() *system { return answering(9) }, func(b *bench, run *sluice.Run) {
		if run.Counts.Written != 9 {
			b.t.Errorf("counts: %+v", run.Counts)
		}
		keeping := slices.ContainsFunc(b.unkept, func(e sluice.LedgerEntry) bool { return e.Answer != "" })
		if lost := b.expectTold(9); lost > 0 && !keeping && !b.reading {
			b.t.Errorf("a death took the bodies of %d answers away that had been kept", lost)
		}
	})
}

// A mapping that fails behind a write leaves an error that says so, and the retry
// writes nothing but what comes behind it.
func TestAFailingResponseMappingWritesOnce(t *testing.T) {
	synctest.Test(t, aFailingResponseMappingWritesOnce)
}

func aFailingResponseMappingWritesOnce(t *testing.T) {
	s := answering(6)
	s.body = func(i *sluice.Intent) any {
		if i.Key == "4" {
			return "gibberish"
		}
		return map[string]any{"said": "hello " + i.Key}
	}
	steps := strings.ReplaceAll(responds, "this.response.body.said", `this.response.body.said.uppercase().lowercase()`)
	b := newBench(t, s, flowOf(t, steps))
	run := b.complete()
	if c := run.Counts; c.Failed != 1 || c.Written != 5 || run.Steps[0].Written != 6 || run.Steps[0].Failed != 1 {
		t.Fatalf("counts: %+v steps: %+v", c, run.Steps)
	}
	if e := b.open()[0]; e.Code != "import.response_failed" || !strings.Contains(e.Message, "the record was written") || !strings.Contains(e.Response, "gibberish") {
		t.Fatalf("the error says %+v", e)
	}
	if b.retry(); len(b.open()) != 1 || arrived(s) != 6+5 {
		t.Fatalf("a retry with the same mapping wrote: %d", arrived(s))
	}
	b.save(flowOf(t, strings.ReplaceAll(responds, "this.response.body.said", `"hello " + this.record.id`)))
	if run := b.retry(); run.Counts.Written != 1 || run.Steps[0].Unchanged != 1 || len(b.open()) != 0 {
		t.Fatalf("the retry's steps: %+v", run.Steps)
	}
	if lost := b.expectTold(6); lost > 0 {
		t.Errorf("%d answers had no body", lost)
	}
}

// An answer too large for the ledger loses its body at once, not only where it is read
// from the ledger.
func TestLargeAnswersLoseTheirBodyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(1)
		s.body = func(*sluice.Intent) any { return map[string]any{"said": strings.Repeat("x", 70_000)} }
		b := newBench(t, s, flowOf(t, strings.ReplaceAll(responds, "this.response.body.said", "this.response.body.type()")))
		b.complete()
		for _, lines := range s.lists {
			if !strings.Contains(lines[0], `"said":"null"`) {
				t.Errorf("arrived %v", lines)
			}
		}
		if again := b.complete(); again.Counts.Unchanged != 1 {
			t.Errorf("the second run: %+v", again.Counts)
		}
	})
}

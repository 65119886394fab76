package connectortest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// Import is an import under test.
type Import struct {
	// Open opens the import for a run, always with the same destination.
	Open func(t testing.TB, run int64) sluice.Writer
	// Clear empties the destination.
	Clear func(t testing.TB)
	// Stored returns what is there once a run has finished, in an order of its own.
	Stored func(t testing.TB) []sluice.Record
	// Records are good, and all different; at least 3.
	Records []sluice.Record
	// Bad are records that the destination refuses.
	Bad []sluice.Record
	// Operation is what the import does; add when empty.
	Operation sluice.Operation
	// ExternalID gives a record's external ID, where the import has one.
	ExternalID func(r sluice.Record) string
}

// RunImport makes sure that an import writes each record once, tells exactly
// which it could not write, and finds out after a kill what became of the rest.
func RunImport(t *testing.T, i Import) {
	t.Helper()
	if len(i.Records) < 3 {
		t.Fatal("the suite wants 3 records or more")
	}
	for name, test := range map[string]func(*importRun){
		"write": (*importRun).write, "refuse": (*importRun).refuse, "too late": (*importRun).tooLate,
		"killed before writing": (*importRun).killedBefore, "killed after writing": (*importRun).killedAfter,
		"killed between two pages": (*importRun).killedBetween,
	} {
		t.Run(name, func(t *testing.T) {
			i.Clear(t)
			test(&importRun{T: t, Import: i, run: 7})
		})
	}
}

// importRun is one run of the import.
type importRun struct {
	*testing.T
	Import
	run int64
	seq int64
}

func (r *importRun) intents(records []sluice.Record) []*sluice.Intent {
	var out []*sluice.Intent
	for _, record := range records {
		r.seq++
		digest, err := record.Digest()
		if err != nil {
			r.Fatal(err)
		}
		n := &sluice.Intent{FlowID: "flow", Step: "import-1", Key: fmt.Sprintf("run/%d/%d", r.run, r.seq), RunID: r.run, Page: 1, Seq: r.seq,
			Operation: r.Operation, Digest: digest, Record: record}
		if n.Operation == "" {
			n.Operation = sluice.Add
		}
		if r.ExternalID != nil {
			n.ExternalID = r.ExternalID(record)
		}
		out = append(out, n)
	}
	return out
}

// prepare does what the engine does before it writes.
func (r *importRun) prepare(w sluice.Writer, intents []*sluice.Intent) {
	r.Helper()
	if err := w.Prepare(r.Context(), intents); err != nil {
		r.Fatalf("prepare: %v", err)
	}
	for _, i := range intents {
		i.SendBy = time.Now().Add(w.Traits().SendWindow)
		i.SettlesAt = i.SendBy.Add(w.Traits().Settle)
	}
}

// send prepares and writes intents, and returns their results.
func (r *importRun) send(w sluice.Writer, intents []*sluice.Intent) []sluice.Result {
	r.Helper()
	r.prepare(w, intents)
	results, err := w.Write(r.Context(), intents)
	if err != nil {
		r.Fatalf("write: %v", err)
	}
	if len(results) != len(intents) {
		r.Fatalf("%d results for %d intents", len(results), len(intents))
	}
	return results
}

// deliver sends intents until none is left unsent.
func (r *importRun) deliver(w sluice.Writer, intents []*sluice.Intent) {
	r.Helper()
	for range 3 {
		var left []*sluice.Intent
		for n, result := range r.send(w, intents) {
			switch result.State {
			case sluice.ResultWritten:
			case sluice.ResultNotSent:
				left = append(left, intents[n])
			default:
				r.Fatalf("record %d: state %d, %+v", n, result.State, result.Failure)
			}
		}
		if intents = left; len(intents) == 0 {
			return
		}
	}
	r.Fatalf("%d records are not sent again and again", len(intents))
}

func (r *importRun) finish(w sluice.Writer) {
	r.Helper()
	if err := w.Finish(r.Context()); err != nil {
		r.Fatalf("finish: %v", err)
	}
	closeIt(r, w)
}

func (r *importRun) holds(want []sluice.Record) {
	r.Helper()
	sorted := func(records []sluice.Record) []string {
		var out []string
		for _, record := range records {
			out = append(out, text(record))
		}
		slices.Sort(out)
		return out
	}
	if got, want := sorted(r.Stored(r)), sorted(want); !slices.Equal(got, want) {
		r.Errorf("stored:\n got %q\nwant %q", got, want)
	}
}

func (r *importRun) write() {
	w := r.Open(r, r.run)
	r.deliver(w, r.intents(r.Records))
	r.finish(w)
	r.holds(r.Records)
}

func (r *importRun) refuse() {
	w := r.Open(r, r.run)
	mixed := slices.Concat(r.Records[:1], r.Bad, r.Records[1:])
	intents := r.intents(mixed)
	refused := 0
	for range 3 {
		var left []*sluice.Intent
		for n, result := range r.send(w, intents) {
			bad := slices.ContainsFunc(r.Bad, func(b sluice.Record) bool { return text(b) == text(intents[n].Record) })
			switch {
			case result.State == sluice.ResultNotSent:
				left = append(left, intents[n])
			case bad && result.State == sluice.ResultRefused:
				refused++
				if f := result.Failure; f == nil || f.Code == "" || f.Message == "" || f.Classification == "" {
					r.Errorf("refused without saying why: %+v", f)
				}
			case bad || result.State != sluice.ResultWritten:
				r.Errorf("%s: state %d, %+v", text(intents[n].Record), result.State, result.Failure)
			}
		}
		if intents = left; len(intents) == 0 {
			break
		}
	}
	if refused != len(r.Bad) {
		r.Errorf("%d refused, want %d", refused, len(r.Bad))
	}
	r.finish(w)
	r.holds(r.Records)
}

// tooLate sends intents whose time is over. A worker that slept so long may have
// been replaced.
func (r *importRun) tooLate() {
	w := r.Open(r, r.run)
	intents := r.intents(r.Records)
	r.prepare(w, intents)
	for _, i := range intents {
		i.SendBy = time.Now().Add(-time.Second)
	}
	results, err := w.Write(r.Context(), intents)
	if err != nil {
		r.Fatal(err)
	}
	for n, result := range results {
		if result.State != sluice.ResultNotSent {
			r.Errorf("record %d was sent too late: state %d", n, result.State)
		}
	}
	r.finish(w)
	r.holds(nil)
}

// settle does what the engine does with intents of which nothing is known.
func (r *importRun) settle(w sluice.Writer, intents []*sluice.Intent) {
	r.Helper()
	results, err := w.Reconcile(r.Context(), intents)
	if err != nil {
		r.Fatalf("reconcile: %v", err)
	}
	var absent []*sluice.Intent
	for n, result := range results {
		switch result.State {
		case sluice.ResultAbsent:
			absent = append(absent, intents[n])
		case sluice.ResultWritten:
		default:
			r.Errorf("record %d: reconciled to state %d, %+v", n, result.State, result.Failure)
		}
	}
	if len(absent) > 0 {
		r.deliver(w, absent)
	}
}

func (r *importRun) killedBefore() {
	w := r.Open(r, r.run)
	intents := r.intents(r.Records)
	r.prepare(w, intents)
	closeIt(r, w)
	w = r.Open(r, r.run)
	r.settle(w, intents)
	r.finish(w)
	r.holds(r.Records)
}

func (r *importRun) killedAfter() {
	w := r.Open(r, r.run)
	intents := r.intents(r.Records)
	r.send(w, intents) // and the results are lost
	closeIt(r, w)
	w = r.Open(r, r.run)
	r.settle(w, intents)
	r.finish(w)
	r.holds(r.Records)
}

// killedBetween loses the results of the second page only: the first stays.
func (r *importRun) killedBetween() {
	w := r.Open(r, r.run)
	r.deliver(w, r.intents(r.Records[:1]))
	second := r.intents(r.Records[1:])
	r.send(w, second)
	closeIt(r, w)
	w = r.Open(r, r.run)
	r.settle(w, second)
	r.finish(w)
	r.holds(r.Records)
}

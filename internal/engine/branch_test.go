package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// flowOf reads a flow whose name and export are the bench's.
func flowOf(t testing.TB, steps string) sluice.Flow {
	t.Helper()
	f, problems := flowfile.Parse("flow.yaml", []byte("name: test\nexport: {connection: system, csv: {path: a.csv}, key: [id]}\n"+
		"totals: [{name: amount, value: this.amount}]\npages: {size: 7}\n"+steps))
	for _, p := range problems {
		t.Fatal(p)
	}
	return *f
}

const firstOfThree = `
steps:
  - branch:
      paths:
        - {name: zero, if: this.list == "0", steps: [{import: {connection: system, operation: add, netsuite: {record: zero}}}]}
        - name: one
          if: this.list == "1"
          steps:
            - map: root = this.assign({"way":"one"})
            - branch:
                paths:
                  - {name: large, if: this.amount > 10, steps: [{map: 'root = this.assign({"large":true})'}]}
            - import: {connection: system, operation: append, netsuite: {record: list, sublist: line, id: this.list}}
        - name: rest
  - import: {connection: system, operation: upsert, when: this.way == "one", netsuite: {record: copy, external_id: '"copy-" + this.id'}}
`

func TestRecordsTakeTheFirstPath(t *testing.T) { synctest.Test(t, recordsTakeTheFirstPath) }

func recordsTakeTheFirstPath(t *testing.T) {
	b := newBench(t, newSystem(30), flowOf(t, firstOfThree))
	run := b.complete()
	if c := run.Counts; c.Written != 20 || c.Excluded != 10 {
		t.Errorf("counts: %+v", c)
	}
	var rows []string
	for _, s := range run.Steps {
		rows = append(rows, fmt.Sprintf("%s %s %d/%d/%d", s.Step, s.Kind, s.In, s.Written, s.Excluded))
	}
	want := []string{"branch-1 branch 30/0/0", "branch-1/zero path 10/0/0", "import-1 import 10/10/0", "branch-1/one path 10/0/0", "map-1 map 10/0/0",
		"branch-2 branch 10/0/0", "branch-2/large path 7/0/0", "map-2 map 7/0/0", "import-2 import 10/10/0", "branch-1/rest path 10/0/10", "import-3 import 10/10/0"}
	if !slices.Equal(rows, want) {
		t.Errorf("steps:\n%s", strings.Join(rows, "\n"))
	}
	if got := run.Steps[9].Reason; got != "the path has no steps" {
		t.Errorf("the empty path's reason is %q", got)
	}
	large := 0
	for c, n := range b.system.contents() {
		if strings.Contains(c, `"large":true`) {
			large += n // at import-2 and, since a record goes on as its path left it, at import-3
		}
	}
	if large != 14 {
		t.Errorf("%d records show what their path made of them", large)
	}
}

const allPaths = `
steps:
  - branch:
      take: all
      paths:
        - {name: every, steps: [{map: 'root = this.assign({"at":"every"})'}, {name: every, import: {connection: system, operation: add, netsuite: {record: a}}}]}
        - {name: nothing, if: this.list == "0"}
        - name: some
          if: this.list != "2"
          steps:
            - {filter: {if: this.list == "1", reason: not one}}
            - {name: some, import: {connection: system, operation: add, netsuite: {record: b}}}
  - {name: behind, import: {connection: system, operation: upsert, netsuite: {record: c, external_id: '"c-" + this.id'}}}
`

// After all, a record goes on as it came: what a path makes of it, or that it
// excludes it, is the path's alone.
func TestRecordsTakeAllPaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, newSystem(30), flowOf(t, allPaths))
		run := b.complete()
		written := map[string]int64{}
		for _, s := range run.Steps {
			written[s.Step] = s.Written
		}
		if run.Counts.Written != 30 || written["every"] != 30 || written["some"] != 10 || written["behind"] != 30 {
			t.Errorf("counts: %+v, written: %v", run.Counts, written)
		}
		for c := range b.system.contents() {
			if strings.Contains(c, "every") && strings.Count(c, "at") != 1 {
				t.Errorf("a path's mapping shows elsewhere: %s", c)
			}
		}
	})
}

// A record that fails in one path fails, gets through the others, and is not written
// there again when it is retried.
func TestRetryOfOnePathLeavesTheOthersAlone(t *testing.T) {
	synctest.Test(t, retryOfOnePathLeavesTheOthersAlone)
}

func retryOfOnePathLeavesTheOthersAlone(t *testing.T) {
	s := newSystem(6)
	f := flowOf(t, strings.ReplaceAll(allPaths, "operation: add, netsuite: {record: b}", `operation: upsert, netsuite: {record: b, external_id: '"b-" + this.id'}`))
	b := newBench(t, s, f)
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Step == "every" && i.Key == "2" {
			return refuse
		}
		return accept
	}
	run := b.complete()
	if c := run.Counts; c.Failed != 1 || c.Written != 5 {
		t.Fatalf("counts: %+v", c)
	}
	sent := map[string]int{}
	s.judge = func(i *sluice.Intent) behaviour { sent[i.Step]++; return accept }
	if run := b.retry(); run.Counts.Written != 1 || len(b.open()) != 0 {
		t.Fatalf("the retry counted %+v", run.Counts)
	}
	if sent["every"] != 1 || sent["some"] != 0 || sent["behind"] != 1 {
		t.Fatalf("the retry sent %v: the path that had written is left alone, what is behind the branch was not reached before", sent)
	}
	if n := arrived(s); n != 6+2+6 {
		t.Fatalf("%d records arrived at the three imports", n)
	}
}

// A newer run's outcome takes the place of an error that an earlier one left in a path.
func TestALaterRunSupersedesErrorsOfPaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(6)
		b := newBench(t, s, flowOf(t, firstOfThree))
		s.script = func() behaviour { return refuse }
		b.complete()
		if open := b.open(); len(open) != 4 || open[0].Step != "import-2" && open[0].Step != "import-1" {
			t.Fatalf("%d errors are open, the first %+v", len(open), open)
		}
		s.script = nil
		if b.complete(); len(b.open()) != 0 {
			t.Fatal("errors are open that a later run has outdone")
		}
	})
}

// arrived counts all effects that writes have had.
func arrived(s *system) int {
	sum := 0
	for _, n := range s.contents() {
		sum += n
	}
	return sum
}

// everyDeath lets a process die after each number of writes in turn, and another one
// end the run.
func everyDeath(t *testing.T, flow sluice.Flow, source func() *system, check func(b *bench, run *sluice.Run)) {
	for after := int64(0); ; after++ {
		died := true
		t.Run(fmt.Sprint("after=", after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, source(), flow)
				id := b.start(b.engine(b.store)).ID
				b.die(id, after)
				if r, err := b.store.Run(context.Background(), id); err != nil || r.State.Ended() {
					died = false
				}
				run := b.until(b.engine(b.store), id, ended)
				if run.State != sluice.RunCompleted {
					t.Fatalf("the run ended %s: %v", run.State, run.Error)
				}
				checkSums(t, run)
				check(b, run)
			})
		})
		if !died || t.Failed() {
			return
		}
	}
}

func TestDeathsInBranchesNeitherLoseNorDouble(t *testing.T) {
	for _, c := range []struct {
		name, steps       string
		arrived, excluded int
	}{{"first", firstOfThree, 3 + 3 + 3, 3}, {"all", allPaths, 9 + 3 + 9, 0}} {
		t.Run(c.name, func(t *testing.T) {
			everyDeath(t, flowOf(t, c.steps), func() *system { return newSystem(9) }, func(b *bench, run *sluice.Run) {
				if run.Counts.Excluded != int64(c.excluded) || run.Counts.Failed != 0 {
					b.t.Errorf("counts: %+v", run.Counts)
				}
				if got := arrived(b.system); got != c.arrived {
					b.t.Errorf("%d writes had their effect, want %d", got, c.arrived)
				}
			})
		})
	}
}

func TestPreviewShowsPaths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, newSystem(3), flowOf(t, firstOfThree))
		seen, err := b.engine(b.store).Preview(t.Context(), &b.flow.Flow, 3)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range seen.Records {
			line := r.Key
			for _, s := range r.Steps {
				line += fmt.Sprintf(" %d:%s", s.Depth, strings.TrimSpace(s.Step+" "+string(s.Outcome)))
			}
			got = append(got, line)
		}
		want := []string{"1 0:branch-1 1:branch-1/zero 1:import-1", "2 0:branch-1 1:branch-1/one 1:map-1 1:branch-2 1:import-2 0:import-3", "3 0:branch-1 1:branch-1/rest excluded"}
		if !slices.Equal(got, want) {
			t.Errorf("got:\n%s", strings.Join(got, "\n"))
		}
		if len(b.system.contents()) != 0 {
			t.Error("the preview wrote")
		}
	})
}

const eitherPath = `
steps:
  - branch:
      paths:
        - {name: eu, if: this.list == "0", steps: [{map: 'root.who = this.id + " in EU"'}, {import: {connection: system, operation: upsert, unchanged: skip, netsuite: {record: a, external_id: '"one"'}}}]}
        - {name: us, steps: [{map: 'root.who = this.id + " in US"'}, {import: {connection: system, operation: upsert, unchanged: skip, netsuite: {record: a, external_id: '"one"'}}}]}
`

// The first path's ledger entry says that the record is there with this very content,
// which the second path has overwritten meanwhile.
func TestARecordThatChangesItsPathIsWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSystem(1)
		b := newBench(t, s, flowOf(t, eitherPath))
		for _, way := range []string{"0", "1", "0", "0"} {
			s.rows[0]["list"] = way
			b.complete()
			where := map[string]string{"0": "in EU", "1": "in US"}[way]
			if got := s.adds["one"]; len(got) != 1 || !strings.Contains(got[0], where) {
				t.Fatalf("the record is %v, want it %s", got, where)
			}
		}
		if len(s.order) != 3 {
			t.Errorf("it was written %d times: the last time it had not changed", len(s.order))
		}
	})
}

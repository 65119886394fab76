package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
)

// OpenLookup makes the system one that can be asked.
func (s *system) OpenLookup(_ context.Context, _ *sluice.Connection, l *sluice.Lookup, _ sluice.LookupOptions) (sluice.Finder, error) {
	return &systemFinder{s, l.Keeps()}, nil
}

type systemFinder struct {
	*system
	keep int
}

func (f *systemFinder) Close() error { return nil }

func (f *systemFinder) Find(_ context.Context, questions []sluice.Question) (sluice.Findings, error) {
	time.Sleep(f.pausing)
	f.lookedUp.Lock()
	defer f.lookedUp.Unlock()
	if f.mute != nil {
		return sluice.Findings{}, f.mute
	}
	f.asked = append(f.asked, questions)
	out := sluice.Findings{Requests: 1}
	for _, q := range questions {
		found := f.answers[fmt.Sprint(q...)]
		a := sluice.Answer{Records: found[:min(len(found), f.keep)]}
		if fmt.Sprint(q...) == "refused" {
			a.Refused = sluice.Errorf("lookup.refused", "nobody asks this")
		}
		out.Answers = append(out.Answers, a)
	}
	return out, nil
}

// questions returns what was asked, and how often each.
func (s *system) questions() map[string]int {
	out := map[string]int{}
	for _, list := range s.asked {
		for _, q := range list {
			out[fmt.Sprint(q...)]++
		}
	}
	return out
}

func lists() *system {
	s := newSystem(30)
	s.answers = map[string][]sluice.Record{"0": {{"id": "100", "name": "zero"}}, "1": {{"id": "101"}}, "2": {{"id": "102"}, {"id": "112"}, {"id": "122"}}}
	return s
}

const lookingUp = `
steps:
  - lookup: {connection: system, suiteql: {query: SELECT id, key: [id]}, match: {number: this.list}, as: found%s}
  - import: {connection: system, operation: add, netsuite: {record: copy}}
`

func TestLookups(t *testing.T) {
	tests := []struct {
		name, rest      string
		written, failed int64
		found, notFound int64
		shows           string // part of what arrives for list 2
		message         string // of the errors
	}{
		{name: "two answers", written: 20, failed: 10, found: 20, message: `several records have number "2": id "102" and id "112"`},
		{name: "first", rest: ", many: first", written: 30, found: 30, shows: `"found":{"id":"102"}`},
		{name: "all", rest: ", many: all", written: 30, found: 30, shows: `"found":[{"id":"102"},{"id":"112"},{"id":"122"}]`},
		{name: "none", rest: "", written: 10, failed: 20, found: 10, message: `nothing has number "1"`},
		{name: "null", rest: ", none: null, many: first", written: 30, found: 20, notFound: 10, shows: `"found":{"id":"102"}`},
		{name: "default", rest: `, none: default, default: '{"id": this.id + "!"}', many: first`, written: 30, found: 20, notFound: 10, shows: `"found":{"id":"102"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := lists()
				if slices.Contains([]string{"none", "null", "default"}, tt.name) {
					delete(s.answers, "1")
				}
				b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, tt.rest)))
				run := b.complete()
				if c, l := run.Counts, run.Steps[0]; c.Written != tt.written || c.Failed != tt.failed || l.In != 30 || l.Found != tt.found || l.NotFound != tt.notFound || l.Failed != tt.failed || l.Requests == 0 {
					t.Errorf("counts %+v, lookup %+v", c, l)
				}
				shown := 0
				for content := range s.contents() {
					if tt.shows != "" && strings.Contains(content, tt.shows) {
						shown++
					}
				}
				if tt.shows != "" && shown != 10 {
					t.Errorf("%d records show %s", shown, tt.shows)
				}
				errors, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{})
				if err != nil || tt.message != "" && !slices.ContainsFunc(errors, func(e *sluice.RecordError) bool {
					return strings.HasPrefix(e.Message, tt.message) && e.Step == "lookup-1" && e.Classification == sluice.ClassReference
				}) {
					t.Errorf("%v: %+v", err, errors)
				}
			})
		})
	}
}

// Take the keys of questions out of the desk, and every record asks.
func TestTheSameQuestionIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		s.pausing = time.Second // so that pages ask at the same time
		b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, ", many: first")))
		run := b.complete()
		for q, n := range s.questions() {
			if n != 1 {
				t.Errorf("%s was asked %d times", q, n)
			}
		}
		if got := run.Steps[0].Requests; got != int64(len(s.asked)) || got > 3 {
			t.Errorf("%d requests are counted, %d were made", got, len(s.asked))
		}
		b.complete()
		if n := s.questions()["1"]; n != 2 {
			t.Errorf("another run without cache asked %d times in all", n)
		}
	})
}

// What was not found is asked again: a step may have made it.
func TestWhatWasNotFoundIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		delete(s.answers, "1")
		flow := flowOf(t, fmt.Sprintf(lookingUp, ", many: first, none: null"))
		flow.Pages = sluice.Paging{Size: 10, Ordered: true}
		b := newBench(t, s, flow)
		s.before = func() { s.answers["1"] = []sluice.Record{{"id": "made"}} }
		if l := b.complete().Steps[0]; l.NotFound != 3 || l.Found != 27 {
			t.Errorf("%+v", l)
		}
	})
}

func TestAnswersAreKeptAsLongAsTheFlowSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, ", many: first, cache: {for: 1h}")))
		e := b.engine(b.store)
		run := func() {
			t.Helper()
			if r := b.until(e, b.start(e).ID, ended); r.State != sluice.RunCompleted {
				t.Fatal(r.Error)
			}
		}
		run()
		run()
		if n := s.questions()["1"]; n != 1 {
			t.Errorf("within the hour it was asked %d times", n)
		}
		time.Sleep(time.Hour)
		run()
		if n := s.questions()["1"]; n != 2 {
			t.Errorf("after the hour it was asked %d times in all", n)
		}
	})
}

func TestASystemThatCannotBeAskedFailsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		s.mute = errDown
		b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, ", many: first")))
		e := b.engine(b.store)
		run := b.until(e, b.start(e).ID, ended)
		if run.State != sluice.RunFailed || run.Error.Code != "connection.unreachable" || run.Counts.Failed != 0 {
			t.Fatalf("the run ended %s with %+v: %v", run.State, run.Counts, run.Error)
		}
		s.mute = nil
		if run = b.resume(e, run.ID); run.Counts.Written != 30 {
			t.Errorf("after resuming: %+v", run.Counts)
		}
		expectOnce(t, s.copies(), 30)
	})
}

// copies are the contents without what a lookup added.
func (s *system) copies() map[string]int {
	out := map[string]int{}
	for content, n := range s.contents() {
		var r sluice.Record
		if err := json.Unmarshal([]byte(content), &r); err != nil {
			panic(err)
		}
		out[fmt.Sprint(r["id"])] += n
	}
	return out
}

func TestARefusedQuestionFailsItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		s.rows[4]["list"], s.rows[5]["list"], s.rows[6]["list"] = "refused", nil, []any{"1"}
		b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, ", many: first")))
		b.complete()
		errors, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{})
		got := map[string]string{}
		for _, e := range errors {
			got[e.Key] = e.Code + " " + string(e.Classification)
		}
		if err != nil || len(got) != 3 || got["5"] != "lookup.refused value" || got["6"] != "lookup.nothing_to_ask reference" || got["7"] != "lookup.value mapping" {
			t.Errorf("%v: %v", err, got)
		}
		if n := s.questions()["<nil>"]; n != 0 {
			t.Errorf("null was asked %d times", n)
		}
	})
}

func TestDeathsInLookupsNeitherLoseNorDouble(t *testing.T) {
	everyDeath(t, flowOf(t, fmt.Sprintf(lookingUp, ", many: first")), func() *system {
		s := lists()
		s.rows = s.rows[:9]
		return s
	}, func(b *bench, run *sluice.Run) {
		if l := run.Steps[0]; run.Counts.Written != 9 || l.Found != 9 || l.In != 9 {
			b.t.Errorf("counts: %+v, lookup %+v", run.Counts, l)
		}
		expectOnce(b.t, b.system.copies(), 9)
	})
}

const table = `
steps:
  - lookup: {table: {"0": zero, "1": one}, value: this.list, as: word, none: default, default: '"many"'}
  - fields:
      - {to: id, from: this.id}
      - {to: entity.name, from: this.word}
      - {to: amount, from: this.amount, as: number}
      - {to: note, from: this.nothing, default: '"?"', when: this.word != "one"}
  - import: {connection: system, operation: add, netsuite: {record: copy}}
`

func TestStaticTablesAndFieldTables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, newSystem(3), flowOf(t, table))
		run := b.complete()
		if l := run.Steps[0]; l.Found != 2 || l.NotFound != 1 || l.Requests != 0 || run.Steps[1].Kind != "fields" {
			t.Errorf("%+v", run.Steps)
		}
		for _, want := range []string{`{"amount":0.01,"entity":{"name":"zero"},"id":"1","note":"?"}`, `{"amount":1.01,"entity":{"name":"one"},"id":"2"}`, `{"amount":2.01,"entity":{"name":"many"},"id":"3","note":"?"}`} {
			if b.system.contents()[want] != 1 {
				t.Errorf("%s did not arrive: %v", want, b.system.contents())
			}
		}
	})
}

// A row that loops is a record error with the row's name, and the run goes on.
func TestAFieldTableThatFailsNamesItsRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		flow := flowOf(t, strings.Replace(table, "from: this.amount, as: number", `from: 'if this.id == "2" { throw("no amount") } else { this.amount }'`, 1))
		b := newBench(t, newSystem(3), flow)
		run := b.complete()
		errors, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{})
		if err != nil || run.Counts.Failed != 1 || len(errors) != 1 || errors[0].Where != "row 3 (amount)" || errors[0].Step != "fields-1" || !strings.Contains(errors[0].Message, "no amount") {
			t.Errorf("%v: %+v", err, errors)
		}
	})
}

func TestPreviewShowsWhatLookupsFind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := lists()
		b := newBench(t, s, flowOf(t, fmt.Sprintf(lookingUp, "")))
		seen, err := b.engine(b.store).Preview(t.Context(), &b.flow.Flow, 3)
		if err != nil {
			t.Fatal(err)
		}
		first, third := seen.Records[0].Steps[0], seen.Records[2].Steps[0]
		if first.Kind != "lookup" || fmt.Sprint(first.Record["found"]) != "map[id:100 name:zero]" {
			t.Errorf("the first record shows %+v", first)
		}
		if third.Outcome != sluice.OutcomeFailed || !strings.Contains(third.Problem, "several") {
			t.Errorf("the third record shows %+v", third)
		}
		s.mute = errDown
		seen, err = b.engine(b.store).Preview(t.Context(), &b.flow.Flow, 1)
		if err != nil || seen.Records[0].Steps[0].Problem != "the destination is down" {
			t.Errorf("with the system down: %+v, %v", seen, err)
		}
	})
}

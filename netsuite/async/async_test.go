package async

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

func items(names ...string) []Item {
	var list []Item
	for n, name := range names {
		list = append(list, Item{ExternalID: fmt.Sprintf("E%d", n), Record: netsuite.Record{"name": name}})
	}
	return list
}

func many(n int) []Item {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	return items(names...)
}

// words are the outcomes in short: an ID, a class of failure, or what is not known.
func words(outcomes []Outcome) string {
	var list []string
	for _, o := range outcomes {
		switch {
		case o.Err == nil:
			list = append(list, "ok"+o.ID)
		case netsuite.Applied(o.Err) == netsuite.Unknown:
			list = append(list, "unknown")
		case errors.Is(o.Err, netsuite.ErrNotFound):
			list = append(list, "missing")
		case errors.Is(o.Err, netsuite.ErrDuplicate):
			list = append(list, "duplicate")
		default:
			list = append(list, "refused")
		}
	}
	return strings.Join(list, " ")
}

func TestBatchesOfEachAction(t *testing.T) {
	for name, tasksAs := range map[string]func([]string) string{"an item for each task": oneEach, "one item, backwards": together} {
		t.Run(name, func(t *testing.T) {
			s, jobs := start(t)
			s.tasksAs, s.pending = tasksAs, 3
			write := func(action Action, list ...Item) string {
				return words(jobs.Write(t.Context(), Batch{Action: action, RecordType: "customer", Items: list, Options: netsuite.WriteOptions{UnknownNames: netsuite.Refuse, Replace: []string{"addressBook"}}}))
			}
			for _, step := range []struct{ got, want string }{
				{write(Add, items("a", "bad", "c", "broken")...), "ok1000 refused ok1001 unknown"},
				{write(Add, Item{ExternalID: "E0", Record: netsuite.Record{"name": "again"}}), "duplicate"},
				{write(Upsert, items("A", "b")...), "ok1000 ok1002"},
				{write(Update, Item{ID: "1001", ExternalID: "E0", Record: netsuite.Record{"id": "1000", "name": "C"}},
					Item{ExternalID: "nobody", Record: netsuite.Record{"name": "x"}}), "ok1001 missing"},
				{write(Delete, Item{ID: "1001"}, Item{ExternalID: "E1"}, Item{ID: "77"}), "ok ok missing"},
			} {
				if step.got != step.want {
					t.Errorf("%q, want %q", step.got, step.want)
				}
			}
			if len(s.held()) != 1 || s.held()[0].name != "a;A;" {
				t.Errorf("%+v", s.held()[0])
			}
			first := s.asked()[0]
			if first.Header.Get("X-NetSuite-PropertyNameValidation") != "Error" || first.URL.Query().Get("replace") != "addressBook" || slices.Contains(first.Header["Prefer"], "batch-processing") {
				t.Errorf("%v %v", first.URL, first.Header)
			}
		})
	}
}

// A batch's answer, or the batch itself, is lost: it is carried out once, and what
// became of it is known.
func TestLostAnswersAreResumed(t *testing.T) {
	for _, moment := range []string{"before", "after"} {
		for _, path := range []string{"record", "/job/1", "/task", "/result"} {
			t.Run(moment+" "+path, func(t *testing.T) {
				s, jobs := start(t)
				s.conflict = http.StatusBadRequest // as Oracle's help has it
				s.interrupts = func(r *http.Request, n int) string {
					if n == 1 && (path == "record" && r.Method == http.MethodPost || path != "record" && strings.HasSuffix(r.URL.Path, path)) {
						return moment
					}
					return ""
				}
				if got := words(jobs.Write(t.Context(), Batch{Action: Add, RecordType: "customer", Items: items("a", "bad", "c")})); got != "ok1000 refused ok1001" {
					t.Error(got)
				}
				if len(s.held()) != 2 {
					t.Errorf("%d customers", len(s.held()))
				}
			})
		}
	}
}

// Without the key the same loss leaves everything unknown.
func TestWithoutKeyALostAnswerIsUnknown(t *testing.T) {
	s, jobs := start(t)
	s.interrupts = func(r *http.Request, n int) string { return "after" }
	_, err := jobs.Send(t.Context(), Batch{Action: Add, RecordType: "customer", Items: items("a", "b")})
	if netsuite.Applied(err) != netsuite.Unknown || len(s.held()) != 2 {
		t.Errorf("%v, %d customers", err, len(s.held()))
	}
}

func TestRecall(t *testing.T) {
	s, jobs := start(t)
	b := Batch{Action: Add, RecordType: "customer", Items: items("a", "bad", "c"), Key: NewKey()}
	if _, err := jobs.Send(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		outcomes, taken, err := jobs.Recall(t.Context(), "customer", b.Key, 3)
		if err != nil || !taken || words(outcomes) != "ok1000 refused ok1001" {
			t.Errorf("%v %t %v", outcomes, taken, err)
		}
	}
	for _, count := range []int{1, 2} {
		late := Batch{Action: Add, RecordType: "customer", Items: many(5)[3 : 3+count], Key: NewKey()}
		for range 2 { // the second finds the job of the first
			if outcomes, taken, err := jobs.Recall(t.Context(), "customer", late.Key, count); err != nil || taken {
				t.Errorf("%d: %v %t %v", count, outcomes, taken, err)
			}
		}
		there := len(s.held())
		_, _ = jobs.Send(t.Context(), late) // still on its way when it was looked for
		if len(s.held()) != there {
			t.Error("a batch that was not there when it was looked for was carried out afterwards")
		}
	}
	s.pending = 1 << 20
	if _, _ = jobs.Send(t.Context(), Batch{Action: Add, RecordType: "customer", Items: many(9)[7:], Key: "pending"}); true {
		if _, taken, err := jobs.Recall(t.Context(), "customer", "pending", 2); !taken || !errors.Is(err, ErrPending) || netsuite.Applied(err) != netsuite.Unknown {
			t.Errorf("%t %v", taken, err)
		}
	}
}

// A job that NetSuite has forgotten tells nothing: the records have to be looked at.
func TestAForgottenJob(t *testing.T) {
	s, jobs := start(t)
	b := Batch{Action: Add, RecordType: "customer", Items: items("a", "b"), Key: NewKey()}
	job, err := jobs.Send(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	s.forget()
	if _, err := jobs.Outcomes(t.Context(), job, 2); err == nil || netsuite.Applied(err) != netsuite.Unknown {
		t.Errorf("outcomes: %v", err)
	}
	if _, taken, err := jobs.Recall(t.Context(), "customer", b.Key, 2); taken || err != nil {
		t.Errorf("recalled: %t, %v", taken, err)
	}
}

func TestManyRecords(t *testing.T) {
	s, jobs := start(t)
	s.interrupts = func(r *http.Request, n int) string { // every third request of each kind loses its answer
		if n%3 == 2 {
			return "after"
		}
		return ""
	}
	b := Batch{Action: Upsert, RecordType: "customer", Items: many(250)}
	for n, o := range jobs.Write(t.Context(), b) { // each answer is about its own record
		if o.Err != nil || s.idOf(b.Items[n].ExternalID) != o.ID {
			t.Fatalf("record %d: %+v", n, o)
		}
	}
	for n, c := range s.held() {
		if strings.Count(c.name, ";") != 1 {
			t.Fatalf("%d was written as %q", n, c.name)
		}
	}
	if len(s.held()) != 250 || s.jobCount() != 3 {
		t.Errorf("%d customers by %d batches", len(s.held()), s.jobCount())
	}
}

func TestLargeBatchesAreHalved(t *testing.T) {
	s, jobs := start(t)
	s.tooLarge = 30
	for n, o := range jobs.Write(t.Context(), Batch{Action: Add, RecordType: "customer", Items: many(100)}) {
		if o.Err != nil {
			t.Fatalf("%d: %v", n, o.Err)
		}
	}
	if len(s.held()) != 100 || s.jobCount() != 4 {
		t.Errorf("%d customers by %d batches", len(s.held()), s.jobCount())
	}
}

func TestABatchThatIsRefusedAsAWhole(t *testing.T) {
	s, jobs := start(t)
	s.whole = true
	b := Batch{Action: Add, RecordType: "customer", Items: items("a", "b"), Key: "whole"}
	if got := words(jobs.Write(t.Context(), b)); got != "refused refused" {
		t.Error(got)
	}
	if _, err := jobs.Send(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if _, taken, err := jobs.Recall(t.Context(), "customer", "whole", 2); taken || err != nil {
		t.Errorf("%t %v", taken, err)
	}
}

func TestSplit(t *testing.T) {
	const limit = 200
	large := strings.Repeat("x", limit/2)
	for name, tt := range map[string]struct {
		batch Batch
		limit int
		want  []int
	}{
		"count": {Batch{Action: Add, Items: many(201)}, MaxBytes, []int{100, 100, 1}},
		"bytes": {Batch{Action: Add, Items: items(large, "b", large, large)}, limit, []int{2, 1, 1}},
		"ids":   {Batch{Action: Delete, Items: []Item{{ExternalID: large}, {ExternalID: large}, {ID: "1"}}}, limit, []int{1, 2}},
		"none":  {Batch{Action: Add}, limit, nil},
	} {
		parts, err := split(tt.batch, tt.limit)
		var got []int
		for _, p := range parts {
			got = append(got, len(p.Items))
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := Split(Batch{Action: Add, Items: []Item{{Record: netsuite.Record{"f": func() {}}}}}); !errors.Is(err, netsuite.ErrInvalid) {
		t.Error(err)
	}
}

func TestWhatIsRefusedHere(t *testing.T) {
	_, jobs := start(t)
	for name, b := range map[string]Batch{
		"action":            {Action: "merge", RecordType: "customer", Items: many(1)},
		"type":              {Action: Add, RecordType: "../x", Items: many(1)},
		"empty":             {Action: Add, RecordType: "customer"},
		"too many":          {Action: Add, RecordType: "customer", Items: many(101)},
		"add with ID":       {Action: Add, RecordType: "customer", Items: []Item{{ID: "1"}}},
		"upsert without":    {Action: Upsert, RecordType: "customer", Items: []Item{{ID: "1"}}},
		"update of nothing": {Action: Update, RecordType: "customer", Items: []Item{{}}},
		"no ID":             {Action: Update, RecordType: "customer", Items: []Item{{ID: "1,2"}}},
		"delete":            {Action: Delete, RecordType: "customer", Items: []Item{{ExternalID: "a b"}}},
	} {
		if _, err := jobs.Send(t.Context(), b); !errors.Is(err, netsuite.ErrInvalid) || netsuite.Applied(err) != netsuite.NotApplied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysAreUUIDs(t *testing.T) {
	if key := NewKey(); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(string(key)) || key == NewKey() {
		t.Error(key)
	}
}

// A single call that is put off: its result is what it would have been answered with.
func TestSingleCall(t *testing.T) {
	s, jobs := start(t)
	id, err := jobs.Submit(t.Context(), Call{Operation: "list customers", Method: http.MethodGet, Path: "customer"})
	if err != nil {
		t.Fatal(err)
	}
	if j, err := jobs.Wait(t.Context(), id); err != nil || j.Progress != Succeeded {
		t.Errorf("%+v %v", j, err)
	}
	if task, err := jobs.Task(t.Context(), id, "1"); err != nil || task.EndTime.Sub(task.StartTime) != 2*time.Second {
		t.Errorf("%+v %v", task, err)
	}
	if r, err := jobs.Result(t.Context(), id, "1"); err != nil || !strings.Contains(string(r.Body), "totalResults") {
		t.Errorf("%v", err)
	}
	if _, err := jobs.Result(t.Context(), "99", "1"); !errors.Is(err, netsuite.ErrNotFound) || FailedTask(err) {
		t.Errorf("the result of no job: %v", err)
	}
	if _, err := jobs.Job(t.Context(), "1/task"); !errors.Is(err, netsuite.ErrInvalid) {
		t.Error(err)
	}
	_ = s
}

func TestGet(t *testing.T) {
	s, jobs := start(t)
	jobs.Write(t.Context(), Batch{Action: Add, RecordType: "customer", Items: many(120)})
	ids := []string{"77"}
	for n := range 120 {
		ids = append(ids, fmt.Sprintf("eid:E%d", n))
	}
	got := jobs.Get(t.Context(), "customer", ids, netsuite.GetOptions{ExpandSubResources: true})
	if !errors.Is(got[0].Err, netsuite.ErrNotFound) {
		t.Errorf("what is not there: %+v", got[0])
	}
	for n, g := range got[1:] {
		if g.Err != nil || g.Record["name"] != fmt.Sprintf("n%d;", n) || fmt.Sprint(g.Record["amount"]) != "12.30" {
			t.Fatalf("%d: %+v", n, g)
		}
	}
	if s.jobCount() != 4 {
		t.Errorf("%d jobs", s.jobCount())
	}
	for name, bad := range map[string][]Got{
		"id":     jobs.Get(t.Context(), "customer", []string{"1", "a,b"}, netsuite.GetOptions{}),
		"type":   jobs.Get(t.Context(), "a/b", []string{"1"}, netsuite.GetOptions{}),
		"fields": jobs.Get(t.Context(), "customer", []string{"1"}, netsuite.GetOptions{ExpandSubResources: true, Fields: []string{"x"}}),
	} {
		if !errors.Is(bad[0].Err, netsuite.ErrInvalid) {
			t.Errorf("%s: %v", name, bad[0].Err)
		}
	}
}

// A key that was used before without a job being named says nothing of the records: they
// may have been written by the very batch whose answer was lost.
func TestAKeyWithoutJobIsNoRefusal(t *testing.T) {
	s, jobs := start(t)
	s.unnamed, s.conflict = true, http.StatusBadRequest
	b := Batch{Action: Add, RecordType: "customer", Items: items("a", "b"), Key: NewKey()}
	for n := range 2 {
		_, err := jobs.Send(t.Context(), b)
		if n == 1 && (err == nil || netsuite.Applied(err) != netsuite.Unknown) {
			t.Errorf("sent again: %v", err)
		}
	}
	if _, _, err := jobs.Recall(t.Context(), "customer", b.Key, 2); err == nil {
		t.Error("the batch was recalled without its job")
	}
}

package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// bulk is an API that takes lists of records and answers for each.
type bulk struct {
	mu     sync.Mutex
	kept   []sluice.Record
	sizes  []int // of the lists it was sent
	strict bool  // a list with a bad record is refused as a whole
	short  bool  // one result is missing
	answer func(w http.ResponseWriter) bool
}

func (b *bulk) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodGet {
		found := []any{}
		for n, k := range b.kept {
			if fmt.Sprint(k["n"]) == r.URL.Query().Get("n") {
				found = append(found, map[string]any{"id": fmt.Sprint("k", n)})
			}
		}
		reply(w, 200, map[string]any{"data": found})
		return
	}
	text, _ := io.ReadAll(r.Body)
	v, err := decode(text)
	list, _ := at(v, "things")
	things, ok := list.([]any)
	if err != nil || !ok {
		reply(w, 400, map[string]any{"message": "no list"})
		return
	}
	b.sizes = append(b.sizes, len(things))
	bad := slices.ContainsFunc(things, func(t any) bool { return t.(map[string]any)["name"] == "no" })
	if b.strict && bad {
		reply(w, 422, map[string]any{"message": "one of them is bad"})
		return
	}
	var results []any
	for _, t := range things {
		record := sluice.Record(t.(map[string]any))
		if record["name"] == "no" {
			results = append(results, map[string]any{"status": 422, "error": map[string]any{"message": "a name that I do not like"}})
			continue
		}
		b.kept = append(b.kept, record)
		results = append(results, map[string]any{"status": 201, "error": nil, "id": fmt.Sprint("k", len(b.kept)-1)})
	}
	if b.short {
		results = results[1:]
	}
	if b.answer == nil || !b.answer(w) {
		reply(w, 200, map[string]any{"results": results})
	}
}

func (b *bulk) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept, b.sizes = nil, nil
}

func (b *bulk) stored() []sluice.Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.kept)
}

func (b *bulk) spec() sluice.HTTPImport {
	return sluice.HTTPImport{Path: "/bulk", Wrap: "things", ID: "id", Lookup: &sluice.HTTPLookup{Path: "/bulk?n=${! this.n }", Records: "/data", ID: "id"},
		Batch: &sluice.HTTPBatch{Size: 3, Results: "/results", OK: "/status", Error: "/error/message"}}
}

func some(names ...string) []sluice.Record {
	var out []sluice.Record
	for n, name := range names {
		out = append(out, sluice.Record{"n": json.Number(fmt.Sprint(n + 1)), "name": name})
	}
	return out
}

func TestBatches(t *testing.T) {
	for _, strict := range []bool{false, true} {
		t.Run(fmt.Sprint("refused as a whole: ", strict), func(t *testing.T) {
			b := &bulk{strict: strict}
			w := newWorld(t, b.serve)
			connectortest.RunImport(t, connectortest.Import{
				Open: func(testing.TB, int64) sluice.Writer { return w.writer(b.spec(), sluice.Add) }, Clear: func(testing.TB) { b.clear() },
				Stored: func(testing.TB) []sluice.Record { return b.stored() }, Records: some("a", "b", "c", "d", "e"), Bad: []sluice.Record{{"n": json.Number("9"), "name": "no"}},
			})
		})
	}
}

// batch prepares and sends records once.
func (w world) batch(spec sluice.Import, records ...sluice.Record) ([]*sluice.Intent, []sluice.Result, sluice.Writer) {
	w.t.Helper()
	writer, err := w.OpenImport(w.t.Context(), w.Connection, &spec, sluice.ImportOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	var intents []*sluice.Intent
	for n, r := range records {
		intents = append(intents, &sluice.Intent{FlowID: "f", Key: fmt.Sprint(n), Operation: spec.Operation, Record: r})
	}
	if err := writer.Prepare(w.t.Context(), intents); err != nil {
		w.t.Fatal(err)
	}
	for _, i := range intents {
		i.SendBy = w.clock.time().Add(time.Minute)
	}
	results, err := writer.Write(w.t.Context(), intents)
	if err != nil {
		w.t.Fatal(err)
	}
	return intents, results, writer
}

func TestWhatABatchTellsOfEachRecord(t *testing.T) {
	b := &bulk{}
	w := newWorld(t, b.serve)
	spec := b.spec()
	imp := sluice.Import{Operation: sluice.Add, HTTP: &spec}
	_, got, _ := w.batch(imp, some("a", "no", "c", "d")...)
	if !slices.Equal(b.sizes, []int{3, 1}) {
		t.Errorf("lists of %v", b.sizes)
	}
	for n, want := range []string{"k0", "", "k1", "k2"} {
		r := got[n]
		if n == 1 {
			if f := r.Failure; r.State != sluice.ResultRefused || f.Classification != sluice.ClassValue || !strings.Contains(f.Message, "a name that I do not like") || f.Request != `{"n":2,"name":"no"}` {
				t.Errorf("%+v %+v", r, f)
			}
			continue
		}
		if r.State != sluice.ResultWritten || r.ID != want || !r.Created {
			t.Errorf("%d: %+v", n, r)
		}
	}
}

// Count an answer with a result too few for written, or for refused, and a record is
// lost or comes twice.
func TestAnswersThatDoNotTellOfEachRecord(t *testing.T) {
	for name, b := range map[string]*bulk{
		"one result too few": {short: true},
		"no list":            {answer: func(w http.ResponseWriter) bool { reply(w, 200, map[string]any{"ok": true}); return true }},
		"no JSON":            {answer: func(w http.ResponseWriter) bool { _, _ = w.Write([]byte("thanks")); return true }},
		"no answer":          {answer: func(w http.ResponseWriter) bool { hang(w); return true }},
		"a failure":          {answer: func(w http.ResponseWriter) bool { reply(w, 502, nil); return true }},
	} {
		w := newWorld(t, b.serve)
		spec := b.spec()
		intents, got, writer := w.batch(sluice.Import{Operation: sluice.Add, HTTP: &spec}, some("a", "b")...)
		for n, r := range got {
			if r.State != sluice.ResultUnknown || r.Failure == nil || r.Failure.Message == "" {
				t.Errorf("%s: record %d: %+v", name, n, r)
			}
		}
		settled, err := writer.Reconcile(t.Context(), intents)
		if err != nil || settled[0].State != sluice.ResultWritten || settled[1].State != sluice.ResultWritten {
			t.Errorf("%s: reconciled %+v, %v", name, settled, err)
		}
	}
}

func TestRecordsThatAreThereOrNot(t *testing.T) {
	g, w := newRegistry(t)
	reset := func() {
		g.clear()
		g.records["1"] = sluice.Record{"n": json.Number("1"), "name": "old"}
	}
	record := func(n, name string) sluice.Record { return sluice.Record{"n": json.Number(n), "name": name} }
	for what, tt := range map[string]struct {
		imp  sluice.Import
		http sluice.HTTPImport
		want []sluice.ResultState // of one that is there, and of one that is not
		name any                  // of the one that was there
		asks string
	}{
		"add":              {sluice.Import{Operation: sluice.Add, IgnoreExisting: true}, sluice.HTTPImport{Path: "/things", Lookup: lookup()}, []sluice.ResultState{sluice.ResultIgnored, sluice.ResultWritten}, "old", "POST"},
		"upsert":           {sluice.Import{Operation: sluice.Upsert, IgnoreExisting: true}, sluice.HTTPImport{Path: "/things/${! this.n }", Lookup: lookup()}, []sluice.ResultState{sluice.ResultIgnored, sluice.ResultWritten}, "old", "PUT"},
		"update":           {sluice.Import{Operation: sluice.Update, IgnoreMissing: true}, sluice.HTTPImport{Path: "/things/${! this.n }"}, []sluice.ResultState{sluice.ResultWritten, sluice.ResultIgnored}, "new", "PATCH"},
		"update, looked":   {sluice.Import{Operation: sluice.Update, IgnoreMissing: true}, sluice.HTTPImport{Path: "/things/${! this.n }", Lookup: lookup()}, []sluice.ResultState{sluice.ResultWritten, sluice.ResultIgnored}, "new", "PATCH"},
		"delete":           {sluice.Import{Operation: sluice.Delete, IgnoreMissing: true}, sluice.HTTPImport{Path: "/things/${! this.n }"}, []sluice.ResultState{sluice.ResultWritten, sluice.ResultIgnored}, nil, "DELETE"},
		"update, wrong at": {sluice.Import{Operation: sluice.Update, IgnoreMissing: true}, sluice.HTTPImport{Path: "/nowhere/${! this.n }", Lookup: lookup()}, []sluice.ResultState{sluice.ResultRefused, sluice.ResultIgnored}, "old", "PATCH"},
	} {
		reset()
		tt.imp.HTTP = &tt.http
		_, got, _ := w.batch(tt.imp, record("1", "new"), record("2", "new"))
		sent := slices.ContainsFunc(g.requests(), func(r string) bool { return strings.HasPrefix(r, tt.asks) })
		if got[0].State != tt.want[0] || got[1].State != tt.want[1] || g.records["1"]["name"] != tt.name || !sent {
			t.Errorf("%s: %+v, %+v, %v, asked %q", what, got[0], got[1], g.records["1"], g.requests())
		}
	}
	reset()
	g.before = func(rw http.ResponseWriter, r *http.Request) bool { // it came up between looking and sending
		if r.Method == http.MethodPost {
			g.records["2"] = sluice.Record{"n": json.Number("2")}
			reply(rw, 409, map[string]any{"message": "exists"})
		}
		return r.Method == http.MethodPost
	}
	_, got, _ := w.batch(sluice.Import{Operation: sluice.Add, IgnoreExisting: true, HTTP: &sluice.HTTPImport{Path: "/things", Lookup: lookup()}}, record("2", "new"))
	if got[0].State != sluice.ResultIgnored {
		t.Errorf("409: %+v", got[0])
	}
}

func TestConditionalFields(t *testing.T) {
	g, w := newRegistry(t)
	g.records["1"] = sluice.Record{"n": json.Number("1")}
	imp := sluice.Import{Operation: sluice.Upsert, OnCreate: []string{"made"}, OnUpdate: []string{"changed"}, Omit: []string{"path"},
		HTTP: &sluice.HTTPImport{Path: "/things/${! this.path }", Lookup: lookup()}}
	record := func(n string) sluice.Record {
		return sluice.Record{"n": json.Number(n), "path": n, "made": true, "changed": true}
	}
	_, got, _ := w.batch(imp, record("1"), record("2"))
	for n, want := range []string{`{"changed":true,"n":1}`, `{"made":true,"n":2}`} {
		text, _ := json.Marshal(g.records[fmt.Sprint(n+1)])
		if string(text) != want || got[n].LeftOut != 1 || got[n].Created != (n == 1) {
			t.Errorf("%s, want %s: %+v", text, want, got[n])
		}
	}
}

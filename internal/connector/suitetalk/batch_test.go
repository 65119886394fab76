package suitetalk

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// batched returns a suite whose account knows batches, and the server that it goes through.
func batched(t testing.TB, options ...emulator.Option) (*suite, *batchServer) {
	t.Helper()
	direct := newSuite(t, options...)
	server := newBatchServer(t, direct.emulator.URL(), direct.client())
	conn := *direct.conn
	conn.ID, conn.Settings = "c2", maps.Clone(conn.Settings)
	conn.Settings["base_url"] = server.URL
	return &suite{t, direct.emulator, New(Options{}), &conn}, server
}

// people are the conformance suite's customers, enough of them for batches.
func (s *suite) people(op sluice.Operation) connectortest.Import {
	i := s.customers(op)
	subsidiary := map[string]any{"id": "1"}
	for n := range 12 {
		i.Records = append(i.Records, sluice.Record{"companyName": fmt.Sprintf("Suite N%d", n), "subsidiary": subsidiary})
	}
	i.Open = func(t testing.TB, _ int64) sluice.Writer {
		return (&suite{t, s.emulator, s.connector, s.conn}).writer(op, sluice.NetSuiteImport{Record: "customer", API: sluice.APIBatch})
	}
	return i
}

func TestBatchedImports(t *testing.T) {
	for _, op := range []sluice.Operation{sluice.Add, sluice.Upsert} {
		t.Run(string(op), func(t *testing.T) {
			s := newSuite(t)
			connectortest.RunImport(t, s.people(op))
			if !slices.ContainsFunc(s.emulator.Requests(), func(r emulator.RequestEntry) bool { return strings.HasSuffix(r.Path, "/result") }) {
				t.Error("no batch was sent")
			}
		})
	}
}

// A batch that is lost, or whose answer is, is sent again with its key, and carried out once.
func TestABatchOutlivesLosses(t *testing.T) {
	s := newSuite(t)
	for _, effect := range []failure.Effect{failure.DropBefore, failure.DropAfter, failure.Truncate, failure.Unavailable, failure.ServerError, failure.TooMany} {
		t.Run(string(effect), func(t *testing.T) {
			s.emulator.Faults().Clear()
			s.breaks("POST", effect)
			w := s.batchOf(sluice.Add)
			list := crowd(sluice.Add, 3, string(effect))
			for _, i := range list {
				i.ExternalID += "-" + string(effect)
				i.Record["companyName"] = fmt.Sprint(i.Record["companyName"], effect)
			}
			if got := states(s.write(w, s.intents(w, list...))); got[sluice.ResultWritten] != 3 {
				t.Errorf("%v", got)
			}
			if n := len(s.rows("SELECT id FROM customer WHERE comments = '" + string(effect) + "'")); n != 3 {
				t.Errorf("%d customers", n)
			}
		})
	}
}

// crowd are intents for so many customers.
func crowd(op sluice.Operation, n int, name string) []*sluice.Intent {
	var list []*sluice.Intent
	for k := range n {
		list = append(list, &sluice.Intent{Operation: op, ExternalID: fmt.Sprintf("B-%d", k), Record: sluice.Record{
			"companyName": fmt.Sprintf("Batch %d", k), "comments": name, "subsidiary": map[string]any{"id": "1"}}})
	}
	return list
}

func states(results []sluice.Result) map[sluice.ResultState]int {
	count := map[sluice.ResultState]int{}
	for _, r := range results {
		count[r.State]++
	}
	return count
}

func (s *suite) batchOf(op sluice.Operation) sluice.Writer {
	return s.writer(op, sluice.NetSuiteImport{Record: "customer", API: sluice.APIBatch})
}

// What a batch did is known to another process by its key: also where reading the
// records back would tell nothing, as of updates, or something else, as of refusals.
func TestBatchesAreRecalled(t *testing.T) {
	s, server := batched(t)
	adds := s.batchOf(sluice.Add)
	list := crowd(sluice.Add, 10, "first")
	list[3].Record["subsidiary"] = map[string]any{"id": "77777"}
	added := s.write(adds, s.intents(adds, list...))
	if got := states(added); got[sluice.ResultWritten] != 9 || got[sluice.ResultRefused] != 1 {
		t.Fatalf("added: %v", got)
	}
	if f := added[3].Failure; f == nil || f.Classification != sluice.ClassReference || !strings.HasPrefix(f.Request, "POST /services/rest/record/v1/customer, in a batch") || !strings.Contains(f.Request, "B-3") {
		t.Errorf("the refused record: %+v", f)
	}
	updates := s.batchOf(sluice.Update)
	changes := crowd(sluice.Update, 10, "second")
	server.interrupt = func(r *http.Request) string { // nothing but the submission gets through
		if strings.Contains(r.URL.Path, "/job/") {
			return "gone"
		}
		return ""
	}
	if got := states(s.write(updates, s.intents(updates, changes...))); got[sluice.ResultUnknown] != 10 {
		t.Fatalf("without results: %v", got)
	}
	server.interrupt = nil
	results := s.reconcile(s.batchOf(sluice.Update), changes)
	if got := states(results); got[sluice.ResultWritten] != 9 || got[sluice.ResultRefused] != 1 {
		t.Errorf("recalled: %v", got)
	}
	if f := results[3].Failure; f == nil || f.Classification != sluice.ClassMissing {
		t.Errorf("the record that is not there: %+v", f)
	}
	if n := len(s.rows("SELECT id FROM customer WHERE comments = 'second'")); n != 9 {
		t.Errorf("%d customers were changed", n)
	}
	if !slices.Equal(server.batches, []string{"POST 10", "PATCH 10"}) || server.singles != 0 {
		t.Errorf("%v and %d single requests", server.batches, server.singles)
	}
}

// A batch that did not arrive before it was asked for does not take effect later.
func TestABatchThatIsLateIsNotTaken(t *testing.T) {
	s, server := batched(t)
	adds := s.batchOf(sluice.Add)
	list := s.intents(adds, crowd(sluice.Add, 8, "late")...)
	if got := states(s.reconcile(adds, list)); got[sluice.ResultAbsent] != 8 {
		t.Fatalf("before it was sent: %v", got)
	}
	got := states(s.write(adds, list))
	if got[sluice.ResultWritten] > 0 || len(server.batches) > 0 || len(s.rows("SELECT id FROM customer WHERE comments = 'late'")) > 0 {
		t.Errorf("%v, %v", got, server.batches)
	}
	again := s.write(adds, s.intents(adds, list...))
	if got := states(again); got[sluice.ResultWritten] != 8 {
		t.Errorf("sent again: %v", got)
	}
}

// Two changes of one record come after each other, and the last one stays.
func TestBatchesKeepTheOrderOfARecord(t *testing.T) {
	s, server := batched(t)
	w := s.batchOf(sluice.Upsert)
	var list []*sluice.Intent
	for _, name := range []string{"first", "second", "third"} {
		list = append(list, crowd(sluice.Upsert, 6, name)...)
	}
	if got := states(s.write(w, s.intents(w, list...))); got[sluice.ResultWritten] != 18 {
		t.Fatalf("%v", got)
	}
	if n := len(s.rows("SELECT id FROM customer WHERE comments = 'third'")); n != 6 {
		t.Errorf("%d of 6 have the last change", n)
	}
	if !slices.Equal(server.batches, []string{"PUT 6", "PUT 6", "PUT 6"}) {
		t.Errorf("%v", server.batches)
	}
}

// An account that has no batches, or refuses one for one of its records, gets single requests.
func TestBatchesThatAreRefusedGoSingly(t *testing.T) {
	s, server := batched(t)
	server.refuses = true
	w := s.batchOf(sluice.Add)
	list := crowd(sluice.Add, 9, "singly")
	list[0].Record["emial"] = "x"
	if got := states(s.write(w, s.intents(w, list...))); got[sluice.ResultWritten] != 8 || got[sluice.ResultRefused] != 1 {
		t.Errorf("%v", got)
	}
	if len(server.batches) > 0 || server.singles != 9 {
		t.Errorf("%v and %d single requests", server.batches, server.singles)
	}
}

// What depends on whether the record is there goes by batches of its own.
func TestConditionalFieldsInBatches(t *testing.T) {
	s, server := batched(t)
	w := s.opens(sluice.Import{Operation: sluice.Upsert, OnUpdate: []string{"comments"}, NetSuite: &sluice.NetSuiteImport{Record: "customer", API: sluice.APIBatch}})
	s.write(w, s.intents(w, crowd(sluice.Upsert, 5, "made")...))
	if n := len(s.rows("SELECT id FROM customer WHERE comments = 'made'")); n != 0 {
		t.Errorf("%d new customers have what is for those that are there", n)
	}
	results := s.write(w, s.intents(w, crowd(sluice.Upsert, 10, "made")...))
	if got := states(results); got[sluice.ResultWritten] != 10 || !results[9].Created || results[0].Created {
		t.Errorf("%v", results)
	}
	if slices.Sort(server.batches); !slices.Equal(server.batches, []string{"PATCH 5", "POST 5", "POST 5"}) { // two go at one time
		t.Errorf("%v", server.batches)
	}
	ignores := s.opens(sluice.Import{Operation: sluice.Upsert, IgnoreExisting: true, NetSuite: &sluice.NetSuiteImport{Record: "customer", API: sluice.APIBatch}})
	if got := states(s.write(ignores, s.intents(ignores, crowd(sluice.Upsert, 12, "new")...))); got[sluice.ResultIgnored] != 10 || got[sluice.ResultWritten] != 2 {
		t.Errorf("ignore_existing: %v", got)
	}
}

// Long external IDs of deletes are part of the address, which has a limit.
func TestAddressesOfDeletesAreShort(t *testing.T) {
	s, server := batched(t)
	deletes := s.batchOf(sluice.Delete)
	list := crowd(sluice.Delete, 40, "")
	for _, i := range list {
		i.ExternalID += strings.Repeat("x", 400)
	}
	if got := states(s.write(deletes, s.intents(deletes, list...))); got[sluice.ResultRefused] != 40 {
		t.Errorf("%v", got)
	}
	if slices.Sort(server.batches); !slices.Equal(server.batches, []string{"DELETE 14", "DELETE 14", "DELETE 6", "DELETE 6"}) {
		t.Errorf("%v", server.batches)
	}
}

func TestDeletesInBatches(t *testing.T) {
	s, server := batched(t)
	w := s.batchOf(sluice.Add)
	s.write(w, s.intents(w, crowd(sluice.Add, 5, "gone")...))
	deletes := s.batchOf(sluice.Delete)
	if got := states(s.write(deletes, s.intents(deletes, crowd(sluice.Delete, 6, "")...))); got[sluice.ResultWritten] != 5 || got[sluice.ResultRefused] != 1 {
		t.Errorf("%v", got)
	}
	if !slices.Equal(server.batches, []string{"POST 5", "DELETE 6"}) {
		t.Errorf("%v", server.batches)
	}
}

// The way is the one that the flow asks for, unless it cannot do what the import does;
// the preview says which one it is, and why.
func TestRoutes(t *testing.T) {
	s := newSuite(t)
	for name, tt := range map[string]struct {
		op       sluice.Operation
		n        sluice.NetSuiteImport
		api, why string
	}{
		"auto":      {sluice.Upsert, sluice.NetSuiteImport{}, "NetSuite REST record service", "slots"},
		"rest":      {sluice.Upsert, sluice.NetSuiteImport{API: sluice.APIREST}, "NetSuite REST record service", "api: rest"},
		"batch":     {sluice.Upsert, sluice.NetSuiteImport{API: sluice.APIBatch}, "NetSuite REST batches", "up to 100"},
		"soap":      {sluice.Upsert, sluice.NetSuiteImport{API: sluice.APISOAP}, "NetSuite SOAP lists", "up to 100"},
		"delete":    {sluice.Delete, sluice.NetSuiteImport{API: sluice.APIBatch}, "NetSuite REST batches", "up to 100"},
		"append":    {sluice.Append, sluice.NetSuiteImport{API: sluice.APIBatch, Sublist: "itemPricing"}, "NetSuite REST record service", "counting"},
		"lines":     {sluice.Update, sluice.NetSuiteImport{API: sluice.APIBatch, Append: []string{"itemPricing"}}, "NetSuite REST record service", "adds lines to itemPricing"},
		"transform": {sluice.Transform, sluice.NetSuiteImport{API: sluice.APIBatch, Transform: &sluice.NetSuiteTransform{}}, "NetSuite REST record service", "!transform"},
		"attach":    {sluice.Attach, sluice.NetSuiteImport{API: sluice.APIBatch, Attachment: &sluice.Attachment{}}, "NetSuite REST record service", "!attach"},
	} {
		tt.n.Record = "customer"
		shape, err := s.connector.Shape(t.Context(), s.conn, &sluice.Import{Operation: tt.op, NetSuite: &tt.n}, sluice.Record{"companyName": "x"})
		if err != nil || shape.Route == nil || shape.Route.API != tt.api || !strings.Contains(shape.Route.Why, tt.why) {
			t.Errorf("%s: %+v, %v", name, shape.Route, err)
		}
	}
}

// A rehearsal tells for each record the batch that it would be part of, and sends none.
func TestBatchesAreRehearsed(t *testing.T) {
	s, server := batched(t)
	w := s.batchOf(sluice.Upsert)
	list := s.intents(w, crowd(sluice.Upsert, 5, "rehearsed")...)
	for n, i := range list {
		i.Seq, i.SendBy = int64(n), time.Now().Add(time.Minute)
	}
	var told []sluice.PlannedRequest
	ctx := wire.Rehearse(t.Context(), &wire.Rehearsal{Tell: func(p sluice.PlannedRequest) { told = append(told, p) }})
	results, err := w.Write(ctx, list)
	if err != nil || states(results)[sluice.ResultWritten] != 5 || len(told) != 5 || len(server.batches) != 0 {
		t.Fatalf("%v, %v, %d requests", results, err, len(told))
	}
	if p := told[4]; p.Method != "PUT" || !strings.HasSuffix(p.URL, "/record/v1/customer") || !strings.Contains(p.Body, `"items":[{`) || !strings.Contains(p.Body, `"externalId":"B-4"`) || p.Intent.Seq != 4 {
		t.Errorf("%+v", p)
	}
}

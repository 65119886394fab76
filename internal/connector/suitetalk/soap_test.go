package suitetalk

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// listed are the conformance suite's customers, by lists of SOAP.
func (s *suite) listed(op sluice.Operation) connectortest.Import {
	i := s.people(op)
	i.Open = func(t testing.TB, _ int64) sluice.Writer {
		return (&suite{t, s.emulator, s.connector, s.conn}).soapOf(op)
	}
	return i
}

func (s *suite) soapOf(op sluice.Operation) sluice.Writer {
	s.Helper()
	return s.writer(op, sluice.NetSuiteImport{Record: "customer", API: sluice.APISOAP})
}

// lists are the requests that went to the SOAP services, by version.
func (s *suite) lists(version string) (n int) {
	for _, r := range s.emulator.Requests() {
		if strings.HasSuffix(r.Path, "/services/NetSuitePort_"+version) {
			n++
		}
	}
	return n
}

// fails makes the next list go wrong.
func (s *suite) fails(operation string, effect failure.Effect) {
	s.Helper()
	if err := s.emulator.Faults().Add(failure.Rule{Operation: operation, Effect: effect, Count: 1}); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) named(name string) int {
	return len(s.rows("SELECT id FROM customer WHERE comments = '" + name + "'"))
}

// One suite in the newest version, the other in the oldest.
func TestListedImports(t *testing.T) {
	for op, version := range map[sluice.Operation]string{sluice.Add: "2025_2", sluice.Upsert: "2023_1"} {
		t.Run(string(op), func(t *testing.T) {
			s := newSuite(t).with("wsdl_version", strings.Replace(version, "_", ".", 1))
			connectortest.RunImport(t, s.listed(op))
			if s.lists(version) == 0 {
				t.Error("no list was sent")
			}
		})
	}
}

func TestWhatBecomesOfAList(t *testing.T) {
	s := newSuite(t)
	for _, tt := range []struct {
		effect  failure.Effect
		written map[sluice.ResultState]int
		there   int
		settled map[sluice.ResultState]int // after reading back, the time for it over
	}{
		{failure.DropBefore, map[sluice.ResultState]int{sluice.ResultUnknown: 6}, 0, map[sluice.ResultState]int{sluice.ResultAbsent: 6}},
		{failure.DropAfter, map[sluice.ResultState]int{sluice.ResultUnknown: 6}, 6, map[sluice.ResultState]int{sluice.ResultWritten: 6}},
		{failure.AfterSubmitFailed, map[sluice.ResultState]int{sluice.ResultWritten: 6}, 6, nil},
		{failure.AfterSubmitDone, map[sluice.ResultState]int{sluice.ResultWritten: 6}, 6, nil},
		{failure.Warning, map[sluice.ResultState]int{sluice.ResultWritten: 6}, 6, nil},
		{failure.TooMany, map[sluice.ResultState]int{sluice.ResultWritten: 6}, 6, nil},
	} {
		t.Run(string(tt.effect), func(t *testing.T) {
			s.emulator.Faults().Clear()
			s.fails("addList", tt.effect)
			w := s.soapOf(sluice.Add)
			list := crowd(sluice.Add, 6, string(tt.effect))
			for n, i := range list {
				i.ExternalID = fmt.Sprintf("L-%s-%d", tt.effect, n)
				i.Record["companyName"] = i.ExternalID
			}
			list = s.intents(w, list...)
			results := s.write(w, list)
			if got := states(results); !maps.Equal(got, tt.written) || s.named(string(tt.effect)) != tt.there {
				t.Fatalf("%v, %d there; first %+v", got, s.named(string(tt.effect)), results[0].Failure)
			}
			if tt.settled == nil {
				return
			}
			for _, i := range list {
				i.SendBy = time.Now().Add(-time.Hour)
				i.SettlesAt = i.SendBy
			}
			if got := states(s.reconcile(w, list)); !maps.Equal(got, tt.settled) {
				t.Errorf("read back: %v", got)
			}
		})
	}
}

// Where NetSuite runs out of time in the middle of a list, the records behind are sent
// again, and the one in flight is found to be there: nothing is doubled.
func TestAListThatRunsOutOfTime(t *testing.T) {
	t.Parallel() // it waits a little before it sends again
	s := newSuite(t)
	s.fails("upsertList", failure.PartialList)
	w := s.soapOf(sluice.Upsert)
	got := states(s.write(w, s.intents(w, crowd(sluice.Upsert, 9, "partial")...)))
	if got[sluice.ResultWritten] != 9 || s.named("partial") != 9 {
		t.Errorf("%v, %d there", got, s.named("partial"))
	}
}

// A record that NetSuite refuses fails alone, with what NetSuite says of it.
func TestOneOfAListIsRefused(t *testing.T) {
	s := newSuite(t)
	w := s.soapOf(sluice.Add)
	list := crowd(sluice.Add, 6, "refused")
	list[3].Record["subsidiary"] = map[string]any{"id": "77777"}
	results := s.write(w, s.intents(w, list...))
	if got := states(results); got[sluice.ResultWritten] != 5 || got[sluice.ResultRefused] != 1 {
		t.Fatalf("%v", got)
	}
	if f := results[3].Failure; f == nil || f.Code == "" || f.Remedy == "" || f.Classification != sluice.ClassReference {
		t.Errorf("%+v", f)
	}
	if again := states(s.write(w, s.intents(w, crowd(sluice.Add, 6, "refused")...))); again[sluice.ResultRefused] != 5 || again[sluice.ResultWritten] != 1 {
		t.Errorf("added again: %v", again)
	}
}

// What SOAP has no safe word for goes by the record service, in the same page. Lines of a
// record that is not there yet are safe: it is added.
func TestWhatListsCannotSay(t *testing.T) {
	s := newSuite(t)
	w := s.soapOf(sluice.Upsert)
	list := crowd(sluice.Upsert, 6, "mixed")
	list[2].Record["emailPreference"] = map[string]any{"id": "PDF"}
	list[4].Record["addressBook"] = map[string]any{"items": []any{map[string]any{"addressBookAddress": map[string]any{"addr1": "1 Made Up Street", "country": map[string]any{"id": "US"}}}}}
	before := s.lists("2025_2")
	results := s.write(w, s.intents(w, list...))
	for n, r := range results {
		if r.State != sluice.ResultWritten {
			t.Errorf("record %d: %+v", n, r.Failure)
		}
	}
	if sent := s.lists("2025_2") - before; sent != 2 || s.named("mixed") != 6 {
		t.Errorf("%d lists, %d customers", sent, s.named("mixed"))
	}
	puts := slices.DeleteFunc(s.emulator.Requests(), func(r emulator.RequestEntry) bool { return r.Method != "PUT" })
	if len(puts) == 0 {
		t.Error("nothing went by the record service")
	}
}

// Two changes of one record come after each other, and the last one stays.
func TestListsKeepTheOrderOfARecord(t *testing.T) {
	s := newSuite(t)
	w := s.soapOf(sluice.Upsert)
	var list []*sluice.Intent
	for _, name := range []string{"first", "second", "third"} {
		list = append(list, crowd(sluice.Upsert, 6, name)...)
	}
	if got := states(s.write(w, s.intents(w, list...))); got[sluice.ResultWritten] != 18 || s.named("third") != 6 {
		t.Errorf("%v, %d have the last change", got, s.named("third"))
	}
}

func TestUpdatesAndDeletesInLists(t *testing.T) {
	s := newSuite(t)
	adds := s.soapOf(sluice.Add)
	s.write(adds, s.intents(adds, crowd(sluice.Add, 5, "gone")...))
	updates := s.soapOf(sluice.Update)
	if got := states(s.write(updates, s.intents(updates, crowd(sluice.Update, 6, "changed")...))); got[sluice.ResultWritten] != 5 || got[sluice.ResultRefused] != 1 || s.named("changed") != 5 {
		t.Errorf("updates: %v", got)
	}
	deletes := s.soapOf(sluice.Delete)
	if got := states(s.write(deletes, s.intents(deletes, crowd(sluice.Delete, 6, "")...))); got[sluice.ResultWritten] != 5 || got[sluice.ResultRefused] != 1 || s.named("changed") != 0 {
		t.Errorf("deletes: %v", got)
	}
}

// No list leaves after the time until which its records may be sent.
func TestLateListsAreNotSent(t *testing.T) {
	s := newSuite(t)
	w := s.soapOf(sluice.Add)
	list := s.intents(w, crowd(sluice.Add, 6, "late")...)
	list[4].SendBy = time.Now().Add(-time.Second) // one is enough: they leave together
	before := s.lists("2025_2")
	if got := states(s.write(w, list)); got[sluice.ResultWritten] != 0 || got[sluice.ResultUnknown] != 0 {
		t.Errorf("%v", got)
	}
	if s.lists("2025_2") != before || s.named("late") != 0 {
		t.Errorf("%d lists left", s.lists("2025_2")-before)
	}
}

// A flow that runs by SOAP while its connection changes to OAuth 2.0 sends nothing more,
// and its records are kept.
func TestSOAPEndsWithTheToken(t *testing.T) {
	s := newSuite(t)
	w := s.soapOf(sluice.Add)
	list := s.intents(w, crowd(sluice.Add, 6, "moved")...)
	key, moved := s.emulator.M2M(), *s.conn
	moved.Settings, moved.UpdatedAt = maps.Clone(s.conn.Settings), s.conn.UpdatedAt.Add(time.Second)
	moved.Settings["type"], moved.Settings["certificate_id"] = sluice.AuthOAuth2M2M, key.CertificateID
	moved.Secrets = map[string]sluice.Secret{"client_id": sluice.NewSecret(key.ClientID), "private_key": sluice.NewSecret(key.PrivateKey)}
	if _, err := s.connector.client(&moved); err != nil {
		t.Fatal(err)
	}
	before := s.lists("2025_2")
	results, err := w.Write(t.Context(), list)
	if got := states(results); got[sluice.ResultWritten]+got[sluice.ResultUnknown]+got[sluice.ResultRefused] != 0 || s.lists("2025_2") != before {
		t.Errorf("%v, %v", got, err)
	}
	if sluice.ErrorCode(err) != "flow.api" {
		t.Errorf("the run is told %v", err)
	}
	soap := &sluice.Import{Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "customer", API: sluice.APISOAP}}
	if _, err := s.connector.OpenImport(t.Context(), &moved, soap, sluice.ImportOptions{}); sluice.ErrorCode(err) != "flow.api" {
		t.Errorf("the next run: %v", err)
	}
	if _, err := s.connector.OpenExport(t.Context(), &moved, &sluice.Export{Search: &sluice.SearchExport{Type: "customer"}}, sluice.ExportOptions{}); sluice.ErrorCode(err) != "flow.api" {
		t.Errorf("an export: %v", err)
	}
}

// What a rehearsal tells of a list is what is sent for the record alone, but for the
// passport: nothing of it that is secret shows, and no request leaves.
func TestListsAreRehearsed(t *testing.T) {
	s := newSuite(t)
	seen := &bodies{}
	s.connector = New(Options{Tap: seen})
	w := s.soapOf(sluice.Upsert)
	list := s.intents(w, crowd(sluice.Upsert, 5, "rehearsed")...)
	var told []sluice.PlannedRequest
	ctx := wire.Rehearse(t.Context(), &wire.Rehearsal{Tell: func(p sluice.PlannedRequest) { told = append(told, p) }})
	before := s.lists("2025_2")
	results, err := w.Write(ctx, list)
	if err != nil || states(results)[sluice.ResultWritten] != 5 || len(told) != 5 || s.lists("2025_2") != before || s.named("rehearsed") != 0 {
		t.Fatalf("%v, %v, %d requests", results, err, len(told))
	}
	p := told[4]
	if p.Method != "POST" || !strings.HasSuffix(p.URL, "/services/NetSuitePort_2025_2") || p.Header["SOAPAction"] != "upsertList" || p.Intent != list[4] {
		t.Errorf("%+v", p)
	}
	s.write(w, list[4:])
	if sent := seen.last(); withoutPassport(sent) != withoutPassport(p.Body) || !strings.Contains(p.Body, `externalId="B-4"`) {
		t.Errorf("told\n%s\nsent\n%s", p.Body, sent)
	}
	for _, text := range append(seen.all(), p.Body) {
		for name, secret := range s.conn.Secrets {
			if strings.Contains(text, secret.Reveal()) {
				t.Errorf("%s shows in %s", name, text)
			}
		}
		if _, after, ok := strings.Cut(text, "<platformCore:signature"); ok && !strings.HasPrefix(after[strings.Index(after, ">"):], ">[masked]<") {
			t.Errorf("a signature shows in %s", text)
		}
	}
}

// bodies keeps what a debug log would.
type bodies struct {
	mu   sync.Mutex
	list []string
}

func (b *bodies) Open(string) bool { return true }

func (b *bodies) Record(e sluice.DebugEntry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if strings.Contains(e.URL, "/NetSuitePort_") {
		b.list = append(b.list, e.Request)
	}
}

func (b *bodies) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.list)
}

func (b *bodies) last() string {
	all := b.all()
	if len(all) == 0 {
		return ""
	}
	_, body, _ := strings.Cut(all[len(all)-1], "<?xml")
	return "<?xml" + body
}

// withoutPassport leaves out what is new in each request.
func withoutPassport(body string) string {
	before, rest, _ := strings.Cut(body, "<platformMsgs:tokenPassport>")
	_, after, _ := strings.Cut(rest, "</platformMsgs:tokenPassport>")
	return before + after
}

func TestSOAPExports(t *testing.T) {
	s := newSuite(t)
	read := func(e *sluice.Export, o sluice.ExportOptions) []sluice.Record {
		r := s.export(e, o)
		defer func() { _ = r.Close() }()
		var out []sluice.Record
		for {
			b, err := r.Next(t.Context(), 50)
			if err == io.EOF {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range b.Items {
				if i.Refused != nil {
					t.Fatal(i.Refused)
				}
				out = append(out, i.Record)
			}
		}
	}
	few := []sluice.SearchCriterion{{Field: "internalId", Operator: "anyOf", Values: ids(s.rows("SELECT id FROM customer ORDER BY id")[:4])}}
	for name, e := range map[string]*sluice.Export{
		"search":             {Search: &sluice.SearchExport{Type: "customer", Where: few}},
		"saved search":       {SavedSearch: &sluice.SavedSearchExport{Type: "transaction", ID: "customsearch_sluice_open_orders"}},
		"whole saved search": {SavedSearch: &sluice.SavedSearchExport{Type: "transaction", ID: "102", Whole: true}},
	} {
		t.Run(name, func(t *testing.T) {
			want := read(e, sluice.ExportOptions{})
			if len(want) > 9 {
				t.Logf("%d records", len(want))
			}
			if name != "search" { // a place in the middle is enough of the many
				r := s.export(e, sluice.ExportOptions{})
				b, err := r.Next(t.Context(), len(want)/2)
				if err != nil {
					t.Fatal(err)
				}
				if rest := read(e, sluice.ExportOptions{Cursor: b.Cursor}); fmt.Sprint(rest) != fmt.Sprint(want[len(want)/2:]) {
					t.Errorf("resumed: %d records, want %d", len(rest), len(want)-len(want)/2)
				}
				return
			}
			connectortest.RunExport(t, connectortest.Export{Want: want, Open: func(t testing.TB, o sluice.ExportOptions) sluice.Reader {
				return (&suite{t, s.emulator, s.connector, s.conn}).export(e, o)
			}})
		})
	}
	orders := read(&sluice.Export{Search: &sluice.SearchExport{Type: "salesOrder", Lines: true}}, sluice.ExportOptions{})
	if lines, ok := orders[0]["itemList"].([]any); len(orders) != len(s.rows("SELECT id FROM transaction WHERE type = 'SalesOrd'")) || !ok || len(lines) == 0 {
		t.Errorf("%d orders, the first %v", len(orders), orders[0])
	}
	var rehearsed []sluice.Item
	ctx := wire.Rehearse(t.Context(), &wire.Rehearsal{})
	if r, err := s.connector.OpenExport(ctx, s.conn, &sluice.Export{Search: &sluice.SearchExport{Type: "customer", Where: few}}, sluice.ExportOptions{}); err != nil {
		t.Error(err)
	} else if b, err := r.Next(ctx, 10); err != nil {
		t.Errorf("in a rehearsal: %v", err)
	} else {
		rehearsed = b.Items
	}
	if len(rehearsed) != 4 {
		t.Errorf("a rehearsal reads %d customers", len(rehearsed))
	}
	bare := read(&sluice.Export{Search: &sluice.SearchExport{Type: "salesOrder"}}, sluice.ExportOptions{})
	if _, there := bare[0]["itemList"]; there {
		t.Error("lines came without being asked for")
	}
}

// A window of a delta holds what was changed in it, and what was deleted: the end is not
// part of it, so that nothing is read by two windows.
func TestSOAPWindows(t *testing.T) {
	s := newSuite(t)
	if err := s.emulator.Account().SetPermission(emulated.IntegrationRole, "ADMI_DELETEDRECORD", session.Full); err != nil {
		t.Fatal(err)
	}
	w := s.soapOf(sluice.Add)
	from := s.emulator.Clock().Now().Add(time.Second).Truncate(time.Second)
	s.emulator.Clock().Advance(2 * time.Second)
	added := s.write(w, s.intents(w, crowd(sluice.Add, 3, "window")...))
	s.emulator.Clock().Advance(2 * time.Second)
	middle := s.emulator.Clock().Now().Truncate(time.Second)
	s.emulator.Clock().Advance(2 * time.Second)
	deletes := s.soapOf(sluice.Delete)
	if r := s.write(deletes, s.intents(deletes, &sluice.Intent{Operation: sluice.Delete, TargetID: added[0].ID, Record: sluice.Record{}}))[0]; r.State != sluice.ResultWritten {
		t.Fatalf("%+v", r)
	}
	s.emulator.Clock().Advance(2 * time.Second)
	until := s.emulator.Clock().Now().Truncate(time.Second)
	count := func(e sluice.Export, field string, w sluice.Window) (out []sluice.Record) {
		t.Helper()
		e.Delta = &sluice.Delta{Fields: []string{field}}
		b, err := s.export(&e, sluice.ExportOptions{Window: &w}).Next(t.Context(), 1000)
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		for _, i := range b.Items {
			out = append(out, i.Record)
		}
		return out
	}
	customers := sluice.Export{Search: &sluice.SearchExport{Type: "customer"}}
	deleted := sluice.Export{Deleted: &sluice.DeletedExport{Types: []string{"customer"}}}
	for _, tt := range []struct {
		export      sluice.Export
		field       string
		from, until time.Time
		want        int
	}{
		{customers, "lastModifiedDate", from, until, 2},
		{customers, "lastModifiedDate", from, middle, 2},
		{customers, "lastModifiedDate", middle, until, 0},
		{deleted, sluice.DeletionTime, from, until, 1},
		{deleted, sluice.DeletionTime, from, middle, 0},
		{deleted, sluice.DeletionTime, middle, until, 1},
		{deleted, sluice.DeletionTime, time.Time{}, until, 1},
	} {
		if got := count(tt.export, tt.field, sluice.Window{From: tt.from, Until: tt.until}); len(got) != tt.want {
			t.Errorf("%s from %s until %s: %d, want %d: %v", tt.field, tt.from, tt.until, len(got), tt.want, got)
		}
	}
	if d := count(deleted, sluice.DeletionTime, sluice.Window{From: from, Until: until})[0]; d["id"] != added[0].ID || d["type"] != "customer" || d[sluice.DeletionTime] == "" {
		t.Errorf("%v", d)
	}
}

func ids(rows []sluice.Record) (out []string) {
	for _, r := range rows {
		out = append(out, fmt.Sprint(r["id"]))
	}
	return out
}

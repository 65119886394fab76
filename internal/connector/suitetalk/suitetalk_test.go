package suitetalk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/recordimport"
	"github.com/sluicehq/sluice/netsuite"
)

// suite is an emulated account with a connection to it.
type suite struct {
	testing.TB
	emulator  *emulator.Emulator
	connector *Connector
	conn      *sluice.Connection
}

func newSuite(t testing.TB, options ...emulator.Option) *suite {
	t.Helper()
	e := emulator.Start(t, options...)
	c := e.Credentials()
	conn := &sluice.Connection{ID: "c1", Name: "ns", Kind: sluice.KindNetSuite,
		Settings: map[string]string{"account": c.Account, "type": sluice.AuthToken, "base_url": e.URL(), "settle": "2s", "timeout": "10s", "concurrency": "3"},
		Secrets: map[string]sluice.Secret{"consumer_key": sluice.NewSecret(c.ConsumerKey), "consumer_secret": sluice.NewSecret(c.ConsumerSecret),
			"token_id": sluice.NewSecret(c.TokenID), "token_secret": sluice.NewSecret(c.TokenSecret)}}
	return &suite{t, e, New(Options{}), conn}
}

func (s *suite) client() *netsuite.Client {
	s.Helper()
	c, err := s.connector.Client(s.conn)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// rows runs a query.
func (s *suite) rows(sql string) []sluice.Record {
	s.Helper()
	page, err := s.client().SuiteQL.Page(s.Context(), sql, nil, 0, 0)
	if err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	var out []sluice.Record
	for _, r := range page.Rows {
		out = append(out, r.Map())
	}
	return out
}

// breaks makes the next matching request go wrong.
func (s *suite) breaks(method string, effect failure.Effect) {
	s.Helper()
	if err := s.emulator.Faults().Add(failure.Rule{Method: method, Path: "/record/", Effect: effect, Count: 1}); err != nil {
		s.Fatal(err)
	}
}

func (s *suite) writer(op sluice.Operation, n sluice.NetSuiteImport) sluice.Writer {
	s.Helper()
	w, err := s.connector.OpenImport(s.Context(), s.conn, &sluice.Import{Operation: op, NetSuite: &n}, sluice.ImportOptions{Flow: "f", RunID: 1})
	if err != nil {
		s.Fatal(err)
	}
	return w
}

func (s *suite) export(e *sluice.Export, o sluice.ExportOptions) sluice.Reader {
	s.Helper()
	r, err := s.connector.OpenExport(s.Context(), s.conn, e, o)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func TestExports(t *testing.T) {
	s := newSuite(t).with("timezone", "Etc/UTC") // records are then shown as NetSuite gives them
	run := func(name string, e *sluice.Export, want []sluice.Record) {
		t.Run(name, func(t *testing.T) {
			connectortest.RunExport(t, connectortest.Export{Want: want, Open: func(t testing.TB, o sluice.ExportOptions) sluice.Reader {
				return (&suite{t, s.emulator, s.connector, s.conn}).export(e, o)
			}})
		})
	}
	customers := s.rows("SELECT id, companyname FROM customer ORDER BY id")[:7]
	last := fmt.Sprint(customers[6]["id"])
	query := "SELECT id, companyname FROM customer WHERE id <= " + last
	run("suiteql", &sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: query, Key: []string{"id"}, PageSize: 3}}, customers)

	lines := s.rows("SELECT transaction, id FROM transactionline ORDER BY transaction, id")[:9]
	var groups []sluice.Record
	for _, l := range lines[:8] { // the ninth may be in the middle of its transaction
		if n := len(groups); n > 0 && groups[n-1]["transaction"] == l["transaction"] {
			groups[n-1]["lines"] = append(groups[n-1]["lines"].([]any), map[string]any(l))
			continue
		}
		groups = append(groups, sluice.Record{"transaction": l["transaction"], "lines": []any{map[string]any(l)}})
	}
	cut := fmt.Sprintf("SELECT transaction, id FROM transactionline WHERE transaction < %v OR (transaction = %v AND id <= %v)", lines[7]["transaction"], lines[7]["transaction"], lines[7]["id"])
	run("suiteql group", &sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: cut, Key: []string{"transaction", "id"}, PageSize: 2},
		Group: &sluice.Group{By: []string{"transaction"}, As: "lines"}}, groups)

	var records []sluice.Record
	for _, c := range s.rows("SELECT id FROM subsidiary ORDER BY id") {
		r, err := s.client().Records.Get(t.Context(), "subsidiary", fmt.Sprint(c["id"]), netsuite.GetOptions{ExpandSubResources: true})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, sluice.Record(r))
	}
	if len(records) < 3 {
		records = nil
		for _, c := range customers[:3] {
			r, err := s.client().Records.Get(t.Context(), "customer", fmt.Sprint(c["id"]), netsuite.GetOptions{ExpandSubResources: true})
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, sluice.Record(r))
		}
		run("records", &sluice.Export{Records: &sluice.RecordsExport{Type: "customer", Filter: fmt.Sprintf("id ANY_OF [%v, %v, %v]", customers[0]["id"], customers[1]["id"], customers[2]["id"]), Lines: true}}, records)
		return
	}
	run("records", &sluice.Export{Records: &sluice.RecordsExport{Type: "subsidiary", Lines: true}}, records)
}

func TestExportErrors(t *testing.T) {
	s := newSuite(t)
	for name, tt := range map[string]struct {
		export sluice.Export
		cursor string
		code   string
	}{
		"no table": {sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id FROM nowhere", Key: []string{"id"}}}, "", "netsuite.refused"},
		"no query": {sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: "SELECT FROM WHERE", Key: []string{"id"}}}, "", "netsuite.refused"},
		"order":    {sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id FROM customer ORDER BY id", Key: []string{"id"}}}, "", "flow.suiteql"},
		"group":    {sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id FROM customer", Key: []string{"id"}}, Group: &sluice.Group{By: []string{"entityid"}, As: "l"}}, "", "flow.group_needs_key"},
		"cursor":   {sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id FROM customer", Key: []string{"id"}}}, "{", "source.cursor"},
		"no type":  {sluice.Export{Records: &sluice.RecordsExport{Type: "nowhere"}}, "", "netsuite.not_found"},
		"file":     {sluice.Export{CSV: &sluice.CSVExport{Path: "f.csv"}}, "", "flow.export_kind"},
	} {
		o := sluice.ExportOptions{}
		if tt.cursor != "" {
			o.Cursor = []byte(tt.cursor)
		}
		r, err := s.connector.OpenExport(t.Context(), s.conn, &tt.export, o)
		if err == nil {
			_, err = r.Next(t.Context(), 1)
			_ = r.Close()
		}
		if sluice.ErrorCode(err) != tt.code {
			t.Errorf("%s: %s, %v", name, sluice.ErrorCode(err), err)
		}
	}
}

// customers is the conformance suite's import of customers.
func (s *suite) customers(op sluice.Operation) connectortest.Import {
	name := func(n string) sluice.Record {
		return sluice.Record{"companyName": "Suite " + n, "subsidiary": map[string]any{"id": "1"}}
	}
	return connectortest.Import{
		Operation:  op,
		ExternalID: func(r sluice.Record) string { return "T-" + strings.ReplaceAll(fmt.Sprint(r["companyName"]), " ", "-") },
		Open: func(t testing.TB, _ int64) sluice.Writer {
			return (&suite{t, s.emulator, s.connector, s.conn}).writer(op, sluice.NetSuiteImport{Record: "customer"})
		},
		Records: []sluice.Record{name("A"), name("B"), name("C"), name("D")},
		Bad: []sluice.Record{{"companyName": "Suite no subsidiary", "subsidiary": map[string]any{"id": "77777"}},
			{"companyName": "Suite typing error", "subsidiary": map[string]any{"id": "1"}, "emial": "a@example.com"}},
		Clear: func(testing.TB) {
			s.emulator.Faults().Clear()
			for _, r := range s.rows("SELECT id FROM customer WHERE companyname LIKE 'Suite %'") {
				if err := s.client().Records.Delete(s.Context(), "customer", fmt.Sprint(r["id"])); err != nil {
					s.Fatal(err)
				}
			}
		},
		Stored: func(testing.TB) []sluice.Record {
			var out []sluice.Record
			for _, r := range s.rows("SELECT companyname FROM customer WHERE companyname LIKE 'Suite %'") {
				out = append(out, name(strings.TrimPrefix(fmt.Sprint(r["companyname"]), "Suite ")))
			}
			return out
		},
	}
}

func TestImports(t *testing.T) {
	s := newSuite(t)
	for _, op := range []sluice.Operation{sluice.Add, sluice.Upsert} {
		t.Run(string(op), func(t *testing.T) { connectortest.RunImport(t, s.customers(op)) })
	}
}

// intent is one prepared intent that may be sent now.
func (s *suite) intents(w sluice.Writer, list ...*sluice.Intent) []*sluice.Intent {
	s.Helper()
	if err := w.Prepare(s.Context(), list); err != nil {
		s.Fatal(err)
	}
	for _, i := range list {
		i.SendBy = time.Now().Add(time.Minute)
		i.SettlesAt = i.SendBy.Add(w.Traits().Settle)
	}
	return list
}

func (s *suite) write(w sluice.Writer, list []*sluice.Intent) []sluice.Result {
	s.Helper()
	results, err := w.Write(s.Context(), list)
	if err != nil {
		s.Fatal(err)
	}
	return results
}

func (s *suite) reconcile(w sluice.Writer, list []*sluice.Intent) []sluice.Result {
	s.Helper()
	results, err := w.Reconcile(s.Context(), list)
	if err != nil {
		s.Fatal(err)
	}
	return results
}

func newCustomer(n string) *sluice.Intent {
	return &sluice.Intent{Operation: sluice.Add, ExternalID: "F-" + n, Record: sluice.Record{"companyName": "Fault " + n, "subsidiary": map[string]any{"id": "1"}}}
}

func TestWhatBecomesOfAWrite(t *testing.T) {
	s := newSuite(t)
	for _, tt := range []struct {
		effect    failure.Effect
		written   sluice.ResultState
		reconcile sluice.ResultState
		there     int
	}{
		{failure.DropBefore, sluice.ResultUnknown, sluice.ResultAbsent, 0},
		{failure.DropAfter, sluice.ResultUnknown, sluice.ResultWritten, 1},
		{failure.Unavailable, sluice.ResultUnknown, sluice.ResultAbsent, 0},
		{failure.ServerError, sluice.ResultNotSent, sluice.ResultAbsent, 0},
		{failure.TooMany, sluice.ResultWritten, sluice.ResultWritten, 1},
	} {
		t.Run(string(tt.effect), func(t *testing.T) {
			s.emulator.Faults().Clear()
			s.breaks("POST", tt.effect)
			w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
			list := s.intents(w, newCustomer(string(tt.effect)))
			r := s.write(w, list)[0]
			if r.State != tt.written {
				t.Errorf("written: %+v", r)
			}
			if tt.effect == failure.ServerError && (r.Failure == nil || r.Failure.Code != "UNEXPECTED_ERROR" || r.Failure.Classification != sluice.ClassIntermittent || !strings.HasPrefix(r.Failure.Request, "POST http")) {
				t.Errorf("the failure: %+v", r.Failure)
			}
			if r := s.reconcile(w, list)[0]; r.State != tt.reconcile || (r.State == sluice.ResultWritten && r.ID == "") {
				t.Errorf("reconciled: %+v", r)
			}
			if n := len(s.rows("SELECT id FROM customer WHERE companyname = 'Fault " + string(tt.effect) + "'")); n != tt.there {
				t.Errorf("%d customers, want %d", n, tt.there)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	s := newSuite(t)
	w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	good := s.write(w, s.intents(w, newCustomer("refusals")))[0]
	if good.State != sluice.ResultWritten || good.ID == "" || !good.Created {
		t.Fatalf("%+v", good)
	}
	unknown := newCustomer("unknown")
	unknown.Record["emial"] = "x"
	reference := newCustomer("reference")
	reference.Record["subsidiary"] = map[string]any{"id": "77777"}
	class := func(w sluice.Writer, i *sluice.Intent) string {
		r := s.write(w, s.intents(w, i))[0]
		if r.State != sluice.ResultRefused {
			return fmt.Sprintf("state %d", r.State)
		}
		if r.Failure.Code == "" || r.Failure.Message == "" || r.Failure.Remedy == "" || strings.Contains(r.Failure.Request, s.conn.Secrets["token_id"].Reveal()) {
			t.Errorf("%+v", r.Failure)
		}
		return string(r.Failure.Classification)
	}
	updates := s.writer(sluice.Update, sluice.NetSuiteImport{Record: "customer"})
	deletes := s.writer(sluice.Delete, sluice.NetSuiteImport{Record: "customer"})
	for name, tt := range map[string]struct {
		w    sluice.Writer
		i    *sluice.Intent
		want string
	}{
		"duplicate": {w, newCustomer("refusals"), "duplicate"},
		"field":     {w, unknown, "value"},
		"reference": {w, reference, "reference"},
		"update":    {updates, &sluice.Intent{Operation: sluice.Update, TargetID: "99999999", Record: sluice.Record{"companyName": "x"}}, "missing"},
		"delete":    {deletes, &sluice.Intent{Operation: sluice.Delete, ExternalID: "F-none", Record: sluice.Record{}}, "missing"},
	} {
		if got := class(tt.w, tt.i); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	results := s.write(updates, s.intents(updates, &sluice.Intent{Operation: sluice.Update, ExternalID: "F-refusals", Record: sluice.Record{"companyName": "Fault renamed"}}))
	if results[0].State != sluice.ResultWritten || len(s.rows("SELECT id FROM customer WHERE companyname = 'Fault renamed'")) != 1 {
		t.Errorf("update by external ID: %+v", results[0])
	}
	gone := s.intents(deletes, &sluice.Intent{Operation: sluice.Delete, TargetID: good.ID, Record: sluice.Record{}})
	if r := s.reconcile(deletes, gone)[0]; r.State != sluice.ResultAbsent {
		t.Errorf("the delete before: %+v", r)
	}
	if r := s.write(deletes, gone)[0]; r.State != sluice.ResultWritten {
		t.Errorf("delete: %+v", r)
	}
	if r := s.reconcile(deletes, gone)[0]; r.State != sluice.ResultWritten {
		t.Errorf("the delete behind: %+v", r)
	}
}

// An add whose external ID was there long before is refused, not taken for ours.
func TestAddThatWasThereBefore(t *testing.T) {
	s := newSuite(t)
	w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	list := s.intents(w, newCustomer("before"))
	s.write(w, list)
	list[0].SettlesAt = time.Now().Add(24 * time.Hour)
	if r := s.reconcile(w, list)[0]; r.State != sluice.ResultRefused || r.Failure.Classification != sluice.ClassDuplicate {
		t.Errorf("%+v", r)
	}
}

// order makes a sales order with one line and returns its ID and an item's.
func (s *suite) order() (id, item string) {
	s.Helper()
	customer := fmt.Sprint(s.rows("SELECT id FROM customer ORDER BY id")[0]["id"])
	item = fmt.Sprint(s.rows("SELECT id FROM item WHERE itemtype = 'InvtPart' ORDER BY id")[0]["id"])
	ref, err := s.client().Records.Create(s.Context(), "salesOrder", sluice.Record{"entity": map[string]any{"id": customer}, "externalId": "SO-1",
		"item": lines(line(item, "1"))}, netsuite.WriteOptions{})
	if err != nil {
		s.Fatal(err)
	}
	return ref.ID, item
}

func line(item, quantity string) map[string]any {
	return map[string]any{"item": map[string]any{"id": item}, "quantity": json.Number(quantity)}
}

func lines(list ...any) map[string]any { return map[string]any{"items": list} }

func (s *suite) quantities(order string) []string {
	s.Helper()
	page, err := s.client().Records.GetSublist(s.Context(), "salesOrder", order, "item", netsuite.SublistOptions{ExpandSubResources: true})
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, l := range page.Items {
		out = append(out, fmt.Sprint(l["quantity"]))
	}
	slices.Sort(out)
	return out
}

// Let Prepare forget the lines of the page's other intents, and the two equal
// appends of which one is lost end as one line.
func TestAppend(t *testing.T) {
	s := newSuite(t)
	order, item := s.order()
	w := s.writer(sluice.Append, sluice.NetSuiteImport{Record: "salesOrder", Sublist: "item"})
	if !w.Traits().Ordered {
		t.Error("two pages of appends could confuse each other's counts")
	}
	add := func(quantity string) *sluice.Intent {
		return &sluice.Intent{Operation: sluice.Append, TargetID: order, Record: sluice.Record{"item": lines(line(item, quantity)), "memo": "left out"}}
	}
	check := func(what string, list []*sluice.Intent, want ...sluice.ResultState) {
		t.Helper()
		for n, r := range s.reconcile(w, list) {
			if r.State != want[n] {
				t.Errorf("%s %d: state %d, want %d", what, n, r.State, want[n])
			}
		}
	}
	list := s.intents(w, add("2"), add("2"), add("3"))
	check("before", list, sluice.ResultAbsent, sluice.ResultAbsent, sluice.ResultAbsent)
	if err := s.emulator.Faults().Add(failure.Rule{Method: "PATCH", Effect: failure.DropBefore, Nth: 2}); err != nil {
		t.Fatal(err)
	}
	results := s.write(w, list)
	if results[0].State != sluice.ResultWritten || results[1].State != sluice.ResultUnknown || results[2].State != sluice.ResultWritten {
		t.Errorf("%+v", results)
	}
	check("after", list, sluice.ResultWritten, sluice.ResultAbsent, sluice.ResultWritten)
	s.emulator.Faults().Clear()
	s.breaks("PATCH", failure.DropAfter)
	again := s.intents(w, list[1])
	s.write(w, again)
	check("again", again, sluice.ResultWritten)
	if got := s.quantities(order); !slices.Equal(got, []string{"1", "2", "2", "3"}) {
		t.Errorf("the order has lines of %v", got)
	}
}

// An upsert that adds lines must not be repeated blindly, one that replaces them may.
func TestUpsertThatAddsLines(t *testing.T) {
	s := newSuite(t)
	order, item := s.order()
	upsert := func(n sluice.NetSuiteImport) sluice.ResultState {
		n.Record = "salesOrder"
		w := s.writer(sluice.Upsert, n)
		if ordered := len(n.Append) > 0; w.Traits().Ordered != ordered {
			t.Error("pages that add lines to one record could confuse each other's counts")
		}
		list := s.intents(w, &sluice.Intent{Operation: sluice.Upsert, ExternalID: "SO-1", Record: sluice.Record{"item": lines(line(item, "5"))}})
		s.emulator.Faults().Clear()
		s.breaks("PUT", failure.DropAfter)
		s.write(w, list)
		return s.reconcile(w, list)[0].State
	}
	if state := upsert(sluice.NetSuiteImport{Append: []string{"item"}}); state != sluice.ResultWritten {
		t.Errorf("without replace: state %d, lines %v", state, s.quantities(order))
	}
	if state := upsert(sluice.NetSuiteImport{Replace: []string{"item"}}); state != sluice.ResultAbsent { // may be repeated
		t.Errorf("with replace: state %d", state)
	}
	if got := s.quantities(order); !slices.Equal(got, []string{"5"}) {
		t.Errorf("the order has lines of %v", got)
	}
}

// An import whose login is refused makes no other request.
func TestRefusedLoginIsTriedOnce(t *testing.T) {
	s := newSuite(t)
	s.conn.Secrets["token_secret"] = sluice.NewSecret("made-up-and-wrong")
	_, err := s.connector.OpenImport(t.Context(), s.conn, &sluice.Import{Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "customer"}}, sluice.ImportOptions{})
	if e, ok := errors.AsType[*sluice.Error](err); !ok || e.Code != "connection.token_rejected" || e.Remedy == "" {
		t.Errorf("%v", err)
	}
	if n := len(s.emulator.Requests()); n != 1 {
		t.Errorf("%d requests with a login that is refused: five lock the user", n)
	}
}

// A login that is refused in the middle of a page ends the page.
func TestWriteStopsWhenTheLoginIsRefused(t *testing.T) {
	s := newSuite(t)
	w := s.writer(sluice.Upsert, sluice.NetSuiteImport{Record: "customer"})
	s.conn.Secrets["token_secret"] = sluice.NewSecret("made-up-and-wrong")
	s.conn.UpdatedAt = time.Now() // the connector makes a new client of it
	cl, err := s.connector.client(s.conn)
	if err != nil {
		t.Fatal(err)
	}
	w.(*recordimport.Writer).Account = cl.account()
	var list []*sluice.Intent
	for n := range 20 {
		i := newCustomer(fmt.Sprint(n))
		i.Operation = sluice.Upsert
		list = append(list, i)
	}
	s.intents(w, list...)
	results, err := w.Write(t.Context(), list)
	if sluice.ErrorCode(err) != "connection.token_rejected" {
		t.Errorf("%v", err)
	}
	for n, r := range results {
		if r.State != sluice.ResultNotSent {
			t.Errorf("record %d: %+v", n, r)
		}
	}
	if n := len(s.emulator.Requests()); n > 5 { // two to open, then one a slot
		t.Errorf("%d requests", n)
	}
}

func TestTest(t *testing.T) {
	s := newSuite(t)
	e := s.connector.Test(t.Context(), s.conn)
	if !e.OK || e.Message != sluice.WorkingGreat {
		t.Fatalf("%+v", e)
	}
	var names []string
	for _, f := range e.Facts {
		names = append(names, f.Name)
		if !f.OK || f.Value == "" {
			t.Errorf("%+v", f)
		}
	}
	if want := []string{"Account", "REST web services", "Clock", "Company", "Role", "User", "SuiteQL", "Time zone", "RESTlets", "Concurrency"}; !slices.Equal(names, want) {
		t.Errorf("facts %v", names)
	}
	if i := e.Identity; i == nil || i.Account != s.client().Account().Realm() || i.RoleID == "" || i.EntityID == "" || i.TimeZone != "America/Los_Angeles" {
		t.Errorf("%+v", i)
	}
	bad := *s.conn
	bad.ID, bad.Secrets = "c2", map[string]sluice.Secret{}
	if e := s.connector.Test(t.Context(), &bad); e.OK || e.Error == nil || e.Error.Code != "connection.invalid" || len(e.Error.Problems) != 4 {
		t.Errorf("no secrets: %+v", e.Error)
	}
	away := *s.conn
	away.ID, away.Settings = "c3", map[string]string{"account": s.conn.Settings["account"], "base_url": "http://127.0.0.1:1", "timeout": "1s"}
	cl := New(Options{})
	ctx, cancel := contextWithTimeout(t, time.Second)
	defer cancel()
	if e := cl.Test(ctx, &away); e.OK || e.Error == nil {
		t.Errorf("nobody listens: %+v", e)
	}
}

func TestConnectionsOfAnAccountShareOneBudget(t *testing.T) {
	s := newSuite(t)
	limit := func(id, concurrency string, at int) int {
		c := *s.conn
		c.ID, c.UpdatedAt, c.Settings = id, time.Unix(int64(at), 0), map[string]string{}
		for k, v := range s.conn.Settings {
			c.Settings[k] = v
		}
		c.Settings["concurrency"] = concurrency
		if _, err := s.connector.Client(&c); err != nil {
			t.Fatal(err)
		}
		stats, ok := s.connector.Slots(id)
		if !ok {
			t.Fatal("no slots")
		}
		return stats.Limit
	}
	for n, step := range []struct {
		id, concurrency string
		want            int
	}{{"a", "5", 5}, {"b", "3", 3}, {"a", "9", 3}, {"b", "7", 7}} {
		if got := limit(step.id, step.concurrency, n); got != step.want {
			t.Errorf("%+v: %d", step, got)
		}
	}
}

// Two connections with keys, users' tokens and services of their own, and NetSuite
// itself counts: key the budgets by connection, and it refuses.
func TestFiveAtATimeOverTwoConnections(t *testing.T) {
	s := newSuite(t, func(o *emulator.Options) { o.Latency = emulator.FixedLatency(3 * time.Millisecond) })
	first := s.with("concurrency", "5")
	second := s.with("concurrency", "5", "borrow_from", first.conn.Name, "restlet_url", s.emulator.URL())
	other, err := s.emulator.Account().AddIntegration(emulated.IntegrationRecord{Name: "another", TBA: true})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.emulator.Account().AddToken(emulated.AccessToken{IntegrationID: other.ID, EmployeeID: emulated.IntegrationUser, RoleID: emulated.IntegrationRole})
	if err != nil {
		t.Fatal(err)
	}
	second.conn.Secrets = map[string]sluice.Secret{"consumer_key": sluice.NewSecret(other.ConsumerKey), "consumer_secret": sluice.NewSecret(other.ConsumerSecret),
		"token_id": sluice.NewSecret(token.Token), "token_secret": sluice.NewSecret(token.Secret)}
	var wg sync.WaitGroup
	for n, z := range []*suite{first, second} {
		w := z.writer(sluice.Upsert, sluice.NetSuiteImport{Record: "customer"})
		var list []*sluice.Intent
		for k := range 25 {
			i := newCustomer(fmt.Sprintf("five-%d-%d", n, k))
			i.Operation = sluice.Upsert
			list = append(list, i)
		}
		z.intents(w, list...)
		wg.Go(func() {
			results, err := w.Write(t.Context(), list)
			if err != nil || slices.ContainsFunc(results, func(r sluice.Result) bool { return r.State != sluice.ResultWritten }) {
				t.Errorf("connection %d: %v, %+v", n, err, results)
			}
		})
	}
	wg.Wait()
	if g := s.emulator.Gate().Stats(); g.Max != 5 || g.Refused != 0 {
		t.Errorf("NetSuite saw %d requests at one time and refused %d", g.Max, g.Refused)
	}
}

// A service with an address of its own is asked there, the others where they were.
func TestAddressesOfServices(t *testing.T) {
	s := newSuite(t)
	s = s.with("base_url", "", "suitetalk_url", s.emulator.URL(), "restlet_url", "https://restlets.example/", "app_url", "https://app.example")
	e := s.client().Endpoints()
	if want := (netsuite.Endpoints{SuiteTalk: s.emulator.URL(), RESTlets: "https://restlets.example", App: "https://app.example", Discovery: "https://rest.netsuite.com"}); e != want {
		t.Errorf("%+v", e)
	}
	if len(s.rows("SELECT id FROM customer")) == 0 {
		t.Error("the query did not arrive")
	}
	key := s.emulator.M2M()
	m := s.with("type", sluice.AuthOAuth2M2M, "certificate_id", key.CertificateID)
	m.conn.Secrets = map[string]sluice.Secret{"client_id": sluice.NewSecret(key.ClientID), "private_key": sluice.NewSecret(key.PrivateKey)}
	if len(m.rows("SELECT id FROM customer")) == 0 {
		t.Error("the token endpoint is not asked at the address of its service")
	}
}

func TestParallelWritesStayWithinTheLimit(t *testing.T) {
	s := newSuite(t)
	w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	var list []*sluice.Intent
	for n := range 30 {
		list = append(list, newCustomer("parallel"+fmt.Sprint(n)))
	}
	for n, r := range s.write(w, s.intents(w, list...)) {
		if r.State != sluice.ResultWritten {
			t.Errorf("record %d: %+v", n, r)
		}
	}
	stats, _ := s.connector.Slots(s.conn.ID)
	if stats.MaxInUse > 3 || stats.MaxInUse < 2 {
		t.Errorf("%d requests at one time, the limit is 3", stats.MaxInUse)
	}
}

func TestEndOfARecordExport(t *testing.T) {
	s := newSuite(t)
	r := s.export(&sluice.Export{Records: &sluice.RecordsExport{Type: "customer", Filter: `companyName IS "nobody at all"`}}, sluice.ExportOptions{})
	if _, err := r.Next(t.Context(), 1); !errors.Is(err, io.EOF) {
		t.Errorf("%v", err)
	}
}

func contextWithTimeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

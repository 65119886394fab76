package suitetalk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/netsuite"
)

// opens returns the writer of an import.
func (s *suite) opens(i sluice.Import) sluice.Writer {
	s.Helper()
	w, err := s.connector.OpenImport(s.Context(), s.conn, &i, sluice.ImportOptions{Flow: "f", RunID: 1})
	if err != nil {
		s.Fatal(err)
	}
	return w
}

// sends prepares and sends one intent.
func (s *suite) sends(w sluice.Writer, i *sluice.Intent) sluice.Result {
	s.Helper()
	return s.write(w, s.intents(w, i))[0]
}

func (s *suite) get(recordType, id string) netsuite.Record {
	s.Helper()
	r, err := s.client().Records.Get(s.Context(), recordType, id, netsuite.GetOptions{ExpandSubResources: true})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *suite) create(recordType string, r sluice.Record) string {
	s.Helper()
	ref, err := s.client().Records.Create(s.Context(), recordType, r, netsuite.WriteOptions{UnknownNames: netsuite.Refuse})
	if err != nil {
		s.Fatal(err)
	}
	return ref.ID
}

// invoice bills an order.
func (s *suite) invoice(order string) string {
	s.Helper()
	ref, err := s.client().Records.Transform(s.Context(), "salesOrder", order, "invoice", nil, netsuite.WriteOptions{})
	if err != nil {
		s.Fatal(err)
	}
	return ref.ID
}

// What a transform makes is found again by its external ID. Without one, as the last
// lines show, the same request makes a second credit memo.
func TestTransformIsDoneOnce(t *testing.T) {
	s := newSuite(t)
	order, _ := s.order()
	invoice := s.invoice(order)
	w := s.opens(sluice.Import{Operation: sluice.Transform, Omit: []string{"invoice"}, NetSuite: &sluice.NetSuiteImport{
		Record: "creditMemo", Transform: &sluice.NetSuiteTransform{From: "invoice", ID: "this.invoice"}}})
	if !w.Traits().ExternalIDs {
		t.Error("what is made gets no external ID, and could not be found again")
	}
	memos := func(memo string) int { return len(s.rows("SELECT id FROM transaction WHERE memo = '" + memo + "'")) }
	for _, tt := range []struct {
		effect    failure.Effect
		written   sluice.ResultState
		reconcile sluice.ResultState
		there     int
	}{
		{failure.DropBefore, sluice.ResultUnknown, sluice.ResultAbsent, 0},
		{failure.DropAfter, sluice.ResultUnknown, sluice.ResultWritten, 1},
		{failure.Truncate, sluice.ResultWritten, sluice.ResultWritten, 1},
	} {
		memo := "once " + string(tt.effect)
		i := &sluice.Intent{Operation: sluice.Transform, ExternalID: "CM-" + strings.ReplaceAll(string(tt.effect), "_", "-"), Record: sluice.Record{"invoice": invoice, "memo": memo}}
		s.intents(w, i)
		s.emulator.Faults().Clear()
		if err := s.emulator.Faults().Add(failure.Rule{Method: "POST", Path: "!transform", Effect: tt.effect, Count: 1}); err != nil {
			t.Fatal(err)
		}
		if r := s.write(w, []*sluice.Intent{i})[0]; r.State != tt.written {
			t.Errorf("%s: written %+v", tt.effect, r)
		}
		again := *i // as a process that takes over knows it
		again.Record = sluice.Record{"invoice": "0", "memo": "as the mapping says now"}
		if r := s.reconcile(w, []*sluice.Intent{&again})[0]; r.State != tt.reconcile || r.State == sluice.ResultWritten && r.ID == "" {
			t.Errorf("%s: reconciled %+v", tt.effect, r)
		}
		if n := memos(memo); n != tt.there {
			t.Errorf("%s: %d credit memos, want %d", tt.effect, n, tt.there)
		}
	}
	s.emulator.Faults().Clear()
	for _, tt := range []struct{ memo, externalID string }{{"with", "CM-1"}, {"without", ""}} {
		for range 2 {
			s.sends(w, &sluice.Intent{Operation: sluice.Transform, ExternalID: tt.externalID, Record: sluice.Record{"invoice": invoice, "memo": tt.memo}})
		}
	}
	if with, without := memos("with"), memos("without"); with != 1 || without != 2 {
		t.Errorf("sent twice: %d credit memos with an external ID, %d without", with, without)
	}
}

func TestTransformOfAnOrder(t *testing.T) {
	s := newSuite(t)
	order, item := s.order()
	spec := sluice.NetSuiteImport{Record: "invoice", Transform: &sluice.NetSuiteTransform{From: "salesOrder", ExternalID: "this.number"}}
	imp := sluice.Import{Operation: sluice.Transform, Omit: []string{"number"}, NetSuite: &spec}
	with := func(r sluice.Record) *sluice.Intent {
		return &sluice.Intent{Operation: sluice.Transform, ExternalID: "INV-" + fmt.Sprint(len(r)), Record: r}
	}
	if r := s.sends(s.opens(imp), with(sluice.Record{"number": "SO-1", "item": lines(line(item, "1"))})); r.State != sluice.ResultRefused || r.Failure.Code != "netsuite.lines_unsaid" {
		t.Errorf("lines beside those of the order: %+v", r)
	}
	if r := s.sends(s.opens(imp), with(sluice.Record{"number": nil})); r.State != sluice.ResultRefused || r.Failure.Code != "record.id_missing" {
		t.Errorf("nothing to make it of: %+v", r)
	}
	if r := s.sends(s.opens(imp), with(sluice.Record{"number": "SO-none"})); r.State != sluice.ResultRefused {
		t.Errorf("an order that is not there: %+v", r)
	}
	r := s.sends(s.opens(imp), with(sluice.Record{"number": "SO-1", "memo": "billed"}))
	if r.State != sluice.ResultWritten || !r.Created || r.ID == "" {
		t.Fatalf("%+v", r)
	}
	made := s.get("invoice", r.ID)
	if made["memo"] != "billed" || made["externalId"] != "INV-2" || !strings.Contains(fmt.Sprint(made["createdFrom"]), "id:"+order) {
		t.Errorf("%v", made)
	}
}

// contacts lists what customer 9 has attached, with the role.
func (s *suite) contacts(customer string) string {
	s.Helper()
	page, err := s.client().Records.GetSublist(s.Context(), "customer", customer, "contactRoles", netsuite.SublistOptions{ExpandSubResources: true})
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, l := range page.Items {
		contact, _ := l["contact"].(map[string]any)
		role, _ := l["role"].(map[string]any)
		out = append(out, fmt.Sprint(contact["id"], " ", role["id"]))
	}
	return strings.Join(out, ", ")
}

// Attaching and detaching leave the same behind however often they are done, and a
// list tells whether they were.
func TestAttachAndDetach(t *testing.T) {
	s := newSuite(t)
	customer := s.create("customer", sluice.Record{"companyName": "Attached", "subsidiary": map[string]any{"id": "1"}, "externalId": "ATT-1"})
	contact := s.create("contact", sluice.Record{"entityId": "Contact to attach", "externalId": "CON-1"})
	opens := func(o sluice.Operation, role string) sluice.Writer {
		return s.opens(sluice.Import{Operation: o, NetSuite: &sluice.NetSuiteImport{Record: "customer", Attachment: &sluice.Attachment{Type: "contact", ExternalID: "this.contact", Role: role}}})
	}
	intent := func(o sluice.Operation) *sluice.Intent {
		return &sluice.Intent{Operation: o, ExternalID: "ATT-1", Record: sluice.Record{"contact": "CON-1"}}
	}
	attach, detach := opens(sluice.Attach, `"-10"`), opens(sluice.Detach, "")
	for n, tt := range []struct {
		w         sluice.Writer
		o         sluice.Operation
		effect    failure.Effect
		written   sluice.ResultState
		reconcile sluice.ResultState
		after     string
	}{
		{attach, sluice.Attach, failure.DropBefore, sluice.ResultUnknown, sluice.ResultAbsent, ""},
		{attach, sluice.Attach, failure.DropAfter, sluice.ResultUnknown, sluice.ResultWritten, contact + " -10"},
		{attach, sluice.Attach, "", sluice.ResultWritten, sluice.ResultWritten, contact + " -10"},
		{detach, sluice.Detach, failure.DropBefore, sluice.ResultUnknown, sluice.ResultAbsent, contact + " -10"},
		{detach, sluice.Detach, failure.DropAfter, sluice.ResultUnknown, sluice.ResultWritten, ""},
		{detach, sluice.Detach, "", sluice.ResultWritten, sluice.ResultWritten, ""}, // NetSuite refuses it: it is done already
	} {
		s.emulator.Faults().Clear()
		if tt.effect != "" {
			if err := s.emulator.Faults().Add(failure.Rule{Method: "POST", Path: "tach/contact", Effect: tt.effect, Count: 1}); err != nil {
				t.Fatal(err)
			}
		}
		list := s.intents(tt.w, intent(tt.o))
		if r := s.write(tt.w, list)[0]; r.State != tt.written {
			t.Errorf("%d: %+v", n, r)
		}
		if r := s.reconcile(tt.w, list)[0]; r.State != tt.reconcile {
			t.Errorf("%d: reconciled %+v", n, r)
		}
		if got := s.contacts(customer); got != tt.after {
			t.Errorf("%d: attached are %q, want %q", n, got, tt.after)
		}
	}
	other := intent(sluice.Attach)
	other.ExternalID = "ATT-none"
	if r := s.sends(attach, other); r.State != sluice.ResultRefused || r.Failure.Classification != sluice.ClassMissing {
		t.Errorf("to a customer that is not there: %+v", r)
	}
}

func TestIgnoreExisting(t *testing.T) {
	s := newSuite(t)
	s.create("customer", sluice.Record{"companyName": "Ours long ago", "comments": "as it was", "subsidiary": map[string]any{"id": "1"}, "externalId": "E-1"})
	comments := func() any { return s.get("customer", "eid:E-1")["comments"] }
	intent := func(o sluice.Operation, id, name string) *sluice.Intent {
		return &sluice.Intent{Operation: o, ExternalID: id, Record: sluice.Record{"companyName": name, "comments": "new", "subsidiary": map[string]any{"id": "1"}}}
	}
	for _, o := range []sluice.Operation{sluice.Add, sluice.Upsert} {
		ignores := s.opens(sluice.Import{Operation: o, IgnoreExisting: true, NetSuite: &sluice.NetSuiteImport{Record: "customer"}})
		r := s.sends(ignores, intent(o, "E-1", "Another name "+string(o)))
		if r.State != sluice.ResultIgnored || r.ID == "" || comments() != "as it was" {
			t.Errorf("%s of one that is there: %+v, comments %v", o, r, comments())
		}
		if r := s.sends(ignores, intent(o, "E-2", "Ours long ago")); r.State != sluice.ResultRefused || r.Failure.Classification != sluice.ClassDuplicate {
			t.Errorf("%s of another one with that name: %+v", o, r)
		}
		// Its answer is lost, and by what is read back it was there before.
		lost := s.intents(ignores, intent(o, "E-1", "lost"))
		lost[0].SettlesAt = lost[0].SettlesAt.AddDate(0, 0, 1)
		if r := s.reconcile(ignores, lost)[0]; r.State != sluice.ResultIgnored {
			t.Errorf("%s reconciled: %+v", o, r)
		}
		if r := s.sends(ignores, intent(o, "E-new-"+string(o), "Made by "+string(o))); r.State != sluice.ResultWritten || !r.Created {
			t.Errorf("%s of a new one: %+v", o, r)
		}
	}
	strict := s.opens(sluice.Import{Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "customer"}})
	if r := s.sends(strict, intent(sluice.Add, "E-1", "Another name")); r.State != sluice.ResultRefused || r.Failure.Classification != sluice.ClassDuplicate {
		t.Errorf("without ignore_existing: %+v", r)
	}
}

// NetSuite answers a transaction that is not there with a 400 of its own.
func TestRecordsThatAreNotThere(t *testing.T) {
	s := newSuite(t)
	order, _ := s.order()
	for _, recordType := range []string{"customer", "salesOrder"} {
		for _, o := range []sluice.Operation{sluice.Update, sluice.Delete} {
			for _, i := range []*sluice.Intent{{Operation: o, TargetID: "99999999"}, {Operation: o, ExternalID: "none"}} {
				i.Record = sluice.Record{"memo": "x"}
				if recordType == "customer" {
					i.Record = sluice.Record{"comments": "x"}
				}
				spec := &sluice.NetSuiteImport{Record: recordType}
				if r := s.sends(s.opens(sluice.Import{Operation: o, NetSuite: spec}), i); r.State != sluice.ResultRefused || r.Failure.Classification != sluice.ClassMissing {
					t.Errorf("%s %s: %+v", o, recordType, r)
				}
				if r := s.sends(s.opens(sluice.Import{Operation: o, IgnoreMissing: true, NetSuite: spec}), i); r.State != sluice.ResultIgnored {
					t.Errorf("%s %s, ignored: %+v", o, recordType, r)
				}
			}
		}
	}
	bad := &sluice.Intent{Operation: sluice.Update, TargetID: order, Record: sluice.Record{"entity": map[string]any{"id": "99999999"}}}
	if r := s.sends(s.opens(sluice.Import{Operation: sluice.Update, IgnoreMissing: true, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder"}}), bad); r.State != sluice.ResultRefused {
		t.Errorf("a record that is there and points to one that is not is no missing one: %+v", r)
	}
}

// Let look skip asking whether the record is there, and the fields go wrong.
func TestConditionalFields(t *testing.T) {
	s := newSuite(t)
	w := s.opens(sluice.Import{Operation: sluice.Upsert, OnCreate: []string{"subsidiary", "phone"}, OnUpdate: []string{"comments"}, NetSuite: &sluice.NetSuiteImport{Record: "customer"}})
	intent := func(phone string) *sluice.Intent {
		return &sluice.Intent{Operation: sluice.Upsert, ExternalID: "COND-1", Record: sluice.Record{"companyName": "Conditional", "subsidiary": map[string]any{"id": "1"}, "phone": phone, "comments": "changed"}}
	}
	expect := func(what string, r sluice.Result, created bool, left int, phone string, comments any) {
		t.Helper()
		c := s.get("customer", "eid:COND-1")
		if r.State != sluice.ResultWritten || r.Created != created || r.LeftOut != left || c["phone"] != phone || c["comments"] != comments {
			t.Errorf("%s: %+v, phone %v, comments %v", what, r, c["phone"], c["comments"])
		}
	}
	first := s.intents(w, intent("555-0100"))
	s.emulator.Faults().Clear()
	s.breaks("POST", failure.DropAfter)
	if r := s.write(w, first)[0]; r.State != sluice.ResultUnknown {
		t.Errorf("%+v", r)
	}
	if r := s.reconcile(w, first)[0]; r.State != sluice.ResultWritten || !r.Created { // not sent again as a change
		t.Errorf("%+v", r)
	}
	expect("made", sluice.Result{State: sluice.ResultWritten}, false, 0, "555-0100", nil)
	expect("changed", s.sends(w, intent("555-0199")), false, 2, "555-0100", "changed")

	// Between looking and sending the record is made, or deleted, by somebody else.
	gone := s.intents(w, intent("555-0111"))
	if err := s.client().Records.Delete(t.Context(), "customer", "eid:COND-1"); err != nil {
		t.Fatal(err)
	}
	if r := s.write(w, gone)[0]; r.State != sluice.ResultNotSent {
		t.Errorf("deleted since: %+v", r)
	}
	made := s.intents(w, intent("555-0122"))
	s.create("customer", sluice.Record{"companyName": "Somebody's", "subsidiary": map[string]any{"id": "1"}, "externalId": "COND-1", "phone": "555-0133"})
	if r := s.write(w, made)[0]; r.State != sluice.ResultNotSent {
		t.Errorf("made since: %+v", r)
	}
	expect("changed after all", s.sends(w, intent("555-0122")), false, 2, "555-0133", "changed")
}

// Let lookAtLines pass over sublists that are not said, and the order gets the line again.
func TestLinesHaveToBeSaid(t *testing.T) {
	s := newSuite(t)
	order, item := s.order()
	update := func(o sluice.Operation, n sluice.NetSuiteImport, list ...any) sluice.Result {
		n.Record = "salesOrder"
		i := &sluice.Intent{Operation: o, ExternalID: "SO-1", Record: sluice.Record{"item": lines(list...)}}
		return s.sends(s.opens(sluice.Import{Operation: o, NetSuite: &n}), i)
	}
	for _, o := range []sluice.Operation{sluice.Update, sluice.Upsert} {
		if r := update(o, sluice.NetSuiteImport{}, line(item, "1")); r.State != sluice.ResultRefused || r.Failure.Code != "netsuite.lines_unsaid" || !strings.Contains(r.Failure.Remedy, "replace: [item]") {
			t.Errorf("%s: %+v", o, r)
		}
	}
	numbered := line(item, "4")
	numbered["line"] = json.Number("1")
	if r := update(sluice.Update, sluice.NetSuiteImport{}, numbered); r.State != sluice.ResultWritten {
		t.Errorf("a line with the number of one that is there: %+v", r)
	}
	if got := s.quantities(order); !slices.Equal(got, []string{"4"}) {
		t.Errorf("lines %v", got)
	}
	if r := update(sluice.Update, sluice.NetSuiteImport{Append: []string{"ITEM"}}, line(item, "5")); r.State != sluice.ResultWritten {
		t.Errorf("append: %+v", r)
	}
	if got := s.quantities(order); !slices.Equal(got, []string{"4", "5"}) {
		t.Errorf("lines %v", got)
	}
	customer := s.get("salesOrder", order)["entity"]
	fresh := &sluice.Intent{Operation: sluice.Upsert, ExternalID: "SO-new", Record: sluice.Record{"entity": customer, "item": lines(line(item, "1"))}}
	if r := s.sends(s.opens(sluice.Import{Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder"}}), fresh); r.State != sluice.ResultWritten || !r.Created {
		t.Errorf("an order that is not there yet has no lines: %+v", r)
	}
}

// Lines go by a field of the flow's own. Let match forget the lines that are there, and
// they are added once more.
func TestKeyedLines(t *testing.T) {
	s := newSuite(t)
	order, item := s.order()
	keyed := func(key, quantity string) map[string]any {
		l := line(item, quantity)
		l["description"] = key
		return l
	}
	there := func() string {
		page, err := s.client().Records.GetSublist(t.Context(), "salesOrder", order, "item", netsuite.SublistOptions{ExpandSubResources: true})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range page.Items {
			out = append(out, fmt.Sprint(l["line"], ":", l["description"], "=", l["quantity"]))
		}
		return strings.Join(out, " ")
	}
	send := func(remove, lost bool, list ...any) sluice.Result {
		w := s.opens(sluice.Import{Operation: sluice.Update, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder", Lines: []sluice.KeyedLines{{Sublist: "item", By: []string{"description"}, Remove: remove}}}})
		i := s.intents(w, &sluice.Intent{Operation: sluice.Update, TargetID: order, Record: sluice.Record{"item": lines(list...)}})
		s.emulator.Faults().Clear()
		if lost {
			s.breaks("PATCH", failure.DropAfter)
		}
		r := s.write(w, i)[0]
		if lost {
			if state := s.reconcile(w, i)[0].State; r.State != sluice.ResultUnknown || state != sluice.ResultAbsent {
				t.Errorf("%+v, reconciled to %d: it may be repeated", r, state)
			}
			return s.sends(w, i[0])
		}
		return r
	}
	first := there()
	for _, step := range []struct {
		remove, lost bool
		list         []any
		want         string
	}{
		{false, true, []any{keyed("a", "2"), keyed("b", "3")}, first + " 2:a=2 3:b=3"},
		{false, false, []any{keyed("b", "7"), keyed("c", "1")}, first + " 2:a=2 3:b=7 4:c=1"},
		{true, true, []any{keyed("c", "5"), keyed("d", "6")}, "4:c=5 5:d=6"},
	} {
		if r := send(step.remove, step.lost, step.list...); r.State != sluice.ResultWritten {
			t.Errorf("%+v", r)
		}
		if got := there(); !strings.HasPrefix(got, strings.TrimSuffix(step.want, "5:d=6")) || strings.Count(got, "=") != strings.Count(step.want, "=") {
			t.Errorf("lines %s, want %s", got, step.want)
		}
	}
	for what, list := range map[string][]any{"no key": {line(item, "1")}, "the same key twice": {keyed("x", "1"), keyed("x", "2")}} {
		if r := send(false, false, list...); r.State != sluice.ResultRefused || r.Failure.Code != "netsuite.line_key" {
			t.Errorf("%s: %+v", what, r)
		}
	}
}

// Choices come as a list of IDs, null clears, and custom fields are like others.
func TestFieldsOfEveryKind(t *testing.T) {
	s := newSuite(t)
	channels := []any{"1", "2"} // of the sample company
	w := s.opens(sluice.Import{Operation: sluice.Upsert, NetSuite: &sluice.NetSuiteImport{Record: "customer"}})
	send := func(r sluice.Record) netsuite.Record {
		t.Helper()
		maps.Copy(r, sluice.Record{"companyName": "Every kind", "subsidiary": map[string]any{"id": "1"}})
		if r := s.sends(w, &sluice.Intent{Operation: sluice.Upsert, ExternalID: "KIND-1", Record: r}); r.State != sluice.ResultWritten {
			t.Fatalf("%+v", r)
		}
		return s.get("customer", "eid:KIND-1")
	}
	chosen := func(c netsuite.Record) (ids []any) {
		m, _ := c["custentity_sluice_channels"].(map[string]any)
		items, _ := m["items"].([]any)
		for _, it := range items {
			ids = append(ids, it.(map[string]any)["id"])
		}
		return ids
	}
	c := send(sluice.Record{"custentity_sluice_channels": []any{channels[0], channels[1]}, "comments": "here", "phone": "555-0100"})
	if !slices.Equal(chosen(c), channels[:2]) || c["comments"] != "here" {
		t.Errorf("%v", c)
	}
	c = send(sluice.Record{"custentity_sluice_channels": []any{json.Number(fmt.Sprint(channels[1]))}, "comments": nil})
	if !slices.Equal(chosen(c), channels[1:2]) || c["comments"] != nil || c["phone"] != "555-0100" {
		t.Errorf("%v", c)
	}
	c = send(sluice.Record{"custentity_sluice_channels": nil})
	if chosen(c) != nil {
		t.Errorf("%v", c)
	}
}

package suitetalk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// orders is a script of the account that keeps orders by their number.
type orders struct {
	mu   sync.Mutex
	kept map[string]map[string]any
	made int
	fail bool // save, then throw
}

func (o *orders) list() []any {
	out := []any{}
	for _, number := range slices.Sorted(maps.Keys(o.kept)) {
		out = append(out, o.kept[number])
	}
	return out
}

// get answers one order by number, a counted page of two, or a page behind a token.
func (o *orders) get(_ context.Context, r *restlet.Request) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if number, asked := r.Params["externalid"]; asked {
		if order := o.kept[number]; order != nil {
			return order, nil
		}
		return map[string]any{}, nil
	}
	list := o.list()
	if after, asked := r.Params["after"]; asked || r.Params["mode"] == "token" {
		from, _ := strconv.Atoi(after)
		to := min(from+2, len(list))
		answer := map[string]any{"data": map[string]any{"items": list[from:to]}}
		if to < len(list) {
			answer["next"] = strconv.Itoa(to)
		}
		return answer, nil
	}
	page, err := strconv.Atoi(r.Params["page"])
	if err != nil {
		return list, nil
	}
	return list[min(2*page, len(list)):min(2*page+2, len(list))], nil
}

func (o *orders) post(_ context.Context, r *restlet.Request) (any, error) {
	var order map[string]any
	if err := r.Decode(&order); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	number := fmt.Sprint(order["number"])
	switch {
	case number == "caught":
		return map[string]any{"error": map[string]any{"message": "no such item"}}, nil
	case number == "thrown":
		return nil, &restlet.Error{Code: "ITEM_MISSING", Message: "no such item"}
	}
	o.made++
	order["id"] = strconv.Itoa(100 + o.made)
	o.kept[number] = order
	if o.fail {
		return nil, &restlet.Error{Code: "LATE", Message: "failed behind saving"}
	}
	return map[string]any{"id": order["id"], "error": nil}, nil
}

func (o *orders) drop(_ context.Context, r *restlet.Request) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.kept, r.Params["number"])
	return nil, nil
}

func (s *suite) orders(n int) *orders {
	s.Helper()
	o := &orders{kept: map[string]map[string]any{}}
	for i := range n {
		number := fmt.Sprintf("N%d", i)
		o.kept[number] = map[string]any{"number": number}
	}
	if err := s.emulator.RegisterRESTlet(restlet.Script{ScriptID: "customscript_orders", DeployID: "customdeploy_orders", Name: "Orders", Get: o.get, Post: o.post, Put: o.post, Delete: o.drop}); err != nil {
		s.Fatal(err)
	}
	return o
}

func TestRESTletExport(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	s.orders(5)
	var want []sluice.Record
	for i := range 5 {
		want = append(want, sluice.Record{"number": fmt.Sprintf("N%d", i)})
	}
	zero := 0
	for name, spec := range map[string]sluice.RESTletExport{
		"whole":   {},
		"counted": {Page: &sluice.RESTletPage{Param: "page", First: &zero}},
		"tokens":  {Params: map[string]string{"mode": "token"}, Records: "data.items", Page: &sluice.RESTletPage{Param: "after", Next: "next"}},
	} {
		spec.Script, spec.Deployment = "customscript_orders", "customdeploy_orders"
		t.Run(name, func(t *testing.T) {
			connectortest.RunExport(t, connectortest.Export{Want: want, Open: func(t testing.TB, o sluice.ExportOptions) sluice.Reader {
				return (&suite{t, s.emulator, s.connector, s.conn}).export(&sluice.Export{RESTlet: &spec}, o)
			}})
		})
	}
	for code, spec := range map[string]sluice.RESTletExport{
		"connection.restlet_unknown": {Script: "customscript_none", Deployment: "1"},
		"connection.restlet_method":  {Script: "customscript_get", Deployment: "customdeploy_get", Method: "POST"},
		"source.answer":              {Script: "customscript_get", Deployment: "customdeploy_get", Records: "rows"},
		"netsuite.restlet_failed":    {Script: "customscript_get", Deployment: "customdeploy_get", Params: map[string]string{"fail": "yes"}},
	} {
		get := func(_ context.Context, r *restlet.Request) (any, error) {
			if r.Params["fail"] != "" {
				return nil, &restlet.Error{Code: "OOPS", Message: "it failed"}
			}
			return map[string]any{"items": []any{}}, nil
		}
		if err := s.emulator.RegisterRESTlet(restlet.Script{ScriptID: "customscript_get", DeployID: "customdeploy_get", Get: get}); err != nil {
			t.Fatal(err)
		}
		_, err := s.export(&sluice.Export{RESTlet: &spec}, sluice.ExportOptions{}).Next(t.Context(), 10)
		if sluice.ErrorCode(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}

func (s *suite) restlet(op sluice.Operation, spec sluice.RESTletImport) sluice.Writer {
	s.Helper()
	spec.Script, spec.Deployment = "customscript_orders", "customdeploy_orders"
	w, err := s.connector.OpenImport(s.Context(), s.conn, &sluice.Import{Operation: op, RESTlet: &spec}, sluice.ImportOptions{Flow: "f", RunID: 1})
	if err != nil {
		s.Fatal(err)
	}
	return w
}

func order(number string) *sluice.Intent {
	return &sluice.Intent{Operation: sluice.Add, ExternalID: number, Record: sluice.Record{"number": number}}
}

func TestRESTletImport(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	o := s.orders(0)
	w := s.restlet(sluice.Add, sluice.RESTletImport{Result: "id", Error: "error.message"})
	results := s.write(w, s.intents(w, order("A"), order("caught"), order("thrown")))
	if r := results[0]; r.State != sluice.ResultWritten || r.ID != "101" || !r.Created {
		t.Errorf("%+v", r)
	}
	for n, code := range map[int]string{1: "restlet.refused", 2: "ITEM_MISSING"} {
		if r := results[n]; r.State != sluice.ResultRefused || r.Failure.Code != code || r.Failure.Message != "no such item" || r.Failure.Remedy == "" {
			t.Errorf("%d: %+v, %+v", n, r, r.Failure)
		}
	}
	w = s.restlet(sluice.Delete, sluice.RESTletImport{})
	gone := order("A")
	gone.Operation = sluice.Delete
	nested := order("B")
	nested.Record["lines"] = []any{1}
	results = s.write(w, s.intents(w, gone, nested))
	if results[0].State != sluice.ResultWritten || len(o.kept) != 0 || results[1].State != sluice.ResultRefused || results[1].Failure.Code != "restlet.parameter" {
		t.Errorf("%+v, %v", results, o.kept)
	}
}

// Let Reconcile answer absent without a lookup, and the lost answer's order is made twice.
func TestRESTletWhoseAnswerIsLost(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	o := s.orders(0)
	breaks := func(effect failure.Effect) {
		s.emulator.Faults().Clear()
		if err := s.emulator.Faults().Add(failure.Rule{Method: "POST", Path: "/restlet.nl", Effect: effect, Count: 1}); err != nil {
			t.Fatal(err)
		}
	}
	lookup := sluice.RESTletImport{Lookup: &sluice.RESTletLookup{Param: "externalid", Found: "id"}}
	for _, tt := range []struct {
		number string
		effect failure.Effect
		spec   sluice.RESTletImport
		want   sluice.ResultState
	}{
		{"before", failure.DropBefore, lookup, sluice.ResultAbsent},
		{"after", failure.DropAfter, lookup, sluice.ResultWritten},
		{"unsure", failure.DropAfter, sluice.RESTletImport{}, sluice.ResultUnknown},
	} {
		breaks(tt.effect)
		w := s.restlet(sluice.Add, tt.spec)
		list := s.intents(w, order(tt.number))
		if r := s.write(w, list)[0]; r.State != sluice.ResultUnknown {
			t.Errorf("%s written: %+v", tt.number, r)
		}
		r := s.reconcile(w, list)[0]
		if r.State != tt.want || (r.State == sluice.ResultWritten) != (r.ID != "") || (r.State == sluice.ResultUnknown) != (r.Failure != nil) {
			t.Errorf("%s reconciled: %+v", tt.number, r)
		}
	}
	o.fail = true // the script saves and then throws
	w := s.restlet(sluice.Add, lookup)
	if r := s.write(w, s.intents(w, order("late")))[0]; r.State != sluice.ResultWritten || r.ID == "" {
		t.Errorf("it is there: %+v", r)
	}
	up := s.restlet(sluice.Upsert, sluice.RESTletImport{})
	i := order("late")
	i.Operation = sluice.Upsert
	if r := s.reconcile(up, s.intents(up, i))[0]; r.State != sluice.ResultAbsent { // may be repeated
		t.Errorf("upsert: %+v", r)
	}
}

func TestRESTletsAreListed(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	s.orders(0)
	none := func(context.Context, *restlet.Request) (any, error) { return nil, nil }
	if err := s.emulator.RegisterRESTlet(restlet.Script{ScriptID: "customscript_draft", DeployID: "customdeploy_draft", Name: "Draft", Get: none, Unreleased: true}); err != nil {
		t.Fatal(err)
	}
	list, err := s.connector.RESTlets(t.Context(), s.conn)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(r sluice.DeployedRESTlet) bool { return r.ScriptID == "customscript_orders" })
	if i < 0 || list[i].DeploymentID != "customdeploy_orders" || list[i].Name != "Orders" || list[i].Status != "RELEASED" || !list[i].Deployed ||
		!strings.HasSuffix(list[i].URL, "/restlet.nl?deploy=customdeploy_orders&script=customscript_orders") {
		t.Fatalf("%+v", list)
	}
	if !slices.ContainsFunc(list, func(r sluice.DeployedRESTlet) bool {
		return r.ScriptID == "customscript_draft" && r.Status == "TESTING"
	}) {
		t.Errorf("%+v", list)
	}
	if err := s.emulator.Account().RemovePermission(emulated.IntegrationRole, "ADMI_CUSTOMSCRIPT"); err != nil {
		t.Fatal(err)
	}
	_, err = s.connector.RESTlets(t.Context(), s.conn)
	if sluice.ErrorCode(err) != "connection.restlets_forbidden" || !strings.Contains(err.Error(), "SuiteScript") {
		t.Errorf("%v", err)
	}
}

func TestRESTletsNeedTheLink(t *testing.T) {
	s := newSuite(t)
	_, list := s.connector.RESTlets(t.Context(), s.conn)
	_, export := s.connector.OpenExport(t.Context(), s.conn, &sluice.Export{RESTlet: &sluice.RESTletExport{Script: "1", Deployment: "1"}}, sluice.ExportOptions{})
	_, imports := s.connector.OpenImport(t.Context(), s.conn, &sluice.Import{Operation: sluice.Add, RESTlet: &sluice.RESTletImport{Script: "1", Deployment: "1"}}, sluice.ImportOptions{})
	for _, err := range []error{list, export, imports} {
		if sluice.ErrorCode(err) != "connection.suitescript_unlinked" {
			t.Errorf("%v", err)
		}
	}
}

// Let Prepare skip the lookup, and orders that are there are sent.
func TestRESTletLooksFirst(t *testing.T) {
	s := newSuite(t).with("suitescript", "yes")
	lookup := sluice.RESTletImport{Script: "customscript_orders", Deployment: "customdeploy_orders", ExternalID: "this.number", Lookup: &sluice.RESTletLookup{Param: "externalid"}}
	for name, tt := range map[string]struct {
		imp  sluice.Import
		want []sluice.ResultState // of one that is there, and of one that is not
		kept string
	}{
		"add":         {sluice.Import{Operation: sluice.Add, IgnoreExisting: true}, []sluice.ResultState{sluice.ResultIgnored, sluice.ResultWritten}, "map[number:N0] map[changed:c id:101 made:m number:new]"},
		"upsert":      {sluice.Import{Operation: sluice.Upsert, IgnoreExisting: true}, []sluice.ResultState{sluice.ResultIgnored, sluice.ResultWritten}, "map[number:N0] map[changed:c id:101 made:m number:new]"},
		"update":      {sluice.Import{Operation: sluice.Update, IgnoreMissing: true}, []sluice.ResultState{sluice.ResultWritten, sluice.ResultIgnored}, "map[changed:c id:101 made:m number:N0]"},
		"conditional": {sluice.Import{Operation: sluice.Upsert, OnCreate: []string{"made"}, OnUpdate: []string{"changed"}}, []sluice.ResultState{sluice.ResultWritten, sluice.ResultWritten}, "map[changed:c id:101 number:N0] map[id:102 made:m number:new]"},
	} {
		o := s.orders(1)
		tt.imp.RESTlet = &lookup
		w := s.opens(tt.imp)
		list := s.intents(w, order("N0"), order("new"))
		for _, i := range list {
			i.Operation, i.Record["made"], i.Record["changed"] = tt.imp.Operation, "m", "c"
		}
		var got []sluice.Result
		for _, i := range list { // one after another, so that the IDs are known
			got = append(got, s.write(w, []*sluice.Intent{i})...)
		}
		if kept := strings.Trim(fmt.Sprint(o.list()), "[]"); got[0].State != tt.want[0] || got[1].State != tt.want[1] || strings.ReplaceAll(kept, "]", "") != strings.ReplaceAll(tt.kept, "]", "") {
			t.Errorf("%s: %+v\n%s\n%s", name, got, kept, tt.kept)
		}
		if name == "conditional" && (got[0].LeftOut != 1 || got[1].LeftOut != 1 || got[0].Created || !got[1].Created) {
			t.Errorf("%+v", got)
		}
	}
}

package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// registry is an API that keeps records by their number.
type registry struct {
	mu      sync.Mutex
	records map[string]sluice.Record // by ID
	keys    map[string]string        // ID by idempotency key
	made    int
	asked   []string
	// fault answers in the API's place, before or behind its work.
	before, behind func(w http.ResponseWriter, r *http.Request) bool
}

func (g *registry) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = append(g.asked, r.Method+" "+r.URL.RequestURI())
	if g.before != nil && g.before(w, r) {
		return
	}
	status, body := g.work(r)
	if g.behind != nil && g.behind(w, r) {
		return
	}
	reply(w, status, body)
}

func (g *registry) work(r *http.Request) (int, any) {
	id := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/things"), "/")
	record := sluice.Record{}
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		text, _ := io.ReadAll(r.Body)
		v, err := decode(text)
		object, ok := v.(map[string]any)
		if inner, wrapped := object["thing"].(map[string]any); wrapped {
			object = inner
		}
		if record = object; err != nil || !ok || object["name"] == "no" {
			return 422, map[string]any{"errors": []any{map[string]any{"message": "a name that I do not like"}}}
		}
	}
	there := g.records[id] != nil
	switch r.Method {
	case http.MethodGet:
		if id != "" && !there {
			return 404, nil
		} else if id != "" {
			return 200, map[string]any{"id": id}
		}
		list := []any{}
		for id, t := range g.records {
			if t["n"] == json.Number(r.URL.Query().Get("n")) {
				list = append(list, map[string]any{"id": id})
			}
		}
		return 200, map[string]any{"data": list}
	case http.MethodPost:
		key := r.Header.Get("Idempotency-Key")
		if id := g.keys[key]; key != "" && id != "" {
			return 200, map[string]any{"thing": map[string]any{"id": id}}
		}
		g.made++
		id = fmt.Sprint("t", g.made)
		g.records[id], g.keys[key] = record, id
		return 201, map[string]any{"thing": map[string]any{"id": id}}
	case http.MethodPut:
		g.records[id] = record
		return map[bool]int{true: 200, false: 201}[there], nil
	case http.MethodPatch, http.MethodDelete:
		if !there {
			return 404, map[string]any{"message": "there is no such thing"}
		}
		g.records[id] = record
		if r.Method == http.MethodDelete {
			delete(g.records, id)
		}
		return 204, nil
	}
	return 405, nil
}

func newRegistry(t testing.TB) (*registry, world) {
	g := &registry{}
	g.clear()
	w := newWorld(t, g.serve)
	return g, w
}

func (g *registry) clear() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.records, g.keys, g.made, g.asked = map[string]sluice.Record{}, map[string]string{}, 0, nil
}

func (g *registry) stored() []sluice.Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []sluice.Record
	for _, r := range g.records {
		out = append(out, r)
	}
	return out
}

// forget forgets what was asked.
func (g *registry) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = nil
}

// requests returns what was asked.
func (g *registry) requests() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.asked)
}

func lookup() *sluice.HTTPLookup {
	return &sluice.HTTPLookup{Path: "/things?n=${! this.n }", Records: "/data", ID: "id"}
}

func TestImports(t *testing.T) {
	thing := func(n, name string) sluice.Record {
		return sluice.Record{"n": json.Number(n), "name": name, "amount": json.Number("12345678901234567890.10"), "lines": []any{map[string]any{"a": nil}}}
	}
	for name, i := range map[string]struct {
		sluice.HTTPImport
		op sluice.Operation
	}{
		"add with lookup":             {sluice.HTTPImport{Path: "/things", ID: "thing.id", Lookup: lookup()}, sluice.Add},
		"add with idempotency header": {sluice.HTTPImport{Path: "/things", Wrap: "thing", IdempotencyHeader: "Idempotency-Key"}, sluice.Add},
		"upsert":                      {sluice.HTTPImport{Path: "/things/${! this.n }"}, sluice.Upsert},
	} {
		t.Run(name, func(t *testing.T) {
			g, w := newRegistry(t)
			connectortest.RunImport(t, connectortest.Import{Operation: i.op,
				Open:    func(testing.TB, int64) sluice.Writer { return w.writer(i.HTTPImport, i.op) },
				Clear:   func(testing.TB) { g.clear() },
				Stored:  func(testing.TB) []sluice.Record { return g.stored() },
				Records: []sluice.Record{thing("1", "a"), thing("2", "b"), thing("3", "ü/? &"), thing("4.50", "d")},
				Bad:     []sluice.Record{thing("7", "no")},
			})
		})
	}
}

func TestOperations(t *testing.T) {
	g, w := newRegistry(t)
	g.records["a/b ?"] = sluice.Record{}
	byName := sluice.HTTPImport{Path: "/things/${! this.name }"}
	for _, tt := range []struct {
		op    sluice.Operation
		name  any
		state sluice.ResultState
		class sluice.Classification
		asked string
	}{
		{sluice.Update, "a/b ?", sluice.ResultWritten, "", "PATCH /things/a%2Fb%20%3F"},
		{sluice.Update, "c", sluice.ResultRefused, sluice.ClassMissing, "PATCH /things/c"},
		{sluice.Upsert, "c", sluice.ResultWritten, "", "PUT /things/c"},
		{sluice.Delete, "c", sluice.ResultWritten, "", "DELETE /things/c"},
		{sluice.Delete, "c", sluice.ResultRefused, sluice.ClassMissing, "DELETE /things/c"},
		{sluice.Delete, "", sluice.ResultRefused, sluice.ClassValue, ""},
		{sluice.Delete, nil, sluice.ResultRefused, sluice.ClassValue, ""},
		{sluice.Delete, "..", sluice.ResultRefused, sluice.ClassValue, ""},
		{sluice.Delete, []any{}, sluice.ResultRefused, sluice.ClassValue, ""},
	} {
		g.forget()
		r, err := w.send(byName, tt.op, sluice.Record{"name": tt.name})
		if err != nil || r.State != tt.state || strings.Join(g.requests(), " ") != tt.asked {
			t.Errorf("%s %v: %+v, %v, %q", tt.op, tt.name, r, err, g.requests())
		} else if tt.class != "" && r.Failure.Classification != tt.class {
			t.Errorf("%s %v: %+v", tt.op, tt.name, r.Failure)
		}
	}
	if r, err := w.send(sluice.HTTPImport{Path: "/things", ID: "/thing/id"}, sluice.Add, sluice.Record{"name": "x"}); err != nil || r.ID != "t1" || !r.Created {
		t.Errorf("%+v, %v", r, err)
	}
}

// each row breaks one request, before or behind the API's work.
func TestOutcomes(t *testing.T) {
	answers := func(status int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			reply(w, status, map[string]any{"message": "because"})
			return true
		}
	}
	hangs := func(w http.ResponseWriter, _ *http.Request) bool { hang(w); return true }
	plain, keyed := sluice.HTTPImport{Path: "/things"}, sluice.HTTPImport{Path: "/things", IdempotencyHeader: "Idempotency-Key"}
	put, remove := sluice.HTTPImport{Path: "/things/${! this.n }"}, sluice.HTTPImport{Path: "/things/${! this.n }"}
	for _, tt := range []struct {
		name  string
		i     sluice.HTTPImport
		op    sluice.Operation
		fault func(http.ResponseWriter, *http.Request) bool
		times int // that the fault happens
		want  sluice.ResultState
		asked int
	}{
		{"add, 500", plain, sluice.Add, answers(500), 1, sluice.ResultUnknown, 1},
		{"add, 408", plain, sluice.Add, answers(408), 1, sluice.ResultUnknown, 1},
		{"add, 503", plain, sluice.Add, answers(503), 1, sluice.ResultUnknown, 1},
		{"add, no answer", plain, sluice.Add, hangs, 1, sluice.ResultUnknown, 1},
		{"add, 429 once", plain, sluice.Add, answers(429), 1, sluice.ResultWritten, 2},
		{"add, 400", plain, sluice.Add, answers(400), 1, sluice.ResultRefused, 1},
		{"add, 403", plain, sluice.Add, answers(403), 1, sluice.ResultRefused, 1},
		{"keyed add, 500 once", keyed, sluice.Add, answers(500), 1, sluice.ResultWritten, 2},
		{"keyed add, 500 always", keyed, sluice.Add, answers(500), 99, sluice.ResultUnknown, maxAttempts},
		{"keyed add, no answer", keyed, sluice.Add, hangs, 1, sluice.ResultUnknown, 1},
		{"put, 502 once", put, sluice.Upsert, answers(502), 1, sluice.ResultWritten, 2},
		{"put, no answer", put, sluice.Upsert, hangs, 1, sluice.ResultUnknown, 1},
		{"delete, 404", remove, sluice.Delete, answers(404), 1, sluice.ResultRefused, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, w := newRegistry(t)
			g.records["1"] = sluice.Record{}
			left := tt.times
			g.before = func(rw http.ResponseWriter, r *http.Request) bool {
				left--
				return left >= 0 && tt.fault(rw, r)
			}
			r, err := w.send(tt.i, tt.op, sluice.Record{"n": json.Number("1")})
			if err != nil || r.State != tt.want || len(g.requests()) != tt.asked {
				t.Errorf("%+v %+v, %v, asked %q", r, r.Failure, err, g.requests())
			}
			if r.State != sluice.ResultWritten && (r.Failure == nil || r.Failure.Message == "" || r.Failure.Remedy == "" || r.Failure.Classification == "") {
				t.Errorf("no reason: %+v", r.Failure)
			}
		})
	}
}

// The first attempt has deleted, and its answer was a failure: that the second finds
// nothing is no failure.
func TestDeleteAnsweredLate(t *testing.T) {
	g, w := newRegistry(t)
	g.records["1"] = sluice.Record{}
	g.behind = func(rw http.ResponseWriter, _ *http.Request) bool {
		if len(g.asked) > 1 {
			return false
		}
		reply(rw, 504, nil)
		return true
	}
	r, err := w.send(sluice.HTTPImport{Path: "/things/${! this.n }"}, sluice.Delete, sluice.Record{"n": json.Number("1")})
	if err != nil || r.State != sluice.ResultWritten || len(g.requests()) != 2 {
		t.Errorf("%+v, %v, %q", r, err, g.requests())
	}
}

func TestReconcile(t *testing.T) {
	record := sluice.Record{"n": json.Number("1"), "name": "x"}
	changed := sluice.Record{"n": json.Number("2"), "name": "y"}
	for _, tt := range []struct {
		name    string
		i       sluice.HTTPImport
		op      sluice.Operation
		arrives bool
		now     sluice.Record // what the flow maps by now
		want    sluice.ResultState
	}{
		{"add that nobody can find", sluice.HTTPImport{Path: "/things"}, sluice.Add, true, record, sluice.ResultUnknown},
		{"add with lookup, arrived", sluice.HTTPImport{Path: "/things", Lookup: lookup()}, sluice.Add, true, record, sluice.ResultWritten},
		{"add with lookup, lost", sluice.HTTPImport{Path: "/things", Lookup: lookup()}, sluice.Add, false, record, sluice.ResultAbsent},
		{"add with lookup, mapping changed", sluice.HTTPImport{Path: "/things", Lookup: lookup()}, sluice.Add, true, changed, sluice.ResultWritten},
		{"keyed add", sluice.HTTPImport{Path: "/things", IdempotencyHeader: "Idempotency-Key"}, sluice.Add, true, record, sluice.ResultAbsent},
		{"keyed add, mapping changed", sluice.HTTPImport{Path: "/things", IdempotencyHeader: "Idempotency-Key"}, sluice.Add, true, changed, sluice.ResultUnknown},
		{"put", sluice.HTTPImport{Path: "/things/${! this.n }"}, sluice.Upsert, true, record, sluice.ResultAbsent},
		{"delete", sluice.HTTPImport{Path: "/things/${! this.n }"}, sluice.Delete, true, record, sluice.ResultAbsent},
		{"delete with lookup, arrived", sluice.HTTPImport{Path: "/things/${! this.n }", Lookup: &sluice.HTTPLookup{Path: "/things/${! this.n }"}}, sluice.Delete, true, record, sluice.ResultWritten},
		{"delete with lookup, lost", sluice.HTTPImport{Path: "/things/${! this.n }", Lookup: &sluice.HTTPLookup{Path: "/things/${! this.n }"}}, sluice.Delete, false, record, sluice.ResultAbsent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, w := newRegistry(t)
			if tt.op == sluice.Delete {
				g.records["1"] = sluice.Record{}
			}
			to := w.writer(tt.i, tt.op)
			intents := w.intend(to, tt.op, record)
			loses := func(rw http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodGet {
					hang(rw)
				}
				return r.Method != http.MethodGet
			}
			g.mu.Lock()
			if g.before = loses; tt.arrives {
				g.before, g.behind = nil, loses
			}
			g.mu.Unlock()
			if r, err := to.Write(t.Context(), intents); err != nil || r[0].State != sluice.ResultUnknown {
				t.Fatalf("%+v, %v", r, err)
			}
			intents[0].Record = tt.now
			r, err := w.writer(tt.i, tt.op).Reconcile(t.Context(), intents)
			if err != nil || r[0].State != tt.want {
				t.Errorf("%+v, %v, want %d", r, err, tt.want)
			}
			if tt.op == sluice.Add && tt.want == sluice.ResultWritten && r[0].ID != "t1" {
				t.Errorf("the ID is %q", r[0].ID)
			}
		})
	}
}

// A pause that the API asks for is waited out before the time to send begins, so that
// nothing is prepared over and over meanwhile.
func TestPauseLongerThanTheTimeToSend(t *testing.T) {
	g, w := newRegistry(t)
	full := true
	g.before = func(rw http.ResponseWriter, _ *http.Request) bool {
		if full {
			rw.Header().Set("Retry-After", "300")
			reply(rw, 429, nil)
		}
		return full
	}
	to := w.writer(sluice.HTTPImport{Path: "/things"}, sluice.Add)
	r, err := to.Write(t.Context(), w.intend(to, sluice.Add, sluice.Record{"n": json.Number("1")}))
	if err != nil || r[0].State != sluice.ResultNotSent || r[0].Failure != nil || len(w.clock.waits) > 0 {
		t.Fatalf("%+v, %v, waited %v", r, err, w.clock.waits)
	}
	full = false
	intents := w.intend(to, sluice.Add, sluice.Record{"n": json.Number("1")})
	if len(w.clock.waits) != 1 || w.clock.waits[0] != 5*time.Minute {
		t.Errorf("waited %v", w.clock.waits)
	}
	if r, err = to.Write(t.Context(), intents); err != nil || r[0].State != sluice.ResultWritten {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestDeadDestination(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	w := world{New(Options{}), connection(server.URL), &clock{now: time.Now()}, t}
	server.Close()
	r, err := w.send(sluice.HTTPImport{Path: "/things"}, sluice.Add, sluice.Record{"n": json.Number("1")})
	if sluice.ErrorCode(err) != "connection.unreachable" || r.State != sluice.ResultNotSent {
		t.Errorf("nobody listens, so nothing was sent: %+v, %v", r, err)
	}
	g, w := newRegistry(t)
	g.before = func(rw http.ResponseWriter, _ *http.Request) bool { reply(rw, 401, nil); return true }
	if r, err = w.send(sluice.HTTPImport{Path: "/things"}, sluice.Add, sluice.Record{"n": json.Number("1")}); sluice.ErrorCode(err) != "connection.login_refused" || r.State != sluice.ResultNotSent {
		t.Errorf("the login is refused: %+v, %v", r, err)
	}
}

func TestConcurrencyAndOrder(t *testing.T) {
	var mu sync.Mutex
	var inside, most int
	var order []string
	two := make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		mu.Lock()
		if inside++; inside == 2 && most < 2 {
			close(two)
		}
		most = max(most, inside)
		order = append(order, r.URL.Path+string(text))
		mu.Unlock()
		<-two // the first waits for a second one beside it
		mu.Lock()
		inside--
		mu.Unlock()
		reply(rw, 200, nil)
	})
	w.Settings["concurrency"] = "2"
	to := w.writer(sluice.HTTPImport{Path: "/${! this.id }"}, sluice.Update)
	var records []sluice.Record
	for n := range 12 {
		records = append(records, sluice.Record{"id": fmt.Sprint("r", n%3), "v": json.Number(fmt.Sprint(n))})
	}
	results, err := to.Write(t.Context(), w.intend(to, sluice.Update, records...))
	if err != nil || slices.ContainsFunc(results, func(r sluice.Result) bool { return r.State != sluice.ResultWritten }) {
		t.Fatalf("%+v, %v", results, err)
	}
	if most != 2 {
		t.Errorf("%d requests at one time", most)
	}
	for _, id := range []string{"/r0", "/r1", "/r2"} {
		mine := slices.DeleteFunc(slices.Clone(order), func(s string) bool { return !strings.HasPrefix(s, id) })
		var versions []int
		for _, m := range mine {
			var v struct{ V int }
			if err := json.Unmarshal([]byte(strings.TrimPrefix(m, id)), &v); err != nil {
				t.Fatal(err)
			}
			versions = append(versions, v.V)
		}
		if !slices.IsSorted(versions) || len(versions) != 4 {
			t.Errorf("%s was changed in the order %v", id, versions)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		reply(rw, 400, map[string]any{"message": "bad: " + r.URL.RequestURI(), "key": r.URL.Query().Get("k")})
	})
	w.Settings["type"], w.Settings["key_in"], w.Settings["key_name"] = "api-key", "query", "k"
	w.Secrets["api_key"] = sluice.NewSecret("canary made up/+")
	r, err := w.send(sluice.HTTPImport{Path: "/things"}, sluice.Add, sluice.Record{"note": "canary made up/+"})
	if err != nil || r.State != sluice.ResultRefused || strings.Contains(fmt.Sprintf("%+v", r.Failure), "canary") {
		t.Errorf("%+v %+v, %v", r, r.Failure, err)
	}
	w.Settings["base_url"] = "http://127.0.0.1:1"
	w.UpdatedAt = time.Now()
	if r, err = w.send(sluice.HTTPImport{Path: "/things"}, sluice.Add, sluice.Record{}); err == nil || strings.Contains(err.Error()+r.Failure.Message, "canary") {
		t.Errorf("%v", err)
	}
}

package catalog

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

const openAPI = `{"openapi":"3.0.1","paths":{
	"/salesorder":{"get":{"summary":"Get list of records.","parameters":[{"name":"limit","in":"query","schema":{"type":"integer","format":"int32"}}]},
		"post":{"summary":"Insert record.","parameters":[{"name":"X-NetSuite-PropertyNameValidation","in":"header","schema":{"type":"string","enum":["Error","Warning","Ignore"]}}]},
		"parameters":[]},
	"/salesorder/{id}":{"get":17}},
	"components":{"schemas":{"salesorder":{"type":"object","properties":{"tranId":{"title":"Order #","type":"string"}},"x-ns-filterable":["tranId"]},"nsLink":{"type":"object"}}}}`

// server tells a catalogue and counts how often it had to.
type server struct {
	mu      sync.Mutex
	whole   int // answers with a body
	same    int // answers that nothing has changed
	etag    string
	request http.Header
	query   string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.request, s.query = r.Header, r.URL.RawQuery
	if s.etag != "" {
		w.Header().Set("ETag", s.etag)
		if r.Header.Get("If-None-Match") == s.etag {
			s.same++
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	s.whole++
	switch r.Header.Get("Accept") {
	case "application/swagger+json":
		_, _ = io.WriteString(w, openAPI)
	case "application/schema+json":
		_, _ = io.WriteString(w, `{"type":"object","properties":{"email":{"type":"string"}}}`)
	default:
		_, _ = io.WriteString(w, `{"items":[{"name":"vendor"},{"name":"customer"},{"links":[]}],"links":[]}`)
	}
}

func start(t *testing.T) (*server, *Catalog, *time.Time) {
	t.Helper()
	s := &server{}
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	account, err := netsuite.ParseAccountID("1234567")
	if err != nil {
		t.Fatal(err)
	}
	c, err := netsuite.New(account, &auth.TBA{Realm: account.Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"),
		TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")}, netsuite.WithBaseURL(listener.URL))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1800000000, 0)
	return s, New(c, Options{Clock: func() time.Time { return now }}), &now
}

func TestCatalogIsKept(t *testing.T) {
	s, c, now := start(t)
	read := func(whole, same int) {
		t.Helper()
		schema, err := c.Schema(t.Context(), "customer")
		if _, has := schema.Field("email"); err != nil || !has {
			t.Errorf("%+v, %v", schema, err)
		}
		if s.whole != whole || s.same != same {
			t.Errorf("%d whole answers and %d unchanged, want %d and %d", s.whole, s.same, whole, same)
		}
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { _, _ = c.Schema(t.Context(), "customer") })
	}
	wg.Wait()
	read(1, 0)
	*now = now.Add(time.Hour)
	read(2, 0) // there was no ETag to ask with
	s.etag = `"1"`
	*now = now.Add(time.Hour)
	read(3, 0)
	*now = now.Add(time.Hour)
	read(3, 1)
	*now = now.Add(59 * time.Minute)
	read(3, 1)
	s.etag = `"2"`
	*now = now.Add(time.Minute)
	read(4, 1)
	c.Forget()
	read(5, 1)
	if types, err := c.Types(t.Context()); err != nil || !slices.Equal(types, []string{"customer", "vendor"}) {
		t.Errorf("%v, %v", types, err)
	}
}

func TestOpenAPI(t *testing.T) {
	s, c, _ := start(t)
	d, err := c.OpenAPI(t.Context(), "salesorder", "customer")
	if err != nil {
		t.Fatal(err)
	}
	if s.query != "select=customer%2Csalesorder" {
		t.Errorf("asked for %s", s.query)
	}
	var have []string
	for _, o := range d.Operations {
		have = append(have, o.Method+" "+o.Path)
	}
	if !slices.Equal(have, []string{"GET /salesorder", "POST /salesorder", "GET /salesorder/{id}"}) {
		t.Errorf("%v", have)
	}
	if p := d.Operations[1].Parameters[0]; p.In != "header" || !slices.Equal(p.Schema.Enum, []string{"Error", "Warning", "Ignore"}) {
		t.Errorf("%+v", p)
	}
	schema, ok := d.Fields("salesOrder")
	if f, has := schema.Field("tranid"); !ok || !has || !f.Filterable {
		t.Errorf("%+v", schema)
	}
	if _, ok := d.Fields("vendor"); ok {
		t.Error("there are fields of a type that was not asked for")
	}
	if _, err := c.OpenAPI(t.Context(), "a b"); err == nil {
		t.Error("a type with a blank was asked for")
	}
}

// The one catalogue that was recorded from a real account.
func TestRecordedCatalog(t *testing.T) {
	body := reference.Read(t, "fixtures/rest/yemming*/metadata-catalog.response.json")
	_, c, now := start(t)
	c.entries[asList+" "] = &entry{body: body, until: now.Add(time.Minute)}
	types, err := c.Types(t.Context())
	if err != nil || len(types) < 180 || !slices.Contains(types, "salesorder") {
		t.Errorf("%d types, %v", len(types), err)
	}
}

package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// shop is a list of records that an API gives in all ways there are.
type shop struct {
	records []any
	broken  func(w http.ResponseWriter, r *http.Request) bool // answers in its place, if it wants
}

func newShop(n int) *shop {
	s := &shop{}
	for i := range n {
		s.records = append(s.records, map[string]any{"id": json.Number(strconv.Itoa(i + 1)), "amount": json.Number("12345678901234567890.10"), "name": nil, "tags": []any{"a", true}})
	}
	return s
}

func (s *shop) want() []sluice.Record {
	var out []sluice.Record
	for _, r := range s.records {
		out = append(out, r.(map[string]any))
	}
	return out
}

func (s *shop) cut(from, size int) []any {
	from = min(max(from, 0), len(s.records))
	return s.records[from:min(from+size, len(s.records))]
}

func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	if s.broken != nil && s.broken(w, r) {
		return
	}
	asked := r.URL.Query()
	number := func(name string, otherwise int) int {
		n, err := strconv.Atoi(asked.Get(name))
		if err != nil {
			return otherwise
		}
		return n
	}
	const size = 3
	switch from := number("from", 0); r.URL.Path {
	case "/all":
		reply(w, 200, s.records)
	case "/link":
		next := any(nil)
		if from+size < len(s.records) {
			next = fmt.Sprintf("/link?from=%d", from+size)
		}
		reply(w, 200, map[string]any{"data": map[string]any{"items": s.cut(from, size)}, "paging": map[string]any{"next": next}})
	case "/header":
		if from+size < len(s.records) {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/header?from=0>; rel="first", <?from=%d&x=a,b>; rel="next"; title="<"`, r.Host, from+size))
		}
		reply(w, 200, s.cut(from, size))
	case "/cursor":
		var body struct {
			Cursor string
			Limit  int
			Where  string
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		at, _ := strconv.Atoi(strings.TrimPrefix(body.Cursor, "c"))
		if body.Where != "open" || body.Limit != size {
			reply(w, 400, map[string]any{"message": "what?"})
			return
		}
		out := map[string]any{"list": s.cut(at, size), "more": at+size < len(s.records), "next": fmt.Sprintf("c%d", at+size)}
		reply(w, 200, out)
	case "/page":
		reply(w, 200, s.cut((number("page", 1)-1)*number("size", size), number("size", size)))
	case "/page0":
		reply(w, 200, s.cut(number("page", 0)*size, size))
	case "/offset":
		reply(w, 200, s.cut(number("offset", 0), number("limit", size)))
	default:
		reply(w, 404, nil)
	}
}

// ways are the ways to export a shop.
func ways() map[string]sluice.HTTPExport {
	return map[string]sluice.HTTPExport{
		"all":    {Path: "/all"},
		"link":   {Path: "/link", Records: "/data/items", Page: &sluice.HTTPPage{By: "link", Next: "paging.next"}},
		"header": {Path: "header", Page: &sluice.HTTPPage{By: "link"}},
		"cursor": {Path: "/cursor", Method: "POST", Body: `{"where": "open"}`, Records: "list",
			Page: &sluice.HTTPPage{By: "cursor", Next: "/next", More: "more", Param: "cursor", In: "body", Size: 3, SizeParam: "limit"}},
		"page":   {Path: "/page", Page: &sluice.HTTPPage{By: "page", Param: "page", Size: 2, SizeParam: "size"}},
		"page0":  {Path: "/page0", Page: &sluice.HTTPPage{By: "page", Param: "page", FromZero: true}},
		"offset": {Path: "/offset", Query: map[string]string{"limit": "4"}, Page: &sluice.HTTPPage{By: "offset", Param: "offset"}},
	}
}

func TestExports(t *testing.T) {
	s := newShop(8)
	w := newWorld(t, s.serve)
	for name, e := range ways() {
		t.Run(name, func(t *testing.T) {
			connectortest.RunExport(t, connectortest.Export{Want: s.want(), Open: func(t testing.TB, o sluice.ExportOptions) sluice.Reader { return w.open(e, o) }})
		})
	}
}

func TestExportOfWholePages(t *testing.T) {
	for _, n := range []int{0, 3, 4, 6, 12} {
		s := newShop(n)
		w := newWorld(t, s.serve)
		for name, e := range ways() {
			if got, err := w.read(e); err != nil || len(got) != n {
				t.Errorf("%s of %d: %d records, %v", name, n, len(got), err)
			}
		}
	}
}

// An API that fails for a while, or has no room, is asked again.
func TestExportSurvivesFaults(t *testing.T) {
	s := newShop(8)
	asked := 0
	s.broken = func(w http.ResponseWriter, _ *http.Request) bool {
		asked++
		switch asked % 5 {
		case 1:
			hang(w)
		case 2:
			reply(w, 502, nil)
		case 3:
			w.Header().Set("Retry-After", "7")
			reply(w, 429, nil)
		case 4:
			w.Header().Set("Content-Length", "1000") // and breaks off
			_, _ = w.Write([]byte("[{"))
		default:
			return false
		}
		return true
	}
	w := newWorld(t, s.serve)
	if got, err := w.read(sluice.HTTPExport{Path: "/all"}); err != nil || len(got) != 8 || asked != 5 {
		t.Errorf("%d records, %v, asked %d times", len(got), err, asked)
	}
	if fmt.Sprint(w.clock.waits) != "[500ms 1s 7s 2s]" {
		t.Errorf("waited %v", w.clock.waits)
	}
}

func TestExportErrors(t *testing.T) {
	s := newShop(8)
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/html":
			_, _ = w.Write([]byte("<html>no"))
		case "/two":
			_, _ = w.Write([]byte("[] []"))
		case "/object":
			reply(w, 200, map[string]any{"rows": 1, "total": 2})
		case "/mixed":
			reply(w, 200, []any{map[string]any{"a": 1}, "text"})
		case "/same":
			reply(w, 200, map[string]any{"list": s.cut(0, 3), "next": "always"})
		case "/full":
			w.Header().Set("Retry-After", "3600")
			reply(w, 429, nil)
		case "/down":
			reply(w, 500, map[string]any{"detail": "out of order"})
		case "/none":
			w.WriteHeader(204)
		default:
			s.serve(w, r)
		}
	})
	for _, tt := range []struct {
		e    sluice.HTTPExport
		code string
	}{
		{sluice.HTTPExport{Path: "/html"}, "source.not_json"}, {sluice.HTTPExport{Path: "/two"}, "source.not_json"},
		{sluice.HTTPExport{Path: "/object"}, "source.no_records"}, {sluice.HTTPExport{Path: "/object", Records: "rows"}, "source.no_records"},
		{sluice.HTTPExport{Path: "/nowhere"}, "http.not_found"}, {sluice.HTTPExport{Path: "/cursor"}, "http.400"},
		{sluice.HTTPExport{Path: "/same", Records: "list", Page: &sluice.HTTPPage{By: "cursor", Next: "next", Param: "c"}}, "source.page_repeats"},
		{sluice.HTTPExport{Path: "/same", Records: "list", Page: &sluice.HTTPPage{By: "page", Param: "p"}}, "source.page_repeats"},
		{sluice.HTTPExport{Path: "/same", Records: "list", Page: &sluice.HTTPPage{By: "offset", Param: "o"}}, "source.page_repeats"},
		{sluice.HTTPExport{Path: "/full"}, "connection.limited"}, {sluice.HTTPExport{Path: "/down"}, "connection.unreachable"},
		{sluice.HTTPExport{Path: "/none"}, ""},
	} {
		_, err := w.read(tt.e)
		if code := sluice.ErrorCode(err); code != tt.code && (err != nil || tt.code != "") {
			t.Errorf("%+v: %v, want %s", tt.e, err, tt.code)
		}
	}
	r := w.open(sluice.HTTPExport{Path: "/mixed"}, sluice.ExportOptions{})
	if batch, err := r.Next(t.Context(), 9); err != nil || len(batch.Items) != 2 || batch.Items[1].Refused == nil || batch.Items[0].Refused != nil {
		t.Errorf("%+v, %v", batch.Items, err)
	}
}

// Without the digest, a run that is resumed would pass over records that it never read.
func TestExportResumedInAPageThatChanged(t *testing.T) {
	s := newShop(8)
	w := newWorld(t, s.serve)
	e := sluice.HTTPExport{Path: "/offset", Page: &sluice.HTTPPage{By: "offset", Param: "offset"}}
	r := w.open(e, sluice.ExportOptions{})
	batch, err := r.Next(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	s.records = append([]any{map[string]any{"id": "new"}}, s.records...)
	if _, err := w.open(e, sluice.ExportOptions{Cursor: batch.Cursor, Seen: 5}).Next(t.Context(), 5); sluice.ErrorCode(err) != "source.changed" {
		t.Errorf("%v", err)
	}
}

func TestPlaces(t *testing.T) {
	v, err := decode([]byte(`{"a": {"b/c": [{"d": 1.50}]}, "x.y": 2, "t": true}`))
	if err != nil {
		t.Fatal(err)
	}
	for place, want := range map[string]string{"/a/b~1c/0/d": "1.50", "a.b/c.0.d": "1.50", "/x.y": "2", "t": "true", "a": "", "/a/b~1c/1/d": "", "t.u": "", "": ""} {
		if got := textAt(v, place); got != want {
			t.Errorf("%q: %q, want %q", place, got, want)
		}
	}
}

func FuzzLinkHeader(f *testing.F) {
	f.Add(`<http://a/b>; rel="next"`)
	f.Add(`<a>; rel=prev, <b,c>; title="x"; rel="last next"`)
	f.Add(`<<>,;=<`)
	f.Fuzz(func(t *testing.T, text string) {
		if link := relNext(http.Header{"Link": {text}}); !strings.Contains(text, link) {
			t.Errorf("%q is not in %q", link, text)
		}
	})
}

func TestLinkHeaders(t *testing.T) {
	for text, want := range map[string]string{
		`<http://a/b>; rel="next"`: "http://a/b", `<a>; rel=prev, <b,c>; title="x"; rel="last next"`: "b,c", `<a>; REL=Next`: "a",
		`<a>; rel="nextish"`: "", `rel="next"`: "", `<a`: "", "": "",
	} {
		if got := relNext(http.Header{"Link": {text}}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

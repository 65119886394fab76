package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/connectortest"
)

// What an API says about its limits is waited for, and no run fails for it.
func TestLimitsAreWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(h http.Header, now time.Time) (status int) // of the first request; 0 means the records
		waits  string
	}{
		"refused, seconds":           {func(h http.Header, _ time.Time) int { h.Set("Retry-After", "7"); return 429 }, "[7s]"},
		"refused, as Shopify writes": {func(h http.Header, _ time.Time) int { h.Set("Retry-After", "2.0"); return 429 }, "[2s]"},
		"refused, a reset in":        {func(h http.Header, _ time.Time) int { h.Set("X-RateLimit-Reset", "30"); return 429 }, "[30s]"},
		"refused, a reset at": {func(h http.Header, now time.Time) int {
			h.Set("X-RateLimit-Reset", fmt.Sprint(now.Unix()+40))
			return 429
		}, "[40s]"},
		"refused, IETF's draft": {func(h http.Header, _ time.Time) int { h.Set("RateLimit-Reset", "9"); return 429 }, "[9s]"},
		"refused, no word":      {func(http.Header, time.Time) int { return 429 }, "[500ms]"},
		"none left": {func(h http.Header, _ time.Time) int {
			h.Set("X-RateLimit-Remaining", "0")
			h.Set("X-RateLimit-Reset", "20")
			return 0
		}, "[20s]"},
		"some left": {func(h http.Header, _ time.Time) int {
			h.Set("X-RateLimit-Remaining", "3")
			h.Set("X-RateLimit-Reset", "20")
			return 0
		}, "[]"},
	} {
		s, asked := newShop(4), 0
		var w world
		w = newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
			if asked++; asked == 1 {
				if status := c.answer(rw.Header(), w.clock.time()); status != 0 {
					reply(rw, status, nil)
					return
				}
			}
			s.serve(rw, r)
		})
		w.clock.now = w.clock.now.Truncate(time.Second)
		got, err := w.read(sluice.HTTPExport{Path: "/page", Page: &sluice.HTTPPage{By: "page", Param: "page", Size: 2, SizeParam: "size"}})
		if err != nil || len(got) != 4 || fmt.Sprint(w.clock.waits) != c.waits {
			t.Errorf("%s: %d records, %v, waited %v", name, len(got), err, w.clock.waits)
		}
	}
}

// No span of the rate's time sees more requests than the connection allows.
func TestRateOfAConnection(t *testing.T) {
	var at []time.Time
	var w world
	s := newShop(8)
	w = newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		at = append(at, w.clock.time())
		s.serve(rw, r)
	})
	w.Settings["rate_requests"], w.Settings["rate_per"] = "3", "10s"
	if got, err := w.read(sluice.HTTPExport{Path: "/page", Page: &sluice.HTTPPage{By: "page", Param: "page", Size: 1, SizeParam: "size"}}); err != nil || len(got) != 8 {
		t.Fatal(got, err)
	}
	if len(at) != 9 || fmt.Sprint(w.clock.waits) != "[10s 10s]" {
		t.Errorf("%d requests, waited %v", len(at), w.clock.waits)
	}
	for i := 3; i < len(at); i++ {
		if at[i].Sub(at[i-3]) < 10*time.Second {
			t.Errorf("requests %d to %d came within %s", i-2, i+1, at[i].Sub(at[i-3]))
		}
	}
}

func rows(pairs ...string) []any {
	var out []any
	for _, p := range pairs {
		out = append(out, map[string]any{"order": p[:1], "sku": p[1:]})
	}
	return out
}

// Rows are grouped across the pages of the API, wherever a run was interrupted.
func TestGroupsOfRows(t *testing.T) {
	s := &shop{records: rows("Ax", "Ay", "Az", "Au", "Bx", "Cx", "Cy")}
	group := func(order string, skus ...string) sluice.Record {
		lines := []any{}
		for _, sku := range skus {
			lines = append(lines, map[string]any{"order": order, "sku": sku})
		}
		return sluice.Record{"order": order, "lines": lines}
	}
	w := newWorld(t, s.serve)
	open := func(first int) func(testing.TB, sluice.ExportOptions) sluice.Reader {
		return func(t testing.TB, o sluice.ExportOptions) sluice.Reader {
			e := &sluice.Export{HTTP: &sluice.HTTPExport{Path: "/link", Records: "/data/items", Page: &sluice.HTTPPage{By: "link", Next: "paging.next"}},
				Group: &sluice.Group{By: []string{"order"}, As: "lines", First: first}}
			r, err := w.OpenExport(t.Context(), w.Connection, e, o)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
	}
	connectortest.RunExport(t, connectortest.Export{Want: []sluice.Record{group("A", "x", "y", "z", "u"), group("B", "x"), group("C", "x", "y")}, Open: open(0)})
	connectortest.RunExport(t, connectortest.Export{Want: []sluice.Record{group("A", "x"), group("B", "x"), group("C", "x")}, Open: open(1)})
	b, err := open(1)(t, sluice.ExportOptions{}).Next(t.Context(), 1)
	if err != nil || b.Items[0].Rows != 4 || b.Items[0].Origin != "page 1, record 1 and 3 more" {
		t.Errorf("%+v, %v", b, err)
	}
	s.records = append(rows("Ax", "Bx", "Ay"), map[string]any{"order": nil})
	r := open(0)(t, sluice.ExportOptions{})
	if b, err := r.Next(t.Context(), 10); sluice.ErrorCode(err) != "source.not_grouped" {
		t.Errorf("rows that do not stand together: %+v, %v", b, err)
	}
	s.records = append([]any{map[string]any{"order": nil, "sku": json.Number("1")}}, rows("Ax")...)
	if b, err := open(0)(t, sluice.ExportOptions{}).Next(t.Context(), 10); err != nil || len(b.Items) != 2 || b.Items[0].Refused == nil || b.Items[1].Refused != nil {
		t.Errorf("a row without the field: %+v, %v", b, err)
	}
}

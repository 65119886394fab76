package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// An API that answers in another form from some page on ends the run there, and the run
// goes on from there once it answers as before.
func TestAnswersThatChangeTheirForm(t *testing.T) {
	for name, answer := range map[string]any{
		"an object in place of the list": map[string]any{"error": "maintenance"},
		"an object round the list":       map[string]any{"items": []any{}},
		"a text":                         "maintenance",
	} {
		s, odd := newShop(6), true
		w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
			if odd && r.URL.Query().Get("page") == "2" {
				reply(rw, 200, answer)
				return
			}
			s.serve(rw, r)
		})
		e := sluice.HTTPExport{Path: "/page", Page: &sluice.HTTPPage{By: "page", Param: "page", Size: 2, SizeParam: "size"}}
		r := w.open(e, sluice.ExportOptions{})
		first, err := r.Next(t.Context(), 2)
		if err != nil || len(first.Items) != 2 {
			t.Fatalf("%s: %+v, %v", name, first, err)
		}
		if b, err := r.Next(t.Context(), 2); sluice.ErrorCode(err) != "source.no_records" || !strings.Contains(err.Error(), "page 2 has no list") || !strings.Contains(err.Error(), "/page") {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
		odd = false
		if b, err := w.open(e, sluice.ExportOptions{Cursor: first.Cursor, Seen: 2}).Next(t.Context(), 10); err != nil || len(b.Items) != 4 {
			t.Errorf("%s, gone on with: %+v, %v", name, b, err)
		}
	}
}

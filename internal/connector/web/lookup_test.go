package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice"
)

func (w world) find(l sluice.LookupHTTP, many string, paths ...string) (sluice.Findings, error) {
	w.t.Helper()
	f, err := w.OpenLookup(w.t.Context(), w.Connection, &sluice.Lookup{HTTP: &l, Many: many}, sluice.LookupOptions{Flow: "f"})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var questions []sluice.Question
	for _, p := range paths {
		questions = append(questions, sluice.Question{p})
	}
	return f.Find(w.t.Context(), questions)
}

func TestLookups(t *testing.T) {
	var tries atomic.Int64
	w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/one":
			reply(w, 200, map[string]any{"id": 1})
		case "/list":
			reply(w, 200, []any{map[string]any{"id": 1}, map[string]any{"id": 2}, map[string]any{"id": 3}})
		case "/empty", "/null":
			reply(w, 200, map[string]any{"/empty": []any{}}[r.URL.Path])
		case "/nothing":
			w.WriteHeader(204)
		case "/gone":
			reply(w, 410, nil)
		case "/bad":
			reply(w, 422, map[string]any{"message": "no such form"})
		case "/busy":
			if tries.Add(1) == 1 {
				w.Header().Set("Retry-After", "1")
				reply(w, 429, nil)
				return
			}
			reply(w, 200, map[string]any{"id": 4})
		default:
			reply(w, 404, nil)
		}
	})
	got, err := w.find(sluice.LookupHTTP{}, "", "/one", "/list", "/empty", "/null", "/nothing", "/gone", "/missing", "/bad", "/busy")
	var ids []string
	for _, a := range got.Answers {
		line := ""
		for _, r := range a.Records {
			line += fmt.Sprint(r["id"])
		}
		if a.Refused != nil {
			line = a.Refused.Code + " " + a.Refused.Message
		}
		ids = append(ids, line)
	}
	want := "1;12;;;;;;lookup.refused the API answered 422 Unprocessable Entity: no such form;4"
	if err != nil || strings.Join(ids, ";") != want || got.Requests != 9 {
		t.Errorf("got %s by %d requests, %v", strings.Join(ids, ";"), got.Requests, err)
	}
	if got, err := w.find(sluice.LookupHTTP{}, sluice.ManyAll, "/list"); err != nil || len(got.Answers[0].Records) != 3 {
		t.Errorf("all: %+v, %v", got, err)
	}
	if got, err := w.find(sluice.LookupHTTP{Records: "data"}, "", "/one"); sluice.ErrorCode(err) != "lookup.answer" {
		t.Errorf("a place that there is not: %+v, %v", got, err)
	}
}

// What keeps the API from being asked is about the run, not about a record.
func TestLookupsWithoutTheAPI(t *testing.T) {
	for status, code := range map[int]string{401: "connection.login_refused", 403: "connection.permission", 500: "connection.unreachable"} {
		w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, nil) })
		if got, err := w.find(sluice.LookupHTTP{}, "", "/a", "/b"); sluice.ErrorCode(err) != code {
			t.Errorf("%d: %+v, %v", status, got, err)
		}
	}
	w := newWorld(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) })
	if _, err := w.find(sluice.LookupHTTP{}, "", "/a"); sluice.ErrorCode(err) != "source.not_json" {
		t.Errorf("no JSON: %v", err)
	}
	w.Settings["base_url"] = "http://127.0.0.1:1"
	w.ID = "2"
	if _, err := w.find(sluice.LookupHTTP{}, "", "/a"); sluice.ErrorCode(err) != "connection.unreachable" {
		t.Errorf("nobody there: %v", err)
	}
}

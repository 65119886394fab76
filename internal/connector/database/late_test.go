package database

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// A page that takes longer than its send window is not reported as written without
// being there, and gets through in the end.
func TestPageThatTakesLong(t *testing.T) { everywhere(t, pageThatTakesLong) }

func pageThatTakesLong(t *testing.T, s server) {
	s.exec("CREATE TABLE things (id TEXT PRIMARY KEY)")
	now := time.Now()
	clock := func() time.Time { now = now.Add(sendWindow / 5); return now } // each look costs as much
	w, err := OpenImport(t.Context(), s.Connection, &sluice.Import{SQL: &sluice.SQLImport{Table: "things"}}, Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	var left []*sluice.Intent
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		left = append(left, &sluice.Intent{Key: id, Operation: sluice.Add, Record: sluice.Record{"id": id}})
	}
	for written := 0; len(left) > 0; {
		if err := w.Prepare(t.Context(), left); err != nil {
			t.Fatal(err)
		}
		for _, i := range left {
			i.SendBy = now.Add(sendWindow)
		}
		results, err := w.Write(t.Context(), left)
		if err != nil {
			t.Fatal(err)
		}
		var again []*sluice.Intent
		for n, r := range results {
			switch r.State {
			case sluice.ResultWritten:
				written++
			case sluice.ResultNotSent:
				again = append(again, left[n])
			default:
				t.Fatalf("%s is in state %d: %v", left[n].Key, r.State, r.Failure)
			}
		}
		if there := s.number("SELECT count(*) FROM things"); there != written {
			t.Fatalf("%d records are there, %d were reported as written", there, written)
		}
		if len(again) == len(left) {
			t.Fatal("no record got through in time")
		}
		left = again
	}
}

// number returns the number that a query gives.
func (s server) number(query string) int {
	s.t.Helper()
	var n int
	if err := s.QueryRow(query).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

package recordimport

import (
	"encoding/json"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

func TestTally(t *testing.T) {
	line := func(n string) map[string]any { return map[string]any{"quantity": json.Number(n)} }
	there := func(ns ...string) []netsuite.Record {
		var out []netsuite.Record
		for _, n := range ns {
			out = append(out, line(n))
		}
		return out
	}
	sent := func(total int, equal []int, ns ...string) appended {
		a := appended{Equal: equal, Total: total}
		for _, n := range ns {
			a.Lines = append(a.Lines, line(n))
		}
		return a
	}
	for name, tt := range map[string]struct {
		a    appended
		now  []netsuite.Record
		want sluice.ResultState
	}{
		"arrived":                  {sent(1, []int{0, 0}, "2", "3"), there("1", "2", "3"), sluice.ResultWritten},
		"not arrived":              {sent(1, []int{0, 0}, "2", "3"), there("1"), sluice.ResultAbsent},
		"equal before, arrived":    {sent(1, []int{1}, "1.0"), there("1", "1"), sluice.ResultWritten},
		"equal before, not":        {sent(1, []int{1}, "1"), there("1"), sluice.ResultAbsent},
		"by key, one as it was":    {sent(2, []int{0, 1}, "5", "2"), there("5", "2"), sluice.ResultWritten},
		"by key, all as they were": {sent(2, []int{1, 1}, "1", "2"), there("1", "2"), sluice.ResultAbsent},
		"others have changed them": {sent(1, []int{0, 0}, "2", "3"), there("1", "2"), sluice.ResultUnknown},
	} {
		var sum tally
		sum.add(tt.a, tt.now)
		if got := sum.state(); got != tt.want {
			t.Errorf("%s: state %d, want %d", name, got, tt.want)
		}
	}
}

func TestChoicesAreNoLines(t *testing.T) {
	id := map[string]any{"id": "1"}
	for want, lists := range map[bool][][]map[string]any{
		true:  {{id}, {id, {"externalId": "x"}}, {{"id": "2", "refName": "two"}}},
		false: {{id, {"id": "1", "quantity": 2}}, {{"item": id}}},
	} {
		for _, list := range lists {
			if choices(list) != want {
				t.Errorf("%v: %v", list, !want)
			}
		}
	}
}

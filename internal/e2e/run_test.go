package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/govalues/decimal"
)

// run is what `sluice flow run --output json` prints.
type run struct {
	ID     int64  `json:"id"`
	State  string `json:"state"`
	Counts counts `json:"counts"`
	Totals []struct {
		Name, Read, Written, Unchanged, Excluded, Failed string
	} `json:"totals"`
}

type counts struct {
	Read      int `json:"read"`
	Written   int `json:"written"`
	Unchanged int `json:"unchanged"`
	Excluded  int `json:"excluded"`
	Failed    int `json:"failed"`
}

// flow runs a flow and checks that everything is accounted for.
func (w *world) flow(code int, name string) run {
	w.t.Helper()
	r := decodeRun(w.t, w.sluice(code, "flow", "run", name, "--output", "json"))
	r.checkSums(w.t)
	return r
}

func decodeRun(t *testing.T, text string) run {
	t.Helper()
	var r run
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

// checkSums checks read = written + unchanged + excluded + failed, of records and of totals.
func (r run) checkSums(t *testing.T) {
	t.Helper()
	c := r.Counts
	if r.State != "completed" || c.Read != c.Written+c.Unchanged+c.Excluded+c.Failed {
		t.Errorf("run %d is %s with %+v", r.ID, r.State, c)
	}
	for _, total := range r.Totals {
		sum := amount(t, total.Written, total.Unchanged, total.Excluded, total.Failed)
		if sum.Cmp(amount(t, total.Read)) != 0 {
			t.Errorf("%s: read %s, but the outcomes come to %s", total.Name, total.Read, sum)
		}
	}
}

// total returns one outcome of a control total.
func (r run) total(t *testing.T, name, outcome string) decimal.Decimal {
	t.Helper()
	for _, total := range r.Totals {
		if total.Name == name {
			return amount(t, map[string]string{"read": total.Read, "written": total.Written, "unchanged": total.Unchanged,
				"excluded": total.Excluded, "failed": total.Failed}[outcome])
		}
	}
	t.Fatalf("the run has no control total %q", name)
	return decimal.Decimal{}
}

// amount adds up decimal texts; an empty one is zero.
func amount(t *testing.T, texts ...string) decimal.Decimal {
	t.Helper()
	var sum decimal.Decimal
	for _, text := range texts {
		if text == "" {
			continue
		}
		d, err := decimal.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err = sum.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

// expect compares a run's counts with "read written unchanged excluded failed".
func (w *world) expect(r run, want string) {
	w.t.Helper()
	c := r.Counts
	if got := fmt.Sprint(c.Read, c.Written, c.Unchanged, c.Excluded, c.Failed); got != want {
		w.t.Errorf("run %d: read, written, unchanged, excluded, failed are %s, want %s\n%s", r.ID, got, want,
			w.sluice(exitOK, "error", "list", "--run", fmt.Sprint(r.ID)))
	}
}

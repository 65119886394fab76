package recorderror_test

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apierror "github.com/sluicehq/sluice/internal/api/recorderror"
)

// newSorted is a ward whose flow imports through one connection and asks another.
func newSorted(t *testing.T) *ward {
	w := newWard(t, nil)
	w.flow.Flow.Steps = []sluice.Step{{Name: "find", Lookup: &sluice.Lookup{Connection: "shop"}}, {Name: "import", Import: &sluice.Import{Connection: "netsuite"}}}
	if err := w.store.SaveFlow(t.Context(), w.flow); err != nil {
		t.Fatal(err)
	}
	w.leave(t, sluice.RecordError{Code: "A", Classification: sluice.ClassValue}, sluice.RecordError{Code: "A", Classification: sluice.ClassValue}, sluice.RecordError{Code: "B", Classification: sluice.ClassLocked})
	return w
}

func (w *ward) summary(t *testing.T, c apierror.ErrorChoice) *apierror.ErrorSummary {
	t.Helper()
	s, err := w.CountErrors(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each list of a summary counts what there would be if its own part of the choice were
// left out; the states count with the whole choice.
func TestSummaryCountsTheNeighbours(t *testing.T) {
	w := newSorted(t)
	if err := w.SetErrorState(t.Context(), api.Local(), ids(1), sluice.ErrorResolved, ""); err != nil {
		t.Fatal(err)
	}
	s := w.summary(t, apierror.ErrorChoice{State: sluice.ErrorOpen, Code: "A"})
	if s.Total != 1 || s.Open != 1 || s.Resolved != 1 {
		t.Errorf("of code A: %+v", s)
	}
	if want := []apierror.ErrorCount{{Value: "A", Count: 1}, {Value: "B", Count: 1}}; !slices.Equal(s.Codes, want) {
		t.Errorf("codes %v, want %v", s.Codes, want)
	}
	if want := []apierror.ErrorStep{{Flow: "orders", Step: "import", Connection: "netsuite", Count: 1}}; !slices.Equal(s.Places, want) {
		t.Errorf("places %v, want %v", s.Places, want)
	}
	if want := []apierror.ErrorCount{{Value: "value", Count: 1}}; !slices.Equal(s.Classifications, want) {
		t.Errorf("classifications %v, want %v", s.Classifications, want)
	}
	if s := w.summary(t, apierror.ErrorChoice{Connection: "netsuite"}); s.Total != 3 {
		t.Errorf("through netsuite: %+v", s)
	}
	if s := w.summary(t, apierror.ErrorChoice{Connection: "shop", State: sluice.ErrorOpen}); s.Total != 0 || len(s.Connections) != 1 || s.Connections[0].Count != 2 {
		t.Errorf("through shop: %+v", s)
	}
}

// A filter chooses what matches it when it is worked, and nothing that came after.
func TestFiltersChoose(t *testing.T) {
	w := newSorted(t)
	by := api.Local()
	choose := func(c apierror.ErrorChoice) apierror.ErrorIDs { return apierror.ErrorIDs{Filter: &c} }
	if err := w.SetErrorState(t.Context(), by, choose(apierror.ErrorChoice{Code: "A", Before: 2}), sluice.ErrorResolved, "known"); err != nil {
		t.Fatal(err)
	}
	if s := w.summary(t, apierror.ErrorChoice{}); s.Open != 2 || s.Resolved != 1 {
		t.Errorf("after one was resolved: %+v", s)
	}
	if _, err := w.RetryErrors(t.Context(), by, choose(apierror.ErrorChoice{Connection: "netsuite"})); err != nil || !slices.Equal(w.retried[0], []int64{2, 3}) {
		t.Errorf("retried %v, %v; want the open ones, the oldest first", w.retried, err)
	}
	if err := w.TagErrors(t.Context(), by, choose(apierror.ErrorChoice{Flow: "orders"}), []string{"seen"}, nil); err != nil {
		t.Fatal(err)
	}
	if s := w.summary(t, apierror.ErrorChoice{Tag: "seen"}); s.Total != 3 {
		t.Errorf("tagged: %+v", s)
	}
	for name, c := range map[string]struct {
		chosen apierror.ErrorIDs
		code   string
	}{
		"both":            {apierror.ErrorIDs{IDs: []int64{1}, Filter: &apierror.ErrorChoice{}}, sluice.CodeInvalid},
		"neither":         {apierror.ErrorIDs{}, sluice.CodeInvalid},
		"nothing matches": {choose(apierror.ErrorChoice{Code: "Z"}), sluice.CodeNotFound},
		"retrying":        {choose(apierror.ErrorChoice{State: sluice.ErrorRetrying}), "error.state"},
		"unknown flow":    {choose(apierror.ErrorChoice{Flow: "none"}), sluice.CodeNotFound},
		"no such step":    {choose(apierror.ErrorChoice{Connection: "elsewhere"}), sluice.CodeNotFound},
	} {
		if err := w.SetErrorState(t.Context(), by, c.chosen, sluice.ErrorResolved, ""); sluice.ErrorCode(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

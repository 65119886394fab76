package app

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// found returns kinds and titles.
func found(t *testing.T, c *client.Client, words string) []string {
	t.Helper()
	got, err := c.Search(t.Context(), client.SearchQuery{Q: words})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range got.Items {
		out = append(out, f.Kind+" "+f.Title)
	}
	return out
}

func TestSearchFindsWhatOneMaySee(t *testing.T) {
	s, manager := startCases(t)
	if got := found(t, manager, "copy"); len(got) == 0 || got[0] != "flow copy" {
		t.Errorf("a flow by its name stands first: %v", got)
	}
	if got := found(t, manager, "FIL"); !slices.Contains(got, "connection files") {
		t.Errorf("the beginning of a connection's name: %v", got)
	}
	if got := found(t, manager, "token-based authentication"); !slices.ContainsFunc(got, func(f string) bool { return f[:5] == "guide" }) {
		t.Errorf("a step of the guide: %v", got)
	}
	if got := found(t, manager, "no such thing anywhere"); len(got) != 0 {
		t.Errorf("nothing: %v", got)
	}
	s.user(t, sluice.RoleMonitor)
	isUser := func(f string) bool { return f[:4] == "user" }
	if got := found(t, manager, "example.com"); slices.ContainsFunc(got, isUser) {
		t.Errorf("people are for those who may see them: %v", got)
	}
	if got := found(t, s.user(t, sluice.RoleOwner), "example.com"); !slices.ContainsFunc(got, isUser) {
		t.Errorf("the owner finds people: %v", got)
	}
}

func TestSearchFindsRunsAndErrors(t *testing.T) {
	s, c := startCases(t)
	run, err := s.local.StartRun(t.Context(), "copy")
	if err != nil {
		t.Fatal(err)
	}
	if got := found(t, c, "1"); run.ID != 1 || !slices.Contains(got, "run Run 1") {
		t.Errorf("a run by its number: %v", got)
	}
	if got := found(t, c, "run 1"); len(got) == 0 || got[0] != "run Run 1" {
		t.Errorf("and by its name: %v", got)
	}
}

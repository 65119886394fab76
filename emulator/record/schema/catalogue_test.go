package schema

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
)

// TestCatalogue wants every name of a live account's metadata catalogue served,
// or listed as absent. The recorded answer is no part of the project; without it
// the test is skipped. Types of that account's own are left out.
func TestCatalogue(t *testing.T) {
	text := reference.Read(t, "fixtures/rest/*/metadata-catalog.response.json")
	var catalogue struct{ Items []struct{ Name string } }
	if err := json.Unmarshal(text, &catalogue); err != nil || len(catalogue.Items) < 150 {
		t.Fatal(err, len(catalogue.Items))
	}
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range catalogue.Items {
		isAbsent := slices.ContainsFunc(s.Absent, func(g Gap) bool { return g.Name == item.Name })
		isServed := s.Type(item.Name) != nil
		isOwn := strings.HasPrefix(item.Name, "customrecord") || strings.HasPrefix(item.Name, "customlist")
		if isServed == isAbsent && !isOwn {
			t.Errorf("%s: served %v, listed as absent %v", item.Name, isServed, isAbsent)
		}
	}
}

// TestAbsent: what is listed as absent is absent, and listed once.
func TestAbsent(t *testing.T) {
	s, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range s.Absent {
		if s.Type(g.Name) != nil || seen[g.Name] || g.For == "" {
			t.Errorf("%s (%s) is served, or listed twice", g.Name, g.For)
		}
		seen[g.Name] = true
	}
}

package schema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCatalogue wants every name of a live account's metadata catalogue served,
// or listed as absent. The recorded answer is no part of the project; without it
// the test is skipped. Types of that account's own are left out.
func TestCatalogue(t *testing.T) {
	shared := os.Getenv("SLUICE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(shared, "fixtures", "rest", "*", "metadata-catalog.response.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("no recorded catalogue: set SLUICE_SHARED to the folder that holds fixtures/rest")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
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

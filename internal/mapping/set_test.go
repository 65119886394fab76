package mapping

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// Take the guard out of Run and this test runs for minutes, or ends the process.
func TestSetsAreGuarded(t *testing.T) {
	s := NewSet()
	s.deadline = 20 * time.Millisecond
	loop, problems := s.Compile(`range(0, 10000).map_each(_ -> range(0, 10000).map_each(_ -> range(0, 10000).length()))`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if _, err := s.Run(t.Context(), func() (any, error) { return loop.Value(map[string]any{}) }); sluice.ErrorCode(err) != "mapping.timeout" {
		t.Errorf("a loop: %v", err)
	}
	if _, err := NewSet().Run(t.Context(), func() (any, error) { panic("boom") }); sluice.ErrorCode(err) != "mapping.failed" {
		t.Errorf("a panic: %v", err)
	}
}

// A path that is followed without the language gives what the language gives.
func TestPathsAreTheLanguages(t *testing.T) {
	s := NewSet()
	values := []any{nil, "x", "\xff", true, json.Number("1.10"), []any{"x", map[string]any{"b": "y"}}, map[string]any{"b": "z", "length": "l"}, map[string]any{"b": nil}, map[string]any{}}
	for _, source := range []string{"this", "this.a", "this.a.b", "this.a.b.c", "this.a.length", "this.b", " this.a "} {
		m, problems := s.Compile(source)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, v := range append(values, "no object") {
			this := any(map[string]any{"a": v})
			if v == "no object" {
				this = v
			}
			got, err := m.Value(this)
			path := m.path
			m.path = nil
			want, wantErr := m.Value(this)
			m.path = path
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			if string(a) != string(b) || (err == nil) != (wantErr == nil) {
				t.Errorf("%s of %v: %s, %v; the language says %s, %v", source, this, a, err, b, wantErr)
			}
		}
	}
}

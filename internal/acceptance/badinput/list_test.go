// Package badinput holds the list of bad input that a server has to stand: each entry
// becomes record errors with their places or a refused flow, no record is lost, and the
// server serves on.
package badinput

import "testing"

// One server meets the whole list. After each entry a sound flow has to get through.
func TestBadInput(t *testing.T) {
	w := newWorld(t)
	for _, entry := range []struct {
		name string
		meet func(*testing.T, *world)
	}{
		{"a source that changes shape mid-run", sourceThatChangesShape},
		{"a 50 MB record", largeRecord},
		{"a mapping that loops or panics", mappingThatLoops},
		{"a lookup with two answers", lookupWithTwoAnswers},
		{"a cyclic branch", cyclicBranch},
		{"an unknown time zone", unknownTimeZone},
		{"a clock that jumps", clockThatJumps},
		{"a record deleted between read and write", recordDeletedMeanwhile},
		{"an edited record that no longer parses", editedRecord},
		{"a webhook with a wrong signature", wrongSignature},
	} {
		t.Run(entry.name, func(t *testing.T) {
			entry.meet(t, w)
			w.serves(t)
		})
	}
}

package flowtest

import (
	"iter"

	"github.com/sluicehq/sluice"
)

// named gives the flow's steps with their names.
func named(f *sluice.Flow) iter.Seq2[string, *sluice.Step] {
	return func(yield func(string, *sluice.Step) bool) {
		for i, name := range f.StepNames() {
			if !yield(name, &f.Steps[i]) {
				return
			}
		}
	}
}

func stepNames(f *sluice.Flow) []string {
	var out []string
	for name := range named(f) {
		out = append(out, name)
	}
	return out
}

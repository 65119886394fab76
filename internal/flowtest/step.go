package flowtest

import (
	"iter"

	"github.com/sluicehq/sluice"
)

// named gives the flow's steps with their names, those of branches too.
func named(f *sluice.Flow) iter.Seq2[string, *sluice.Step] {
	return func(yield func(string, *sluice.Step) bool) {
		for p := range f.Places() {
			if p.Step != nil && !yield(p.Name, p.Step) {
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

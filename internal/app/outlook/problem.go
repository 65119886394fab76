package outlook

import (
	"strings"

	"github.com/sluicehq/sluice"
)

// Once returns the files whose name no earlier file has, and a problem for each other.
func Once[T any](noun string, files []T, of func(T) (name, path string)) ([]T, []sluice.Problem) {
	var list []T
	var problems []sluice.Problem
	seen := map[string]string{}
	for _, f := range files {
		name, path := of(f)
		if other, twice := seen[name]; twice {
			problems = append(problems, sluice.Problem{Code: "plan.twice", Path: path + ": " + name, Message: "the " + noun + " is in " + other + " too"})
			continue
		}
		seen[name] = path
		list = append(list, f)
	}
	return list, problems
}

// InFile names the file in each problem's path.
func InFile(place string, problems []sluice.Problem) []sluice.Problem {
	for i := range problems {
		problems[i].Path = strings.TrimSuffix(place+": "+problems[i].Path, ": ")
	}
	return problems
}

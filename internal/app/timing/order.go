package timing

import (
	"fmt"
	"slices"

	"github.com/sluicehq/sluice"
)

// CheckOrder says what is wrong with the flows that a flow names: those that follow it,
// and the one that it stays behind. Others are given by name.
func CheckOrder(f *sluice.Flow, others map[string]*sluice.Flow) []sluice.Problem {
	find := func(name string) *sluice.Flow {
		if name == f.Name {
			return f
		}
		return others[name]
	}
	var problems []sluice.Problem
	for i, name := range f.Next {
		path := fmt.Sprintf("next[%d]", i)
		if find(name) == nil {
			problems = append(problems, unknown(path, name))
		} else if way := circle(f.Name, name, func(n string) []string { return next(find(n)) }); way != nil {
			problems = append(problems, sluice.Problem{Code: "flow.circle", Path: path, Message: fmt.Sprintf("the flow would follow itself without end: %q", way),
				Remedy: "Take one of these out of next"})
		}
	}
	for at, e := range f.Sources() {
		d := e.Delta
		if d == nil || d.After == "" || d.After == f.Name {
			continue
		}
		at += ".delta.after"
		parent := find(d.After)
		switch {
		case parent == nil:
			problems = append(problems, unknown(at, d.After))
		case !hasDelta(parent):
			problems = append(problems, sluice.Problem{Code: "flow.no_delta", Path: at, Message: fmt.Sprintf("the flow %q has no delta export, and so no watermark", d.After), Remedy: "Name a flow with a delta export"})
		default:
			if way := circle(f.Name, d.After, func(n string) []string { return after(find(n)) }); way != nil {
				problems = append(problems, sluice.Problem{Code: "flow.circle", Path: at, Message: fmt.Sprintf("each of these flows would wait for the others: %q", way),
					Remedy: "Let one of them go without after"})
			}
		}
	}
	return problems
}

func unknown(path, name string) sluice.Problem {
	return sluice.Problem{Code: "flow.unknown_flow", Path: path, Message: fmt.Sprintf("there is no flow %q", name), Remedy: "Create it, or put it into the same set of files"}
}

func next(f *sluice.Flow) []string {
	if f == nil {
		return nil
	}
	return f.Next
}

// after lists the flows that a flow's exports stay behind.
func after(f *sluice.Flow) []string {
	if f == nil {
		return nil
	}
	var names []string
	for _, e := range f.Sources() {
		if e.Delta != nil && e.Delta.After != "" {
			names = append(names, e.Delta.After)
		}
	}
	return names
}

func hasDelta(f *sluice.Flow) bool {
	for _, e := range f.Sources() {
		if e.Delta != nil {
			return true
		}
	}
	return false
}

// circle returns the way from a flow over another one back to itself, nil without any.
func circle(start, over string, leads func(string) []string) []string {
	seen := map[string]bool{}
	var walk func(way []string) []string
	walk = func(way []string) []string {
		at := way[len(way)-1]
		if at == start {
			return way
		}
		if seen[at] {
			return nil
		}
		seen[at] = true
		for _, n := range leads(at) {
			if found := walk(append(slices.Clone(way), n)); found != nil {
				return found
			}
		}
		return nil
	}
	return walk([]string{start, over}[1:])
}

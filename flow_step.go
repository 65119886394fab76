package sluice

import (
	"fmt"
	"iter"
)

// Branch sends each record into one path, or into all whose condition holds.
type Branch struct {
	// Take is TakeFirst (default) or TakeAll.
	Take  string       `json:"take,omitempty"`
	Paths []BranchPath `json:"paths"`
}

// Values of Branch.Take. Behind the branch a record goes on as its first path left it,
// but as it came where it took all of them.
const (
	TakeFirst = "first"
	TakeAll   = "all"
)

// BranchPath is one way through a branch.
type BranchPath struct {
	Name string `json:"name"` // unique among the branch's paths
	// If is a Bloblang expression over the record as it came to the branch. Empty holds
	// for every record; with TakeFirst those are all others.
	If string `json:"if,omitempty"`
	// Steps are what the path's records pass. A path without steps discards them.
	Steps []Step `json:"steps,omitempty"`
}

// MaxBranchDepth is how many branches may be within each other.
const MaxBranchDepth = 8

// KindPath is the kind of a branch's path where it is counted among the steps.
const KindPath = "path"

// Place is a step of a flow, or a path of a branch: whatever a run counts by itself.
type Place struct {
	// Name is the step's. One without a name is called by its kind and its place among
	// the steps of that kind: the ledger keeps what was written by the import's name,
	// which a filter or mapping put before it must not change. A path is called
	// branch/path.
	Name  string
	Kind  string // Step.Kind, or KindPath
	At    string // where it stands in the flow: steps[1].branch.paths[0].steps[2]
	Depth int    // how many branches it is in; a path is in its branch
	Step  *Step  // nil for a path
	Path  *BranchPath
}

// Places yields all steps and paths in the order of the flow file: a branch, its first
// path, that path's steps, the second path.
func (f *Flow) Places() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		w := placeWalk{yield: yield, count: map[string]int{}}
		w.steps(f.Steps, "steps", 0)
	}
}

type placeWalk struct {
	yield func(Place) bool
	count map[string]int // of each kind so far
}

// steps reports whether the walk goes on.
func (w *placeWalk) steps(list []Step, at string, depth int) bool {
	for i := range list {
		s := &list[i]
		kind := s.Kind()
		w.count[kind]++
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("%s-%d", kind, w.count[kind])
		}
		p := Place{Name: name, Kind: kind, At: fmt.Sprintf("%s[%d]", at, i), Depth: depth, Step: s}
		if !w.yield(p) || s.Branch != nil && !w.branch(s.Branch, p) {
			return false
		}
	}
	return true
}

func (w *placeWalk) branch(b *Branch, of Place) bool {
	for i := range b.Paths {
		path := &b.Paths[i]
		p := Place{Name: of.Name + "/" + path.Name, Kind: KindPath, At: fmt.Sprintf("%s.branch.paths[%d]", of.At, i), Depth: of.Depth + 1, Path: path}
		if !w.yield(p) || !w.steps(path.Steps, p.At+".steps", p.Depth) {
			return false
		}
	}
	return true
}

// AllSteps yields every step with where it stands in the flow, those of branches too,
// in the order of the flow file.
func (f *Flow) AllSteps() iter.Seq2[string, *Step] {
	return func(yield func(string, *Step) bool) {
		for p := range f.Places() {
			if p.Step != nil && !yield(p.At, p.Step) {
				return
			}
		}
	}
}

// Imports yields every import with where it stands in the flow: steps[1].import.
func (f *Flow) Imports() iter.Seq2[string, *Import] {
	return func(yield func(string, *Import) bool) {
		for at, s := range f.AllSteps() {
			if s.Import != nil && !yield(at+".import", s.Import) {
				return
			}
		}
	}
}

// StepNames returns the names of all steps and paths, in the order of the flow file.
// That is the order of a run's step counts.
func (f *Flow) StepNames() []string {
	var names []string
	for p := range f.Places() {
		names = append(names, p.Name)
	}
	return names
}

package program

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Branch is a compiled branch.
type Branch struct {
	Paths []*Path
	all   bool // a record takes every path whose condition holds, not only the first
}

// Path is one way through a branch.
type Path struct {
	Name      string // branch/path
	Row       int    // its place in the run's counts
	Steps     []*Step
	condition *mapping.Expr // nil holds for all
}

// Fork is a branch with the records that have come to it. Its paths are walked one
// after another: Enter, the path's steps, Leave; Join when all are walked.
type Fork struct {
	branch *Branch
	takers [][]*Passenger // by path
	came   map[*Passenger]sluice.Record
	failed map[*Passenger]failed
}

type failed struct {
	step    string
	failure *sluice.Failure
}

// Fork finds out which paths each record takes. Records whose conditions cannot be
// judged have failed.
func (s *Step) Fork(ctx context.Context, list []*Passenger) *Fork {
	f := &Fork{branch: s.Branch, takers: make([][]*Passenger, len(s.Branch.Paths)), came: map[*Passenger]sluice.Record{}, failed: map[*Passenger]failed{}}
	for _, p := range list {
		paths, err := s.Branch.choose(ctx, p.Record)
		if err != nil {
			p.Fail(s.Name, FailureOf(err, sluice.ClassMapping))
			continue
		}
		f.came[p] = p.Record
		for _, i := range paths {
			f.takers[i] = append(f.takers[i], p)
		}
	}
	return f
}

// choose returns the paths that a record takes.
func (b *Branch) choose(ctx context.Context, r sluice.Record) ([]int, error) {
	var out []int
	for i, path := range b.Paths {
		holds := true
		if path.condition != nil {
			var err error
			if holds, err = path.condition.Bool(ctx, r); err != nil {
				return nil, err
			}
		}
		if !holds {
			continue
		}
		out = append(out, i)
		if !b.all {
			break
		}
	}
	return out, nil
}

// Enter returns the records that take a path. One without steps ends their way there.
func (f *Fork) Enter(path int) []*Passenger {
	if len(f.branch.Paths[path].Steps) == 0 {
		for _, p := range f.takers[path] {
			p.Outcome = sluice.OutcomeExcluded
		}
	}
	return f.takers[path]
}

// Leave ends a path. Where a record takes all paths, it comes to the next one as it
// came to the branch, whatever became of it in this one.
func (f *Fork) Leave(path int) {
	if !f.branch.all {
		return
	}
	for _, p := range f.takers[path] {
		if _, before := f.failed[p]; p.Outcome == sluice.OutcomeFailed && !before {
			f.failed[p] = failed{p.FailedStep, p.Failure}
		}
		p.Outcome, p.FailedStep, p.Failure = "", "", nil
		p.Record = f.came[p]
	}
}

// Join ends the branch: a record that failed in any path has failed.
func (f *Fork) Join() {
	for p, why := range f.failed {
		p.Fail(why.step, why.failure)
	}
}

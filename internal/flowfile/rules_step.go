package flowfile

import (
	"fmt"

	"github.com/sluicehq/sluice"
)

// stepRules checks the steps, those of branches too.
func (c *checker) stepRules(f *sluice.Flow) {
	names := map[string]string{}
	files := map[string]bool{}
	imports := 0
	for p := range f.Places() {
		if before, taken := names[p.Name]; taken {
			c.add("flow.duplicate_name", p.At+".name", fmt.Sprintf("%s is called %q already", before, p.Name), "Give each step of the flow a name of its own, and each path of a branch: the ledger keeps what was written by step")
		} else {
			names[p.Name] = p.At
		}
		switch {
		case p.Step == nil:
			continue
		case p.Depth > 0 && p.Step.Deleted:
			c.add("flow.conflict", p.At+".deleted", "a branch's steps are for the same records as the branch", "Say deleted at the outermost branch")
		}
		c.lookupRules(p.Step.Lookup, p.At+".lookup")
		c.fieldRules(p.Step.Fields, p.At+".fields")
		if p.Step.Branch != nil {
			c.branchRules(p)
		}
		if p.Step.Import != nil {
			imports++
			c.importRules(p.Step.Import, p.At+".import")
			c.fileRules(p.Step.Import, p.At+".import", files)
		}
	}
	if imports == 0 && len(f.Steps) > 0 {
		c.add("flow.no_import", "steps", "no step is an import, so the flow would write nothing", "Add a step with the key import")
	}
}

func (c *checker) branchRules(p sluice.Place) {
	at, b := p.At+".branch", p.Step.Branch
	if p.Depth >= sluice.MaxBranchDepth {
		c.add("flow.too_deep", at, fmt.Sprintf("this branch is within %d others", p.Depth), fmt.Sprintf("Branches may be %d deep at most: put conditions together with &&", sluice.MaxBranchDepth))
	}
	if b.Take == sluice.TakeAll {
		return
	}
	for i, path := range b.Paths {
		if path.If == "" && i < len(b.Paths)-1 {
			c.add("flow.conflict", fmt.Sprintf("%s.paths[%d].if", at, i), fmt.Sprintf("the path %q has no condition and takes every record, so that none comes to those behind it", path.Name), "Give it a condition, or make it the last path")
		}
	}
}

package flowfile

import (
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
)

// sourceRules checks the flow's exports, each as if it were the only one.
func (c *checker) sourceRules(f *sluice.Flow) {
	deletions := false
	for at, e := range f.Sources() {
		deletions = deletions || e.Delta != nil && e.Delta.Deletes != nil
		alone := *f
		alone.Export, alone.Exports = *e, nil
		own := &checker{wrong: map[string]bool{}}
		own.exportRules(&alone.Export)
		own.deltaRules(&alone)
		own.onceRules(&alone.Export)
		for _, p := range own.problems {
			if rest, ours := strings.CutPrefix(p.Path, "export"); ours {
				p.Path = at + rest
			}
			c.add(p.Code, p.Path, p.Message, p.Remedy)
		}
	}
	if !deletions {
		c.noDeletions(f)
	}
	c.sourceNames(f)
}

// sourceNames checks what exports are called.
func (c *checker) sourceNames(f *sluice.Flow) {
	names := map[string]bool{}
	for _, n := range f.StepNames() {
		names[n] = true
	}
	unnamed := ""
	for at, e := range f.Sources() {
		switch {
		case e.Webhook != nil && len(f.Exports) > 0:
			c.add("flow.conflict", at+".webhook", "what comes in by webhook is its flow's only export", "Give it a flow of its own")
		case e.Name == "" && unnamed != "":
			c.add("flow.missing_key", at+".name", unnamed+" has no name either", "One export at most may be without a name: give this one a name")
		case e.Name == "":
			unnamed = at
		case e.Name == sluice.ExportName:
			c.add("flow.invalid_value", at+".name", fmt.Sprintf("%q is what an export without a name is called", e.Name), "Give it another name")
		case names[e.Name]:
			c.add("flow.duplicate_name", at+".name", fmt.Sprintf("another export or a step is called %q", e.Name), "Give each export a name of its own: the ledger knows its records by it")
		}
		names[e.Name] = true
	}
}

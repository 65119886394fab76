package flowtest

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// check reads what the case names and says all that is wrong with it.
func (s *Suite) check(c *Case) []sluice.Problem {
	problems := s.checkSteps(c)
	problems = append(problems, s.checkFolder(c)...)
	problems = append(problems, s.checkDatabases(c)...)
	problems = append(problems, s.checkExisting(c)...)
	problems = append(problems, s.checkLookups(c)...)
	return append(problems, s.checkSources(c)...)
}

// checkSteps says which steps and exports the case names that the flow does not have.
func (s *Suite) checkSteps(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	steps, labels := stepNames(s.Flow), s.labels()
	look := func(path, key, name, noun string, known []string) {
		if name != "" && !slices.Contains(known, name) {
			problems = append(problems, s.problem(path+"."+key, fmt.Sprintf("the flow %s has no %s %q", s.Flow.Name, noun, name), "Its "+noun+"s are "+strings.Join(known, ", ")))
		}
	}
	// The flag of an export by once is written under the export's name.
	writers := append(slices.Clone(steps), labels...)
	for i, a := range c.Answers {
		look(fmt.Sprintf("%s.answers[%d]", c.at, i), "step", a.Step, "step", writers)
	}
	for i, a := range c.Lookups {
		look(fmt.Sprintf("%s.lookups[%d]", c.at, i), "step", a.Step, "step", steps)
	}
	for i, e := range c.Expect.Imports {
		look(fmt.Sprintf("%s.expect.imports[%d]", c.at, i), "step", e.Step, "step", writers)
	}
	for i, e := range c.Expect.Requests {
		look(fmt.Sprintf("%s.expect.requests[%d]", c.at, i), "step", e.Step, "step", writers)
	}
	for i, e := range c.Expect.Asked {
		at := fmt.Sprintf("%s.expect.asked[%d]", c.at, i)
		look(at, "step", e.Step, "step", steps)
		look(at, "export", e.Export, "export", labels)
		if e.Step == "" && e.Export == "" && len(labels) > 1 {
			problems = append(problems, s.problem(at, "it is not said who asks this", "Name the export, or the step"))
		}
	}
	return problems
}

// labels are the names of the flow's exports.
func (s *Suite) labels() []string {
	var out []string
	for _, e := range s.Flow.Sources() {
		out = append(out, e.Label())
	}
	return out
}

func (s *Suite) checkFolder(c *Case) []sluice.Problem {
	if c.Folder == "" {
		return nil
	}
	if info, err := os.Stat(s.beside(c.Folder)); err != nil || !info.IsDir() {
		return []sluice.Problem{s.problem(c.at+".folder", "there is no folder "+s.beside(c.Folder), "Name a folder, relative to the test file, with the files that the flow reads")}
	}
	return nil
}

// checkDatabases reads the scripts that make the databases.
func (s *Suite) checkDatabases(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	c.scripts = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.Databases)) {
		at := c.at + ".databases." + name
		if !usesDatabase(s.Flow, name) {
			problems = append(problems, s.problem(at, fmt.Sprintf("the flow %s uses no database by the connection %q", s.Flow.Name, name), "Name the connection of its SQL export, lookup or import"))
		}
		text, err := os.ReadFile(s.beside(c.Databases[name]))
		if err != nil {
			problems = append(problems, s.problem(at, err.Error(), "Name a file with SQL statements, relative to the test file"))
		}
		c.scripts[name] = string(text)
	}
	for i, r := range c.Expect.Rows {
		if _, there := c.Databases[r.Connection]; !there {
			problems = append(problems, s.problem(fmt.Sprintf("%s.expect.rows[%d].connection", c.at, i), fmt.Sprintf("the case has no database for the connection %q", r.Connection), "Give it one under databases"))
		}
		if _, ok := r.Rows.([]any); !ok {
			problems = append(problems, s.problem(fmt.Sprintf("%s.expect.rows[%d].rows", c.at, i), "this is not a list of rows", "Write a list: [{id: 1}]"))
		}
	}
	return problems
}

func (s *Suite) checkExisting(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	for i, e := range c.Existing {
		if e.ID == "" && e.ExternalID == "" {
			problems = append(problems, s.problem(fmt.Sprintf("%s.existing[%d]", c.at, i), "the record has neither id nor external_id", "Give it one, by which it is found"))
		}
	}
	return problems
}

// checkLookups says which answers cannot be given to the lookup that they are for.
func (s *Suite) checkLookups(c *Case) []sluice.Problem {
	var problems []sluice.Problem
	steps := maps.Collect(named(s.Flow))
	for i, a := range c.Lookups {
		at := fmt.Sprintf("%s.lookups[%d]", c.at, i)
		step := steps[a.Step]
		switch {
		case step == nil: // told already
		case step.Lookup == nil || step.Lookup.Table != nil:
			problems = append(problems, s.problem(at+".step", a.Step+" is no lookup that asks anybody", ""))
		case a.byHTTP() && !asksByHTTP(step.Lookup):
			problems = append(problems, s.problem(at, a.Step+" does not ask by HTTP, which status and body are for", "Say under give what is found"))
		case a.byHTTP() && (a.Give != nil || a.Fail != nil || a.If != ""):
			problems = append(problems, s.problem(at, "status and body answer all that the lookup asks; if, give and fail are for single questions", "Keep one of the two"))
		}
	}
	return problems
}

func asksByHTTP(l *sluice.Lookup) bool {
	return l.SuiteQL != nil || l.Records != nil || l.RESTlet != nil || l.HTTP != nil
}

package flowcase

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/app/outlook"
	"github.com/sluicehq/sluice/internal/app/textdiff"
	"github.com/sluicehq/sluice/internal/flowtest"
)

// Change is what a set of files makes of a flow's tests.
type Change struct {
	Flow string
	Now  flowcase.TestsInput
	Plan *api.Change // nil where nothing changes
}

// Changes compares a set's files of flow tests with what is kept. The set's flows are
// given by their paths.
func (c *Cases) Changes(ctx context.Context, files []api.FlowTestFile, flows map[string]*sluice.Flow) ([]Change, []sluice.Problem, error) {
	var out []Change
	var problems []sluice.Problem
	for _, f := range files {
		flow := ofPath(flows, f.Path)
		if flow == nil {
			problems = append(problems, sluice.Problem{Code: "test.no_flow", Path: f.Path, Message: "its flow is not in the set of files, or has mistakes", Remedy: "Call the file by the flow's: orders.test.yaml for orders.yaml"})
			continue
		}
		wrong, err := c.Check(ctx, flow, f.Text, f.Files)
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, outlook.InFile(f.Path, wrong)...)
		one := Change{Flow: flow.Name, Now: flowcase.TestsInput{Text: f.Text, Files: f.Files}}
		if one.Plan, err = c.plan(ctx, flow.Name, one.Now); err != nil {
			return nil, nil, err
		}
		out = append(out, one)
	}
	return out, problems, nil
}

func ofPath(flows map[string]*sluice.Flow, path string) *sluice.Flow {
	base := flowtest.Base(path)
	for _, suffix := range []string{".yaml", ".yml"} {
		if f := flows[base+suffix]; f != nil {
			return f
		}
	}
	return nil
}

// plan says how tests differ from those that are kept, nil where they do not.
func (c *Cases) plan(ctx context.Context, name string, now flowcase.TestsInput) (*api.Change, error) {
	old, err := c.Tests(ctx, name, 0)
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound: // the flow is new
		return &api.Change{Action: "create", Noun: outlook.FlowTests, Name: name}, nil
	case err != nil:
		return nil, err
	case old.Text == "":
		return &api.Change{Action: "create", Noun: outlook.FlowTests, Name: name}, nil
	case Same(old, now):
		return nil, nil
	}
	ch := &api.Change{Action: "update", Noun: outlook.FlowTests, Name: name, Diff: textdiff.Lines(old.Text, now.Text)}
	if old.Text == now.Text {
		ch.Diff = ""
	}
	for _, path := range slices.Sorted(maps.Keys(merged(old.Files, now.Files))) {
		if was, is := old.Files[path], now.Files[path]; was != is {
			ch.Fields = append(ch.Fields, strings.TrimSpace(fmt.Sprintf("%s %s", path, whatOf(old.Files, now.Files, path))))
		}
	}
	return ch, nil
}

func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(b)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, a)
	return out
}

// whatOf says whether a file comes or goes; nothing for one that changes.
func whatOf(old, now map[string]string, path string) string {
	if _, there := old[path]; !there {
		return "comes"
	}
	if _, there := now[path]; !there {
		return "goes"
	}
	return ""
}

package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// plans compares sets of files with what is stored, and stores them.
type plans struct {
	*core
	connections connections
	flows       flows
}

// checked is a set of files that has no mistakes, with what it changes.
type checked struct {
	plan        *api.Plan
	connections []connectionChange
	flows       []flowChange
}

type connectionChange struct {
	old *sluice.Connection // nil for a new one
	now *sluice.Connection
}

type flowChange struct {
	flow *sluice.Flow
	text string
}

// Plan says what Apply would do.
func (p plans) Plan(ctx context.Context, set api.FileSet) (*api.Plan, error) {
	c, err := p.check(ctx, set)
	if err != nil {
		return nil, err
	}
	return c.plan, nil
}

// Apply stores the set. Everything is checked before anything is stored. Should
// the store fail in between, applying the same set again completes it.
func (p plans) Apply(ctx context.Context, by api.Actor, set api.FileSet) (*api.Plan, error) {
	c, err := p.check(ctx, set)
	if err != nil {
		return nil, err
	}
	for _, change := range c.connections {
		if change.old == nil {
			_, err = p.connections.CreateConnection(ctx, by, change.now)
		} else {
			_, err = p.connections.UpdateConnection(ctx, by, change.old.Name, change.now)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, change := range c.flows {
		if _, err := p.flows.save(ctx, by, change.flow, change.text); err != nil {
			return nil, err
		}
	}
	c.plan.Applied = true
	return c.plan, nil
}

func (p plans) check(ctx context.Context, set api.FileSet) (*checked, error) {
	c := &checked{plan: &api.Plan{Changes: []api.Change{}}}
	kinds, err := p.connectionKinds(ctx)
	if err != nil {
		return nil, err
	}
	problems, err := p.checkConnections(ctx, c, set.Connections, kinds)
	if err != nil {
		return nil, err
	}
	more, err := p.checkFlows(ctx, c, set.Flows, kinds)
	if err != nil {
		return nil, err
	}
	problems = append(problems, more...)
	return c, sluice.Problems("plan.invalid", "the files have mistakes; nothing was changed", problems)
}

// checkConnections adds the set's connections to kinds, so that its flows can name them.
func (p plans) checkConnections(ctx context.Context, c *checked, files []api.ConnectionFile, kinds map[string]string) ([]sluice.Problem, error) {
	var problems []sluice.Problem
	seen := map[string]string{}
	for _, file := range files {
		place := file.Path + ": " + file.Name
		if other, twice := seen[file.Name]; twice {
			problems = append(problems, sluice.Problem{Code: "plan.twice", Path: place, Message: "the connection is in " + other + " too"})
			continue
		}
		seen[file.Name], kinds[file.Name] = file.Path, file.Kind
		change, wrong, err := p.checkConnection(ctx, file)
		if err != nil {
			return nil, err
		}
		problems = append(problems, inFile(place, wrong)...)
		c.addConnection(change)
	}
	return problems, nil
}

func (c *checked) addConnection(change connectionChange) {
	if change.now == nil {
		return
	}
	action, fields := "create", changedFields(&sluice.Connection{Name: change.now.Name}, change.now)
	if change.old != nil {
		if action, fields = "update", changedFields(change.old, change.now); len(fields) == 0 {
			c.plan.Unchanged++
			return
		}
	}
	c.plan.Changes = append(c.plan.Changes, api.Change{Action: action, Noun: "connection", Name: change.now.Name, Fields: fields})
	c.connections = append(c.connections, change)
}

// checkConnection returns the change that a file's connection makes, or what is wrong with it.
func (p plans) checkConnection(ctx context.Context, file api.ConnectionFile) (connectionChange, []sluice.Problem, error) {
	in := &sluice.Connection{Name: file.Name, Kind: file.Kind, Settings: file.Settings, Secrets: file.Secrets}
	old, err := p.connections.Connection(ctx, file.Name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		now := p.connections.fresh(in)
		problems := checkConnection(now)
		return connectionChange{now: now}, problems, nil
	}
	if err != nil {
		return connectionChange{}, nil, err
	}
	now, err := p.connections.changed(ctx, old, in)
	if problems, ok := problemsOf(err); ok {
		return connectionChange{}, problems, nil
	}
	return connectionChange{old: old, now: now}, nil, err
}

func problemsOf(err error) ([]sluice.Problem, bool) {
	e, ok := err.(*sluice.Error) //nolint:errorlint // straight from sluice.Problems
	if !ok {
		return nil, false
	}
	return e.Problems, len(e.Problems) > 0
}

func (p plans) checkFlows(ctx context.Context, c *checked, files []api.FlowFile, kinds map[string]string) ([]sluice.Problem, error) {
	var problems []sluice.Problem
	seen := map[string]string{}
	for _, file := range files {
		flow, wrong := parseFlow(file.Path, file.Text, kinds)
		problems = append(problems, inFile(file.Path, wrong)...)
		if flow == nil {
			continue
		}
		if other, twice := seen[flow.Name]; twice {
			problems = append(problems, sluice.Problem{Code: "plan.twice", Path: file.Path, Message: fmt.Sprintf("the flow %q is in %s too", flow.Name, other)})
			continue
		}
		seen[flow.Name] = file.Path
		if err := p.addFlow(ctx, c, flow, file.Text); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func (p plans) addFlow(ctx context.Context, c *checked, flow *sluice.Flow, text string) error {
	change := api.Change{Action: "create", Noun: "flow", Name: flow.Name}
	old, err := p.store.Flow(ctx, flow.Name)
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound:
	case err != nil:
		return err
	case old.Text == text:
		c.plan.Unchanged++
		return nil
	default:
		change.Action, change.Diff = "update", lineDiff(old.Text, text)
	}
	c.plan.Changes = append(c.plan.Changes, change)
	c.flows = append(c.flows, flowChange{flow: flow, text: text})
	return nil
}

// inFile names the file in each problem's path.
func inFile(place string, problems []sluice.Problem) []sluice.Problem {
	for i := range problems {
		problems[i].Path = strings.TrimSuffix(place+": "+problems[i].Path, ": ")
	}
	return problems
}

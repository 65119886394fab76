package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/flowcase"
	"github.com/sluicehq/sluice/internal/app/integration"
	"github.com/sluicehq/sluice/internal/app/outlook"
	"github.com/sluicehq/sluice/internal/app/textdiff"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// plans compares sets of files with what is stored, and stores them.
type plans struct {
	*core
	connections connections
	flows       flows
}

// checked is a set of files that has no mistakes, with what it changes.
type checked struct {
	plan         *api.Plan
	keys         []change[sluice.ConsumerKey]
	connections  []change[sluice.Connection]
	integrations []change[sluice.Integration]
	flows        []flowChange
	names        outlook.Names // of all flows of the set, and of those with tests
	tests        []flowcase.Change
	byPath       map[string]*sluice.Flow // the set's flows
	book         *outlook.Book
	gone         []api.Change // what is to be deleted
}

// change is what a file makes of a thing; old is nil for a new one.
type change[T any] struct{ old, now *T }

type flowChange struct {
	at   int // among the plan's changes
	old  *sluice.FlowRevision
	flow *sluice.Flow
	text string
}

// Plan says what Apply would do, and what it would refuse whoever asks.
func (p plans) Plan(ctx context.Context, by api.Actor, set api.FileSet) (*api.Plan, error) {
	c, err := p.check(ctx, set)
	if err != nil {
		return nil, err
	}
	c.plan.Refused, err = outlook.Rehearse(ctx, p.store, func(ctx context.Context) error { return p.save(ctx, by, set, c) })
	if err != nil {
		return nil, err
	}
	for _, f := range c.flows {
		if c.plan.Changes[f.at].Forecast, err = p.outlook().Forecast(ctx, f.old, f.flow); err != nil {
			return nil, err
		}
	}
	return c.plan, nil
}

func (p plans) outlook() *outlook.Outlook {
	return &outlook.Outlook{Store: p.store, Connector: p.connector, Open: p.connections.forUse, Clock: p.clock}
}

// Apply stores the set. Everything is checked before anything is stored, and all of it
// is stored in one transaction.
func (p plans) Apply(ctx context.Context, by api.Actor, set api.FileSet) (*api.Plan, error) {
	c, err := p.check(ctx, set)
	if err != nil {
		return nil, err
	}
	if err := p.store.Atomically(ctx, func(ctx context.Context) error { return p.save(ctx, by, set, c) }); err != nil {
		return nil, err
	}
	c.plan.Applied = true
	return c.plan, nil
}

// save stores what was checked, in a transaction of the caller's. All that is refused is
// told at once.
func (p plans) save(ctx context.Context, by api.Actor, set api.FileSet, c *checked) error {
	var refused outlook.Refusals
	for _, k := range c.keys {
		if err := refused.Note("consumer-key", k.now.Name, p.consumerKeys.Save(ctx, by, k.old, k.now)); err != nil {
			return err
		}
	}
	for _, conn := range c.connections {
		if err := refused.Note("connection", conn.now.Name, p.saveConnection(ctx, by, conn)); err != nil {
			return err
		}
	}
	for _, i := range c.integrations {
		if err := refused.Note("integration", i.now.Name, p.core.integrations().Save(ctx, by, i.old, i.now)); err != nil {
			return err
		}
	}
	for _, f := range c.flows {
		_, err := p.flows.save(ctx, by, f.flow, api.FlowText{Text: f.text})
		if err := refused.Note("flow", f.flow.Name, err); err != nil {
			return err
		}
	}
	for _, t := range c.tests {
		_, err := p.flows.cases().Save(ctx, by, t.Flow, t.Now)
		if err := refused.Note("flow-tests", t.Flow, err); err != nil {
			return err
		}
	}
	remove := map[string]func(context.Context, api.Actor, string) error{"flow-tests": p.flows.cases().DeleteTests, "flow": p.flows.DeleteFlow, "integration": p.core.integrations().DeleteIntegration, "connection": p.connections.DeleteConnection}
	for _, g := range c.gone {
		if err := refused.Note(g.Noun, g.Name, remove[g.Noun](ctx, by, g.Name)); err != nil {
			return err
		}
	}
	if err := refused.Err(); err != nil {
		return err
	}
	return p.outlook().Note(ctx, set.Source, by.Name, set, c.names, c.book)
}

func (p plans) saveConnection(ctx context.Context, by api.Actor, c change[sluice.Connection]) error {
	if c.old == nil {
		return p.connections.create(ctx, by, c.now)
	}
	return p.connections.update(ctx, by, c.old, c.now)
}

func (p plans) check(ctx context.Context, set api.FileSet) (*checked, error) {
	c := &checked{plan: &api.Plan{Changes: []api.Change{}}, byPath: map[string]*sluice.Flow{}}
	refs, err := p.references(ctx)
	if err != nil {
		return nil, err
	}
	var problems []sluice.Problem
	for _, check := range []func(context.Context, *checked, api.FileSet, *references) ([]sluice.Problem, error){
		p.checkConsumerKeys, p.checkConnections, p.checkIntegrations, p.checkFlows, p.checkTests,
	} {
		wrong, err := check(ctx, c, set, refs)
		if err != nil {
			return nil, err
		}
		problems = append(problems, wrong...)
	}
	if err := sluice.Problems("plan.invalid", "the files have mistakes; nothing was changed", problems); err != nil {
		return nil, err
	}
	return c, p.lookBack(ctx, c, set)
}

// lookBack compares the set with what the same folder has applied before.
func (p plans) lookBack(ctx context.Context, c *checked, set api.FileSet) (err error) {
	o := p.outlook()
	if c.book, err = o.Book(ctx, set.Source); err != nil {
		return err
	}
	if c.plan.Drift, err = o.Drift(ctx, c.book); err != nil {
		return err
	}
	if c.plan.Left, err = o.Gone(ctx, c.book, set, c.names); err == nil && set.Prune {
		c.gone, c.plan.Left = c.plan.Left, nil
		c.plan.Changes = append(c.plan.Changes, c.gone...)
	}
	return err
}

// add notes a change of a thing in the plan, and returns whether there is one.
func (c *checked) add(noun, name string, isNew bool, fields []string) bool {
	action := "update"
	if isNew {
		action = "create"
	} else if len(fields) == 0 {
		c.plan.Unchanged++
		return false
	}
	c.plan.Changes = append(c.plan.Changes, api.Change{Action: action, Noun: noun, Name: name, Fields: fields})
	return true
}

// checkConnections reads the set's connections and puts them among the things that
// others can refer to, then checks each against all.
func (p plans) checkConnections(ctx context.Context, c *checked, set api.FileSet, refs *references) ([]sluice.Problem, error) {
	files, problems := outlook.Once("connection", set.Connections, func(f api.ConnectionFile) (string, string) { return f.Name, f.Path })
	changes := make([]change[sluice.Connection], len(files))
	for i, f := range files {
		var err error
		if changes[i], err = p.connectionChange(ctx, f); err != nil {
			return nil, err
		}
		refs.connections[f.Name] = changes[i].now
	}
	for i, f := range files {
		wrong := refs.problems(changes[i].now)
		if old := changes[i].old; old != nil {
			now, more, err := p.connections.changed(ctx, refs, old, asConnection(f))
			if err != nil {
				return nil, err
			}
			changes[i].now, wrong = now, more
		}
		problems = append(problems, outlook.InFile(f.Path+": "+f.Name, wrong)...)
		old := changes[i].old
		if old == nil {
			old = &sluice.Connection{Name: f.Name}
		}
		if c.add("connection", f.Name, changes[i].old == nil, changedFields(old, changes[i].now)) {
			c.connections = append(c.connections, changes[i])
		}
	}
	return append(problems, strandedByKeys(set, refs)...), nil
}

// strandedByKeys says which connections that are not in the set could not log in any
// more with the set's consumer keys.
func strandedByKeys(set api.FileSet, refs *references) []sluice.Problem {
	var problems []sluice.Problem
	for _, f := range set.ConsumerKeys {
		for _, name := range slices.Sorted(maps.Keys(refs.connections)) {
			conn := refs.connections[name]
			inSet := slices.ContainsFunc(set.Connections, func(c api.ConnectionFile) bool { return c.Name == name })
			if !inSet && conn.Settings[fieldIClient] == f.Name {
				problems = append(problems, outlook.InFile(f.Path+": "+f.Name+": "+name, refs.checkIClient(conn))...)
			}
		}
	}
	return problems
}

func asConnection(f api.ConnectionFile) *sluice.Connection {
	return &sluice.Connection{Name: f.Name, Kind: f.Kind, Settings: f.Settings, Secrets: f.Secrets}
}

// connectionChange returns what a file makes of a connection, unchecked.
func (p plans) connectionChange(ctx context.Context, f api.ConnectionFile) (change[sluice.Connection], error) {
	now := p.connections.fresh(asConnection(f))
	old, err := p.connections.Connection(ctx, f.Name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return change[sluice.Connection]{now: now}, nil
	}
	if err == nil {
		now.ID = old.ID
	}
	return change[sluice.Connection]{old: old, now: now}, err
}

func (p plans) checkConsumerKeys(ctx context.Context, c *checked, set api.FileSet, refs *references) ([]sluice.Problem, error) {
	files, problems := outlook.Once("consumer key", set.ConsumerKeys, func(f api.ConsumerKeyFile) (string, string) { return f.Name, f.Path })
	for _, f := range files {
		old, err := p.consumerKeys.ConsumerKey(ctx, f.Name)
		if sluice.ErrorCode(err) == sluice.CodeNotFound {
			old, err = nil, nil
		}
		if err != nil {
			return nil, err
		}
		now, wrong := p.consumerKeys.Changed(old, api.ConsumerKeyInput{Name: f.Name, Account: &f.Account, Application: &f.Application, Key: f.Key, Secret: f.Secret})
		problems = append(problems, outlook.InFile(f.Path+": "+f.Name, append(wrong, consumerkey.Check(now)...))...)
		refs.keys[f.Name] = now
		if c.add("consumer-key", f.Name, old == nil, consumerkey.ChangedFields(old, now)) {
			c.keys = append(c.keys, change[sluice.ConsumerKey]{old, now})
		}
	}
	return problems, nil
}

func (p plans) checkIntegrations(ctx context.Context, c *checked, set api.FileSet, refs *references) ([]sluice.Problem, error) {
	files, problems := outlook.Once("integration", set.Integrations, func(f api.IntegrationFile) (string, string) { return f.Name, f.Path })
	for _, f := range files {
		old, err := p.store.Integration(ctx, f.Name)
		if sluice.ErrorCode(err) == sluice.CodeNotFound {
			old, err = nil, nil
		}
		if err != nil {
			return nil, err
		}
		now := &sluice.Integration{Name: f.Name, Title: f.Title, Description: f.Description, Application: f.Application, Connections: f.Connections}
		wrong := integration.Check(now)
		for i, name := range now.Connections {
			if refs.connections[name] == nil {
				wrong = append(wrong, sluice.Problem{Code: "integration.unknown_connection", Path: fmt.Sprintf("connections[%d]", i), Message: fmt.Sprintf("there is no connection %q", name),
					Remedy: "Create it, or put it into the same set of files"})
			}
		}
		problems = append(problems, outlook.InFile(f.Path+": "+f.Name, wrong)...)
		if c.add("integration", f.Name, old == nil, integration.ChangedFields(old, now)) {
			c.integrations = append(c.integrations, change[sluice.Integration]{old, now})
		}
	}
	return problems, nil
}

func (p plans) checkFlows(ctx context.Context, c *checked, set api.FileSet, refs *references) ([]sluice.Problem, error) {
	var problems []sluice.Problem
	offers := map[string]fit.Offer{}
	for name, conn := range refs.connections {
		offers[name] = fit.OfferOf(conn)
	}
	others, err := p.others(ctx)
	if err != nil {
		return nil, err
	}
	for _, file := range set.Flows { // flows may name flows of the same set
		if flow, wrong := flowfile.Parse(file.Path, []byte(file.Text)); len(wrong) == 0 {
			others[flow.Name] = flow
		}
	}
	seen := map[string]string{}
	for _, file := range set.Flows {
		flow, wrong := parseFlow(file.Path, file.Text, offers, others)
		problems = append(problems, outlook.InFile(file.Path, wrong)...)
		if flow == nil {
			continue
		}
		if other, twice := seen[flow.Name]; twice {
			problems = append(problems, sluice.Problem{Code: "plan.twice", Path: file.Path, Message: fmt.Sprintf("the flow %q is in %s too", flow.Name, other)})
			continue
		}
		seen[flow.Name], c.byPath[file.Path] = file.Path, flow
		if err := p.addFlow(ctx, c, flow, file.Text); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

// checkTests takes the tests along that are kept with the set's flows.
func (p plans) checkTests(ctx context.Context, c *checked, set api.FileSet, _ *references) ([]sluice.Problem, error) {
	list, problems, err := p.flows.cases().Changes(ctx, set.Tests, c.byPath)
	for _, t := range list {
		c.names.Tests = append(c.names.Tests, t.Flow)
		if t.Plan == nil {
			c.plan.Unchanged++
			continue
		}
		c.tests, c.plan.Changes = append(c.tests, t), append(c.plan.Changes, *t.Plan)
	}
	return problems, err
}

func (p plans) addFlow(ctx context.Context, c *checked, flow *sluice.Flow, text string) error {
	c.names.Flows = append(c.names.Flows, flow.Name)
	change := api.Change{Action: "create", Noun: "flow", Name: flow.Name}
	old, err := p.store.Flow(ctx, flow.Name)
	switch {
	case sluice.ErrorCode(err) == sluice.CodeNotFound:
		old = nil
	case err != nil:
		return err
	case flowfile.SameText(old.Text, text):
		c.plan.Unchanged++
		return nil
	default:
		change.Action, change.Diff = "update", textdiff.Lines(old.Text, text)
		if change.Resets, err = p.timing().Resets(ctx, old, flow); err != nil {
			return err
		}
		if change.Touched, err = p.outlook().Touched(ctx, old, flow); err != nil {
			return err
		}
	}
	c.flows = append(c.flows, flowChange{at: len(c.plan.Changes), old: old, flow: flow, text: text})
	c.plan.Changes = append(c.plan.Changes, change)
	return nil
}

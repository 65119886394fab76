// Package integration holds the rules round integrations: named groups of flows
// with the connections that are registered with them.
package integration

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/guide"
)

// maxText bounds titles and descriptions, in bytes.
const maxText = 4000

// Integrations holds the rules round integrations. An integration that a flow names
// is there, whether or not anything is stored about it; so is the default one.
type Integrations struct {
	Store interface {
		sluice.IntegrationStore
		sluice.ConnectionStore
		sluice.FlowStore
		sluice.ErrorStore
	}
	// Uses returns the names of the connections that a flow uses.
	Uses func(f *sluice.Flow) []string
	// Named is told that an integration has another name, or none any more: people's
	// roles in it go by its name.
	Named func(ctx context.Context, old, now string) error
	Audit *audit.Log
	Clock func() time.Time
}

// group returns the name of a flow's integration.
func group(f *sluice.Flow) string { return cmp.Or(f.Integration, sluice.DefaultIntegration) }

// ListIntegrations returns all integrations by name, the default one first.
func (g *Integrations) ListIntegrations(ctx context.Context) ([]*api.IntegrationView, error) {
	stored, err := g.Store.Integrations(ctx)
	if err != nil {
		return nil, err
	}
	flows, err := g.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]*api.IntegrationView{}
	add := func(i sluice.Integration) {
		byName[i.Name] = &api.IntegrationView{Integration: i, Flows: []string{}, Offline: []string{}}
	}
	for _, name := range always(ctx) {
		add(implied(name))
	}
	for _, f := range flows {
		add(implied(group(&f.Flow)))
	}
	for _, i := range stored {
		add(*i)
	}
	if err := g.fill(ctx, byName, flows); err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b *api.IntegrationView) int {
		return cmp.Or(-cmp.Compare(first(a.Name), first(b.Name)), cmp.Compare(a.Name, b.Name))
	}), nil
}

// always returns the integrations that are there though no flow names them and nothing is
// stored about them: the default one, and those in which the actor has a role.
func always(ctx context.Context) []string {
	actor := endpoint.ActorOf(ctx)
	names := slices.Collect(maps.Keys(actor.Integrations))
	if !actor.Known() || actor.MayIn(sluice.PermView, sluice.DefaultIntegration) {
		names = append(names, sluice.DefaultIntegration)
	}
	return names
}

func first(name string) int {
	if name == sluice.DefaultIntegration {
		return 1
	}
	return 0
}

// implied is an integration that nothing is stored about.
func implied(name string) sluice.Integration {
	return sluice.Integration{Name: name, Connections: []string{}}
}

// fill adds flows, offline connections and open errors.
func (g *Integrations) fill(ctx context.Context, byName map[string]*api.IntegrationView, flows []*sluice.FlowRevision) error {
	open, err := g.Store.CountErrors(ctx)
	if err != nil {
		return err
	}
	connections, err := g.Store.Connections(ctx)
	if err != nil {
		return err
	}
	uses := map[string][]string{}
	for _, f := range flows {
		view := byName[group(&f.Flow)]
		view.Flows = append(view.Flows, f.Flow.Name)
		view.OpenErrors += open[f.FlowID]
		uses[view.Name] = append(uses[view.Name], g.Uses(&f.Flow)...)
	}
	for _, c := range connections {
		if c.Status != sluice.StatusOffline {
			continue
		}
		for _, view := range byName {
			if slices.Contains(view.Connections, c.Name) || slices.Contains(uses[view.Name], c.Name) {
				view.Offline = append(view.Offline, c.Name)
			}
		}
	}
	return nil
}

// Integration finds an integration by name or ID.
func (g *Integrations) Integration(ctx context.Context, name string) (*api.IntegrationView, error) {
	list, err := g.ListIntegrations(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(v *api.IntegrationView) bool { return v.Name == name || v.ID != "" && v.ID == name })
	if i < 0 {
		return nil, sluice.NotFound("integration", name)
	}
	return list[i], nil
}

// Check says what is wrong with an integration.
func Check(i *sluice.Integration) []sluice.Problem {
	problems := sluice.CheckName("name", i.Name)
	for path, text := range map[string]string{"title": i.Title, "description": i.Description} {
		if len(text) > maxText {
			problems = append(problems, sluice.Problem{Code: "integration.too_long", Path: path, Message: fmt.Sprintf("the %s has more than %d bytes", path, maxText)})
		}
	}
	if i.Application == "" {
		return problems
	}
	if !slices.ContainsFunc(guide.Applications(), func(a guide.Application) bool { return a.ID == i.Application }) {
		problems = append(problems, sluice.Problem{Code: "integration.unknown_application", Path: "application",
			Message: fmt.Sprintf("the guide knows no application %q", i.Application), Remedy: "Use one of those that sluice guide --list shows, or leave it empty"})
	}
	return problems
}

// checkConnections says which registered connections do not exist.
func (g *Integrations) checkConnections(ctx context.Context, i *sluice.Integration) ([]sluice.Problem, error) {
	var problems []sluice.Problem
	for n, name := range i.Connections {
		c, err := g.Store.Connection(ctx, name)
		if sluice.ErrorCode(err) == sluice.CodeNotFound {
			problems = append(problems, sluice.Problem{Code: "integration.unknown_connection", Path: fmt.Sprintf("connections[%d]", n),
				Message: fmt.Sprintf("there is no connection %q", name), Remedy: "Create it first"})
			continue
		}
		if err != nil {
			return nil, err
		}
		i.Connections[n] = c.Name
	}
	return problems, nil
}

// CreateIntegration stores a new integration.
func (g *Integrations) CreateIntegration(ctx context.Context, by api.Actor, in *sluice.Integration) (*api.IntegrationView, error) {
	problems, err := g.checkConnections(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := sluice.Problems("integration.invalid", "the integration cannot be created", append(Check(in), problems...)); err != nil {
		return nil, err
	}
	if err := g.Save(ctx, by, nil, in); err != nil {
		return nil, err
	}
	return g.Integration(ctx, in.Name)
}

// Save stores an integration that was checked: a new one, where old is nil, or one
// that has changed.
func (g *Integrations) Save(ctx context.Context, by api.Actor, old, in *sluice.Integration) error {
	now := *in
	now.ID, now.CreatedAt, now.UpdatedAt = "", g.Clock().UTC(), g.Clock().UTC()
	action, store := "create", g.Store.CreateIntegration
	if old != nil {
		now.ID, now.CreatedAt = old.ID, old.CreatedAt
		action, store = "update", g.Store.UpdateIntegration
	}
	if err := store(ctx, &now); err != nil {
		return err
	}
	if old != nil && old.Name != now.Name {
		if err := g.Named(ctx, old.Name, now.Name); err != nil {
			return err
		}
	}
	g.Audit.Note(ctx, by, action, "integration", now.Name, strings.Join(ChangedFields(old, &now), ", "))
	return nil
}

// UpdateIntegration changes an integration. One that only flows name is stored then.
func (g *Integrations) UpdateIntegration(ctx context.Context, by api.Actor, name string, in *sluice.Integration) (*api.IntegrationView, error) {
	old, err := g.Integration(ctx, name)
	if err != nil {
		return nil, err
	}
	problems, err := g.checkConnections(ctx, in)
	if err != nil {
		return nil, err
	}
	problems = append(Check(in), problems...)
	if in.Name != old.Name && (len(old.Flows) > 0 || old.Name == sluice.DefaultIntegration) {
		problems = append(problems, sluice.Problem{Code: "integration.in_use", Path: "name", Message: "flows name the integration: " + strings.Join(old.Flows, ", "),
			Remedy: "Change the flows first, or give it another title"})
	}
	if err := sluice.Problems("integration.invalid", "the integration cannot be changed", problems); err != nil {
		return nil, err
	}
	if old.ID == "" {
		return g.CreateIntegration(ctx, by, in)
	}
	if len(ChangedFields(&old.Integration, in)) == 0 {
		return old, nil
	}
	if err := g.Save(ctx, by, &old.Integration, in); err != nil {
		return nil, err
	}
	return g.Integration(ctx, in.Name)
}

// ChangedFields names the fields in which two integrations differ, in order; for a
// new one, where old is nil, those that it has.
func ChangedFields(old, now *sluice.Integration) []string {
	if old == nil {
		old = &sluice.Integration{Name: now.Name}
	}
	return audit.Changed(audit.Field{Name: "name", Same: old.Name == now.Name}, audit.Field{Name: "title", Same: old.Title == now.Title},
		audit.Field{Name: "description", Same: old.Description == now.Description}, audit.Field{Name: "application", Same: old.Application == now.Application},
		audit.Field{Name: "connections", Same: slices.Equal(ordered(old.Connections), ordered(now.Connections))})
}

func ordered(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// DeleteIntegration deletes an integration that has no flows.
func (g *Integrations) DeleteIntegration(ctx context.Context, by api.Actor, name string) error {
	old, err := g.Integration(ctx, name)
	if err != nil {
		return err
	}
	if len(old.Flows) > 0 {
		return sluice.Errorf("integration.in_use", "flows are in the integration %q: %s", old.Name, strings.Join(old.Flows, ", ")).
			Fix("Move or delete the flows first")
	}
	if old.Name == sluice.DefaultIntegration {
		return sluice.Errorf("integration.default", "the integration %q holds flows that name none; it cannot be deleted", old.Name)
	}
	if err := g.Store.DeleteIntegration(ctx, old.ID); err != nil {
		return err
	}
	if err := g.Named(ctx, old.Name, ""); err != nil {
		return err
	}
	g.Audit.Note(ctx, by, "delete", "integration", old.Name, "")
	return nil
}

// Register adds a connection to those of an integration, or takes it away. Doing it
// twice is doing it once.
func (g *Integrations) Register(ctx context.Context, by api.Actor, name, connection string, registered bool) (*api.IntegrationView, error) {
	old, err := g.Integration(ctx, name)
	if err != nil {
		return nil, err
	}
	c, err := g.Store.Connection(ctx, connection)
	if err != nil {
		return nil, err
	}
	if slices.Contains(old.Connections, c.Name) == registered {
		return old, nil
	}
	now := old.Integration
	action := "unregister"
	now.Connections = slices.DeleteFunc(slices.Clone(now.Connections), func(n string) bool { return n == c.Name })
	if registered {
		action, now.Connections = "register", append(now.Connections, c.Name)
	}
	now.UpdatedAt = g.Clock().UTC()
	if now.ID == "" {
		now.CreatedAt = now.UpdatedAt
		err = g.Store.CreateIntegration(ctx, &now)
	} else {
		err = g.Store.UpdateIntegration(ctx, &now)
	}
	if err != nil {
		return nil, err
	}
	g.Audit.Note(ctx, by, action, "integration", now.Name, c.Name)
	return g.Integration(ctx, now.Name)
}

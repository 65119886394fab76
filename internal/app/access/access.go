// Package access keeps people to the integrations that are theirs. The route table asks
// it which integrations a request is about; and behind every route stands a Store that
// shows whoever asks what they may see, and takes from them what they may change. A
// service that forgets to look finds nothing that is not the actor's.
package access

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/scope"
	"github.com/sluicehq/sluice/internal/app/fit"
)

// Whole returns a context in which everything shows: for what the rules have to look
// through on somebody's behalf without telling them, such as what else uses a connection.
func Whole(ctx context.Context) context.Context {
	return endpoint.WithActor(ctx, endpoint.Local())
}

// limited returns the actor when they do not hold the permission everywhere. What the
// server does by itself, and what the public routes do, has no actor and no limit.
func limited(ctx context.Context, p sluice.Permission) (endpoint.Actor, bool) {
	actor := endpoint.ActorOf(ctx)
	return actor, actor.Known() && !actor.May(p)
}

// group returns the name of a flow's integration.
func group(f *sluice.Flow) string { return cmp.Or(f.Integration, sluice.DefaultIntegration) }

// Finder finds the integrations of things.
type Finder struct{ sluice.Store }

// Integrations implements scope.Access.
func (f Finder) Integrations(ctx context.Context, thing scope.Thing, key string) ([]string, error) {
	number, err := strconv.ParseInt(key, 10, 64)
	if byNumber := thing == scope.Run || thing == scope.RecordError || thing == scope.Notice; byNumber && err != nil {
		return nil, sluice.NotFound(string(thing), key)
	}
	switch thing {
	case scope.Flow:
		return f.ofFlow(ctx, key)
	case scope.Run:
		r, err := f.Run(ctx, number)
		if err != nil {
			return nil, err
		}
		return f.ofFlowThatWas(ctx, r.FlowID)
	case scope.RecordError:
		e, err := f.RecordError(ctx, number)
		if err != nil {
			return nil, err
		}
		return f.ofFlowThatWas(ctx, e.FlowID)
	case scope.Connection:
		return f.ofConnection(ctx, key)
	case scope.Integration:
		return f.named(ctx, key)
	case scope.Notice:
		return f.ofNotice(ctx, number)
	case scope.Authorization:
		a, err := f.Authorization(ctx, key)
		if err != nil {
			return nil, err
		}
		return f.ofConnection(ctx, a.ConnectionID)
	}
	return nil, fmt.Errorf("access: the integrations of a %s are not known", thing)
}

func (f Finder) ofFlow(ctx context.Context, name string) ([]string, error) {
	r, err := f.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	return []string{group(&r.Flow)}, nil
}

// ofFlowThatWas is ofFlow for what outlives its flow: it is then in no integration.
func (f Finder) ofFlowThatWas(ctx context.Context, id string) ([]string, error) {
	in, err := f.ofFlow(ctx, id)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil, nil
	}
	return in, err
}

// ofConnection returns the integrations that a connection is registered with.
func (f Finder) ofConnection(ctx context.Context, name string) ([]string, error) {
	c, err := f.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	list, err := f.Store.Integrations(ctx)
	if err != nil {
		return nil, err
	}
	var in []string
	for _, i := range list {
		if slices.Contains(i.Connections, c.Name) {
			in = append(in, i.Name)
		}
	}
	return in, nil
}

// named returns the name of an integration that is given by name or ID. One that is not
// stored is there by its name alone: flows name it, or none does yet.
func (f Finder) named(ctx context.Context, name string) ([]string, error) {
	i, err := f.Integration(ctx, name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return []string{name}, nil
	}
	if err != nil {
		return nil, err
	}
	return []string{i.Name}, nil
}

func (f Finder) ofNotice(ctx context.Context, id int64) ([]string, error) {
	list, err := f.Notices(ctx, true, 10_000)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(n *sluice.Notice) bool { return n.ID == id })
	if i < 0 {
		return nil, sluice.NotFound("notice", strconv.FormatInt(id, 10))
	}
	switch list[i].Noun {
	case "flow":
		return f.ofFlowThatWas(ctx, list[i].NounID)
	case "connection":
		return f.ofConnection(ctx, list[i].NounID)
	}
	return nil, nil
}

// Usable reports whether the actor may read and write through a connection: it is
// registered with an integration that they may manage.
func (f Finder) usable(ctx context.Context, actor endpoint.Actor, name string) (bool, error) {
	in, err := f.ofConnection(ctx, name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return false, nil
	}
	return slices.ContainsFunc(in, func(i string) bool { return actor.MayIn(sluice.PermQuery, i) }), err
}

// Connections says which connections a flow names and the actor of ctx may not use.
// Whoever may write a flow could read any system through it otherwise.
func (f Finder) connections(ctx context.Context, flow *sluice.Flow) ([]sluice.Problem, error) {
	actor, is := limited(ctx, sluice.PermQuery)
	if !is {
		return nil, nil
	}
	var problems []sluice.Problem
	for _, name := range fit.Names(flow) {
		ok, err := f.usable(ctx, actor, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			problems = append(problems, sluice.Problem{Code: "flow.foreign_connection", Path: strings.Join(fit.Places(flow, name), ", "),
				Message: fmt.Sprintf("the connection %q is not registered with an integration that you may manage", name),
				Remedy:  "Choose one of the integration's own, or ask an administrator to register it"})
		}
	}
	return problems, nil
}

// MayDraft refuses a flow's text that reads through connections which are not the actor's.
func (f Finder) MayDraft(ctx context.Context, flow *sluice.Flow) error {
	problems, err := f.connections(ctx, flow)
	if err != nil {
		return err
	}
	return sluice.Problems("flow.invalid", "the flow uses connections of others", problems)
}

// MayStore says what keeps the actor of ctx from storing a flow: its integration, the one
// that it was in before, or its connections. old is nil for a new flow.
func (f Finder) MayStore(ctx context.Context, old, now *sluice.Flow) ([]sluice.Problem, error) {
	actor, is := limited(ctx, sluice.PermEditFlows)
	if !is {
		return nil, nil
	}
	if old != nil && !actor.MayIn(sluice.PermView, group(old)) {
		return []sluice.Problem{{Code: "flow.name_taken", Path: "name", Message: fmt.Sprintf("the name %q is taken", now.Name), Remedy: "Choose another"}}, nil
	}
	problems, err := f.connections(ctx, now)
	if old != nil && !actor.MayIn(sluice.PermEditFlows, group(old)) {
		problems = append(problems, sluice.Problem{Code: "flow.foreign", Path: "integration", Message: fmt.Sprintf("you may not change flows of the integration %q", group(old)), Remedy: "Ask an owner or administrator"})
	}
	if g := group(now); !actor.MayIn(sluice.PermEditFlows, g) && (old == nil || g != group(old)) {
		problems = append(problems, sluice.Problem{Code: "flow.foreign_integration", Path: "integration", Message: fmt.Sprintf("you may not put flows into the integration %q", g),
			Remedy: "Choose an integration that you may manage"})
	}
	return problems, err
}

package scope

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Access finds the integrations that things are in.
type Access interface {
	// Integrations returns the names of the integrations that a thing is in, none for one
	// that is in none, and CodeNotFound for one that is not there.
	Integrations(ctx context.Context, thing Thing, key string) ([]string, error)
}

// Permit says whether the actor may use a route with the permission for what param names.
// What the actor may not even see is answered as what is not there.
func (s Scope) Permit(ctx context.Context, actor endpoint.Actor, p sluice.Permission, access Access, param func(string) string) error {
	switch {
	case !actor.Known():
		return sluice.Errorf(sluice.CodeUnauthorized, "nobody is logged in").Fix("Log in, or send an API token: Authorization: Bearer sluice_…")
	case actor.May(p), s.reach == own:
		return nil
	case s.reach == account:
		return Refused(actor, p, "everywhere")
	case s.reach == listed, actor.May(sluice.PermView) && !actor.MaySomewhere(p): // who sees everything learns nothing
		return somewhere(actor, p)
	}
	for _, part := range s.about {
		in, err := access.Integrations(ctx, part.thing, param(part.param))
		if s.mayBeNew && sluice.ErrorCode(err) == sluice.CodeNotFound {
			return somewhere(actor, p)
		}
		if err != nil {
			return err
		}
		if err := part.permit(actor, p, in, param(part.param)); err != nil {
			return err
		}
	}
	return nil
}

func (part part) permit(actor endpoint.Actor, p sluice.Permission, in []string, key string) error {
	sees := func(name string) bool { return actor.MayIn(sluice.PermView, name) }
	holds := func(name string) bool { return actor.MayIn(p, name) }
	switch {
	case !actor.May(sluice.PermView) && !slices.ContainsFunc(in, sees):
		return sluice.NotFound(string(part.thing), key)
	case p == sluice.PermEditConnections && part.thing != Integration:
		// Whoever changes a connection changes it for all that it is registered with.
		if Everywhere(in, holds) {
			return nil
		}
		return Refused(actor, p, "in every integration that the connection is registered with")
	case slices.ContainsFunc(in, holds):
		return nil
	}
	return Refused(actor, p, "in its integration")
}

// Everywhere reports whether all integrations, and at least one, hold something.
func Everywhere(in []string, holds func(string) bool) bool {
	return len(in) > 0 && !slices.ContainsFunc(in, func(name string) bool { return !holds(name) })
}

func somewhere(actor endpoint.Actor, p sluice.Permission) error {
	if actor.MaySomewhere(p) {
		return nil
	}
	return Refused(actor, p, "in any integration")
}

// Refused is the answer to an actor who lacks a permission, of whose roles in integrations
// none helped there.
func Refused(actor endpoint.Actor, p sluice.Permission, where string) *sluice.Error {
	if len(actor.Integrations) == 0 && actor.Role != "" {
		return sluice.Errorf(sluice.CodeForbidden, "%s has the role %s, which does not hold the permission %s", actor.Name, actor.Role, p).
			Fix("Ask an owner or administrator")
	}
	return sluice.Errorf(sluice.CodeForbidden, "%s does not hold the permission %s %s", actor.Name, p, where).
		Fix("Ask an owner or administrator")
}

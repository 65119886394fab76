package endpoint

import (
	"context"

	"github.com/sluicehq/sluice"
)

// Actor is who asks.
type Actor struct {
	Name   string      `json:"name"` // e-mail address, or LocalName
	UserID string      `json:"user_id,omitempty"`
	Role   sluice.Role `json:"role"`
	// Integrations are roles in single integrations, by name. They add to Role.
	Integrations map[string]sluice.Role `json:"integrations,omitempty"`
	// Token is the ID of the API token that was used, if one was.
	Token string `json:"token,omitempty"`
	// Session is the ID of the browser's session, if it came with one.
	Session string `json:"-"`
}

// LocalName is the name of whoever reaches the data folder's socket. The folder's
// file permissions have decided who that can be.
const LocalName = "local"

// Local returns the actor behind the data folder's socket: it may do what an owner may.
func Local() Actor { return Actor{Name: LocalName, Role: sluice.RoleOwner} }

// Known reports whether the actor is somebody.
func (a Actor) Known() bool { return a.Name != "" }

// Grants returns what the actor may do.
func (a Actor) Grants() Grants { return Grants{a.Role, a.Integrations} }

// May reports whether the actor holds the permission everywhere.
func (a Actor) May(p sluice.Permission) bool { return a.Role.May(p) }

// MayIn reports whether the actor holds the permission in an integration.
func (a Actor) MayIn(p sluice.Permission, integration string) bool {
	return a.Role.May(p) || a.Integrations[integration].May(p)
}

// MaySomewhere reports whether the actor holds the permission in some integration.
func (a Actor) MaySomewhere(p sluice.Permission) bool {
	for _, r := range a.Integrations {
		if r.May(p) {
			return true
		}
	}
	return a.Role.May(p)
}

type actorKey struct{}

// WithActor returns a context whose request is the actor's.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of the request; the zero Actor, which may do
// nothing, when nobody is logged in.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

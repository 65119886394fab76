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
	// Token is the ID of the API token that was used, if one was.
	Token string `json:"token,omitempty"`
}

// LocalName is the name of whoever reaches the data folder's socket. The folder's
// file permissions have decided who that can be.
const LocalName = "local"

// Local returns the actor behind the data folder's socket: it may do what an owner may.
func Local() Actor { return Actor{Name: LocalName, Role: sluice.RoleOwner} }

// May reports whether the actor holds the permission.
func (a Actor) May(p sluice.Permission) bool { return a.Role.May(p) }

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

package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/person"
)

// What people are changed by, in words of package person.
type (
	NewUser     = person.NewUser
	UserChange  = person.UserChange
	OwnChange   = person.OwnChange
	NewToken    = person.NewToken
	IssuedToken = person.IssuedToken
)

// Me is who asks, and what they may do.
type Me struct {
	Actor
	Permissions   []sluice.Permission            `json:"permissions" nullable:"false" doc:"Held everywhere"`
	PermissionsIn map[string][]sluice.Permission `json:"permissions_in,omitempty" doc:"Held in single integrations, by name, beyond those held everywhere"`
}

func (a *API) me(ctx context.Context, _ *noInput) (*reply[Me], error) {
	actor := actorOf(ctx)
	me := Me{Actor: actor, Permissions: held(actor.May)}
	for _, name := range slices.Sorted(maps.Keys(actor.Integrations)) {
		if me.PermissionsIn == nil {
			me.PermissionsIn = map[string][]sluice.Permission{}
		}
		me.PermissionsIn[name] = held(func(p sluice.Permission) bool { return actor.MayIn(p, name) })
	}
	return answer(me, nil)
}

func held(may func(sluice.Permission) bool) []sluice.Permission {
	return slices.DeleteFunc([]sluice.Permission{sluice.PermView, sluice.PermEditConnections, sluice.PermEditFlows,
		sluice.PermRun, sluice.PermQuery, sluice.PermPeople, sluice.PermOperate, sluice.PermRestore}, func(p sluice.Permission) bool { return !may(p) })
}

func (a *API) health(ctx context.Context, _ *noInput) (*healthReply, error) {
	h := a.services.Status.Health(ctx)
	if !actorOf(ctx).MaySomewhere(sluice.PermView) {
		h = Health{OK: h.OK, At: h.At.Truncate(time.Second)}
	}
	if !h.OK {
		return &healthReply{Status: 503, Body: h}, nil
	}
	return &healthReply{Status: 200, Body: h}, nil
}

type healthReply struct {
	Status int
	Body   Health
}

func (a *API) version(context.Context, *noInput) (*reply[Version], error) {
	return answer(a.services.Status.Version(), nil)
}

package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// NewUser is a user to create.
type NewUser struct {
	Email    string        `json:"email"`
	Name     string        `json:"name"`
	Role     sluice.Role   `json:"role" enum:"owner,administrator,manage,monitor"`
	Password sluice.Secret `json:"password" doc:"At least 12 characters"`
}

// UserChange is a change of a user; what is left out stays.
type UserChange struct {
	Name     string        `json:"name,omitempty"`
	Role     sluice.Role   `json:"role,omitempty" enum:"owner,administrator,manage,monitor"`
	Password sluice.Secret `json:"password,omitzero" doc:"At least 12 characters"`
}

// OwnChange is a change of one's own account; what is left out stays.
type OwnChange struct {
	Name        string        `json:"name,omitempty"`
	Password    sluice.Secret `json:"password,omitzero" doc:"At least 12 characters"`
	OldPassword sluice.Secret `json:"old_password,omitzero" doc:"Needed for a new password"`
}

// NewToken is an API token to make.
type NewToken struct {
	Name string      `json:"name" doc:"What the token is for"`
	Role sluice.Role `json:"role,omitempty" enum:"owner,administrator,manage,monitor" doc:"At most the user's own, which is the default"`
	// ExpiresIn is how long the token works.
	ExpiresIn string `json:"expires_in,omitempty" doc:"Such as 720h; without it the token works until it is deleted"`
	User      string `json:"user,omitempty" doc:"E-mail address of whom the token acts for; yourself when left out"`
}

// IssuedToken is a token with its text, which is not kept.
type IssuedToken struct {
	sluice.Token
	Text string `json:"text" doc:"Shown this once: sluice_…"`
}

func (a *API) listUsers(ctx context.Context, _ *noInput) (*reply[List[*sluice.User]], error) {
	return listing(a.services.People.ListUsers(ctx))
}

func (a *API) createUser(ctx context.Context, in *struct{ Body NewUser }) (*reply[*sluice.User], error) {
	return answer(a.services.People.CreateUser(ctx, actorOf(ctx), in.Body))
}

type userChange struct {
	IDPath
	Body UserChange
}

func (a *API) updateUser(ctx context.Context, in *userChange) (*reply[*sluice.User], error) {
	return answer(a.services.People.UpdateUser(ctx, actorOf(ctx), in.ID, in.Body))
}

func (a *API) deleteUser(ctx context.Context, in *IDPath) (*nothing, error) {
	return done(a.services.People.DeleteUser(ctx, actorOf(ctx), in.ID))
}

func (a *API) listTokens(ctx context.Context, _ *noInput) (*reply[List[*sluice.Token]], error) {
	return listing(a.services.Tokens.ListTokens(ctx, actorOf(ctx)))
}

func (a *API) createToken(ctx context.Context, in *struct{ Body NewToken }) (*reply[*IssuedToken], error) {
	return answer(a.services.Tokens.CreateToken(ctx, actorOf(ctx), in.Body))
}

func (a *API) deleteToken(ctx context.Context, in *IDPath) (*nothing, error) {
	return done(a.services.Tokens.DeleteToken(ctx, actorOf(ctx), in.ID))
}

type auditQuery struct {
	Noun   string `query:"noun" doc:"Events of this noun only: connection, flow, user, …"`
	Name   string `query:"name" doc:"Events of the thing with this name only; needs noun"`
	Before int64  `query:"before" doc:"Events with smaller numbers only"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *API) listAudit(ctx context.Context, in *auditQuery) (*reply[List[*sluice.AuditEvent]], error) {
	events, err := a.services.People.ListAudit(ctx, sluice.AuditFilter{Noun: in.Noun, NounID: in.Name, Before: in.Before, Limit: in.Limit})
	return paged(events, err, in.Limit, func(e *sluice.AuditEvent) int64 { return e.ID })
}

// Me is who asks, and what they may do.
type Me struct {
	Actor
	Permissions []sluice.Permission `json:"permissions" nullable:"false"`
}

func (a *API) me(ctx context.Context, _ *noInput) (*reply[Me], error) {
	me := Me{Actor: actorOf(ctx), Permissions: []sluice.Permission{}}
	for _, p := range []sluice.Permission{sluice.PermView, sluice.PermEditConnections, sluice.PermEditFlows,
		sluice.PermRun, sluice.PermQuery, sluice.PermPeople} {
		if me.May(p) {
			me.Permissions = append(me.Permissions, p)
		}
	}
	return answer(me, nil)
}

func (a *API) health(ctx context.Context, _ *noInput) (*healthReply, error) {
	h := a.services.Status.Health(ctx)
	if !actorOf(ctx).May(sluice.PermView) {
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

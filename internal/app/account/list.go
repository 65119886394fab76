package account

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/person"
	"github.com/sluicehq/sluice/internal/api/session"
)

// ListUsers returns all users with what is theirs.
func (p *People) ListUsers(ctx context.Context) ([]*person.Person, error) {
	users, err := p.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := p.Store.Sessions(ctx, "")
	if err != nil {
		return nil, err
	}
	list := make([]*person.Person, len(users))
	for i, u := range users {
		if list[i], err = p.told(ctx, u, sessions); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// told adds to a user what is theirs.
func (p *People) told(ctx context.Context, u *sluice.User, sessions []*sluice.Session) (*person.Person, error) {
	out := &person.Person{User: *u, SignIn: []string{}}
	if u.Password != "" {
		out.SignIn = append(out.SignIn, "password")
	}
	tokens, err := p.Store.Tokens(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	out.Tokens = len(tokens)
	for _, s := range sessions {
		if s.UserID == u.ID && session.Live(s, p.Clock()) {
			out.Sessions++
		}
	}
	out.InvitedUntil, err = p.linkEnd(ctx, u.ID)
	return out, err
}

// Person returns a user with what is theirs.
func (p *People) Person(ctx context.Context, idOrEmail string) (*person.Person, error) {
	u, err := p.Store.User(ctx, strings.ToLower(idOrEmail))
	if err != nil {
		return nil, err
	}
	sessions, err := p.Store.Sessions(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	out, err := p.told(ctx, u, sessions)
	if err != nil {
		return nil, err
	}
	assigned, err := p.Store.RecordErrors(ctx, sluice.ErrorFilter{Assignee: u.Email, State: sluice.ErrorOpen, Limit: assignedAtOnce})
	out.Assigned = len(assigned)
	return out, err
}

// Members returns who may do something in an integration, those who may most first.
func (p *People) Members(ctx context.Context, integration string) ([]person.Member, error) {
	name, err := p.integrationName(ctx, integration)
	if err != nil {
		return nil, err
	}
	users, err := p.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	var list []person.Member
	for _, u := range users {
		in := endpoint.Grants{Role: u.Role, Integrations: u.Integrations}.In(name)
		if in.May(sluice.PermView) {
			list = append(list, person.Member{ID: u.ID, Email: u.Email, Name: u.Name, Role: in, Own: u.Integrations[name], Floor: u.Role})
		}
	}
	slices.SortStableFunc(list, func(a, b person.Member) int { return endpoint.Rank(a.Role) - endpoint.Rank(b.Role) })
	return list, nil
}

// integrationName returns the name of an integration that is given by name or ID.
func (p *People) integrationName(ctx context.Context, nameOrID string) (string, error) {
	i, err := p.Store.Integration(ctx, nameOrID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nameOrID, nil // flows may name it
	}
	if err != nil {
		return "", err
	}
	return i.Name, nil
}

// SetMember gives a user a role in an integration, or takes it away.
func (p *People) SetMember(ctx context.Context, by api.Actor, integration, idOrEmail string, role sluice.Role) (*sluice.User, error) {
	name, err := p.integrationName(ctx, integration)
	if err != nil {
		return nil, err
	}
	var user *sluice.User
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		u, err := p.locked(ctx, idOrEmail)
		if err != nil {
			return err
		}
		roles := maps.Clone(u.Integrations)
		if role == sluice.RoleMember {
			delete(roles, name)
		} else {
			if roles == nil {
				roles = map[string]sluice.Role{}
			}
			roles[name] = role
		}
		user, err = p.UpdateUser(ctx, by, u.ID, api.UserChange{Integrations: &roles})
		return err
	})
	return user, err
}

// Forget takes away all roles in an integration that is deleted: another one that gets its
// name is not theirs. Rename carries them over instead.
func (p *People) Forget(ctx context.Context, name string) error { return p.Rename(ctx, name, "") }

// Rename carries roles over to an integration's new name.
func (p *People) Rename(ctx context.Context, old, now string) error {
	return p.Store.Atomically(ctx, func(ctx context.Context) error { return p.rename(ctx, old, now) })
}

func (p *People) rename(ctx context.Context, old, now string) error {
	if err := p.Store.LockUser(ctx, ""); err != nil {
		return err
	}
	users, err := p.Store.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		role, has := u.Integrations[old]
		if !has {
			continue
		}
		delete(u.Integrations, old)
		if now != "" {
			u.Integrations[now] = role
		}
		if err := p.Store.UpdateUser(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

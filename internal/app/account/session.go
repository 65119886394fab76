package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/person"
	"github.com/sluicehq/sluice/internal/api/session"
)

// ListSessions returns the actor's sessions or, for who may edit people, another user's.
func (p *People) ListSessions(ctx context.Context, by api.Actor, user string) ([]person.Session, error) {
	of, err := p.sessionUser(ctx, by, user)
	if err != nil || of == nil {
		return nil, err
	}
	stored, err := p.Store.Sessions(ctx, of.ID)
	var list []person.Session
	for _, s := range stored {
		if session.Live(s, p.Clock()) {
			list = append(list, person.Session{ID: s.ID, User: of.Email, Device: session.Device(s.Agent), Remote: s.Remote,
				BegunAt: s.BegunAt, SeenAt: s.SeenAt, EndsAt: s.EndsAt, Current: s.ID == by.Session})
		}
	}
	return list, err
}

// sessionUser returns whose sessions are meant, nil for nobody's: the data folder's socket
// has none of its own.
func (p *People) sessionUser(ctx context.Context, by api.Actor, user string) (*sluice.User, error) {
	if user == "" {
		if by.UserID == "" {
			return nil, nil
		}
		return p.Store.User(ctx, by.UserID)
	}
	if !by.May(sluice.PermPeople) && !strings.EqualFold(user, by.Name) && user != by.UserID {
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot see the sessions of others", by.Name).Fix("Ask an owner or administrator")
	}
	return p.Store.User(ctx, strings.ToLower(user))
}

// EndSession ends a session of the actor's or, for who may edit people, anybody's.
func (p *People) EndSession(ctx context.Context, by api.Actor, id string) error {
	of := by.UserID
	if by.May(sluice.PermPeople) {
		of = ""
	}
	list, err := p.Store.Sessions(ctx, of)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.ID != id || s.UserID != by.UserID && !by.May(sluice.PermPeople) {
			continue
		}
		if _, err := p.Store.EndSessions(ctx, s.UserID, s.ID, ""); err != nil {
			return err
		}
		p.Audit.Note(ctx, by, "end", "session", p.emailOf(ctx, s.UserID), session.Device(s.Agent)+", "+s.Remote)
		return nil
	}
	return sluice.NotFound("session", id)
}

func (p *People) emailOf(ctx context.Context, id string) string {
	if u, err := p.Store.User(ctx, id); err == nil {
		return u.Email
	}
	return id
}

// EndSessions ends all sessions of a user but the one that asks.
func (p *People) EndSessions(ctx context.Context, by api.Actor, user string) (int64, error) {
	of, err := p.sessionUser(ctx, by, user)
	if err != nil || of == nil {
		return 0, err
	}
	return p.endSessions(ctx, by, of, "")
}

func (p *People) endSessions(ctx context.Context, by api.Actor, of *sluice.User, why string) (int64, error) {
	n, err := p.Store.EndSessions(ctx, of.ID, "", by.Session)
	if err == nil && n > 0 {
		detail := fmt.Sprintf("%d sessions", n)
		if why != "" {
			detail += ": " + why
		}
		p.Audit.Note(ctx, by, "end", "session", of.Email, detail)
	}
	return n, err
}

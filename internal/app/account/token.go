package account

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/person"
)

// ListTokens returns the actor's tokens, or everybody's for who may edit people.
func (p *People) ListTokens(ctx context.Context, by api.Actor) ([]*person.Token, error) {
	users, err := p.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	var all []*person.Token
	for _, u := range users {
		if u.ID != by.UserID && !by.May(sluice.PermPeople) {
			continue
		}
		tokens, err := p.Store.Tokens(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		for _, t := range tokens {
			all = append(all, &person.Token{Token: *t, User: u.Email})
		}
	}
	return all, nil
}

// CreateToken makes an API token that does at most what its user and whoever asks may do.
func (p *People) CreateToken(ctx context.Context, by api.Actor, in api.NewToken) (*api.IssuedToken, error) {
	user, err := p.tokenUser(ctx, by, in.User)
	if err != nil {
		return nil, err
	}
	limit, err := p.tokenLimit(ctx, by, user, in)
	if err != nil {
		return nil, err
	}
	text := newTokenText(tokenPrefix)
	t := &sluice.Token{ID: newID(), UserID: user.ID, Name: strings.TrimSpace(in.Name), Role: limit.Role, Integrations: limit.Integrations, Hash: hashToken(text), CreatedAt: p.Clock().UTC()}
	if t.Name == "" {
		return nil, sluice.Errorf("token.name", "a token needs a name that says what it is for").At("name")
	}
	if in.ExpiresIn != "" {
		d, err := time.ParseDuration(in.ExpiresIn)
		if err != nil || d <= 0 {
			return nil, sluice.Errorf("token.expires_in", "%q is not a duration", in.ExpiresIn).At("expires_in").Fix("Write hours: 720h is thirty days")
		}
		t.ExpiresAt = t.CreatedAt.Add(d)
	}
	if err := p.Store.CreateToken(ctx, t); err != nil {
		return nil, err
	}
	p.Audit.Note(ctx, by, "create", "token", t.ID, fmt.Sprintf("%s for %s as %s", t.Name, user.Email, inWords(t.Role, t.Integrations)))
	return &api.IssuedToken{Token: *t, Text: text.Reveal()}, nil
}

// tokenLimit returns what a new token does at most. Its user's own roles limit it besides,
// whenever it is used, so that a limit may be more than they are where it is asked for as
// one role for all integrations.
func (p *People) tokenLimit(ctx context.Context, by api.Actor, user *sluice.User, in api.NewToken) (endpoint.Grants, error) {
	of := endpoint.Grants{Role: user.Role, Integrations: user.Integrations}
	limit := endpoint.Grants{Role: in.Role, Integrations: maps.Clone(in.Integrations)}
	own, err := p.ownLimit(ctx, by)
	switch {
	case err != nil:
		return limit, err
	case limit.Role == "" && len(limit.Integrations) > 0:
		limit.Role = sluice.RoleMember
	case limit.Role == "":
		if limit.Role = of.Best(); limit.Exceeds(own) {
			limit = own
		}
	}
	if err := sluice.Problems("token.invalid", "the token cannot be made", checkIntegrations(limit.Integrations)); err != nil {
		return limit, err
	}
	if endpoint.Rank(limit.Role) < endpoint.Rank(of.Best()) || limit.Exceeds(own) || more(limit, of) {
		return limit, sluice.Errorf(sluice.CodeForbidden, "a token cannot do more than %s (%s) and whoever makes it (%s)", user.Email, inWords(of.Role, of.Integrations), inWords(by.Role, by.Integrations)).
			Fix("Choose a smaller role")
	}
	return limit, nil
}

// more reports whether a limit names a role in an integration that the user does not have.
func more(limit, of endpoint.Grants) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(limit.Integrations)), func(name string) bool {
		return endpoint.Rank(limit.Integrations[name]) < endpoint.Rank(of.In(name))
	})
}

// ownLimit returns what limits the tokens that somebody makes: by a token, its own limit,
// which holds also when the roles of its user grow; for a person who may edit people, the
// account-wide role; for others their greatest role, since their tokens act for themselves.
func (p *People) ownLimit(ctx context.Context, by api.Actor) (endpoint.Grants, error) {
	if by.Token == "" {
		return endpoint.Grants{Role: by.Grants().Best()}, nil
	}
	tokens, err := p.Store.Tokens(ctx, by.UserID)
	if err != nil {
		return endpoint.Grants{}, err
	}
	i := slices.IndexFunc(tokens, func(t *sluice.Token) bool { return t.ID == by.Token })
	if i < 0 {
		return endpoint.Grants{}, refusedToken("the API token is not known")
	}
	return endpoint.Grants{Role: tokens[i].Role, Integrations: tokens[i].Integrations}, nil
}

// tokenUser returns whom a new token acts for: the one who is named, else the
// one who asks, else, at the socket, the only user there is.
func (p *People) tokenUser(ctx context.Context, by api.Actor, email string) (*sluice.User, error) {
	if email == "" && by.UserID != "" {
		return p.Store.User(ctx, by.UserID)
	}
	if email != "" {
		user, err := p.Store.User(ctx, strings.ToLower(email))
		if err == nil && user.ID != by.UserID && !by.May(sluice.PermPeople) {
			return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot make tokens for others", by.Name)
		}
		return user, err
	}
	users, err := p.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	switch len(users) {
	case 0:
		return nil, sluice.Errorf("token.no_user", "a token acts for a user, and there is none yet").
			Fix("Open the set-up link that the server printed, or create one: sluice user create EMAIL --role owner")
	case 1:
		return users[0], nil
	}
	return nil, sluice.Errorf("token.which_user", "a token acts for a user, and there are several").At("user").Fix("Name one: --user EMAIL")
}

// DeleteToken deletes a token that the actor may see.
func (p *People) DeleteToken(ctx context.Context, by api.Actor, id string) error {
	tokens, err := p.ListTokens(ctx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tokens, func(t *person.Token) bool { return t.ID == id })
	if i < 0 {
		return sluice.NotFound("token", id)
	}
	if err := p.Store.DeleteToken(ctx, id); err != nil {
		return err
	}
	p.Audit.Note(ctx, by, "delete", "token", id, tokens[i].Name)
	return nil
}

// ListAudit returns lines of the audit log, newest first.
func (p *People) ListAudit(ctx context.Context, f sluice.AuditFilter) ([]*sluice.AuditEvent, error) {
	return p.Store.Audit(ctx, f)
}

// NoteExport notes who takes lines of the audit log away.
func (p *People) NoteExport(ctx context.Context, by api.Actor, f sluice.AuditFilter, format string) {
	detail := []string{format}
	for _, part := range []struct{ name, value string }{{"noun", f.Noun}, {"name", f.NounID}, {"actor", f.Actor}, {"action", f.Action}, {"text", f.Text}, {"since", day(f.Since)}, {"until", day(f.Until)}} {
		if part.value != "" {
			detail = append(detail, part.name+" "+part.value)
		}
	}
	p.Audit.Note(ctx, by, "export", "audit", "log", strings.Join(detail, ", "))
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

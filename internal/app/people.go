package app

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// people holds the rules round users, tokens and the audit log.
type people struct {
	*core
	passwords *passwords
}

func (p people) ListUsers(ctx context.Context) ([]*sluice.User, error) { return p.store.Users(ctx) }

func (p people) CreateUser(ctx context.Context, by api.Actor, in api.NewUser) (*sluice.User, error) {
	if rank(in.Role) < rank(by.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot give the role %s", by.Name, in.Role).Fix("Ask somebody with that role")
	}
	user, err := p.newUser(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := p.store.CreateUser(ctx, user); err != nil {
		return nil, err
	}
	p.audit(ctx, by, "create", "user", user.Email, string(user.Role))
	return user, nil
}

// rank orders roles from all (0) to little.
func rank(r sluice.Role) int {
	if i := slices.Index(sluice.Roles(), r); i >= 0 {
		return i
	}
	return len(sluice.Roles())
}

// newUser checks everything about a new user at once and hashes the password.
func (p people) newUser(ctx context.Context, in api.NewUser) (*sluice.User, error) {
	email, name := strings.ToLower(strings.TrimSpace(in.Email)), strings.TrimSpace(in.Name)
	var problems []sluice.Problem
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		problems = append(problems, sluice.Problem{Code: "user.email", Path: "email", Message: "this is not an e-mail address"})
	}
	if name == "" || len(name) > 200 {
		problems = append(problems, sluice.Problem{Code: "user.name", Path: "name", Message: "a name has 1 to 200 characters"})
	}
	if rank(in.Role) == len(sluice.Roles()) {
		problems = append(problems, sluice.Problem{Code: "user.role", Path: "role", Message: "there is no such role", Remedy: "Use owner, administrator, manage or monitor"})
	}
	if n := len([]rune(in.Password.Reveal())); n < minPassword || n > maxPassword {
		problems = append(problems, sluice.Problem{Code: "user.password", Path: "password",
			Message: fmt.Sprintf("a password has %d to %d characters", minPassword, maxPassword), Remedy: "Several words that do not belong together make a good one"})
	}
	if err := sluice.Problems("user.invalid", "the account cannot be made", problems); err != nil {
		return nil, err
	}
	hash, err := p.passwords.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	return &sluice.User{ID: newID(), Email: email, Name: name, Role: in.Role, Password: hash, CreatedAt: p.clock().UTC()}, nil
}

func (p people) DeleteUser(ctx context.Context, by api.Actor, idOrEmail string) error {
	user, err := p.store.User(ctx, strings.ToLower(idOrEmail))
	if err != nil {
		return err
	}
	if rank(user.Role) < rank(by.Role) {
		return sluice.Errorf(sluice.CodeForbidden, "%s cannot delete an account with the role %s", by.Name, user.Role)
	}
	if user.Role == sluice.RoleOwner {
		if err := p.otherOwner(ctx, user.ID); err != nil {
			return err
		}
	}
	if err := p.deleteTokens(ctx, user.ID); err != nil {
		return err
	}
	if err := p.store.DeleteUser(ctx, user.ID); err != nil {
		return err
	}
	p.audit(ctx, by, "delete", "user", user.Email, "")
	return nil
}

func (p people) otherOwner(ctx context.Context, id string) error {
	users, err := p.store.Users(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(users, func(u *sluice.User) bool { return u.Role == sluice.RoleOwner && u.ID != id }) {
		return nil
	}
	return sluice.Errorf("user.last_owner", "this is the only owner").Fix("Make another owner first")
}

func (p people) deleteTokens(ctx context.Context, userID string) error {
	tokens, err := p.store.Tokens(ctx, userID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if err := p.store.DeleteToken(ctx, t.ID); err != nil {
			return err
		}
	}
	return nil
}

func (p people) ListTokens(ctx context.Context, by api.Actor) ([]*sluice.Token, error) {
	if !by.May(sluice.PermPeople) {
		return p.store.Tokens(ctx, by.UserID)
	}
	users, err := p.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	var all []*sluice.Token
	for _, u := range users {
		tokens, err := p.store.Tokens(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, tokens...)
	}
	return all, nil
}

func (p people) CreateToken(ctx context.Context, by api.Actor, in api.NewToken) (*api.IssuedToken, error) {
	user, err := p.tokenUser(ctx, by, in.User)
	if err != nil {
		return nil, err
	}
	if in.Role == "" {
		in.Role = lesser(user.Role, by.Role)
	}
	if rank(in.Role) < rank(by.Role) || rank(in.Role) < rank(user.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "a token cannot do more than %s (%s) and whoever makes it (%s)", user.Email, user.Role, by.Role).
			Fix("Choose a smaller role")
	}
	text := newTokenText(tokenPrefix)
	t := &sluice.Token{ID: newID(), UserID: user.ID, Name: strings.TrimSpace(in.Name), Role: in.Role, Hash: hashToken(text), CreatedAt: p.clock().UTC()}
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
	if err := p.store.CreateToken(ctx, t); err != nil {
		return nil, err
	}
	p.audit(ctx, by, "create", "token", t.ID, fmt.Sprintf("%s for %s as %s", t.Name, user.Email, t.Role))
	return &api.IssuedToken{Token: *t, Text: text.Reveal()}, nil
}

// tokenUser returns whom a new token acts for: the one who is named, else the
// one who asks, else, at the socket, the only user there is.
func (p people) tokenUser(ctx context.Context, by api.Actor, email string) (*sluice.User, error) {
	if email == "" && by.UserID != "" {
		return p.store.User(ctx, by.UserID)
	}
	if email != "" {
		user, err := p.store.User(ctx, strings.ToLower(email))
		if err == nil && user.ID != by.UserID && !by.May(sluice.PermPeople) {
			return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot make tokens for others", by.Name)
		}
		return user, err
	}
	users, err := p.store.Users(ctx)
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

func lesser(a, b sluice.Role) sluice.Role {
	if rank(a) > rank(b) {
		return a
	}
	return b
}

func (p people) DeleteToken(ctx context.Context, by api.Actor, id string) error {
	tokens, err := p.ListTokens(ctx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tokens, func(t *sluice.Token) bool { return t.ID == id })
	if i < 0 {
		return sluice.NotFound("token", id)
	}
	if err := p.store.DeleteToken(ctx, id); err != nil {
		return err
	}
	p.audit(ctx, by, "delete", "token", id, tokens[i].Name)
	return nil
}

func (p people) ListAudit(ctx context.Context, f sluice.AuditFilter) ([]*sluice.AuditEvent, error) {
	return p.store.Audit(ctx, f)
}

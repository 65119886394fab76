package account

import (
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// Config says what accounts need.
type Config struct {
	Store interface {
		sluice.PeopleStore
		sluice.TokenStore
		sluice.SettingStore
	}
	Audit *audit.Log
	Clock func() time.Time
	Log   *slog.Logger
	Cost  Cost // of hashing a password; zero means FullCost
	// NoPasswords lets nobody log in by password.
	NoPasswords bool
}

// People holds the rules round users, tokens and the audit log.
type People struct {
	Config
	passwords *passwords
}

// New returns the rules round people, and those of logging in.
func New(c Config) (*People, *Login) {
	if c.Cost == (Cost{}) {
		c.Cost = FullCost()
	}
	p := &People{Config: c, passwords: newPasswords(c.Cost)}
	return p, &Login{People: p, throttle: newThrottle(c.Clock)}
}

// ListUsers returns all users.
func (p *People) ListUsers(ctx context.Context) ([]*sluice.User, error) { return p.Store.Users(ctx) }

// CreateUser makes a user with at most the role of whoever asks.
func (p *People) CreateUser(ctx context.Context, by api.Actor, in api.NewUser) (*sluice.User, error) {
	if Rank(in.Role) < Rank(by.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot give the role %s", by.Name, in.Role).Fix("Ask somebody with that role")
	}
	user, err := p.newUser(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := p.Store.CreateUser(ctx, user); err != nil {
		return nil, err
	}
	p.Audit.Note(ctx, by, "create", "user", user.Email, string(user.Role))
	return user, nil
}

// Rank orders roles from all (0) to little.
func Rank(r sluice.Role) int {
	if i := slices.Index(sluice.Roles(), r); i >= 0 {
		return i
	}
	return len(sluice.Roles())
}

// newUser checks everything about a new user at once and hashes the password.
func (p *People) newUser(ctx context.Context, in api.NewUser) (*sluice.User, error) {
	email := strings.ToLower(strings.TrimSpace(in.Email))
	user := &sluice.User{ID: newID(), Email: email, Name: strings.TrimSpace(in.Name), Role: in.Role, CreatedAt: p.Clock().UTC()}
	var problems []sluice.Problem
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		problems = append(problems, sluice.Problem{Code: "user.email", Path: "email", Message: "this is not an e-mail address"})
	}
	problems = append(append(problems, checkUser(user)...), checkPassword(in.Password)...)
	if err := sluice.Problems("user.invalid", "the account cannot be made", problems); err != nil {
		return nil, err
	}
	var err error
	user.Password, err = p.passwords.hash(ctx, in.Password)
	return user, err
}

func checkUser(u *sluice.User) []sluice.Problem {
	var problems []sluice.Problem
	if u.Name == "" || len(u.Name) > 200 {
		problems = append(problems, sluice.Problem{Code: "user.name", Path: "name", Message: "a name has 1 to 200 characters"})
	}
	if Rank(u.Role) == len(sluice.Roles()) {
		problems = append(problems, sluice.Problem{Code: "user.role", Path: "role", Message: "there is no such role", Remedy: "Use owner, administrator, manage or monitor"})
	}
	return problems
}

func checkPassword(password sluice.Secret) []sluice.Problem {
	if n := len([]rune(password.Reveal())); n < minPassword || n > maxPassword {
		return []sluice.Problem{{Code: "user.password", Path: "password",
			Message: fmt.Sprintf("a password has %d to %d characters", minPassword, maxPassword), Remedy: "Several words that do not belong together make a good one"}}
	}
	return nil
}

// UpdateUser changes a user's name, role or password; what is left out stays.
func (p *People) UpdateUser(ctx context.Context, by api.Actor, idOrEmail string, c api.UserChange) (*sluice.User, error) {
	user, err := p.Store.User(ctx, strings.ToLower(idOrEmail))
	if err != nil {
		return nil, err
	}
	if Rank(user.Role) < Rank(by.Role) || c.Role != "" && Rank(c.Role) < Rank(by.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot change an account with a greater role, or give one", by.Name).Fix("Ask somebody with that role")
	}
	if user.Role == sluice.RoleOwner && c.Role != "" && c.Role != sluice.RoleOwner {
		if err := p.otherOwner(ctx, user.ID); err != nil {
			return nil, err
		}
	}
	return p.change(ctx, by, user, c)
}

// change checks everything about a change at once and stores it.
func (p *People) change(ctx context.Context, by api.Actor, old *sluice.User, c api.UserChange) (*sluice.User, error) {
	now := *old
	if c.Name != "" {
		now.Name = strings.TrimSpace(c.Name)
	}
	if c.Role != "" {
		now.Role = c.Role
	}
	problems := checkUser(&now)
	if !c.Password.Empty() {
		problems = append(problems, checkPassword(c.Password)...)
	}
	if err := sluice.Problems("user.invalid", "the account cannot be changed", problems); err != nil {
		return nil, err
	}
	var fields []string
	if now.Name != old.Name {
		fields = append(fields, "name")
	}
	if now.Role != old.Role {
		fields = append(fields, "role "+string(now.Role))
	}
	if !c.Password.Empty() {
		var err error
		if now.Password, err = p.passwords.hash(ctx, c.Password); err != nil {
			return nil, err
		}
		fields = append(fields, "password")
	}
	if len(fields) == 0 {
		return old, nil
	}
	if err := p.Store.UpdateUser(ctx, &now); err != nil {
		return nil, err
	}
	p.Audit.Note(ctx, by, "update", "user", now.Email, strings.Join(fields, ", "))
	return &now, nil
}

// DeleteUser deletes a user with their tokens, but not the only owner.
func (p *People) DeleteUser(ctx context.Context, by api.Actor, idOrEmail string) error {
	user, err := p.Store.User(ctx, strings.ToLower(idOrEmail))
	if err != nil {
		return err
	}
	if Rank(user.Role) < Rank(by.Role) {
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
	if err := p.Store.DeleteUser(ctx, user.ID); err != nil {
		return err
	}
	p.Audit.Note(ctx, by, "delete", "user", user.Email, "")
	return nil
}

func (p *People) otherOwner(ctx context.Context, id string) error {
	users, err := p.Store.Users(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(users, func(u *sluice.User) bool { return u.Role == sluice.RoleOwner && u.ID != id }) {
		return nil
	}
	return sluice.Errorf("user.last_owner", "this is the only owner").Fix("Make another owner first")
}

func (p *People) deleteTokens(ctx context.Context, userID string) error {
	tokens, err := p.Store.Tokens(ctx, userID)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if err := p.Store.DeleteToken(ctx, t.ID); err != nil {
			return err
		}
	}
	return nil
}

// ListTokens returns the actor's tokens, or everybody's for who may edit people.
func (p *People) ListTokens(ctx context.Context, by api.Actor) ([]*sluice.Token, error) {
	if !by.May(sluice.PermPeople) {
		return p.Store.Tokens(ctx, by.UserID)
	}
	users, err := p.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	var all []*sluice.Token
	for _, u := range users {
		tokens, err := p.Store.Tokens(ctx, u.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, tokens...)
	}
	return all, nil
}

// CreateToken makes an API token with at most the role of its user and of whoever asks.
func (p *People) CreateToken(ctx context.Context, by api.Actor, in api.NewToken) (*api.IssuedToken, error) {
	user, err := p.tokenUser(ctx, by, in.User)
	if err != nil {
		return nil, err
	}
	if in.Role == "" {
		in.Role = lesser(user.Role, by.Role)
	}
	if Rank(in.Role) < Rank(by.Role) || Rank(in.Role) < Rank(user.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "a token cannot do more than %s (%s) and whoever makes it (%s)", user.Email, user.Role, by.Role).
			Fix("Choose a smaller role")
	}
	text := newTokenText(tokenPrefix)
	t := &sluice.Token{ID: newID(), UserID: user.ID, Name: strings.TrimSpace(in.Name), Role: in.Role, Hash: hashToken(text), CreatedAt: p.Clock().UTC()}
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
	p.Audit.Note(ctx, by, "create", "token", t.ID, fmt.Sprintf("%s for %s as %s", t.Name, user.Email, t.Role))
	return &api.IssuedToken{Token: *t, Text: text.Reveal()}, nil
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

func lesser(a, b sluice.Role) sluice.Role {
	if Rank(a) > Rank(b) {
		return a
	}
	return b
}

// DeleteToken deletes a token that the actor may see.
func (p *People) DeleteToken(ctx context.Context, by api.Actor, id string) error {
	tokens, err := p.ListTokens(ctx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tokens, func(t *sluice.Token) bool { return t.ID == id })
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

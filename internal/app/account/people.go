package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/person"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// Config says what accounts need.
type Config struct {
	Store interface {
		sluice.Atomic
		sluice.PeopleStore
		sluice.UserLockStore
		sluice.TokenStore
		sluice.SettingStore
		sluice.SessionStore
		sluice.ErrorStore
		sluice.ErrorCareStore
		sluice.IntegrationStore
	}
	URL   func() string // the server's own address for people; nil and empty for none
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

// CreateUser makes a user with at most the role of whoever asks. Who gets no password
// gets a link to set one.
func (p *People) CreateUser(ctx context.Context, by api.Actor, in api.NewUser) (*person.CreatedUser, error) {
	if endpoint.Rank(in.Role) < endpoint.Rank(by.Role) {
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot give the role %s", by.Name, in.Role).Fix("Ask somebody with that role")
	}
	user, err := p.newUser(ctx, in, true)
	if err != nil {
		return nil, err
	}
	if err := p.Store.CreateUser(ctx, user); err != nil {
		return nil, err
	}
	p.Audit.Note(ctx, by, "create", "user", user.Email, inWords(user.Role, user.Integrations))
	out := &person.CreatedUser{User: *user}
	if user.Password == "" {
		out.Link, err = p.OfferLink(ctx, by, user.ID)
	}
	return out, err
}

// inWords says roles: member, shop manage.
func inWords(role sluice.Role, integrations map[string]sluice.Role) string {
	words := []string{string(role)}
	for _, name := range slices.Sorted(maps.Keys(integrations)) {
		words = append(words, name+" "+string(integrations[name]))
	}
	return strings.Join(words, ", ")
}

// newUser checks everything about a new user at once and hashes the password, which who
// is invited sets later.
func (p *People) newUser(ctx context.Context, in api.NewUser, invited bool) (*sluice.User, error) {
	email := strings.ToLower(strings.TrimSpace(in.Email))
	user := &sluice.User{ID: newID(), Email: email, Name: strings.TrimSpace(in.Name), Role: in.Role, Integrations: in.Integrations, CreatedAt: p.Clock().UTC()}
	var problems []sluice.Problem
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		problems = append(problems, sluice.Problem{Code: "user.email", Path: "email", Message: "this is not an e-mail address"})
	}
	problems = append(problems, checkUser(user)...)
	if invited = invited && in.Password.Empty(); !invited {
		problems = append(problems, checkPassword(in.Password)...)
	}
	if err := sluice.Problems("user.invalid", "the account cannot be made", problems); err != nil || invited {
		return user, err
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
	if !slices.Contains(sluice.Roles(), u.Role) {
		problems = append(problems, sluice.Problem{Code: "user.role", Path: "role", Message: "there is no such role", Remedy: "Use owner, administrator, manage, monitor or member"})
	}
	return append(problems, checkIntegrations(u.Integrations)...)
}

// checkIntegrations checks roles in single integrations. One that is not there yet can be
// named: a flow that names it makes it.
func checkIntegrations(roles map[string]sluice.Role) []sluice.Problem {
	var problems []sluice.Problem
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		path := "integrations." + name
		problems = append(problems, sluice.CheckName(path, name)...)
		if r := roles[name]; r != sluice.RoleManage && r != sluice.RoleMonitor {
			problems = append(problems, sluice.Problem{Code: "user.integration_role", Path: path, Message: fmt.Sprintf("in an integration there is no role %q", r), Remedy: "Use manage or monitor"})
		}
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

// UpdateUser changes a user's name, roles or password; what is left out stays.
func (p *People) UpdateUser(ctx context.Context, by api.Actor, idOrEmail string, c api.UserChange) (*sluice.User, error) {
	return p.change(ctx, by, idOrEmail, c, func(ctx context.Context, user *sluice.User) error {
		if endpoint.Rank(user.Role) < endpoint.Rank(by.Role) || c.Role != "" && endpoint.Rank(c.Role) < endpoint.Rank(by.Role) {
			return sluice.Errorf(sluice.CodeForbidden, "%s cannot change an account with a greater role, or give one", by.Name).Fix("Ask somebody with that role")
		}
		if user.Role == sluice.RoleOwner && c.Role != "" && c.Role != sluice.RoleOwner {
			return p.otherOwner(ctx, user.ID)
		}
		return nil
	})
}

// change checks everything about a change at once and stores it. The user is read and
// stored in one transaction, so that of two changes at one time none brings back a role
// that the other took away.
func (p *People) change(ctx context.Context, by api.Actor, idOrEmail string, c api.UserChange, may func(context.Context, *sluice.User) error) (*sluice.User, error) {
	hash, problems := "", []sluice.Problem(nil)
	if !c.Password.Empty() {
		if problems = checkPassword(c.Password); len(problems) == 0 {
			var err error
			if hash, err = p.passwords.hash(ctx, c.Password); err != nil { // it takes a while: before the transaction
				return nil, err
			}
		}
	}
	var now *sluice.User
	var fields []string
	err := p.Store.Atomically(ctx, func(ctx context.Context) error {
		old, err := p.locked(ctx, idOrEmail)
		if err != nil {
			return err
		}
		if err := may(ctx, old); err != nil {
			return err
		}
		now, fields = changed(old, c, hash)
		if err := sluice.Problems("user.invalid", "the account cannot be changed", append(checkUser(now), problems...)); err != nil || len(fields) == 0 {
			return err
		}
		return p.Store.UpdateUser(ctx, now)
	})
	if err != nil || len(fields) == 0 {
		return now, err
	}
	p.Audit.Note(ctx, by, "update", "user", now.Email, strings.Join(fields, ", "))
	if hash != "" {
		return now, p.passwordChanged(ctx, by, now)
	}
	return now, nil
}

// locked returns a user whom nobody else changes until the transaction of ctx ends; nor
// does anybody make fewer owners until then.
func (p *People) locked(ctx context.Context, idOrEmail string) (*sluice.User, error) {
	idOrEmail = strings.ToLower(idOrEmail)
	if err := p.Store.LockUser(ctx, idOrEmail); err != nil {
		return nil, err
	}
	return p.Store.User(ctx, idOrEmail)
}

// changed returns a user after a change, and what differs.
func changed(old *sluice.User, c api.UserChange, hash string) (*sluice.User, []string) {
	now := *old
	if c.Name != "" {
		now.Name = strings.TrimSpace(c.Name)
	}
	if c.Role != "" {
		now.Role = c.Role
	}
	if c.Integrations != nil {
		now.Integrations = *c.Integrations
	}
	var fields []string
	if now.Name != old.Name {
		fields = append(fields, "name")
	}
	if now.Role != old.Role {
		fields = append(fields, "role "+string(now.Role))
	}
	if !maps.Equal(now.Integrations, old.Integrations) {
		fields = append(fields, "roles "+inWords(now.Role, now.Integrations))
	}
	if hash != "" {
		now.Password = hash
		fields = append(fields, "password")
	}
	return &now, fields
}

// passwordChanged ends what the old password opened: every session but the one that asks,
// and a link to set another.
func (p *People) passwordChanged(ctx context.Context, by api.Actor, user *sluice.User) error {
	if err := p.dropLink(ctx, user.ID); err != nil {
		return err
	}
	_, err := p.endSessions(ctx, by, user, "the password was changed")
	return err
}

// DeleteUser deletes a user, but not the only owner. Tokens and sessions go with them;
// record errors that were assigned to them are nobody's.
func (p *People) DeleteUser(ctx context.Context, by api.Actor, idOrEmail string) error {
	var user *sluice.User
	err := p.Store.Atomically(ctx, func(ctx context.Context) (err error) {
		if user, err = p.locked(ctx, idOrEmail); err != nil {
			return err
		}
		if endpoint.Rank(user.Role) < endpoint.Rank(by.Role) {
			return sluice.Errorf(sluice.CodeForbidden, "%s cannot delete an account with the role %s", by.Name, user.Role)
		}
		if user.Role == sluice.RoleOwner {
			if err := p.otherOwner(ctx, user.ID); err != nil {
				return err
			}
		}
		if err := p.unassign(ctx, user.Email); err != nil {
			return err
		}
		return errors.Join(p.dropLink(ctx, user.ID), p.Store.DeleteUser(ctx, user.ID))
	})
	if err != nil {
		return err
	}
	p.Audit.Note(ctx, by, "delete", "user", user.Email, "")
	return nil
}

const assignedAtOnce = 1000

// unassign leaves a person's open record errors to nobody.
func (p *People) unassign(ctx context.Context, email string) error {
	for {
		list, err := p.Store.RecordErrors(ctx, sluice.ErrorFilter{Assignee: email, State: sluice.ErrorOpen, Limit: assignedAtOnce})
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]int64, len(list))
		for i, e := range list {
			ids[i] = e.ID
		}
		if err := p.Store.AssignErrors(ctx, ids, ""); err != nil {
			return err
		}
	}
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

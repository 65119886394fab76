package account

import (
	"context"
	"crypto/subtle"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Login says who somebody is.
type Login struct {
	*People
	throttle *throttle
}

// ActorByToken returns who a token acts for. A token never does more than its
// user may do now.
func (l *Login) ActorByToken(ctx context.Context, text sluice.Secret) (api.Actor, error) {
	now := l.Clock().UTC()
	t, err := l.Store.TokenByHash(ctx, hashToken(text), now)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return api.Actor{}, refusedToken("the API token is not known")
	}
	if err != nil {
		return api.Actor{}, err
	}
	if !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		return api.Actor{}, refusedToken("the API token has expired")
	}
	actor, err := l.ActorByUser(ctx, t.UserID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return api.Actor{}, refusedToken("the API token's user does not exist any more")
	}
	if err != nil {
		return api.Actor{}, err
	}
	within := actor.Grants().Within(endpoint.Grants{Role: t.Role, Integrations: t.Integrations})
	actor.Role, actor.Integrations, actor.Token = within.Role, within.Integrations, t.ID
	return actor, nil
}

func refusedToken(message string) *sluice.Error {
	return sluice.Errorf(sluice.CodeUnauthorized, "%s", message).Fix("Make another one: sluice token create")
}

// ActorByUser returns the actor for a user.
func (l *Login) ActorByUser(ctx context.Context, userID string) (api.Actor, error) {
	u, err := l.Store.User(ctx, userID)
	if err != nil {
		return api.Actor{}, err
	}
	return api.Actor{Name: u.Email, UserID: u.ID, Role: u.Role, Integrations: u.Integrations}, nil
}

func noPasswords() *sluice.Error {
	return sluice.Errorf("login.no_passwords", "nobody logs in by password here").Fix("Sign in at the OpenID provider")
}

// LogIn checks a password. That an account does not exist shows neither in the
// answer nor in the time it takes.
func (l *Login) LogIn(ctx context.Context, email string, password sluice.Secret, remote string) (*sluice.User, error) {
	if l.NoPasswords {
		return nil, noPasswords()
	}
	email = strings.ToLower(strings.TrimSpace(email))
	if err := l.throttle.begin(email, remote); err != nil {
		return nil, err
	}
	user, err := l.Store.User(ctx, email)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		user, err = &sluice.User{}, nil
	}
	if err != nil {
		return nil, err
	}
	ok, err := l.passwords.matches(ctx, user.Password, password)
	if err != nil {
		return nil, err
	}
	by := api.Actor{Name: email}
	if !ok {
		l.Log.WarnContext(ctx, "login refused", "email", email, "remote", remote)
		return nil, sluice.Errorf("login.refused", "the e-mail address or the password is wrong")
	}
	l.throttle.succeed(email, remote)
	l.Audit.Note(ctx, by, "login", "user", user.Email, remote)
	return user, nil
}

// UpdateMe changes the actor's own name or password.
func (l *Login) UpdateMe(ctx context.Context, by api.Actor, c api.OwnChange, remote string) (*sluice.User, error) {
	if by.UserID == "" {
		return nil, sluice.Errorf("user.nobody", "the data folder's socket is nobody's account").Fix("Change an account by its e-mail address: sluice user edit EMAIL")
	}
	user, err := l.Store.User(ctx, by.UserID)
	if err != nil {
		return nil, err
	}
	if !c.Password.Empty() {
		if err := l.prove(ctx, user, c.OldPassword, remote); err != nil {
			return nil, err
		}
	}
	return l.change(ctx, by, user.ID, api.UserChange{Name: c.Name, Password: c.Password}, func(context.Context, *sluice.User) error { return nil })
}

// prove makes sure that a person knows the password that they have.
func (l *Login) prove(ctx context.Context, user *sluice.User, password sluice.Secret, remote string) error {
	if err := l.throttle.begin(user.Email, remote); err != nil {
		return err
	}
	ok, err := l.passwords.matches(ctx, user.Password, password)
	if err != nil {
		return err
	}
	if !ok {
		return sluice.Errorf("user.old_password", "the old password is wrong").At("old_password").Fix("Give the password that you log in with")
	}
	l.throttle.succeed(user.Email, remote)
	return nil
}

// The one-time link for the owner lives in a setting: the hash of its token and
// the second it ends, or ownerLinkUsed.
const (
	ownerLink     = "owner_link"
	ownerLinkUsed = "used"
)

// OwnerLinkLife is how long the one-time link for the owner works.
const OwnerLinkLife = 24 * time.Hour

// OfferOwnerLink returns the token of a new one-time link while there is no
// user, and an empty one otherwise. Links of earlier starts end.
func (l *Login) OfferOwnerLink(ctx context.Context) (sluice.Secret, error) {
	users, err := l.Store.Users(ctx)
	if err != nil || len(users) > 0 {
		return sluice.Secret{}, err
	}
	old, err := l.Store.Setting(ctx, ownerLink)
	if err != nil {
		return sluice.Secret{}, err
	}
	token := newTokenText("")
	value := hashToken(token) + "|" + strconv.FormatInt(l.Clock().Add(OwnerLinkLife).Unix(), 10)
	swapped, err := l.Store.SwapSetting(ctx, ownerLink, old, value)
	if err != nil || !swapped { // not swapped: another process has just offered one
		return sluice.Secret{}, err
	}
	return token, nil
}

// openLink returns the setting's value when the token opens it now.
func (l *Login) openLink(ctx context.Context, token sluice.Secret) (string, bool, error) {
	value, err := l.Store.Setting(ctx, ownerLink)
	if err != nil {
		return "", false, err
	}
	hash, end, _ := strings.Cut(value, "|")
	until, err := strconv.ParseInt(end, 10, 64)
	open := err == nil && l.Clock().Unix() < until &&
		subtle.ConstantTimeCompare([]byte(hash), []byte(hashToken(token))) == 1
	return value, open, nil
}

// SetupOpen reports whether the link with that token can still be used.
func (l *Login) SetupOpen(ctx context.Context, token sluice.Secret) (bool, error) {
	_, open, err := l.openLink(ctx, token)
	return open, err
}

// SetUp makes the owner. Of several requests with the same link one wins.
func (l *Login) SetUp(ctx context.Context, token sluice.Secret, in api.NewUser) (*sluice.User, error) {
	used := sluice.Errorf("setup.link_used", "this link cannot be used (any more)").Fix("Restart the server to get another one")
	value, open, err := l.openLink(ctx, token)
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, used
	}
	in.Role = sluice.RoleOwner
	user, err := l.newUser(ctx, in, false)
	if err != nil {
		return nil, err
	}
	won, err := l.Store.SwapSetting(ctx, ownerLink, value, ownerLinkUsed)
	if err != nil {
		return nil, err
	}
	if !won {
		return nil, used
	}
	if err := l.Store.CreateUser(ctx, user); err != nil {
		return nil, err
	}
	l.Audit.Note(ctx, api.Actor{Name: user.Email}, "create", "user", user.Email, "owner, by the one-time link")
	return user, nil
}

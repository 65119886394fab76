package account

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/person"
)

// A one-time link by which a person sets a password lives in a setting of its own: the
// hash of its token and the second it ends. A person has one at a time.

// LinkLife is how long a one-time link works.
const LinkLife = 72 * time.Hour

func linkSetting(userID string) string { return "password_link:" + userID }

// linkOf returns a user's link as it is stored, and when it ends: zero for none that works.
func (p *People) linkOf(ctx context.Context, userID string) (value, hash string, end time.Time, err error) {
	value, err = p.Store.Setting(ctx, linkSetting(userID))
	hash, second, _ := strings.Cut(value, "|")
	if n, parsed := strconv.ParseInt(second, 10, 64); parsed == nil && p.Clock().Unix() < n {
		end = time.Unix(n, 0).UTC()
	}
	return value, hash, end, err
}

func (p *People) linkEnd(ctx context.Context, userID string) (time.Time, error) {
	_, _, end, err := p.linkOf(ctx, userID)
	return end, err
}

// OfferLink makes a link for a user; the one before does not work any more.
func (p *People) OfferLink(ctx context.Context, by api.Actor, idOrEmail string) (*person.Link, error) {
	user, err := p.Store.User(ctx, strings.ToLower(idOrEmail))
	if err != nil {
		return nil, err
	}
	if endpoint.Rank(user.Role) < endpoint.Rank(by.Role) { // it would let them become the user
		return nil, sluice.Errorf(sluice.CodeForbidden, "%s cannot set the password of an account with the role %s", by.Name, user.Role).Fix("Ask somebody with that role")
	}
	token := newTokenText(user.ID + ".")
	end := p.Clock().Add(LinkLife).UTC().Truncate(time.Second)
	if err := p.setLink(ctx, user.ID, hashToken(token)+"|"+strconv.FormatInt(end.Unix(), 10)); err != nil {
		return nil, err
	}
	p.Audit.Note(ctx, by, "link", "user", user.Email, "one-time link to set a password")
	return &person.Link{URL: p.address() + "/password?token=" + url.QueryEscape(token.Reveal()), EndsAt: end}, nil
}

func (p *People) address() string {
	if p.URL == nil {
		return ""
	}
	return p.URL()
}

// setLink puts a link in the place of whatever is there.
func (p *People) setLink(ctx context.Context, userID, value string) error {
	for {
		old, err := p.Store.Setting(ctx, linkSetting(userID))
		if err != nil || old == value {
			return err
		}
		if swapped, err := p.Store.SwapSetting(ctx, linkSetting(userID), old, value); err != nil || swapped {
			return err
		}
	}
}

func (p *People) dropLink(ctx context.Context, userID string) error {
	return p.setLink(ctx, userID, "")
}

// opened returns whose link the token opens now, with what is stored of it.
func (p *People) opened(ctx context.Context, token sluice.Secret) (*sluice.User, string, error) {
	closed := sluice.Errorf(sluice.CodeNotFound, "this link cannot be used (any more)").Fix("Ask an owner or administrator for another")
	if p.NoPasswords {
		return nil, "", noPasswords()
	}
	id, _, _ := strings.Cut(token.Reveal(), ".")
	value, hash, end, err := p.linkOf(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if end.IsZero() || subtle.ConstantTimeCompare([]byte(hash), []byte(hashToken(token))) != 1 {
		return nil, "", closed
	}
	user, err := p.Store.User(ctx, id)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		err = closed
	}
	return user, value, err
}

// LinkOpen returns whose password the link sets.
func (p *People) LinkOpen(ctx context.Context, token sluice.Secret) (*sluice.User, error) {
	user, _, err := p.opened(ctx, token)
	return user, err
}

// UseLink sets the password of the link's user. Of several requests with the same link one wins.
func (p *People) UseLink(ctx context.Context, token, password sluice.Secret) (*sluice.User, error) {
	user, value, err := p.opened(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := sluice.Problems("user.invalid", "the password cannot be set", checkPassword(password)); err != nil {
		return nil, err
	}
	hash, err := p.passwords.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	won, err := p.Store.SwapSetting(ctx, linkSetting(user.ID), value, "")
	if err != nil {
		return nil, err
	}
	if !won {
		return nil, sluice.Errorf(sluice.CodeNotFound, "this link cannot be used (any more)").Fix("Ask an owner or administrator for another")
	}
	err = p.Store.Atomically(ctx, func(ctx context.Context) (err error) {
		if user, err = p.locked(ctx, user.ID); err != nil {
			return err
		}
		user.Password = hash
		return p.Store.UpdateUser(ctx, user)
	})
	if err != nil {
		return nil, err
	}
	by := api.Actor{Name: user.Email, UserID: user.ID}
	p.Audit.Note(ctx, by, "update", "user", user.Email, "password, by the one-time link")
	_, err = p.endSessions(ctx, by, user, "the password was changed")
	return user, err
}

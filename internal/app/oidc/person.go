package oidc

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/mail"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apioidc "github.com/sluicehq/sluice/internal/api/oidc"
)

// person is who a provider says that somebody is.
type person struct {
	subject string
	email   string // in lower case; empty where the provider does not vouch for it
	told    string // the e-mail address that it tells, proven or not
	name    string
	groups  []string // values of the roles claim
}

// person reads the ID token's claims, and asks for those that are not in it.
func (r *Rules) person(ctx context.Context, p *provider, token *oauth2.Token, id *oidc.IDToken) (*person, error) {
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return nil, refuse("oidc.token", err)
	}
	_, email := claims["email"]
	if lacking := !email || r.Config.Claim != "" && find(claims, r.Config.Claim) == nil; lacking && p.said.UserInfo != "" {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return nil, refuse(unanswered(err), err)
		}
		if info.Subject != id.Subject { // OpenID Connect Core, section 5.3.2
			return nil, refuse("oidc.token", misfit("the user info is of somebody else"))
		}
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return nil, refuse("oidc.token", err)
		}
		if _, both := more["email"]; both { // an address and its proof are of one piece
			delete(claims, "email")
			delete(claims, "email_verified")
		}
		for name, value := range more {
			if _, signed := claims[name]; !signed {
				claims[name] = value
			}
		}
	}
	return r.read(id.Subject, claims), nil
}

// read takes from claims what counts here.
func (r *Rules) read(subject string, claims map[string]any) *person {
	text := func(name string) string { s, _ := claims[name].(string); return strings.TrimSpace(s) }
	who := &person{subject: subject, told: strings.ToLower(text("email")), groups: texts(find(claims, r.Config.Claim))}
	// Some providers send the proof as text.
	if proof := claims["email_verified"]; proof == true || proof == "true" {
		if a, err := mail.ParseAddress(who.told); err == nil && a.Address == who.told {
			who.email = who.told
		}
	}
	who.name = cmp.Or(text("name"), strings.TrimSpace(text("given_name")+" "+text("family_name")), text("preferred_username"), who.told)
	if runes := []rune(who.name); len(runes) > 60 {
		who.name = string(runes[:60])
	}
	return who
}

// find returns the claim at a path: first as it is written, since names of claims may
// hold dots, then step by step.
func find(claims map[string]any, path string) any {
	if value, ok := claims[path]; ok || path == "" {
		return value
	}
	head, rest, deeper := strings.Cut(path, ".")
	inner, ok := claims[head].(map[string]any)
	if !deeper || !ok {
		return nil
	}
	return find(inner, rest)
}

// texts returns the texts of a claim, which is one or a list.
func texts(claim any) []string {
	switch v := claim.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, one := range v {
			if s, ok := one.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// role returns the greatest role that the claim gives, else the default one.
func (c *Config) role(groups []string) sluice.Role {
	best := -1
	for _, group := range groups {
		if role, ok := c.Roles[group]; ok {
			if rank := slices.Index(sluice.Roles(), role); best < 0 || rank < best {
				best = rank
			}
		}
	}
	if best >= 0 {
		return sluice.Roles()[best]
	}
	return c.DefaultRole
}

// admit returns the user that a person is, and notes it.
func (r *Rules) admit(ctx context.Context, in *sluice.SignIn, who *person, a apioidc.Answer) (*sluice.User, error) {
	var user *sluice.User
	var notes []note
	err := r.Store.Atomically(ctx, func(ctx context.Context) (err error) {
		notes = nil // it may run again
		if in.UserID != "" {
			user, notes, err = r.link(ctx, in.UserID, who, a.Present)
			return err
		}
		user, notes, err = r.userOf(ctx, who)
		if err != nil {
			return err
		}
		more, err := r.follow(ctx, user, who)
		notes = append(notes, more...)
		return err
	})
	if err != nil {
		if _, known := refusals[sluice.ErrorCode(err)]; known {
			r.Audit.Note(ctx, api.Actor{Name: cmp.Or(who.told, who.subject)}, "refuse", "user", cmp.Or(who.told, who.subject), "login, "+sluice.ErrorCode(err)+", from "+a.Remote)
		}
		return nil, err
	}
	by := api.Actor{Name: user.Email, UserID: user.ID}
	for _, n := range notes {
		r.Audit.Note(ctx, by, n.action, "user", user.Email, n.detail)
	}
	if in.UserID == "" {
		r.Audit.Note(ctx, by, "login", "user", user.Email, a.Remote+", by "+r.Ways().Provider)
	}
	return user, nil
}

// note is an audit event of a user.
type note struct{ action, detail string }

// userOf finds the user who is linked to the person, links one, or makes one.
func (r *Rules) userOf(ctx context.Context, who *person) (*sluice.User, []note, error) {
	linked, err := r.Store.Subject(ctx, r.Config.Issuer, who.subject)
	if err != nil && sluice.ErrorCode(err) != sluice.CodeNotFound {
		return nil, nil, err
	}
	if err == nil && linked.UserID != "" {
		user, err := r.Store.User(ctx, linked.UserID)
		return user, nil, err
	}
	removed := err == nil
	if who.email == "" {
		if removed {
			return nil, nil, refuse("oidc.removed", nil)
		}
		if r.Config.SignUp == "" || r.Config.SignUp == signUpNone {
			return nil, nil, refuse("oidc.no_account", nil)
		}
		return nil, nil, refuse("oidc.email_unproven", nil)
	}
	user, err := r.Store.User(ctx, who.email)
	switch {
	case err == nil && strings.EqualFold(user.Email, who.email):
		if !r.Config.TrustEmail {
			return nil, nil, refuse("oidc.not_linked", nil)
		}
		return user, []note{{"link-provider", r.Ways().Provider + ", by e-mail address"}}, r.keep(ctx, user, who)
	case err != nil && sluice.ErrorCode(err) != sluice.CodeNotFound:
		return nil, nil, err
	case removed:
		return nil, nil, refuse("oidc.removed", nil)
	}
	return r.make(ctx, who)
}

// make makes an account for who may have one.
func (r *Rules) make(ctx context.Context, who *person) (*sluice.User, []note, error) {
	removed, err := r.Store.UserRemoved(ctx, who.email)
	if err != nil {
		return nil, nil, err
	}
	_, domain, _ := strings.Cut(who.email, "@")
	domains, byDomain := r.Config.domains()
	role := r.Config.role(who.groups)
	switch {
	case removed:
		return nil, nil, refuse("oidc.removed", nil)
	case byDomain && !slices.Contains(domains, domain), !byDomain && r.Config.SignUp != signUpClaim:
		return nil, nil, refuse("oidc.no_account", nil)
	case role == "" && len(r.Config.Roles) > 0:
		return nil, nil, refuse("oidc.no_role", nil)
	}
	// Without a password: an empty hash never matches.
	user := &sluice.User{ID: strings.ToLower(rand.Text()[:16]), Email: who.email, Name: who.name, Role: cmp.Or(role, sluice.RoleMonitor), CreatedAt: r.Clock().UTC()}
	if err := r.Store.CreateUser(ctx, user); err != nil {
		return nil, nil, err
	}
	return user, []note{{"create", string(user.Role) + ", by " + r.Ways().Provider}}, r.keep(ctx, user, who)
}

// keep links a user to the person.
func (r *Rules) keep(ctx context.Context, user *sluice.User, who *person) error {
	err := r.Store.LinkSubject(ctx, &sluice.Subject{Issuer: r.Config.Issuer, Subject: who.subject, UserID: user.ID, Email: who.told, LinkedAt: r.Clock().UTC()})
	if sluice.ErrorCode(err) == sluice.CodeConflict {
		return refuse("oidc.taken", err)
	}
	return err
}

// link links who is logged in to the person. The session at the end has to be the one
// that it began with: what one person began, another does not finish.
func (r *Rules) link(ctx context.Context, userID string, who *person, present string) (*sluice.User, []note, error) {
	if present != userID {
		return nil, nil, refuse("oidc.other_person", nil)
	}
	user, err := r.Store.User(ctx, userID)
	if err != nil {
		return nil, nil, err
	}
	linked, err := r.Store.Subject(ctx, r.Config.Issuer, who.subject)
	switch {
	case err == nil && linked.UserID == userID:
		return user, nil, nil
	case err == nil && linked.UserID != "":
		return nil, nil, refuse("oidc.linked_already", nil)
	case err != nil && sluice.ErrorCode(err) != sluice.CodeNotFound:
		return nil, nil, err
	}
	return user, []note{{"link-provider", r.Ways().Provider}}, r.keep(ctx, user, who)
}

// follow gives a user the role that the claim says. Owners keep theirs: it is given
// here alone, so that nobody is locked out by a provider.
func (r *Rules) follow(ctx context.Context, user *sluice.User, who *person) ([]note, error) {
	if len(r.Config.Roles) == 0 || user.Role == sluice.RoleOwner {
		return nil, nil
	}
	role := r.Config.role(who.groups)
	if role == "" {
		return nil, refuse("oidc.no_role", nil)
	}
	if role == user.Role {
		return nil, nil
	}
	if err := r.Store.LockUser(ctx, user.ID); err != nil {
		return nil, err
	}
	now, err := r.Store.User(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	*user = *now
	if user.Role == role || user.Role == sluice.RoleOwner { // somebody has changed it meanwhile
		return nil, nil
	}
	user.Role = role
	return []note{{"update", "role " + string(role) + ", by " + r.Ways().Provider}}, r.Store.UpdateUser(ctx, user)
}

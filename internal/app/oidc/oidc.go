package oidc

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	apioidc "github.com/sluicehq/sluice/internal/api/oidc"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// CallbackPath is where the provider sends the browser to.
const CallbackPath = "/oidc/callback"

const (
	life        = 10 * time.Minute // that a person has for the provider's pages
	underWay    = 10_000           // sign-ins at one time: whoever begins them without end fills no disk
	stateLength = 26               // what rand.Text returns
	hintPlace   = "sign-in/hint"   // where the ID token of a session is sealed
)

// Store keeps people and their sign-ins.
type Store interface {
	sluice.Atomic
	sluice.PeopleStore
	sluice.UserLockStore
	sluice.SignInStore
}

// Options are what the rules need.
type Options struct {
	Config Config
	Store  Store
	Keys   interface {
		Seal(secret sluice.Secret, place string) ([]byte, error)
		Unseal(sealed []byte, place string) (sluice.Secret, error)
	}
	URL   func() string // the server's own address for people
	Audit *audit.Log
	Clock func() time.Time
	Log   *slog.Logger
}

// Rules are the rules round signing in at an OpenID provider.
type Rules struct {
	Options
	providers *providers
}

// New returns the rules for a configuration that was checked.
func New(o Options) *Rules {
	return &Rules{Options: o, providers: &providers{config: o.Config, callback: func() string { return o.URL() + CallbackPath },
		clock: o.Clock, client: client(), log: o.Log}}
}

// Ways says how people can log in.
func (r *Rules) Ways() apioidc.Ways {
	ways := apioidc.Ways{Password: !r.Config.NoPasswords}
	if r.Config.Issuer != "" {
		if ways.Provider = r.Config.Name; ways.Provider == "" {
			ways.Provider = strings.TrimPrefix(strings.TrimPrefix(origin(r.Config.Issuer), "https://"), "http://")
		}
	}
	return ways
}

// secrets are what a sign-in rests on. All follow from the state, which the provider
// learns, and from what the browser alone has: the store keeps neither.
type secrets struct{ hash, nonce, verifier string }

func secretsOf(state string, binding sluice.Secret) secrets {
	derive := func(what string) []byte {
		mac := hmac.New(sha256.New, []byte(binding.Reveal()))
		_, _ = mac.Write([]byte(what + " " + state)) // a hash takes everything
		return mac.Sum(nil)
	}
	text := base64.RawURLEncoding.EncodeToString
	return secrets{hash: hex.EncodeToString(derive("state")), nonce: text(derive("nonce")), verifier: text(derive("verifier"))}
}

// Begin returns the address of the provider's page.
func (r *Rules) Begin(ctx context.Context, b apioidc.Beginning) (string, error) {
	if r.Config.Issuer == "" {
		return "", refuse("oidc.off", nil)
	}
	if base := origin(r.URL()); b.Origin != "" && origin(b.Origin) != base {
		return "", sluice.Errorf("oidc.other_address", "this page was opened at %s, and the provider sends the browser to %s, where it is not known", b.Origin, base).
			Fix("Open Sluice at " + base + " and begin again there")
	}
	if !ownPage(b.Return) {
		return "", sluice.Errorf("oidc.return", "%q is not a page of this server", b.Return).At("return").Fix("Give a path, such as /flows")
	}
	p, err := r.providers.get(ctx)
	if err != nil {
		return "", err
	}
	now, state := r.Clock().UTC(), rand.Text()
	with := secretsOf(state, b.Binding)
	in := &sluice.SignIn{StateHash: with.hash, Return: b.Return, ExpiresAt: now.Add(life)}
	if b.Link != nil {
		in.UserID = b.Link.UserID
	}
	room, err := r.Store.BeginSignIn(ctx, in, now, underWay)
	if err != nil {
		return "", err
	}
	if !room {
		return "", sluice.Errorf("oidc.busy", "too many people are signing in just now").Fix("Try again in a few minutes")
	}
	return p.oauth.AuthCodeURL(state, oidc.Nonce(with.nonce), oauth2.S256ChallengeOption(with.verifier)), nil
}

// ownPage reports whether a path is one of our pages, however a browser reads it.
func ownPage(path string) bool {
	u, err := url.Parse(path)
	return path == "" || len(path) <= 2000 && err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(path, "/") &&
		!strings.HasPrefix(path, "//") && !strings.ContainsFunc(path, func(c rune) bool { return c == '\\' || c < ' ' || c == 0x7f })
}

// Finish takes what the provider sent the browser back with.
func (r *Rules) Finish(ctx context.Context, a apioidc.Answer) (*apioidc.Outcome, error) {
	out := &apioidc.Outcome{}
	if r.Config.Issuer == "" {
		return out, refuse("oidc.off", nil)
	}
	state := a.Query.Get("state")
	if len(state) != stateLength || a.Binding.Empty() { // whoever guesses does not get as far as the store
		return out, refuse("oidc.state", errors.New("no state, or no cookie"))
	}
	with := secretsOf(state, a.Binding)
	in, err := r.Store.TakeSignIn(ctx, with.hash)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return out, refuse("oidc.state", errors.New("no sign-in has that state and cookie"))
	}
	if err != nil {
		return out, err
	}
	out.Return, out.Linking = in.Return, in.UserID != ""
	if !r.Clock().Before(in.ExpiresAt) {
		return out, refuse("oidc.state", errors.New("its time was over"))
	}
	who, hint, err := r.identify(ctx, a.Query, with)
	if err != nil {
		return out, err
	}
	user, err := r.admit(ctx, in, who, a)
	if err != nil {
		return out, err
	}
	out.UserID = user.ID
	out.Hint, err = r.Keys.Seal(sluice.NewSecret(hint), hintPlace)
	return out, err
}

// identify asks the provider who it was.
func (r *Rules) identify(ctx context.Context, query url.Values, with secrets) (*person, string, error) {
	p, err := r.providers.get(ctx)
	if err != nil {
		return nil, "", err
	}
	// RFC 9207: an answer of another provider does not pass for this one's.
	if sent := query.Get("iss"); sent != "" && sent != r.Config.Issuer || sent == "" && p.said.IssuerSent {
		return nil, "", refuse("oidc.token", misfit("the answer is of the issuer %q", sent))
	}
	switch code := query.Get("error"); {
	case code == "access_denied":
		return nil, "", refuse("oidc.denied", nil)
	case code != "":
		return nil, "", refuse("oidc.provider", misfit("%q: %q", code, query.Get("error_description")))
	case query.Get("code") == "":
		return nil, "", refuse("oidc.provider", misfit("the answer has no code"))
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, r.providers.client), 3*patience)
	defer cancel()
	token, err := p.oauth.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(with.verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		code := "oidc.provider"
		if refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client" || refused.Response.StatusCode == http.StatusUnauthorized {
			code = "oidc.misconfigured"
		}
		return nil, "", refuse(code, misfit("the token endpoint answered %s: %q, %q", refused.Response.Status, refused.ErrorCode, refused.ErrorDescription))
	}
	if err != nil {
		return nil, "", refuse(unanswered(err), err)
	}
	raw, _ := token.Extra("id_token").(string)
	claims, err := verify(ctx, p, raw, with.nonce)
	if err != nil {
		return nil, "", err
	}
	who, err := r.person(ctx, p, token, claims)
	return who, raw, err
}

// verify returns the ID token's claims when the provider made it for this sign-in.
func verify(ctx context.Context, p *provider, raw, nonce string) (*oidc.IDToken, error) {
	if raw == "" {
		return nil, refuse("oidc.token", misfit("the answer has no ID token"))
	}
	id, err := p.verifier.Verify(ctx, raw)
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return nil, refuse("oidc.expired", err)
	}
	if err != nil {
		if unanswered(err) == "oidc.unreachable" {
			return nil, refuse("oidc.unreachable", err)
		}
		return nil, refuse("oidc.token", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return nil, refuse("oidc.token", misfit("the ID token is of another sign-in"))
	}
	var more struct {
		Party string `json:"azp"`
	}
	if err := id.Claims(&more); err != nil {
		return nil, refuse("oidc.token", err)
	}
	if more.Party != "" && more.Party != p.oauth.ClientID || more.Party == "" && len(id.Audience) > 1 {
		return nil, refuse("oidc.token", misfit("the ID token was made for %q", more.Party))
	}
	if id.Subject == "" || len(id.Subject) > 255 { // OpenID Connect Core, section 2
		return nil, refuse("oidc.token", misfit("the ID token has no subject"))
	}
	return id, nil
}

// EndURL returns the provider's page that ends the session there.
func (r *Rules) EndURL(ctx context.Context, hint []byte) string {
	if r.Config.Issuer == "" || len(hint) == 0 {
		return ""
	}
	p, err := r.providers.get(ctx)
	if err != nil || p.said.EndSession == "" {
		return ""
	}
	end, err := url.Parse(p.said.EndSession)
	if err != nil {
		return ""
	}
	token, err := r.Keys.Unseal(hint, hintPlace)
	if err != nil {
		r.Log.WarnContext(ctx, "the session's ID token does not open", "error", err)
		return ""
	}
	query := end.Query()
	query.Set("client_id", p.oauth.ClientID)
	query.Set("id_token_hint", token.Reveal())
	query.Set("post_logout_redirect_uri", r.URL()+"/login")
	end.RawQuery = query.Encode()
	return end.String()
}

// Links returns the subjects that a user is linked to.
func (r *Rules) Links(ctx context.Context, by api.Actor) ([]*sluice.Subject, error) {
	return r.Store.SubjectsOf(ctx, by.UserID)
}

// Unlink forgets them.
func (r *Rules) Unlink(ctx context.Context, by api.Actor) error {
	user, err := r.Store.User(ctx, by.UserID)
	if err != nil {
		return err
	}
	if user.Password == "" || r.Config.NoPasswords {
		return sluice.Errorf("oidc.only_way", "signing in at the provider is the only way into this account").Fix("Ask an administrator for a password first")
	}
	if err := r.Store.UnlinkSubjects(ctx, user.ID); err != nil {
		return err
	}
	r.Audit.Note(ctx, by, "unlink-provider", "user", user.Email, "")
	return nil
}

package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/address"
	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/site"
)

// Authorizations are the rules round NetSuite's three-step flow, by which a
// connection gets its token from a log-in in the browser.
type Authorizations interface {
	// StartAuthorization returns an authorization with the address of NetSuite's page.
	StartAuthorization(ctx context.Context, by Actor, connection string, s AuthorizationStart) (*sluice.Authorization, error)
	Authorization(ctx context.Context, id string) (*sluice.Authorization, error)
	// AnswerAuthorization takes what NetSuite sent the browser back with. An
	// authorization that failed is no error of this call; one that is not known is.
	AnswerAuthorization(ctx context.Context, a AuthorizationAnswer) (*sluice.Authorization, error)
}

// AuthorizationStart says how to begin.
type AuthorizationStart struct {
	Return   string `json:"return,omitempty" doc:"Page of this server that the browser goes to in the end: a path"`
	Callback string `json:"callback,omitempty" doc:"http://localhost:PORT/… on which the caller itself listens; empty means this server's own address"`

	// Binding is known to the browser that starts alone: another one cannot finish.
	Binding sluice.Secret `json:"-"`
	// Host is the name by which the browser reached this server; empty for no browser.
	Host string `json:"-"`
}

// AuthorizationAnswer is what NetSuite sent the browser back with.
type AuthorizationAnswer struct {
	Query   url.Values
	Binding sluice.Secret
	// ID and By are those of an answer that the starter hands over; empty for one
	// that came to this server's own callback.
	ID string
	By *Actor
}

// AuthorizationQuery is the answer as the starter's own callback received it.
type AuthorizationQuery struct {
	Query string `json:"query" doc:"What stood behind the question mark: oauth_token=…&oauth_verifier=…"`
}

// bindingCookie ties authorizations to the browser that started them. It outlives
// a restart of the server, which a session does not, and is the same for all that
// one browser starts: two pages do not get in each other's way.
const bindingCookie = "sluice_authorization"

// minBinding is the length of a binding that this server has made.
const minBinding = 26

type authorizationRequest struct {
	NamePath
	Body    AuthorizationStart
	host    string
	binding string
}

// Resolve notes the name by which the browser knows this server, and its cookie.
func (in *authorizationRequest) Resolve(c huma.Context) []error {
	in.host = address.Host(c.Host())
	cookies, err := http.ParseCookie(c.Header("Cookie"))
	for _, cookie := range cookies {
		if err == nil && cookie.Name == bindingCookie && len(cookie.Value) >= minBinding {
			in.binding = cookie.Value
		}
	}
	return nil
}

type startedAuthorization struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      *sluice.Authorization
}

func (a *API) startAuthorization(ctx context.Context, in *authorizationRequest) (*startedAuthorization, error) {
	actor, start := actorOf(ctx), in.Body
	out := &startedAuthorization{}
	if actor.UserID != "" && actor.Token == "" && start.Callback == "" { // a browser with a session
		start.Binding, start.Host = sluice.NewSecret(cmp.Or(in.binding, rand.Text())), in.host
		out.SetCookie = []http.Cookie{{Name: bindingCookie, Value: start.Binding.Reveal(), Path: "/", HttpOnly: true,
			SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(a.public, "https://"), MaxAge: 3600}}
	}
	var err error
	if out.Body, err = a.services.Authorizations.StartAuthorization(ctx, actor, in.Name, start); err != nil {
		return nil, err
	}
	return out, nil
}

func (a *API) authorization(ctx context.Context, in *IDPath) (*reply[*sluice.Authorization], error) {
	return answer(a.services.Authorizations.Authorization(ctx, in.ID))
}

type authorizationAnswer struct {
	IDPath
	Body AuthorizationQuery
}

func (a *API) answerAuthorization(ctx context.Context, in *authorizationAnswer) (*reply[*sluice.Authorization], error) {
	query, err := url.ParseQuery(strings.TrimPrefix(in.Body.Query, "?"))
	if err != nil {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the answer cannot be read").At("query").Fix("Hand over what stood behind the question mark, as it is")
	}
	actor := actorOf(ctx)
	return answer(a.services.Authorizations.AnswerAuthorization(ctx, AuthorizationAnswer{Query: query, ID: in.ID, By: &actor}))
}

// callbackPath is where NetSuite sends the browser to.
const callbackPath = "/oauth/callback"

// serveCallback takes NetSuite's answer. It needs no login: the state says which
// authorization it belongs to, the cookie that it is the browser that started it.
func (a *API) serveCallback(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // a HEAD of something that looks ahead must not use the state up
		w.Header().Set("Allow", http.MethodGet)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	in := AuthorizationAnswer{Query: r.URL.Query()}
	if c, err := r.Cookie(bindingCookie); err == nil {
		in.Binding = sluice.NewSecret(c.Value)
	}
	done, err := a.services.Authorizations.AnswerAuthorization(r.Context(), in)
	if err != nil {
		body := a.problem(r.Context(), err)
		a.showPage(w, r, body.GetStatus(), site.Authorized, &sluice.Authorization{State: sluice.AuthorizationFailed,
			Error: &sluice.Error{Code: body.Code, Message: body.Message, Remedy: body.Remedy}})
		return
	}
	if done.Return != "" {
		joint := "?"
		if strings.Contains(done.Return, "?") {
			joint = "&"
		}
		http.Redirect(w, r, done.Return+joint+"authorization="+url.QueryEscape(done.ID), http.StatusSeeOther)
		return
	}
	code := http.StatusOK
	if done.Error != nil {
		code = problem.Of(done.Error.Code)
	}
	a.showPage(w, r, code, site.Authorized, done)
}

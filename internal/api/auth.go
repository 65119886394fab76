package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/oidc"
	"github.com/sluicehq/sluice/internal/api/session"
)

// sessionUser returns the ID of the user whose session cookie came with the request.
func (a *API) sessionUser(ctx context.Context) (string, bool) {
	id := a.sessions.GetString(ctx, session.UserKey)
	return id, id != ""
}

// startSession logs a user in, under a new session token.
func (a *API) startSession(ctx context.Context, userID string) error {
	if err := a.sessions.RenewToken(ctx); err != nil {
		return err
	}
	a.sessions.Put(ctx, session.UserKey, userID)
	return nil
}

// signIn is what answers those who sign in at an OpenID provider.
func (a *API) signIn() *oidc.Handler {
	return &oidc.Handler{Rules: a.services.SignIn, Sessions: a.sessions, Start: a.startSession, Secure: strings.HasPrefix(a.public, "https://"), Log: a.log}
}

// identified finds out who asks: by API token, else by session. Nobody is fine
// here; the route's permission decides.
func (a *API) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, err := a.identify(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(withActor(r.Context(), actor)))
	})
}

func (a *API) identify(r *http.Request) (Actor, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return Actor{}, unauthorized("the Authorization header is not of the kind Bearer")
		}
		return a.services.Login.ActorByToken(r.Context(), sluice.NewSecret(strings.TrimSpace(token)))
	}
	userID, ok := a.sessionUser(r.Context())
	if !ok {
		return Actor{}, nil
	}
	actor, err := a.services.Login.ActorByUser(r.Context(), userID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound { // the user was deleted meanwhile
		return Actor{}, a.sessions.Destroy(r.Context())
	}
	return actor, err
}

// again returns what judges a request once more while it is answered: who asked may
// have logged out since, or lost the role.
func (a *API) again(r *route, asked *http.Request) func(context.Context) error {
	return func(context.Context) error {
		if actorOf(asked.Context()) == Local() {
			return nil
		}
		token := ""
		if cookie, err := asked.Cookie(a.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := a.sessions.Load(context.Background(), token) // the request's own context holds the session as it was
		if err != nil {
			return err
		}
		actor, err := a.identify(asked.WithContext(ctx))
		if err != nil {
			return err
		}
		return permit(withActor(ctx, actor), r)
	}
}

func unauthorized(message string) *sluice.Error {
	return sluice.Errorf(sluice.CodeUnauthorized, "%s", message).
		Fix("Log in, or send an API token: Authorization: Bearer sluice_…")
}

// permit says whether the actor of ctx may use the route.
func permit(ctx context.Context, r *route) error {
	if r.public {
		return nil
	}
	actor := actorOf(ctx)
	switch {
	case actor.Role == "":
		return unauthorized("nobody is logged in")
	case !actor.May(r.permission):
		return sluice.Errorf(sluice.CodeForbidden, "%s has the role %s, which does not hold the permission %s", actor.Name, actor.Role, r.permission).
			Fix("Ask an owner or administrator")
	}
	return nil
}

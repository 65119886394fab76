package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/oidc"
	"github.com/sluicehq/sluice/internal/api/session"
)

// startSession logs a user in, with a new cookie.
func (a *API) startSession(ctx context.Context, userID string) error {
	return a.sessions.Start(ctx, userID)
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
	with := session.Of(r.Context())
	if with == nil {
		return Actor{}, nil
	}
	actor, err := a.services.Login.ActorByUser(r.Context(), with.UserID)
	if sluice.ErrorCode(err) == sluice.CodeNotFound { // the user was deleted meanwhile
		return Actor{}, a.sessions.End(r.Context())
	}
	actor.Session = with.ID
	return actor, err
}

// again returns what judges a request once more while it is answered: who asked may
// have logged out since, or lost the role.
func (a *API) again(r *route, asked *http.Request, param func(string) string) func(context.Context) error {
	return func(context.Context) error {
		if actorOf(asked.Context()).Name == LocalName {
			return nil
		}
		if !a.sessions.Still(asked.Context()) {
			return unauthorized("the session has ended")
		}
		actor, err := a.identify(asked)
		if err != nil {
			return err
		}
		return a.permit(withActor(asked.Context(), actor), r, param)
	}
}

func unauthorized(message string) *sluice.Error {
	return sluice.Errorf(sluice.CodeUnauthorized, "%s", message).
		Fix("Log in, or send an API token: Authorization: Bearer sluice_…")
}

// permit says whether the request may use the route: the one place where that is decided.
// param returns the parameters of its address.
func (a *API) permit(ctx context.Context, r *route, param func(string) string) error {
	if r.public {
		return nil
	}
	return a.scoped[r.address()].Permit(ctx, actorOf(ctx), r.permission, a.services.Access, param)
}

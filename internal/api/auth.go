package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/session"
)

// startSession logs a user in, with a new cookie.
func (a *API) startSession(ctx context.Context, userID string) error {
	return a.sessions.Start(ctx, userID)
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

// lookAgain is how often it is asked whether a request that goes on, as one that follows a
// run does, may go on.
const lookAgain = 15 * time.Second

// watched lets a request go on while it is permitted. The context that it gets ends when
// its session has ended, its token is gone, or its person's roles have become less.
func (a *API) watched(req *http.Request, r *route, param func(string) string) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(req.Context())
	if r.public || !actorOf(ctx).Known() || actorOf(ctx).Name == LocalName {
		return ctx, func() { cancel(nil) }
	}
	timer := time.NewTicker(lookAgain)
	go func() {
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
				if err := a.still(req, r, param); err != nil {
					cancel(err)
					return
				}
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// still asks once more what was asked when the request came.
func (a *API) still(req *http.Request, r *route, param func(string) string) error {
	actor, err := a.identify(req)
	if err != nil {
		return err
	}
	if !a.sessions.Still(req.Context()) {
		return unauthorized("the session has ended")
	}
	return a.permit(withActor(req.Context(), actor), r, param)
}

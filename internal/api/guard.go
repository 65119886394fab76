package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/address"
	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/session"
	"github.com/sluicehq/sluice/internal/api/site"
)

// guard puts the checks of every request round the routes: a request ID, a log
// line, no panic past here, the host and origin checks, and who asks.
func (a *API) guard(next http.Handler) http.Handler {
	return a.logged(a.hostChecked(a.sessions.Loaded(a.identified(a.originChecked(next)))))
}

// guardLocal is guard for the data folder's socket, which no browser reaches.
func (a *API) guardLocal(next http.Handler) http.Handler {
	return a.logged(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(withActor(r.Context(), Local())))
	}))
}

type requestIDKey struct{}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// logged gives the request an ID, answers panics, and writes one line to the log.
func (a *API) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, id := time.Now(), rand.Text()[:12]
		ctx := context.WithValue(r.Context(), requestIDKey{}, id)
		sw := &problem.Writer{ResponseWriter: w}
		site.Secure(sw.Header(), id, strings.HasPrefix(a.public, "https://"))
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				panic(p) // an answer that is cut off on purpose
			} else if p != nil {
				a.log.ErrorContext(ctx, "request panicked", "request", id, "panic", p)
				if sw.Status == 0 {
					a.refuse(sw, r.WithContext(ctx), sluice.Errorf(problem.Internal, "the server could not do that"))
				}
			}
			a.log.DebugContext(ctx, "request", "request", id, "method", r.Method, "path", r.URL.Path,
				"status", sw.Status, "took", time.Since(start))
		}()
		next.ServeHTTP(sw, r.WithContext(ctx))
	})
}

// problem turns an error into an answer.
func (a *API) problem(ctx context.Context, err error) *problem.ErrorBody {
	return problem.Answer(ctx, a.log, requestID(ctx), err)
}

// refuse answers with an error outside of the framework.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	body := a.problem(r.Context(), err)
	w.Header().Set("Content-Type", body.ContentType(""))
	if body.GetStatus() == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="sluice"`)
	}
	w.WriteHeader(body.GetStatus())
	if err := json.NewEncoder(w).Encode(body); err != nil {
		a.log.DebugContext(r.Context(), "answer not delivered", "request", body.RequestID, "error", err)
	}
}

// hostChecked refuses requests for names that are not ours. A page of another
// site that had its name point to this machine (DNS rebinding) ends here.
func (a *API) hostChecked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(a.hosts, address.Host(r.Host)) {
			a.refuse(w, r, sluice.Errorf("request.host", "this server does not answer for the host %q", r.Host).
				Fix("Use http://localhost, or start the server with --public-url"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// originChecked refuses requests that change something and come from a page of
// another site. A request by cookie has to prove where it comes from; programs
// with a token send no Origin and need none.
func (a *API) originChecked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie := session.Of(r.Context()) != nil
		if address.Changes(r.Method) && !address.SameOrigin(r, a.public, cookie) {
			a.refuse(w, r, sluice.Errorf("request.origin", "the request comes from another site").At(r.Header.Get("Origin")).
				Fix("Use the server's own pages, or an API token from outside of a browser"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

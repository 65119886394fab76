package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
)

// Credentials are what people log in with.
type Credentials struct {
	Email    string        `json:"email"`
	Password sluice.Secret `json:"password"`
}

type logInInput struct {
	Body   Credentials
	remote string
}

// Resolve notes the address that the request comes from.
func (in *logInInput) Resolve(c huma.Context) []error {
	in.remote = remoteHost(c.RemoteAddr())
	return nil
}

func remoteHost(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return addr
}

func (a *API) logIn(ctx context.Context, in *logInInput) (*reply[*sluice.User], error) {
	user, err := a.services.Login.LogIn(ctx, in.Body.Email, in.Body.Password, in.remote)
	if err != nil {
		return nil, err
	}
	return answer(user, a.startSession(ctx, user.ID))
}

type ownChangeInput struct {
	Body   OwnChange
	remote string
}

// Resolve notes the address that the request comes from.
func (in *ownChangeInput) Resolve(c huma.Context) []error {
	in.remote = remoteHost(c.RemoteAddr())
	return nil
}

func (a *API) updateMe(ctx context.Context, in *ownChangeInput) (*reply[*sluice.User], error) {
	return answer(a.services.Login.UpdateMe(ctx, actorOf(ctx), in.Body, in.remote))
}

func (a *API) logOut(ctx context.Context, _ *noInput) (*nothing, error) {
	return done(a.sessions.Destroy(ctx))
}

func (a *API) serveUI(w http.ResponseWriter, r *http.Request) {
	switch {
	case a.ui != nil && !strings.HasPrefix(r.URL.Path, "/api/"):
		a.ui.ServeHTTP(w, r)
	case r.URL.Path == "/":
		http.Redirect(w, r, "/docs", http.StatusFound)
	default:
		a.refuse(w, r, sluice.NotFound("page", r.URL.Path).Fix("The API's routes are listed at /docs"))
	}
}

// setupForm is what the page for the one-time link shows.
type setupForm struct {
	Token, Email, Name string
	Error              string
	Problems           []sluice.Problem
	Closed             bool // the link cannot be used
	Done               bool
	UI                 bool // there are pages to go on to
}

func (a *API) serveSetup(w http.ResponseWriter, r *http.Request) {
	form := setupForm{Token: r.URL.Query().Get("token")}
	open, err := a.services.Login.SetupOpen(r.Context(), sluice.NewSecret(form.Token))
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	status := http.StatusOK
	if form.Closed = !open; form.Closed {
		status = http.StatusGone
	}
	form.UI = a.ui != nil
	a.showSetup(w, r, status, form)
}

func (a *API) submitSetup(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	form := setupForm{Token: r.PostFormValue("token"), Email: r.PostFormValue("email"), Name: r.PostFormValue("name")}
	user, err := a.services.Login.SetUp(r.Context(), sluice.NewSecret(form.Token), NewUser{
		Email: form.Email, Name: form.Name, Role: sluice.RoleOwner, Password: sluice.NewSecret(r.PostFormValue("password"))})
	if err == nil {
		err = a.startSession(r.Context(), user.ID)
	}
	status := http.StatusOK
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		status = statusOf(e.Code)
		form.Error, form.Problems, form.Closed = e.Message, e.Problems, status == http.StatusGone
	} else if err != nil {
		a.refuse(w, r, err)
		return
	} else {
		form.Done = true
	}
	form.UI = a.ui != nil
	a.showSetup(w, r, status, form)
}

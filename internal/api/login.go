package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/address"
	"github.com/sluicehq/sluice/internal/api/problem"
	"github.com/sluicehq/sluice/internal/api/site"
)

// Credentials are what people log in with.
type Credentials struct {
	Email    string        `json:"email"`
	Password sluice.Secret `json:"password"`
}

// caller notes the address that a request comes from.
type caller struct{ remote string }

// Resolve notes the address.
func (c *caller) Resolve(h huma.Context) []error {
	c.remote = address.Remote(h.RemoteAddr())
	return nil
}

type logInInput struct {
	caller
	Body Credentials
}

type ownChangeInput struct {
	caller
	Body OwnChange
}

func (a *API) logIn(ctx context.Context, in *logInInput) (*reply[*sluice.User], error) {
	user, err := a.services.Login.LogIn(ctx, in.Body.Email, in.Body.Password, in.remote)
	if err != nil {
		return nil, err
	}
	return answer(user, a.startSession(ctx, user.ID))
}

func (a *API) updateMe(ctx context.Context, in *ownChangeInput) (*reply[*sluice.User], error) {
	return answer(a.services.Login.UpdateMe(ctx, actorOf(ctx), in.Body, in.remote))
}

func (a *API) logOut(ctx context.Context, _ *noInput) (*nothing, error) {
	return done(a.sessions.End(ctx))
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

func (a *API) serveSetup(w http.ResponseWriter, r *http.Request) {
	form := site.SetupForm{Token: r.URL.Query().Get("token")}
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
	a.showPage(w, r, status, site.Setup, form)
}

func (a *API) submitSetup(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	form := site.SetupForm{Token: r.PostFormValue("token"), Email: r.PostFormValue("email"), Name: r.PostFormValue("name")}
	user, err := a.services.Login.SetUp(r.Context(), sluice.NewSecret(form.Token), NewUser{
		Email: form.Email, Name: form.Name, Role: sluice.RoleOwner, Password: sluice.NewSecret(r.PostFormValue("password"))})
	if err == nil {
		err = a.startSession(r.Context(), user.ID)
	}
	code := http.StatusOK
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		code = problem.Of(e.Code)
		form.Error, form.Problems, form.Closed = e.Message, e.Problems, code == http.StatusGone
	} else if err != nil {
		a.refuse(w, r, err)
		return
	} else {
		form.Done = true
	}
	form.UI = a.ui != nil
	a.showPage(w, r, code, site.Setup, form)
}

// linkPath is where the one-time links lead by which people set a password.
const linkPath = "/password"

func (a *API) serveLink(w http.ResponseWriter, r *http.Request) {
	form := site.PasswordForm{Token: r.URL.Query().Get("token"), UI: a.ui != nil}
	user, err := a.services.Links.LinkOpen(r.Context(), sluice.NewSecret(form.Token))
	status := http.StatusOK
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		status, form.Closed = http.StatusGone, true
	} else if err != nil {
		a.refuse(w, r, err)
		return
	} else {
		form.Email, form.Name = user.Email, user.Name
	}
	a.showPage(w, r, status, site.Password, form)
}

func (a *API) submitLink(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	form := site.PasswordForm{Token: r.PostFormValue("token"), UI: a.ui != nil}
	user, err := a.services.Links.UseLink(r.Context(), sluice.NewSecret(form.Token), sluice.NewSecret(r.PostFormValue("password")))
	if err == nil {
		err = a.startSession(r.Context(), user.ID)
	}
	code := http.StatusOK
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		code = problem.Of(e.Code)
		form.Error, form.Problems = e.Message, e.Problems
		if form.Closed = e.Code == sluice.CodeNotFound; form.Closed {
			code = http.StatusGone
		} else if of, err := a.services.Links.LinkOpen(r.Context(), sluice.NewSecret(form.Token)); err == nil {
			form.Email, form.Name = of.Email, of.Name
		}
	} else if err != nil {
		a.refuse(w, r, err)
		return
	} else {
		form.Done, form.Email, form.Name = true, user.Email, user.Name
	}
	a.showPage(w, r, code, site.Password, form)
}

// showPage answers with one of the server's own small pages.
func (a *API) showPage(w http.ResponseWriter, r *http.Request, status int, name string, form any) {
	text, err := site.Render(name, form)
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	site.SetHeaders(w.Header())
	w.WriteHeader(status)
	a.write(w, r, text)
}

package oidc

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/address"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/session"
)

// Handler answers the routes.
type Handler struct {
	Rules    Rules
	Sessions *session.Sessions
	// Start logs a user in, under a new session token.
	Start  func(ctx context.Context, userID string) error
	Secure bool // cookies go over HTTPS alone
	Log    *slog.Logger
}

// bindingCookie ties sign-ins to the browser that began them. It is the same for all
// that one browser begins: two pages do not get in each other's way.
const bindingCookie = "sluice_sign_in"

// minBinding is the length of a binding that this server has made.
const minBinding = 26

type waysQuery struct {
	Refused string `query:"refused" maxLength:"100" doc:"Code of a refusal that is to be explained"`
}

// BeginInput says where a sign-in leads.
type BeginInput struct {
	Return string `json:"return,omitempty" doc:"Page of this server that the browser goes to in the end: a path"`
	Link   bool   `json:"link,omitempty" doc:"Link the account that is logged in, instead of logging in"`
}

type beginRequest struct {
	Body    BeginInput
	origin  string
	binding string
}

// Resolve notes the page's origin and the browser's cookie.
func (in *beginRequest) Resolve(c huma.Context) []error {
	in.origin = c.Header("Origin")
	cookies, err := http.ParseCookie(c.Header("Cookie"))
	for _, cookie := range cookies {
		if err == nil && cookie.Name == bindingCookie && len(cookie.Value) >= minBinding {
			in.binding = cookie.Value
		}
	}
	return nil
}

// Page is an address to go to.
type Page struct {
	URL string `json:"url" doc:"The provider's page; empty where there is none to go to"`
}

type begun struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Page
}

// Routes returns the rows of the route table. All but those of one's own links are public.
func (h *Handler) Routes(tag string) []endpoint.Row {
	t := endpoint.Table{Tag: tag}
	t.AddPublic("GET", "/api/v1/login", "loginWays", "How can people log in?", endpoint.Of(h.ways))
	t.AddPublic("POST", "/api/v1/oidc/begin", "beginSignIn", "Begin to sign in at the OpenID provider", endpoint.Of(h.begin))
	t.AddPublic("POST", "/api/v1/oidc/logout", "endSignIn", "End the session, and say where the provider's own is ended", endpoint.Of(h.end))
	t.Add("GET", "/api/v1/me/oidc", sluice.PermView, "listLinks", "Whom at the OpenID provider is my account linked to?", endpoint.Of(h.links))
	t.Add("DELETE", "/api/v1/me/oidc", sluice.PermView, "unlink", "Unlink your account from the OpenID provider", endpoint.Of(h.unlink))
	return t.Rows
}

func (h *Handler) ways(_ context.Context, in *waysQuery) (*endpoint.Reply[Ways], error) {
	ways := h.Rules.Ways()
	ways.Refused = h.Rules.Explain(in.Refused)
	return &endpoint.Reply[Ways]{Body: ways}, nil
}

func (h *Handler) begin(ctx context.Context, in *beginRequest) (*begun, error) {
	binding := cmp.Or(in.binding, rand.Text())
	b := Beginning{Return: in.Body.Return, Origin: in.origin, Binding: sluice.NewSecret(binding)}
	if in.Body.Link {
		actor := endpoint.ActorOf(ctx)
		if actor.UserID == "" || actor.Token != "" {
			return nil, sluice.Errorf(sluice.CodeUnauthorized, "nobody is logged in by browser").Fix("Log in first")
		}
		b.Link = &actor
	}
	page, err := h.Rules.Begin(ctx, b)
	if err != nil {
		return nil, err
	}
	cookie := http.Cookie{Name: bindingCookie, Value: binding, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: h.Secure, MaxAge: 600}
	return &begun{SetCookie: []http.Cookie{cookie}, Body: Page{page}}, nil
}

func (h *Handler) end(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[Page], error) {
	var hint []byte
	if of := session.Of(ctx); of != nil {
		hint = of.Hint
	}
	if err := h.Sessions.End(ctx); err != nil {
		return nil, err
	}
	return &endpoint.Reply[Page]{Body: Page{h.Rules.EndURL(ctx, hint)}}, nil
}

func (h *Handler) links(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[endpoint.List[*sluice.Subject]], error) {
	return endpoint.Listing(h.Rules.Links(ctx, endpoint.ActorOf(ctx)))
}

func (h *Handler) unlink(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Nothing, error) {
	return endpoint.Done(h.Rules.Unlink(ctx, endpoint.ActorOf(ctx)))
}

// Callback takes the provider's answer. It needs no login: the state says which sign-in
// it belongs to, the cookie that it is the browser that began it.
func (h *Handler) Callback(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // a HEAD of something that looks ahead must not use the state up
		w.Header().Set("Allow", http.MethodGet)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	ctx := r.Context()
	in := Answer{Query: r.URL.Query(), Remote: address.Remote(r.RemoteAddr), Present: present(ctx)}
	if c, err := r.Cookie(bindingCookie); err == nil {
		in.Binding = sluice.NewSecret(c.Value)
	}
	out, err := h.Rules.Finish(ctx, in)
	if err == nil && !out.Linking {
		err = h.Start(ctx, out.UserID)
	}
	if err != nil {
		http.Redirect(w, r, h.refused(ctx, out, in, err), http.StatusSeeOther)
		return
	}
	if err := h.Sessions.Hint(ctx, out.Hint); err != nil { // the provider is not told of the end then, which is here all the same
		h.Log.WarnContext(ctx, "the hint of a sign-in is not kept", "error", err)
	}
	http.Redirect(w, r, cmp.Or(out.Return, "/"), http.StatusSeeOther)
}

// present returns the ID of the user who is logged in, "" for nobody.
func present(ctx context.Context) string {
	if of := session.Of(ctx); of != nil {
		return of.UserID
	}
	return ""
}

// refused returns the page that explains why a sign-in failed.
func (h *Handler) refused(ctx context.Context, out *Outcome, in Answer, err error) string {
	code := sluice.ErrorCode(err)
	if h.Rules.Explain(code) == nil {
		code = "oidc.failed"
	}
	h.Log.WarnContext(ctx, "sign-in refused", "code", code, "remote", in.Remote, "error", err, "cause", cause(err))
	query := url.Values{"refused": {code}}
	if out != nil && out.Linking {
		return "/account?" + query.Encode()
	}
	if out != nil && out.Return != "" {
		query.Set("to", out.Return)
	}
	return "/login?" + query.Encode()
}

// cause returns what is behind a refusal, for the log alone.
func cause(err error) error {
	if e, ok := err.(interface{ Unwrap() error }); ok {
		return e.Unwrap()
	}
	return nil
}

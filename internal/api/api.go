package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/scope"
	"github.com/sluicehq/sluice/internal/api/session"
	"github.com/sluicehq/sluice/internal/api/spec"
)

// Config is what an API needs.
type Config struct {
	Services Services
	// PublicURL is the address under which people reach the server from outside:
	// https://sluice.example.com. Without it the server answers for localhost alone.
	PublicURL string
	Log       *slog.Logger
	// UI answers what no route answers; nil sends people to the documentation.
	UI http.Handler
	// Sessions keeps who has logged in by browser; nil keeps it in memory.
	Sessions sluice.SessionStore
	Clock    func() time.Time // nil means time.Now
}

// API answers HTTP requests.
type API struct {
	services Services
	log      *slog.Logger
	sessions *session.Sessions
	scopes   scope.Table            // what no route has asked for yet
	scoped   map[string]scope.Scope // by the address of the route
	hosts    []string               // names the server answers for
	public   string                 // origin of PublicURL
	ui       http.Handler
	mux      *http.ServeMux
	huma     huma.API
	spec     []byte
	docs     []byte
}

// New connects the routes to the services.
func New(cfg Config) (*API, error) {
	a := &API{services: cfg.Services, log: cfg.Log, mux: http.NewServeMux(), ui: cfg.UI,
		hosts: []string{"localhost", "127.0.0.1", "::1"}}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if err := a.setPublic(cfg.PublicURL); err != nil {
		return nil, err
	}
	if cfg.Sessions == nil {
		cfg.Sessions = &session.Memory{}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	a.sessions = &session.Sessions{Store: cfg.Sessions, Secure: strings.HasPrefix(a.public, "https://"), Clock: cfg.Clock, Refuse: a.refuse}
	a.scopes, a.scoped = scope.NewTable(), map[string]scope.Scope{}
	a.huma = humago.New(a.mux, spec.Config(a.ownErrors))
	if err := errors.Join(a.register(a.routes()), a.scopes.Left()); err != nil {
		return nil, err
	}
	var err error
	a.spec, a.docs, err = spec.Documents(a.huma.OpenAPI(), tags)
	return a, err
}

func (a *API) setPublic(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return fmt.Errorf("public URL %q: not an http:// or https:// address", address)
	}
	a.public = u.Scheme + "://" + u.Host
	a.hosts = append(a.hosts, strings.ToLower(u.Hostname()))
	return nil
}

// Handler answers requests from the network.
func (a *API) Handler() http.Handler { return a.guard(a.routed()) }

// LocalHandler answers requests from the data folder's socket, as Local.
func (a *API) LocalHandler() http.Handler { return a.guardLocal(a.routed()) }

// Route names the route that answers a request, as the route table has it; "" for none.
func (a *API) Route(r *http.Request) string {
	_, pattern := a.mux.Handler(r)
	return pattern
}

// Document returns the OpenAPI document as JSON.
func (a *API) Document() []byte { return a.spec }

// routed answers by the route table, and in our own form where that has no route.
func (a *API) routed() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := a.mux.Handler(r); pattern == "" {
			a.refuse(w, r, sluice.NotFound("route", r.Method+" "+r.URL.Path).Fix("The API's routes are listed at /docs"))
			return
		}
		a.mux.ServeHTTP(w, r)
	})
}

package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/scope"
	"github.com/sluicehq/sluice/internal/api/spec"
)

// route is one row of the route table. A row has a permission or is public; a row with
// neither does not start. Which integrations it is about, package scope knows.
type route struct {
	method, path string
	permission   sluice.Permission
	public       bool
	id, tag      string // of the OpenAPI operation; empty for pages
	summary      string
	handle       handler
}

func (r *route) address() string { return r.method + " " + r.path }

// Route says of one row of the route table what it asks for.
type Route struct {
	Method, Path, Operation string // Operation is empty for pages
	Permission              sluice.Permission
	Public                  bool
	Scope                   scope.Scope
}

// Routes returns the route table: there is no other way in.
func (a *API) Routes() []Route {
	var list []Route
	for _, r := range a.routes() {
		list = append(list, Route{Method: r.method, Path: r.path, Operation: r.id, Permission: r.permission, Public: r.public, Scope: a.scoped[r.address()]})
	}
	return list
}

// handler connects a route to the API: an operation or a page.
type handler func(a *API, r *route)

// maxBody bounds a request's body: a set of flow files for apply fits well.
const maxBody = 16 << 20

// operation makes a handler of a typed function. What the function returns as an
// error becomes a problem body here and nowhere else.
func operation[I, O any](h func(context.Context, *I) (*O, error)) handler {
	return connected(endpoint.Of(h))
}

func connected(connect endpoint.Connect) handler {
	return func(a *API, r *route) {
		connect(a.huma, a.describe(r), func(ctx context.Context, err error) error { return a.problem(ctx, err) })
	}
}

// apart makes rows of the table of those that a noun's own package has.
func apart(rows []endpoint.Row) []route {
	var table []route
	for _, r := range rows {
		table = append(table, route{r.Method, r.Path, r.Permission, r.Public, r.ID, r.Tag, r.Summary, connected(r.Connect)})
	}
	return table
}

// page makes a handler of a plain HTTP handler. Pages are not part of the OpenAPI document.
func page(h http.HandlerFunc) handler {
	return func(a *API, r *route) {
		a.mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, req *http.Request) {
			if err := a.permit(req.Context(), r, req.PathValue); err != nil {
				a.refuse(w, req, err)
				return
			}
			h(w, req)
		})
	}
}

func (a *API) describe(r *route) huma.Operation {
	o := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Tags: []string{r.tag},
		MaxBodyBytes: maxBody,
		Responses:    map[string]*huma.Response{"default": {Ref: spec.ErrorResponse}},
		Middlewares: huma.Middlewares{func(c huma.Context, next func(huma.Context)) {
			if err := a.permit(c.Context(), r, c.Param); err != nil {
				a.refuseContext(c, err)
				return
			}
			asked, _ := humago.Unwrap(c)
			next(huma.WithContext(c, endpoint.WithCheck(c.Context(), a.again(r, asked, c.Param))))
		}},
	}
	if r.public {
		o.Security = []map[string][]string{{}}
		return o
	}
	o.Description = a.scoped[r.address()].String(r.permission)
	o.Extensions = map[string]any{"x-permission": string(r.permission)}
	return o
}

// refuseContext is refuse for a request that has reached the framework.
func (a *API) refuseContext(c huma.Context, err error) {
	body := a.problem(c.Context(), err)
	c.SetHeader("Content-Type", body.ContentType(""))
	if body.GetStatus() == http.StatusUnauthorized {
		c.SetHeader("WWW-Authenticate", `Bearer realm="sluice"`)
	}
	c.SetStatus(body.GetStatus())
	if err := a.huma.Marshal(c.BodyWriter(), "application/json", body); err != nil {
		a.log.DebugContext(c.Context(), "answer not delivered", "request", body.RequestID, "error", err)
	}
}

// register checks the table and connects its rows.
func (a *API) register(table []route) error {
	for i := range table {
		r := &table[i]
		if r.public == (r.permission != sluice.PermNone) {
			return fmt.Errorf("route %s %s: a route is public or has a permission", r.method, r.path)
		}
		if !r.public {
			a.scoped[r.address()] = a.scopes.Of(r.id, r.path)
		}
		r.handle(a, r)
	}
	return nil
}

// Package endpoint is what the routes of all nouns share: who asks, the forms of
// answers, and how a typed function becomes a route. Nouns with a package of their own
// hand their rows to package api, whose table has them all.
package endpoint

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
)

// Row is one row of the route table, with the permission that it needs.
type Row struct {
	Method, Path string
	Permission   sluice.Permission
	Public       bool   // anybody may use it; a row is public or has a permission
	ID, Tag      string // of the OpenAPI operation
	Summary      string
	Connect      Connect
}

// Connect registers an operation. What its function returns as an error goes through problem.
type Connect func(api huma.API, o huma.Operation, problem func(context.Context, error) error)

// Table collects the rows of one noun.
type Table struct {
	Tag  string
	Rows []Row
}

// Add adds a row.
func (t *Table) Add(method, path string, p sluice.Permission, id, summary string, connect Connect) {
	t.Rows = append(t.Rows, Row{Method: method, Path: path, Permission: p, ID: id, Tag: t.Tag, Summary: summary, Connect: connect})
}

// AddPublic adds a row that needs no permission.
func (t *Table) AddPublic(method, path, id, summary string, connect Connect) {
	t.Rows = append(t.Rows, Row{Method: method, Path: path, Public: true, ID: id, Tag: t.Tag, Summary: summary, Connect: connect})
}

// Of makes a row's connection of a typed function.
func Of[I, O any](h func(context.Context, *I) (*O, error)) Connect {
	return func(api huma.API, o huma.Operation, problem func(context.Context, error) error) {
		huma.Register(api, o, func(ctx context.Context, in *I) (*O, error) {
			out, err := h(ctx, in)
			if err != nil {
				return nil, problem(ctx, err)
			}
			return out, nil
		})
	}
}

// List is a list in an answer.
type List[T any] struct {
	Items []T `json:"items" nullable:"false"`
	// Next goes into the parameter "before" to get what follows; 0 at the end.
	Next int64 `json:"next,omitempty" doc:"Give it as 'before' to get what follows; absent at the end"`
}

// Reply is an answer with a body.
type Reply[T any] struct{ Body T }

// Answer answers with a value, or with the error.
func Answer[T any](v T, err error) (*Reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &Reply[T]{v}, nil
}

// Listing answers with a list that is never null.
func Listing[T any](items []T, err error) (*Reply[List[T]], error) {
	if items == nil {
		items = []T{}
	}
	return Answer(List[T]{Items: items}, err)
}

// Paged is Listing with Next, when the list is as long as was asked for.
func Paged[T any](items []T, err error, limit int, id func(T) int64) (*Reply[List[T]], error) {
	out, err := Listing(items, err)
	if err == nil && len(items) > 0 && len(items) >= limit {
		out.Body.Next = id(items[len(items)-1])
	}
	return out, err
}

// Nothing is an answer without a body.
type Nothing struct{}

// Done answers with nothing, or with the error.
func Done(err error) (*Nothing, error) { return nil, err }

// NoInput is the input of routes that take none.
type NoInput struct{}

// NamePath is the parameter of routes for one connection or flow.
type NamePath struct {
	Name string `path:"name" doc:"Name or ID"`
}

// NumberPath is the parameter of routes for one run or record error.
type NumberPath struct {
	ID int64 `path:"id"`
}

// IDPath is the parameter of routes for one user or token.
type IDPath struct {
	ID string `path:"id"`
}

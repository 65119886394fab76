// Package origin says in a context what a request is made for, so that whoever sees
// the request leave can tell the run and the step that it belongs to.
package origin

import "context"

// Origin is what a request is made for; the zero value is nothing that is known.
type Origin struct {
	RunID int64
	Page  int64  // 0 where it is no page's
	Step  string // empty where it is no step's
}

type (
	key   struct{}
	apart struct{}
)

// Apart says that runs of the context are not those that are stored: the numbers of
// rehearsals say nothing.
func Apart(ctx context.Context) context.Context { return context.WithValue(ctx, apart{}, true) }

// Run says that what is done with the context is done for a run.
func Run(ctx context.Context, id int64) context.Context {
	if ctx.Value(apart{}) != nil {
		return ctx
	}
	return context.WithValue(ctx, key{}, Origin{RunID: id})
}

// Page says that it is done for a page of the run.
func Page(ctx context.Context, number int64) context.Context {
	o := Of(ctx)
	o.Page = number
	return context.WithValue(ctx, key{}, o)
}

// Step says that it is done by a step of the run, or by an export of that name.
func Step(ctx context.Context, name string) context.Context {
	o := Of(ctx)
	o.Step = name
	return context.WithValue(ctx, key{}, o)
}

// Of returns what was said last.
func Of(ctx context.Context) Origin {
	o, _ := ctx.Value(key{}).(Origin)
	return o
}

package netsuite

import "context"

// Class orders requests that wait for a slot.
type Class int

// The classes, the most urgent first.
const (
	Interactive Class = iota // a person waits
	Scheduled                // a scheduled run
	Backfill                 // a history load
)

// String names the class.
func (c Class) String() string {
	switch c {
	case Interactive:
		return "interactive"
	case Scheduled:
		return "scheduled"
	case Backfill:
		return "backfill"
	}
	return "unknown"
}

// Result is how an attempt ended, as far as the account's concurrency goes.
type Result int

// The results. Refused alone says that the account was full.
const (
	Answered Result = iota // NetSuite answered, with success or a fault
	Refused                // NetSuite refused for concurrency
	Failed                 // no answer
)

// Slots grants the right to have one request in flight. The client acquires a
// slot before each attempt, signs only then, and holds none while it backs off.
//
// Acquire blocks until a slot is free or ctx ends. The caller calls release
// exactly once. The flow key of the request is in ctx: [FlowFromContext].
type Slots interface {
	Acquire(ctx context.Context, class Class) (release func(Result), err error)
}

type unlimited struct{}

func (unlimited) Acquire(ctx context.Context, _ Class) (func(Result), error) {
	return func(Result) {}, ctx.Err()
}

type classKey struct{}

type flowKey struct{}

// ContextWithClass sets the class of the requests made with the context.
func ContextWithClass(ctx context.Context, class Class) context.Context {
	return context.WithValue(ctx, classKey{}, class)
}

// ContextWithFlow sets the flow key of the requests made with the context.
// Slots are shared out in turn between flow keys of one class.
func ContextWithFlow(ctx context.Context, flow string) context.Context {
	return context.WithValue(ctx, flowKey{}, flow)
}

// FlowFromContext returns the flow key, empty where none was set.
func FlowFromContext(ctx context.Context) string {
	flow, _ := ctx.Value(flowKey{}).(string)
	return flow
}

func classFrom(ctx context.Context, fallback Class) Class {
	if class, ok := ctx.Value(classKey{}).(Class); ok {
		return class
	}
	return fallback
}

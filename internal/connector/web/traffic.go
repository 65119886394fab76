package web

import (
	"context"
	"strconv"

	"github.com/sluicehq/sluice/internal/connector/wire"
)

// tell tells who watches runs of an attempt, which r has the beginning of.
func (c *client) tell(ctx context.Context, k call, a *answer, err error, r wire.Request) {
	if c.traffic == nil {
		return
	}
	r.Connection, r.Method, r.Path = c.name, k.method, wire.PathOf(k.url.String(), c.hide)
	r.Took, r.Sent = c.clock().Sub(r.At), len(k.body)
	switch {
	case err != nil:
		r.Failure = "no answer"
	case !a.ok():
		r.Status, r.Received, r.Failure = a.status, len(a.body), strconv.Itoa(a.status)
	default:
		r.Status, r.Received = a.status, len(a.body)
	}
	c.traffic.Made(ctx, r)
}

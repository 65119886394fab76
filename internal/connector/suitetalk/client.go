package suitetalk

import (
	"cmp"
	"context"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/netsuite"
)

// Client returns the NetSuite client of a connection, for single queries and
// records that people ask for. It shares the account's budget with the flows.
func (c *Connector) Client(conn *sluice.Connection) (*netsuite.Client, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	return cl.Client, nil
}

// login makes sure, with one request, that NetSuite lets the connection in. Without
// it as many requests as the account has slots would fail at once, and five
// refused logins lock a user for half an hour.
func (c *client) login(ctx context.Context) error {
	c.door.Lock()
	defer c.door.Unlock()
	if c.admitted.Load() {
		return nil
	}
	if _, err := c.System.ServerTime(ctx); err != nil {
		return problem(c.name, err)
	}
	c.admitted.Store(true)
	return nil
}

// problem turns an error of the client into one for people. Once a login was
// refused, the next use of the connection begins with a single request again.
func (c *client) problem(err error) *sluice.Error {
	if errors.Is(err, netsuite.ErrLogin) {
		c.admitted.Store(false)
	}
	return problem(c.name, err)
}

// each calls f for all intents, as many at a time as there are slots, until one
// call returns an error, which it returns. Intents for the same record are called
// one after another, in their order. The calls themselves see the account's order and fairness.
func (c *client) each(ctx context.Context, flow string, intents []*sluice.Intent, f func(ctx context.Context, n int, i *sluice.Intent) error) error {
	record := func(i *sluice.Intent) string { return cmp.Or(i.TargetID, i.ExternalID) }
	return lanes.Each(netsuite.ContextWithFlow(ctx, flow), lanes.Of(intents, record), c.limit, func(ctx context.Context, n int) error {
		return f(ctx, n, intents[n])
	})
}

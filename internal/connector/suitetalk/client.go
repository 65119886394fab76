package suitetalk

import (
	"context"
	"errors"
	"sync"

	"github.com/sluicehq/sluice"
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

// schemas remembers which record types have external IDs.
type schemas struct {
	mu         sync.Mutex
	externalID map[string]bool
}

// hasExternalIDs asks the record catalogue whether a type has external IDs. Where
// it does not tell, the type is taken to have them, as nearly all do: if that is
// wrong, NetSuite refuses the first record for it.
func (c *client) hasExternalIDs(ctx context.Context, recordType string) bool {
	c.schemas.mu.Lock()
	has, known := c.schemas.externalID[recordType]
	c.schemas.mu.Unlock()
	if known {
		return has
	}
	schema, err := c.Metadata.Schema(ctx, recordType)
	if err != nil {
		return true
	}
	_, has = schema.Field("externalId")
	c.schemas.mu.Lock()
	defer c.schemas.mu.Unlock()
	c.schemas.externalID[recordType] = has
	return has
}

package suitetalk

import (
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

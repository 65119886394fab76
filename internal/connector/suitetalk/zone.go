package suitetalk

import (
	"context"
	"errors"
	"time"

	"github.com/sluicehq/sluice/internal/connector/suitetalk/zone"
	"github.com/sluicehq/sluice/netsuite"
)

// zone returns the zone of all dates and times of the connection: the setting's,
// else the one that NetSuite tells, else nil. Only a NetSuite that cannot be
// reached is an error: dates must not depend on whether it could.
func (c *client) zone(ctx context.Context) (*time.Location, error) {
	if c.zones.Set != nil {
		return c.zones.Set, nil
	}
	told, err := c.sessionZone(ctx)
	return told.Location, err
}

// sessionZone asks NetSuite for the session's zone, once.
func (c *client) sessionZone(ctx context.Context) (zone.Told, error) {
	return c.zones.Session(func(query string) (string, error) {
		page, err := c.SuiteQL.Page(ctx, query, nil, 1, 0)
		switch {
		case err != nil && !refusesQuery(err):
			return "", c.problem(err)
		case err != nil || len(page.Rows) != 1:
			return "", nil
		}
		return page.Rows[0].Text("zone"), nil
	})
}

// refusesQuery reports whether NetSuite does not know the query or does not let the role ask it.
func refusesQuery(err error) bool {
	return errors.Is(err, netsuite.ErrInvalid) || errors.Is(err, netsuite.ErrPermission) || errors.Is(err, netsuite.ErrNotFound)
}

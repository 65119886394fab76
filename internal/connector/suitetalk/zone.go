package suitetalk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// zoneQueries ask for the session's time zone by name, the usual way first. The
// second is for accounts that do not know the first.
var zoneQueries = []string{
	"SELECT SESSIONTIMEZONE AS zone FROM DUAL",
	"SELECT TO_CHAR(CURRENT_TIMESTAMP, 'TZR') AS zone FROM DUAL",
}

// zones is what is known of the zone of a connection.
type zones struct {
	set *time.Location // by the setting; nil for none

	mu    sync.Mutex
	asked bool
	told  sessionZone
}

// sessionZone is what NetSuite told of the session's zone.
type sessionZone struct {
	text     string         // as told: America/Los_Angeles, or -08:00; empty for nothing
	location *time.Location // nil where the text is no more than an offset, which summer time would change
}

// newZones reads the setting. Connection.Check has made sure that the zone is known.
func newZones(conn *sluice.Connection) (*zones, error) {
	name := conn.Get("timezone")
	if name == "" {
		return &zones{}, nil
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, sluice.Errorf("connection.time_zone_unknown", "this machine does not know the time zone %s: %w", name, err).At("settings.timezone").
			Fix("Use a name of the IANA time zone database, such as Europe/Berlin")
	}
	return &zones{set: location}, nil
}

// zone returns the zone of all dates and times of the connection: the setting's,
// else the one that NetSuite tells, else nil. Only a NetSuite that cannot be
// reached is an error: dates must not depend on whether it could.
func (c *client) zone(ctx context.Context) (*time.Location, error) {
	if c.zones.set != nil {
		return c.zones.set, nil
	}
	told, err := c.sessionZone(ctx)
	return told.location, err
}

// sessionZone asks NetSuite for the session's zone, once.
func (c *client) sessionZone(ctx context.Context) (sessionZone, error) {
	c.zones.mu.Lock()
	defer c.zones.mu.Unlock()
	if c.zones.asked {
		return c.zones.told, nil
	}
	for _, query := range zoneQueries {
		page, err := c.SuiteQL.Page(ctx, query, nil, 1, 0)
		if err != nil && !refusesQuery(err) {
			return sessionZone{}, c.problem(err)
		}
		if err == nil && len(page.Rows) == 1 {
			if c.zones.told = readZone(page.Rows[0].Text("zone")); c.zones.told.location != nil {
				break
			}
		}
	}
	c.zones.asked = true
	return c.zones.told, nil
}

// refusesQuery reports whether NetSuite does not know the query or does not let the role ask it.
func refusesQuery(err error) bool {
	return errors.Is(err, netsuite.ErrInvalid) || errors.Is(err, netsuite.ErrPermission) || errors.Is(err, netsuite.ErrNotFound)
}

func readZone(text string) sessionZone {
	text = strings.TrimSpace(text)
	z := sessionZone{text: text}
	if !strings.ContainsAny(text, "/") && text != "UTC" && text != "GMT" {
		return z // an offset, or nothing
	}
	if location, err := time.LoadLocation(text); err == nil {
		z.location = location
	}
	return z
}

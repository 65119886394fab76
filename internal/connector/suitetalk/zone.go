package suitetalk

import (
	"context"
	"errors"
	"fmt"
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

// differ reports whether two zones show different times at some moment of the year round now.
func differ(a, b *time.Location, now time.Time) bool {
	for week := range 52 {
		at := now.AddDate(0, 0, 7*week)
		_, first := at.In(a).Zone()
		_, second := at.In(b).Zone()
		if first != second {
			return true
		}
	}
	return false
}

// The forms of a date-time that names no zone: as TO_CHAR writes it in SuiteQL, and ISO 8601.
var localForms = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"}

// parseLocal reads a date-time that names no zone. Fractions of a second may follow.
func parseLocal(text string) (naive time.Time, ok bool) {
	for _, form := range localForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// instant returns the moment at which clocks in zone show the naive time. The hour
// that autumn repeats is taken for its first run, the one that spring leaves out
// as if the clocks had not been moved yet.
func instant(naive time.Time, zone *time.Location) time.Time {
	_, before := naive.Add(-24 * time.Hour).In(zone).Zone()
	_, after := naive.Add(24 * time.Hour).In(zone).Zone()
	first := naive.Add(-time.Duration(before) * time.Second).In(zone)
	second := naive.Add(-time.Duration(after) * time.Second).In(zone)
	if !shows(first, naive) && shows(second, naive) {
		return second
	}
	return first
}

func shows(t, naive time.Time) bool {
	return t.Format(time.DateTime) == naive.Format(time.DateTime)
}

// zoneMissing is the failure of a value that has no meaning without a zone.
type zoneMissing struct{ path, value string }

func (e *zoneMissing) Error() string {
	return fmt.Sprintf("the field %s is %q, and which day or time that is in the account is not known without its time zone", e.path, e.value)
}

// dateValue returns text as a field of the format takes it: a date field takes the
// calendar day in the account, a date-time field the instant. Other texts stay, for
// NetSuite to judge.
func dateValue(format, text, path string, zone *time.Location) (string, error) {
	at, err := time.Parse(time.RFC3339Nano, text)
	naive, local := parseLocal(text)
	switch {
	case format == "date" && err == nil:
		if zone == nil {
			return "", &zoneMissing{path, text}
		}
		return at.In(zone).Format(time.DateOnly), nil
	case format == "date" && local:
		return naive.Format(time.DateOnly), nil // it is in the account's zone already
	case format != "date-time":
		return text, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		naive, local = day, true
	}
	if !local {
		return text, nil
	}
	if zone == nil {
		return "", &zoneMissing{path, text}
	}
	return instant(naive, zone).UTC().Format(time.RFC3339), nil
}

// shownTime returns an instant that NetSuite wrote as clocks in the account show it.
func shownTime(text string, zone *time.Location) string {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return text
	}
	return at.In(zone).Format(time.RFC3339)
}

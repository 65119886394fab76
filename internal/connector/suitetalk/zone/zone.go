// Package zone knows the time zone of a connection: as its settings have it, or as
// NetSuite tells it.
package zone

import (
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// queries ask for the session's time zone by name, the usual way first. The second is
// for accounts that do not know the first.
var queries = []string{
	"SELECT SESSIONTIMEZONE AS zone FROM DUAL",
	"SELECT TO_CHAR(CURRENT_TIMESTAMP, 'TZR') AS zone FROM DUAL",
}

// Zones is what is known of the zone of a connection.
type Zones struct {
	Set *time.Location // by the setting; nil for none

	mu    sync.Mutex
	asked bool
	told  Told
}

// Told is what NetSuite told of the session's zone.
type Told struct {
	Text     string         // as told: America/Los_Angeles, or -08:00; empty for nothing
	Location *time.Location // nil where the text is no more than an offset, which summer time would change
}

// Of reads the setting. Connection.Check has made sure that the zone is known.
func Of(conn *sluice.Connection) (*Zones, error) {
	name := conn.Get("timezone")
	if name == "" {
		return &Zones{}, nil
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, sluice.Errorf("connection.time_zone_unknown", "this machine does not know the time zone %s: %w", name, err).At("settings.timezone").
			Fix("Use a name of the IANA time zone database, such as Europe/Berlin")
	}
	return &Zones{Set: location}, nil
}

// Session finds out the session's zone, once. ask asks NetSuite one of the queries and
// returns its column zone, or "" where it is refused; its errors are about the connection.
func (z *Zones) Session(ask func(query string) (string, error)) (Told, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.asked {
		return z.told, nil
	}
	for _, query := range queries {
		text, err := ask(query)
		if err != nil {
			return Told{}, err
		}
		if text != "" {
			if z.told = read(text); z.told.Location != nil {
				break
			}
		}
	}
	z.asked = true
	return z.told, nil
}

func read(text string) Told {
	text = strings.TrimSpace(text)
	t := Told{Text: text}
	if !strings.ContainsAny(text, "/") && text != "UTC" && text != "GMT" {
		return t // an offset, or nothing
	}
	if location, err := time.LoadLocation(text); err == nil {
		t.Location = location
	}
	return t
}

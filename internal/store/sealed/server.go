package sealed

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/sluicehq/sluice/internal/store/query"
)

// Server is what one of several servers has said of its keys.
type Server struct {
	Name    string    `json:"-"`
	Primary uint32    `json:"primary"` // by which it seals
	Keys    []uint32  `json:"keys"`
	At      time.Time `json:"at"`
}

// Servers are told of in settings of this prefix.
const servers = "keys.server/"

// Tell stores what a server says of its keys, and forgets servers that have said nothing
// since a time.
func Tell(ctx context.Context, q query.Querier, s Server, since time.Time) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, servers+s.Name, string(text))
	if err != nil {
		return err
	}
	list, err := Servers(ctx, q, time.Time{})
	if err != nil {
		return err
	}
	for _, old := range list {
		if old.At.Before(since) {
			if err := Forget(ctx, q, old.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Forget takes away what a server has said: it stops.
func Forget(ctx context.Context, q query.Querier, name string) error {
	_, err := q.Exec(ctx, "DELETE FROM settings WHERE name = ?", servers+name)
	return err
}

// Servers returns the servers that have said something since a time.
func Servers(ctx context.Context, q query.Querier, since time.Time) ([]Server, error) {
	scan := func(row query.Scanner) (s Server, err error) {
		var name, text string
		if err := row.Scan(&name, &text); err != nil {
			return s, err
		}
		s.Name = strings.TrimPrefix(name, servers)
		return s, json.Unmarshal([]byte(text), &s)
	}
	list, err := query.All(ctx, q, scan, "SELECT name, value FROM settings WHERE name LIKE 'keys.server/%' ORDER BY name")
	var live []Server
	for _, s := range list {
		if !s.At.Before(since) {
			live = append(live, s)
		}
	}
	return live, err
}

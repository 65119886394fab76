// Package outbox stores channels, the events that they tell of, and the messages on
// their way.
package outbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Outbox is a sluice.ChannelStore and a sluice.OutboxStore.
type Outbox struct {
	query.Database
	// Taken turns a unique constraint into a conflict that names what is there already.
	Taken func(err error, noun, name string) error
}

// sealed is the ciphertext of a channel's secret, as text.
type sealed struct {
	Secret []byte `json:"secret,omitempty"`
}

func scanChannel(row query.Scanner) (*sluice.SealedChannel, error) {
	var c sluice.SealedChannel
	var s sealed
	var id, name string
	var created, updated query.Micros
	if err := row.Scan(&id, &name, query.Document{V: &c.Channel}, query.Document{V: &s}, &created, &updated); err != nil {
		return nil, err
	}
	c.ID, c.Name, c.Sealed = id, name, s.Secret
	c.Secret = sluice.Secret{} // the document holds none but its empty form
	return &c, nil
}

// body is what a channel's document holds: all but its secret.
func body(c *sluice.SealedChannel) query.Document {
	plain := c.Channel
	plain.Secret = sluice.Secret{}
	return query.Document{V: plain}
}

const channelColumns = "id, name, channel, sealed, created_at, updated_at"

// CreateChannel stores a channel; one without ID gets one.
func (s Outbox) CreateChannel(ctx context.Context, c *sluice.SealedChannel) error {
	if c.ID == "" {
		c.ID = strings.ToLower(rand.Text()[:16])
	}
	return s.Write(ctx, func(q query.Querier) error {
		_, err := q.Exec(ctx, "INSERT INTO channels ("+channelColumns+") VALUES (?, ?, ?, ?, ?, ?)", c.ID, c.Name, body(c),
			query.Document{V: sealed{c.Sealed}}, query.Micros(c.CreatedAt), query.Micros(c.UpdatedAt))
		return s.Taken(err, "channel", c.Name)
	})
}

// UpdateChannel stores everything but the ID and the time of creation.
func (s Outbox) UpdateChannel(ctx context.Context, c *sluice.SealedChannel) error {
	return s.Write(ctx, func(q query.Querier) error {
		changed, err := q.Exec(ctx, "UPDATE channels SET name = ?, channel = ?, sealed = ?, updated_at = ? WHERE id = ?",
			c.Name, body(c), query.Document{V: sealed{c.Sealed}}, query.Micros(c.UpdatedAt), c.ID)
		return s.Taken(query.SomeRow(changed, err, "channel", c.ID), "channel", c.Name)
	})
}

// Channel finds a channel by ID or name; the ID goes first.
func (s Outbox) Channel(ctx context.Context, idOrName string) (*sluice.SealedChannel, error) {
	list, err := query.All(ctx, s.Read(), scanChannel, "SELECT "+channelColumns+" FROM channels WHERE id = ? OR name = ? ORDER BY CASE id WHEN ? THEN 0 ELSE 1 END", idOrName, idOrName, idOrName)
	return query.First(list, err, "channel", idOrName)
}

// Channels returns all channels by name.
func (s Outbox) Channels(ctx context.Context) ([]*sluice.SealedChannel, error) {
	return query.All(ctx, s.Read(), scanChannel, "SELECT "+channelColumns+" FROM channels ORDER BY name")
}

// DeleteChannel removes a channel with its messages.
func (s Outbox) DeleteChannel(ctx context.Context, id string) error {
	return s.Write(ctx, func(q query.Querier) error {
		changed, err := q.Exec(ctx, "DELETE FROM channels WHERE id = ?", id)
		return query.SomeRow(changed, err, "channel", id)
	})
}

// text writes an event for its column.
func text(e *sluice.Event) query.Foreign {
	b, _ := json.Marshal(e) // texts, numbers and a time can always be written
	return query.Foreign(b)
}

package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

const connectionColumns = "id, name, kind, settings, sealed, status, detail, checked_at, created_at, updated_at"

func scanConnection(row scanner) (*sluice.SealedConnection, error) {
	var c sluice.SealedConnection
	err := row.Scan(&c.ID, &c.Name, &c.Kind, document{&c.Settings}, document{&c.Sealed}, &c.Status,
		(*foreign)(&c.Detail), (*micros)(&c.CheckedAt), (*micros)(&c.CreatedAt), (*micros)(&c.UpdatedAt))
	return &c, err
}

// CreateConnection stores a connection; one without ID gets one.
func (s *DB) CreateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	if c.ID == "" {
		c.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "INSERT INTO connections ("+connectionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			c.ID, c.Name, c.Kind, document{c.Settings}, document{c.Sealed}, c.Status,
			foreign(c.Detail), micros(c.CheckedAt), micros(c.CreatedAt), micros(c.UpdatedAt))
		return taken(err, "connection", c.Name)
	})
}

// UpdateConnection stores everything but the ID and the time of creation.
func (s *DB) UpdateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, `UPDATE connections SET name = ?, kind = ?, settings = ?, sealed = ?, status = ?,
			detail = ?, checked_at = ?, updated_at = ? WHERE id = ?`,
			c.Name, c.Kind, document{c.Settings}, document{c.Sealed}, c.Status,
			foreign(c.Detail), micros(c.CheckedAt), micros(c.UpdatedAt), c.ID)
		return taken(someRow(changed, err, "connection", c.ID), "connection", c.Name)
	})
}

// SetConnectionStatus stores what a use of the connection showed.
func (s *DB) SetConnectionStatus(ctx context.Context, id string, status sluice.ConnectionStatus, detail string, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE connections SET status = ?, detail = ?, checked_at = ? WHERE id = ?",
			status, foreign(detail), micros(at), id)
		return someRow(changed, err, "connection", id)
	})
}

// Connection finds a connection by ID or name; the ID goes first.
func (s *DB) Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error) {
	list, err := all(ctx, s.read(), scanConnection, "SELECT "+connectionColumns+
		" FROM connections WHERE id = ? OR name = ? ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 1", idOrName, idOrName, idOrName)
	return first(list, err, "connection", idOrName)
}

// Connections returns all connections by name.
func (s *DB) Connections(ctx context.Context) ([]*sluice.SealedConnection, error) {
	return all(ctx, s.read(), scanConnection, "SELECT "+connectionColumns+" FROM connections ORDER BY name")
}

// DeleteConnection deletes a connection with its sealed secrets.
func (s *DB) DeleteConnection(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM connections WHERE id = ?", id)
		return someRow(changed, err, "connection", id)
	})
}

package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	connectionColumns = "id, name, kind, settings, sealed, identity, previous, candidate, debug_until, status, detail, checked_at, created_at, updated_at"
	connectionInsert  = "INSERT INTO connections (" + connectionColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

func scanConnection(row scanner) (*sluice.SealedConnection, error) {
	var c sluice.SealedConnection
	err := row.Scan(&c.ID, &c.Name, &c.Kind, document{&c.Settings}, document{&c.Sealed}, document{&c.Identity}, document{&c.Previous}, document{&c.Candidate},
		(*micros)(&c.DebugUntil), &c.Status, (*foreign)(&c.Detail), (*micros)(&c.CheckedAt), (*micros)(&c.CreatedAt), (*micros)(&c.UpdatedAt))
	return &c, err
}

// previousDocument is the previous login without secrets, which are sealed elsewhere.
func previousDocument(p *sluice.PreviousLogin) document {
	if p == nil {
		return document{p}
	}
	bare := *p
	bare.Secrets = nil
	return document{bare}
}

// candidateDocument is the candidate login without secrets.
func candidateDocument(l *sluice.CandidateLogin) document {
	if l == nil {
		return document{l}
	}
	bare := *l
	bare.Secrets = nil
	return document{bare}
}

func insertConnection(ctx context.Context, q querier, c *sluice.SealedConnection) error {
	_, err := q.exec(ctx, connectionInsert, c.ID, c.Name, c.Kind, document{c.Settings}, document{c.Sealed}, document{c.Identity},
		previousDocument(c.Previous), candidateDocument(c.Candidate), micros(c.DebugUntil), c.Status, foreign(c.Detail), micros(c.CheckedAt), micros(c.CreatedAt), micros(c.UpdatedAt))
	return taken(err, "connection", c.Name)
}

// CreateConnection stores a connection; one without ID gets one.
func (s *DB) CreateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	if c.ID == "" {
		c.ID = newID()
	}
	return s.write(ctx, func(q querier) error { return insertConnection(ctx, q, c) })
}

// UpdateConnection stores everything but the ID and the time of creation.
func (s *DB) UpdateConnection(ctx context.Context, c *sluice.SealedConnection) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, `UPDATE connections SET name = ?, kind = ?, settings = ?, sealed = ?, identity = ?, previous = ?, candidate = ?,
			debug_until = ?, status = ?, detail = ?, checked_at = ?, updated_at = ? WHERE id = ? AND updated_at = COALESCE(?, updated_at)`,
			c.Name, c.Kind, document{c.Settings}, document{c.Sealed}, document{c.Identity}, previousDocument(c.Previous), candidateDocument(c.Candidate),
			micros(c.DebugUntil), c.Status, foreign(c.Detail), micros(c.CheckedAt), micros(c.UpdatedAt), c.ID, base(c.Base))
		if err == nil && changed == 0 && !c.Base.IsZero() {
			return overtaken(ctx, q, c)
		}
		return taken(someRow(changed, err, "connection", c.ID), "connection", c.Name)
	})
}

// base is the time that a change was made from, NULL for any.
func base(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return micros(at)
}

// overtaken says why a connection is not as it was when the change was made.
func overtaken(ctx context.Context, q querier, c *sluice.SealedConnection) error {
	if _, err := byIDOrName(ctx, q, scanConnection, "connection", "connections", connectionColumns, c.ID); err != nil {
		return err
	}
	return sluice.Errorf(sluice.CodeConnectionChanged, "the connection %q was changed meanwhile", c.Name).Fix("Look at what it is now, and make the change again")
}

// SetConnectionStatus stores what a use of the connection showed.
func (s *DB) SetConnectionStatus(ctx context.Context, id string, status sluice.ConnectionStatus, detail string, at time.Time) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE connections SET status = ?, detail = ?, checked_at = ? WHERE id = ?",
			status, foreign(detail), micros(at), id)
		return someRow(changed, err, "connection", id)
	})
}

// SetConnectionIdentity stores who the other side said that the connection is.
func (s *DB) SetConnectionIdentity(ctx context.Context, id string, i *sluice.Identity) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE connections SET identity = ? WHERE id = ?", document{i}, id)
		return someRow(changed, err, "connection", id)
	})
}

// Connection finds a connection by ID or name; the ID goes first.
func (s *DB) Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error) {
	return byIDOrName(ctx, s.read(), scanConnection, "connection", "connections", connectionColumns, idOrName)
}

// byIDOrName finds the row of a noun by ID or name; the ID goes first.
func byIDOrName[T any](ctx context.Context, q querier, scan func(scanner) (T, error), noun, table, columns, idOrName string) (T, error) {
	list, err := all(ctx, q, scan, "SELECT "+columns+" FROM "+table+
		" WHERE id = ? OR name = ? ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END LIMIT 1", idOrName, idOrName, idOrName)
	return first(list, err, noun, idOrName)
}

// Connections returns all connections by name.
func (s *DB) Connections(ctx context.Context) ([]*sluice.SealedConnection, error) {
	return all(ctx, s.read(), scanConnection, "SELECT "+connectionColumns+" FROM connections ORDER BY name")
}

// DeleteConnection deletes a connection for good: with its sealed secrets, its
// registrations and its debug log.
func (s *DB) DeleteConnection(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM connections WHERE id = ?", id)
		if err := someRow(changed, err, "connection", id); err != nil {
			return err
		}
		return forgetConnection(ctx, q, id)
	})
}

// forgetConnection deletes what belongs to a connection that does not come back.
func forgetConnection(ctx context.Context, q querier, id string) error {
	for _, table := range []string{"registrations", "debug_entries", "authorizations"} {
		if _, err := q.exec(ctx, "DELETE FROM "+table+" WHERE connection_id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

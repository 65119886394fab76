package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// trashed is a whole connection as the trash keeps it.
type trashed struct {
	Connection sluice.Connection `json:"connection"` // all its secrets are in Sealed
	Sealed     map[string][]byte `json:"sealed"`
}

// TrashConnection moves the connection with d.ID to the trash. Its name is free
// then. Name and kind are the connection's own, whatever d says.
func (s *DB) TrashConnection(ctx context.Context, d sluice.DeletedConnection) error {
	return s.write(ctx, func(q querier) error {
		list, err := all(ctx, q, scanConnection, "SELECT "+connectionColumns+" FROM connections WHERE id = ?"+q.dialect.forUpdate, d.ID)
		c, err := first(list, err, "connection", d.ID)
		if err != nil {
			return err
		}
		if _, err := q.exec(ctx, "DELETE FROM connections WHERE id = ?", d.ID); err != nil {
			return err
		}
		_, err = q.exec(ctx, "INSERT INTO deleted_connections (id, name, kind, deleted_at, deleted_by, purge_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
			d.ID, c.Name, c.Kind, micros(d.DeletedAt), foreign(d.DeletedBy), micros(d.PurgeAt), document{trashed{c.Connection, c.Sealed}})
		return err
	})
}

// RestoreConnection brings a connection back as it was, under the name.
func (s *DB) RestoreConnection(ctx context.Context, id, name string) error {
	return s.write(ctx, func(q querier) error {
		scan := func(row scanner) (trashed, error) {
			var t trashed
			return t, row.Scan(document{&t})
		}
		list, err := all(ctx, q, scan, "SELECT body FROM deleted_connections WHERE id = ?"+q.dialect.forUpdate, id)
		t, err := first(list, err, "deleted connection", id)
		if err != nil {
			return err
		}
		t.Connection.Name = name
		if err := insertConnection(ctx, q, &sluice.SealedConnection{Connection: t.Connection, Sealed: t.Sealed}); err != nil {
			return err
		}
		_, err = q.exec(ctx, "DELETE FROM deleted_connections WHERE id = ?", id)
		return err
	})
}

// DeletedConnections returns the trash, what was deleted last first.
func (s *DB) DeletedConnections(ctx context.Context) ([]*sluice.DeletedConnection, error) {
	scan := func(row scanner) (*sluice.DeletedConnection, error) {
		var d sluice.DeletedConnection
		return &d, row.Scan(&d.ID, &d.Name, &d.Kind, (*micros)(&d.DeletedAt), (*foreign)(&d.DeletedBy), (*micros)(&d.PurgeAt))
	}
	return all(ctx, s.read(), scan, "SELECT id, name, kind, deleted_at, deleted_by, purge_at FROM deleted_connections ORDER BY deleted_at DESC, id")
}

// PurgeConnections deletes for good what is to be purged by now, and returns how many.
func (s *DB) PurgeConnections(ctx context.Context, now time.Time) (int, error) {
	var purged []string
	err := s.write(ctx, func(q querier) error {
		scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
		var err error
		if purged, err = all(ctx, q, scan, "DELETE FROM deleted_connections WHERE purge_at <= ? RETURNING id", micros(now)); err != nil {
			return err
		}
		for _, id := range purged {
			if err := forgetConnection(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
	return len(purged), err
}

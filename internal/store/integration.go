package store

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
)

const integrationColumns = "id, name, title, description, application, created_at, updated_at"

func scanIntegration(row scanner) (*sluice.Integration, error) {
	i := sluice.Integration{Connections: []string{}}
	err := row.Scan(&i.ID, &i.Name, (*foreign)(&i.Title), (*foreign)(&i.Description), (*foreign)(&i.Application), (*micros)(&i.CreatedAt), (*micros)(&i.UpdatedAt))
	return &i, err
}

// CreateIntegration stores an integration; one without ID gets one. A registered
// connection that does not exist is CodeNotFound.
func (s *DB) CreateIntegration(ctx context.Context, i *sluice.Integration) error {
	if i.ID == "" {
		i.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "INSERT INTO integrations ("+integrationColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
			i.ID, i.Name, foreign(i.Title), foreign(i.Description), foreign(i.Application), micros(i.CreatedAt), micros(i.UpdatedAt))
		if err != nil {
			return taken(err, "integration", i.Name)
		}
		return register(ctx, q, i)
	})
}

// UpdateIntegration stores everything but the ID and the time of creation.
func (s *DB) UpdateIntegration(ctx context.Context, i *sluice.Integration) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE integrations SET name = ?, title = ?, description = ?, application = ?, updated_at = ? WHERE id = ?",
			i.Name, foreign(i.Title), foreign(i.Description), foreign(i.Application), micros(i.UpdatedAt), i.ID)
		if err := taken(someRow(changed, err, "integration", i.ID), "integration", i.Name); err != nil {
			return err
		}
		return register(ctx, q, i)
	})
}

// register makes the connections that i names the registered ones. Registrations of
// deleted connections stay: they count again when the connection is restored.
func register(ctx context.Context, q querier, i *sluice.Integration) error {
	_, err := q.exec(ctx, "DELETE FROM registrations WHERE integration_id = ? AND connection_id IN (SELECT id FROM connections)", i.ID)
	if err != nil {
		return err
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(i.Connections))) {
		n, err := q.exec(ctx, "INSERT INTO registrations (integration_id, connection_id) SELECT CAST(? AS TEXT), id FROM connections WHERE name = ?", i.ID, name)
		if err := someRow(n, err, "connection", name); err != nil {
			return err
		}
	}
	return nil
}

// Integration finds an integration by ID or name; the ID goes first.
func (s *DB) Integration(ctx context.Context, idOrName string) (*sluice.Integration, error) {
	i, err := byIDOrName(ctx, s.read(), scanIntegration, "integration", "integrations", integrationColumns, idOrName)
	if err != nil {
		return nil, err
	}
	return i, s.registrations(ctx, []*sluice.Integration{i})
}

// Integrations returns all integrations by name.
func (s *DB) Integrations(ctx context.Context) ([]*sluice.Integration, error) {
	list, err := all(ctx, s.read(), scanIntegration, "SELECT "+integrationColumns+" FROM integrations ORDER BY name")
	if err != nil {
		return nil, err
	}
	return list, s.registrations(ctx, list)
}

// registrations fills in the names of the registered connections.
func (s *DB) registrations(ctx context.Context, list []*sluice.Integration) error {
	type registration struct{ integration, connection string }
	scan := func(row scanner) (r registration, err error) { return r, row.Scan(&r.integration, &r.connection) }
	found := rows(ctx, s.read(), scan, "SELECT r.integration_id, c.name FROM registrations r JOIN connections c ON c.id = r.connection_id ORDER BY c.name")
	byID := make(map[string]*sluice.Integration, len(list))
	for _, i := range list {
		byID[i.ID] = i
	}
	for r, err := range found {
		if err != nil {
			return err
		}
		if i := byID[r.integration]; i != nil {
			i.Connections = append(i.Connections, r.connection)
		}
	}
	return nil
}

// DeleteIntegration deletes an integration with its registrations. Its flows and
// connections stay.
func (s *DB) DeleteIntegration(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM integrations WHERE id = ?", id)
		return someRow(changed, err, "integration", id)
	})
}

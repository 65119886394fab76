package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/house"
	"github.com/sluicehq/sluice/internal/app/setting"
)

// DeleteConnection moves a connection that nothing uses to the trash, where its
// secrets stay sealed.
func (c connections) DeleteConnection(ctx context.Context, by api.Actor, name string) error {
	s, err := c.store.Connection(ctx, name)
	if err != nil {
		return err
	}
	users, err := c.ConnectionUse(access.Whole(ctx), s.Name)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return sluice.Errorf("connection.in_use", "flows use the connection %q: %s", s.Name, strings.Join(users, ", ")).
			Fix("Let them use another: sluice connection replace " + s.Name + " --with NAME, or change or delete them")
	}
	refs, err := c.references(ctx)
	if err != nil {
		return err
	}
	if borrowers := refs.borrowers(s.Name); len(borrowers) > 0 {
		return sluice.Errorf("connection.in_use", "connections borrow concurrency from %q: %s", s.Name, strings.Join(borrowers, ", ")).
			Fix("Let them borrow from another, or have their own")
	}
	kept, err := c.settings.Values(ctx)
	if err != nil {
		return err
	}
	now := c.clock().UTC()
	err = c.store.TrashConnection(ctx, sluice.DeletedConnection{ID: s.ID, Name: s.Name, Kind: s.Kind, DeletedAt: now, DeletedBy: by.Name, PurgeAt: now.AddDate(0, 0, kept[setting.Trash])})
	if err != nil {
		return err
	}
	c.audit(ctx, by, "delete", "connection", s.Name, "")
	c.notices.Forget(ctx, &s.Connection)
	return nil
}

// trash holds the rules round deleted connections.
type trash struct{ connections }

func (t trash) DeletedConnections(ctx context.Context) ([]*sluice.DeletedConnection, error) {
	return t.store.DeletedConnections(ctx)
}

// RestoreConnection brings a connection back as it was. What it refers to may be
// gone since: its test tells.
func (t trash) RestoreConnection(ctx context.Context, by api.Actor, id, name string) (*sluice.Connection, error) {
	list, err := t.store.DeletedConnections(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(d *sluice.DeletedConnection) bool { return d.ID == id })
	if i < 0 || !t.clock().Before(list[i].PurgeAt) {
		return nil, sluice.NotFound("deleted connection", id)
	}
	name = cmp.Or(name, list[i].Name)
	if err := sluice.Problems("connection.invalid", "the connection cannot be restored", sluice.CheckName("name", name)); err != nil {
		return nil, err
	}
	if err := t.store.RestoreConnection(ctx, id, name); err != nil {
		return nil, err
	}
	t.audit(ctx, by, "restore", "connection", name, "")
	conn, err := t.Connection(ctx, id)
	if err != nil {
		return nil, err
	}
	t.notices.Review(ctx, conn, "")
	return conn, nil
}

func (c *core) house() *house.House {
	return &house.House{Store: c.store, Prune: c.settings.Prune, Review: c.notices.Review, Clock: c.clock, Log: c.log}
}

package standing

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// Looked is connections as people see them: the keeper learns which they look at.
type Looked struct {
	api.Connections
	Keeper *Keeper
}

// ListConnections lists the connections.
func (l Looked) ListConnections(ctx context.Context) ([]*sluice.Connection, error) {
	list, err := l.Connections.ListConnections(ctx)
	l.Keeper.Look(list...)
	return list, err
}

// Connection returns one.
func (l Looked) Connection(ctx context.Context, name string) (*sluice.Connection, error) {
	c, err := l.Connections.Connection(ctx, name)
	if err == nil {
		l.Keeper.Look(c)
	}
	return c, err
}

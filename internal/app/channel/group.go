package channel

import (
	"context"
	"slices"

	"github.com/sluicehq/sluice"
)

// Groups finds the integrations that things belong to.
type Groups struct {
	Store interface {
		Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
		Connection(ctx context.Context, idOrName string) (*sluice.SealedConnection, error)
		Integrations(ctx context.Context) ([]*sluice.Integration, error)
	}
}

// Of returns the integrations that a flow is of, or that a connection is registered
// with. What cannot be found belongs to none.
func (g Groups) Of(ctx context.Context, noun, id string) []string {
	switch noun {
	case "flow":
		f, err := g.Store.Flow(ctx, id)
		switch {
		case err != nil:
			return nil
		case f.Flow.Integration == "":
			return []string{sluice.DefaultIntegration}
		}
		return []string{f.Flow.Integration}
	case "connection":
		conn, err := g.Store.Connection(ctx, id)
		if err != nil {
			return nil
		}
		list, _ := g.Store.Integrations(ctx) // the store was there just now
		var names []string
		for _, i := range list {
			if slices.Contains(i.Connections, conn.Name) {
				names = append(names, i.Name)
			}
		}
		return names
	}
	return nil
}

package app

import (
	"context"

	"github.com/sluicehq/sluice/internal/api"
)

// status says how the server is.
type status struct{ *core }

// Health asks the store, which everything depends on. A server that stops is not well:
// load balancers are to send requests elsewhere.
func (s status) Health(ctx context.Context) api.Health {
	open, err := s.store.CountErrors(ctx)
	if err != nil {
		s.log.ErrorContext(ctx, "the store does not answer", "error", err)
	}
	return api.Health{OK: err == nil && !s.stopping.Load(), OpenErrors: open, At: s.clock().UTC()}
}

func (s status) Version() api.Version { return BuildVersion() }

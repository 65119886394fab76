package app

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/engine"
)

// keys seals and opens secrets. The place names where a ciphertext belongs; it
// opens nowhere else.
type keys interface {
	Seal(secret sluice.Secret, place string) ([]byte, error)
	Unseal(sealed []byte, place string) (sluice.Secret, error)
}

// core is what the rules of all nouns share.
type core struct {
	store     sluice.Store
	keys      keys
	connector sluice.Connector
	engine    *engine.Engine
	slots     slotsOf
	suite     *suitetalk.Connector
	url       func() string // the server's own address for people; empty without one
	clock     func() time.Time
	log       *slog.Logger
	stopping  atomic.Bool
}

// audit notes who did what. The change is done by then: a failure to note it is
// for the log.
func (c *core) audit(ctx context.Context, by api.Actor, action, noun, id, detail string) {
	e := &sluice.AuditEvent{At: c.clock(), Actor: by.Name, Action: noun + "." + action, Noun: noun, NounID: id, Detail: detail}
	if err := c.store.AppendAudit(context.WithoutCancel(ctx), e); err != nil {
		c.log.ErrorContext(ctx, "audit event lost", "actor", by.Name, "action", e.Action, "id", id, "error", err)
	}
}

// accepting refuses new work while the server stops.
func (c *core) accepting() error {
	if c.stopping.Load() {
		return sluice.Errorf(sluice.CodeStopping, "the server is stopping").Fix("Try again when it is back")
	}
	return nil
}

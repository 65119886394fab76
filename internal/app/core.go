package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/access"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/app/debuglog"
	"github.com/sluicehq/sluice/internal/app/live"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/app/own"
	"github.com/sluicehq/sluice/internal/app/setting"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/app/traffic"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// keys seals and opens secrets. The place names where a ciphertext belongs; it
// opens nowhere else.
type keys interface {
	Seal(secret sluice.Secret, place string) ([]byte, error)
	Unseal(sealed []byte, place string) (sluice.Secret, error)
}

// core is what the rules of all nouns share.
type core struct {
	store        access.Store  // shows and takes what is the actor's of the context
	finder       access.Finder // on all that is stored
	people       *account.People
	keys         keys
	connector    sluice.Connector
	planner      sluice.Planner
	consumerKeys *consumerkey.Keys
	notices      *notice.Board
	settings     *setting.Rules
	engine       *engine.Engine
	slots        func(connectionID string) (*governor.Governor, bool) // the budget of requests that a connection takes part in
	http         *http.Client                                         // to NetSuite, beside the requests of flows
	own          own.Files
	suite        *suitetalk.Connector
	keeper       *standing.Keeper
	debug        *debuglog.Log
	traffic      *traffic.Log
	live         *live.Live
	url          func() string // the server's own address for people; empty without one
	clock        func() time.Time
	log          *slog.Logger
	stopping     atomic.Bool
	writing      sync.Mutex // held while a connection is read, changed and stored
}

// audit notes who did what.
func (c *core) audit(ctx context.Context, by api.Actor, action, noun, id, detail string) {
	c.auditLog().Note(ctx, by, action, noun, id, detail)
}

func (c *core) auditLog() *audit.Log {
	return &audit.Log{Store: c.store, Clock: c.clock, Log: c.log}
}

// newID returns a new random ID for a connection.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// accepting refuses new work while the server stops.
func (c *core) accepting() error {
	if c.stopping.Load() {
		return sluice.Errorf(sluice.CodeStopping, "the server is stopping").Fix("Try again when it is back")
	}
	return nil
}

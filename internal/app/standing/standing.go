// Package standing keeps the status of connections up to date: by what runs meet
// on their way, and by a quiet check now and then.
package standing

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	scanEvery = 5 * time.Minute
	// freshFor is how long a connection that works is left alone.
	freshFor = 6 * time.Hour
	// noteEvery is how often the use of a connection is noted that is known to work.
	noteEvery = 10 * time.Minute
	// lookAgain is how soon an offline connection is tried again when somebody looks at
	// it. One whose login was refused waits longer: five refused logins lock its user.
	lookAgain        = 5 * time.Minute
	lookAgainRefused = freshFor
)

// Config wires a Keeper. All fields are required.
type Config struct {
	Connections func(ctx context.Context) ([]*sluice.SealedConnection, error)
	// Set stores a status that a use of the connection showed.
	Set func(ctx context.Context, c *sluice.Connection, s sluice.ConnectionStatus, detail string) error
	// Test tries a connection with one login and stores its status.
	Test  func(ctx context.Context, id string) error
	Clock func() time.Time
	Log   *slog.Logger
}

// Keeper keeps the status of all connections.
type Keeper struct {
	Config
	looked chan string // IDs of offline connections that somebody looks at

	mu    sync.Mutex
	known map[string]known // by connection ID
}

// known is what the keeper stored, or saw, last of a connection.
type known struct {
	status  sluice.ConnectionStatus
	at      time.Time
	updated time.Time // of the connection that it was true of
	reached bool      // offline for another reason than a refused login
}

// New returns a keeper.
func New(c Config) *Keeper {
	return &Keeper{Config: c, looked: make(chan string, 64), known: map[string]known{}}
}

// refusals are codes of errors that say that the connection cannot log in.
var refusals = []string{"connection.token_rejected", "connection.login_refused", "connection.login", "connection.user_locked", "connection.clock_skew",
	"connection.not_authorized", "connection.private_key", "connection.sandbox_refreshed"}

// absences are codes of errors that say that nobody answers.
var absences = []string{"connection.unreachable", "connection.name_unknown", "connection.tls"}

// Used notes how a use of the connection ended. Errors that say nothing of the
// connection itself, such as a refused record, are nothing to note.
func (k *Keeper) Used(ctx context.Context, c *sluice.Connection, err error) {
	if c.ID == "" {
		return
	}
	var own *sluice.Error
	isOwn := errors.As(err, &own)
	switch {
	case err == nil:
		k.note(ctx, c, sluice.StatusOnline, "", true)
	case isOwn && slices.Contains(refusals, own.Code):
		k.note(ctx, c, sluice.StatusOffline, own.Message, false)
	case isOwn && slices.Contains(absences, own.Code):
		k.note(ctx, c, sluice.StatusOffline, own.Message, true)
	}
}

// note stores a status unless it is known already.
func (k *Keeper) note(ctx context.Context, c *sluice.Connection, status sluice.ConnectionStatus, detail string, reached bool) {
	now := k.Clock().UTC()
	k.mu.Lock()
	before, ok := k.known[c.ID]
	if !ok || before.updated.Before(c.UpdatedAt) {
		before = known{status: c.Status, at: c.CheckedAt, updated: c.UpdatedAt}
	}
	stale := before.updated.After(c.UpdatedAt) // used as it was before somebody changed it
	same := before.status == status && now.Sub(before.at) < noteEvery
	if !stale {
		k.known[c.ID] = known{status, now, c.UpdatedAt, reached}
		if same {
			k.known[c.ID] = known{status, before.at, c.UpdatedAt, reached}
		}
	}
	k.mu.Unlock()
	if stale || same {
		return
	}
	if err := k.Set(context.WithoutCancel(ctx), c, status, detail); err != nil {
		k.Log.WarnContext(ctx, "store the status of a connection", "connection", c.Name, "status", status, "error", err)
	}
}

// Tested notes what a test showed, so that uses compare with it.
func (k *Keeper) Tested(c *sluice.Connection, status sluice.ConnectionStatus, code string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known[c.ID] = known{status, k.Clock().UTC(), c.UpdatedAt, slices.Contains(absences, code)}
}

// Look says that somebody looks at connections: those that are offline are tried
// again soon, if that is due. It does not wait.
func (k *Keeper) Look(list ...*sluice.Connection) {
	for _, c := range list {
		if c.Status != sluice.StatusOffline || !k.due(c) {
			continue
		}
		select {
		case k.looked <- c.ID:
		default: // enough is waiting to be tried
		}
	}
}

func (k *Keeper) due(c *sluice.Connection) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait := lookAgainRefused
	if was, ok := k.known[c.ID]; ok && was.reached && was.status == sluice.StatusOffline {
		wait = lookAgain
	}
	return k.Clock().Sub(c.CheckedAt) >= wait
}

// Run tries what is due until ctx ends, one connection at a time.
func (k *Keeper) Run(ctx context.Context) {
	scan := time.NewTicker(scanEvery)
	defer scan.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-k.looked:
			k.again(ctx, id)
		case <-scan.C:
			k.Scan(ctx)
		}
	}
}

// again tries an offline connection, unless that was done while it waited.
func (k *Keeper) again(ctx context.Context, id string) {
	list, err := k.Connections(ctx)
	if err != nil {
		k.Log.WarnContext(ctx, "read the connections", "error", err)
		return
	}
	for _, c := range list {
		if c.ID == id && c.Status == sluice.StatusOffline && k.due(&c.Connection) {
			k.try(ctx, &c.Connection)
		}
	}
}

// Scan tries the connections that work and were not used for long.
func (k *Keeper) Scan(ctx context.Context) {
	list, err := k.Connections(ctx)
	if err != nil {
		k.Log.WarnContext(ctx, "read the connections", "error", err)
		return
	}
	for _, c := range list {
		if c.Status == sluice.StatusOnline && k.Clock().Sub(c.CheckedAt) >= freshFor {
			k.try(ctx, &c.Connection)
		}
	}
}

func (k *Keeper) try(ctx context.Context, c *sluice.Connection) {
	if err := k.Test(ctx, c.ID); err != nil && ctx.Err() == nil {
		k.Log.WarnContext(ctx, "try a connection", "connection", c.Name, "error", err)
	}
}

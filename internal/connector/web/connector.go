package web

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/reach"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Options configure a Connector. The zero value is good.
type Options struct {
	Clock func() time.Time // nil means time.Now
	// Wait waits, or returns the context's error. nil means a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Connection finds the connection that another one borrows its concurrency from;
	// it comes without secrets. nil means that there is none.
	Connection func(ctx context.Context, name string) (*sluice.Connection, error)
	// Tap takes what goes over the wire while a connection's debug log is on.
	Tap wire.Tap
	// Traffic sees each request; nil for nobody.
	Traffic wire.Traffic
	// Sharing lets processes share concurrency levels; nil: this process is alone.
	Sharing *governor.Sharing
	Reach   reach.Rule
}

// Connector implements sluice.Connector for HTTP connections. It keeps a client with
// its access token for each connection, and one budget of requests for each group of
// connections that share theirs.
type Connector struct {
	options Options

	mu      sync.Mutex
	clients map[string]*client // by connection ID
	budgets map[string]*budget // by the name of the connection whose level counts
}

// New returns a Connector.
func New(o Options) *Connector {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	return &Connector{options: o, clients: map[string]*client{}, budgets: map[string]*budget{}}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// budget is what connections that share a concurrency level share.
type budget struct {
	*governor.Governor
	name, lender string // as processes share it; the connection whose level counts

	mu    sync.Mutex
	until time.Time // nothing is sent before
	hold  time.Duration
	rate  string // that window is for
	*window
}

// pause makes all requests wait, as the API has asked for.
func (b *budget) pause(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.until) {
		b.until = until
	}
}

// paused returns how long to wait.
func (b *budget) paused(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until.Sub(now)
}

// turn counts a request, or returns how long to wait for its turn.
func (b *budget) turn(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.window == nil {
		return 0
	}
	return b.window.take(now)
}

// pace sets the rate of a connection, keeping count where it stays the same.
func (b *budget) pace(requests, per string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rate := requests + "/" + per; rate != b.rate {
		b.rate, b.window = rate, newWindow(requests, per)
	}
}

// of describes the budget for one of its connections.
func (b *budget) of(conn *sluice.Connection) wire.Budget {
	return wire.Budget{Name: b.name, Account: b.lender, Connection: conn.Name, Limit: b.Stats().Limit, Slots: b.Governor}
}

// client returns the client of a connection, a new one when it was changed.
func (c *Connector) client(ctx context.Context, conn *sluice.Connection) (*client, error) {
	if err := sluice.Problems("connection.invalid", "the connection "+conn.Name+" is not complete", conn.Check()); err != nil {
		return nil, err
	}
	lender, err := c.lender(ctx, conn)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	shared := c.budget(lender, conn)
	if cl, ok := c.clients[conn.ID]; ok && conn.ID != "" && cl.updated.Equal(conn.UpdatedAt) && cl.budget == shared {
		return cl, nil
	}
	cl, err := newClient(conn, shared, c.options)
	if err != nil {
		return nil, err
	}
	if conn.ID != "" {
		c.clients[conn.ID] = cl
	}
	return cl, nil
}

// lender returns the connection whose concurrency level counts.
func (c *Connector) lender(ctx context.Context, conn *sluice.Connection) (*sluice.Connection, error) {
	name := conn.Get("borrow_from")
	if name == "" || name == conn.Name || c.options.Connection == nil {
		return conn, nil
	}
	lender, err := c.options.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if lender.Kind != sluice.KindHTTP {
		return nil, sluice.Errorf("connection.borrow", "the connection %s borrows from %s, which is of the kind %s", conn.Name, name, lender.Kind).At("settings.borrow_from").Fix("Borrow from an HTTP connection")
	}
	return lender, nil
}

// budget returns the budget of a lender for a connection that borrows, or the same, with
// its present level. c.mu is held.
func (c *Connector) budget(lender, conn *sluice.Connection) *budget {
	level, _ := strconv.Atoi(lender.Get("concurrency")) // which Check has read
	timeout, _ := time.ParseDuration(conn.Get("timeout"))
	b, ok := c.budgets[lender.Name]
	switch {
	case !ok:
		b = &budget{name: "http " + lender.Name, lender: lender.Name, hold: timeout}
		b.Governor = c.options.Sharing.New(b.name, timeout, governor.Options{Limit: level, Clock: c.options.Clock})
		c.budgets[lender.Name] = b
	case b.Stats().Limit != level:
		b.SetLimit(level)
	}
	if timeout > b.hold {
		b.hold = timeout
		b.SetHold(timeout)
	}
	b.pace(lender.Get("rate_requests"), lender.Get("rate_per"))
	return b
}

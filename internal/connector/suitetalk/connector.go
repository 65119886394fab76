// Package suitetalk is the NetSuite connector: exports by SuiteQL and the record
// service, imports that know of each record whether it arrived.
package suitetalk

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/reach"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/zone"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Options configure a Connector. The zero value is good.
type Options struct {
	Clock func() time.Time // nil means time.Now
	// Observe sees every exchange with NetSuite, for logs and metrics.
	Observe func(connection string, e netsuite.Exchange)
	// HTTPClient replaces the transport.
	HTTPClient *http.Client
	// Tap takes what connections exchange while their debug logs are on; nil for none.
	Tap wire.Tap
	// Traffic sees each request and the slots that it takes; nil for nobody.
	Traffic wire.Traffic
	// Sharing lets processes share accounts' slots; nil: this process is alone.
	Sharing *governor.Sharing
	Reach   reach.Rule
}

// Connector implements sluice.Connector for NetSuite. It keeps one client for each
// connection and one budget of request slots for each account, so that all
// connections of an account share what NetSuite grants it.
type Connector struct {
	options Options

	mu       sync.Mutex
	clients  map[string]*client  // by connection ID
	accounts map[string]*account // by account ID and base URL
}

// New returns a Connector.
func New(o Options) *Connector {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Connector{options: o, clients: map[string]*client{}, accounts: map[string]*account{}}
}

// client is what the connector keeps of a connection.
type client struct {
	*netsuite.Client
	updated time.Time // of the connection it was made for
	signer  *signer
	fixed   string // what cannot change without another client
	slots   *governor.Governor
	limit   int           // requests at one time
	settle  time.Duration // from the last moment to send until NetSuite has certainly stopped
	name    string
	zones   *zone.Zones
	clock   func() time.Time
	mask    *wire.Mask // of the debug log

	schemasLock sync.Mutex
	schemas     schemas

	door     sync.Mutex  // one login is tried at a time
	admitted atomic.Bool // the last one was not refused
}

// Slots returns the state of the account's request slots, or false when the
// connection was not used yet.
func (c *Connector) Slots(connectionID string) (governor.Stats, bool) {
	slots, ok := c.Governor(connectionID)
	if !ok {
		return governor.Stats{}, false
	}
	return slots.Stats(), true
}

// Governor returns the account's request slots for a caller of its own, or false
// when the connection was not used yet.
func (c *Connector) Governor(connectionID string) (*governor.Governor, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cl, ok := c.clients[connectionID]
	if !ok {
		return nil, false
	}
	return cl.slots, true
}

// client returns the client of a connection, a new one when it was changed.
func (c *Connector) client(conn *sluice.Connection) (*client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl, ok := c.clients[conn.ID]; ok && conn.ID != "" {
		if done, err := c.keep(cl, conn); done || err != nil {
			return cl, err
		}
	}
	cl, err := c.connect(conn)
	if err != nil {
		return nil, err
	}
	if conn.ID != "" {
		c.clients[conn.ID] = cl
	}
	return cl, nil
}

// connect builds a client from a connection's settings. c.mu is held.
func (c *Connector) connect(conn *sluice.Connection) (*client, error) {
	if err := sluice.Problems("connection.invalid", "the connection "+conn.Name+" is not complete", conn.Check()); err != nil {
		return nil, err
	}
	if !conn.Authorized() {
		return nil, notAuthorized(conn)
	}
	id, err := netsuite.ParseAccountID(conn.Get("account"))
	if err != nil {
		return nil, sluice.Errorf("connection.account_id", "the account ID cannot be used: %w", err).At("settings.account").
			Fix("Copy it from Setup > Company > Company Information, as 1234567 or 1234567_SB1")
	}
	limit, timeout, settle := numbers(conn)
	settle += min(timeout, settle) // a request may be on its way for as long as we wait for its answer
	options := []netsuite.Option{netsuite.WithAttemptTimeout(timeout)}
	endpoints := endpointsOf(conn, id)
	options = append(options, netsuite.WithEndpoints(endpoints))
	mask := wire.NewMask(conn)
	httpClient := c.httpClient(conn, limit, mask)
	options = append(options, netsuite.WithHTTPClient(httpClient))
	name := id.Realm() + " " + conn.Get("base_url")
	slots := c.budget(name, conn, use{limit, timeout})
	options = append(options, netsuite.WithSlots(wire.Metered(c.options.Traffic, wire.Budget{Name: "netsuite " + name, Account: id.Realm(), Address: conn.Get("base_url"),
		Connection: conn.Name, Limit: limit, Slots: slots})), netsuite.OnExchange(wire.Exchanged(c.options.Traffic, conn.Name, mask, c.options.Observe)))
	login, err := authenticator(conn, id, httpClient, c.options.Clock)
	if err != nil {
		return nil, err
	}
	signer := newSigner(login, httpClient)
	cl, err := netsuite.New(id, timely{signer, c.options.Clock}, options...)
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the connection cannot be used: %w", err)
	}
	zones, err := zone.Of(conn)
	if err != nil {
		return nil, err
	}
	return &client{Client: cl, updated: conn.UpdatedAt, signer: signer, fixed: fixedPart(conn, id), slots: slots, limit: limit, settle: settle, name: conn.Name,
		zones: zones, clock: c.options.Clock, mask: mask, schemas: schemas{clock: c.options.Clock, known: map[string]knownSchema{}}}, nil
}

// endpointsOf returns the addresses of the account's services: the usual ones, one
// for all, or one that the connection names for a service alone.
func endpointsOf(conn *sluice.Connection, account netsuite.AccountID) netsuite.Endpoints {
	base := conn.Get("base_url")
	return account.Endpoints().Override(netsuite.Endpoints{SuiteTalk: base, RESTlets: base, App: base, Discovery: base}).
		Override(netsuite.Endpoints{SuiteTalk: conn.Get("suitetalk_url"), RESTlets: conn.Get("restlet_url"), App: conn.Get("app_url")})
}

// account is what all connections of an account share.
type account struct {
	slots *governor.Governor
	uses  map[string]use // by connection: what its settings say
}

// use is what a connection means for its account's slots.
type use struct {
	limit   int           // requests at one time
	timeout time.Duration // of a request
}

// budget returns the account's slots. Where connections differ, the lowest limit
// counts: NetSuite has one pool for all of them. c.mu is held.
func (c *Connector) budget(name string, conn *sluice.Connection, u use) *governor.Governor {
	a, ok := c.accounts[name]
	if !ok {
		slots := c.options.Sharing.New("netsuite "+name, u.timeout, governor.Options{Limit: u.limit, Clock: c.options.Clock})
		a = &account{slots: slots, uses: map[string]use{}}
		c.accounts[name] = a
	}
	if conn.ID == "" { // one that is only tried, and may never be stored
		return a.slots
	}
	a.uses[conn.ID] = u
	lowest, longest := u.limit, u.timeout
	for _, other := range a.uses {
		lowest, longest = min(lowest, other.limit), max(longest, other.timeout)
	}
	a.slots.SetHold(longest)
	if lowest != a.slots.Stats().Limit {
		a.slots.SetLimit(lowest)
	}
	return a.slots
}

// httpClient returns what a connection's requests are sent by, watched for its debug log.
func (c *Connector) httpClient(conn *sluice.Connection, limit int, mask *wire.Mask) *http.Client {
	given := http.Client{}
	if c.options.HTTPClient != nil {
		given = *c.options.HTTPClient
	}
	if given.Transport == nil {
		given.Transport = wire.HTTP1(limit, c.options.Reach)
	}
	given.Transport = wire.Transport(given.Transport, wire.Watch{Connection: conn.ID, Tap: c.options.Tap, Mask: mask, Clock: c.options.Clock})
	return &given
}

// timely refuses to sign requests whose time to be sent is over. Signing is the
// last thing before a request leaves, after all waiting for slots.
type timely struct {
	netsuite.Authenticator
	clock func() time.Time
}

// Authenticate signs the request if it may still be sent.
func (t timely) Authenticate(ctx context.Context, r *http.Request) error {
	if err := sendby.Check(ctx, t.clock()); err != nil {
		return err
	}
	return t.Authenticator.Authenticate(ctx, r)
}

// Rejected passes a refusal on to logins whose credential can go stale.
func (t timely) Rejected(r *http.Request, header http.Header) bool {
	renewer, ok := t.Authenticator.(netsuite.Renewer)
	return ok && renewer.Rejected(r, header)
}

// Package suitetalk is the NetSuite connector: exports by SuiteQL and the record
// service, imports that know of each record whether it arrived.
package suitetalk

import (
	"context"
	"crypto/tls"
	"net/http"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Options configure a Connector. The zero value is good.
type Options struct {
	Clock func() time.Time // nil means time.Now
	// Observe sees every exchange with NetSuite, for logs and metrics.
	Observe func(connection string, e netsuite.Exchange)
	// HTTPClient replaces the transport.
	HTTPClient *http.Client
}

// Connector implements sluice.Connector for NetSuite. It keeps one client for each
// connection and one budget of request slots for each account, so that all
// connections of an account share what NetSuite grants it.
type Connector struct {
	options Options

	mu      sync.Mutex
	clients map[string]*client            // by connection ID
	budgets map[string]*governor.Governor // by account and base URL
}

// New returns a Connector.
func New(o Options) *Connector {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Connector{options: o, clients: map[string]*client{}, budgets: map[string]*governor.Governor{}}
}

// client is what the connector keeps of a connection.
type client struct {
	*netsuite.Client
	updated time.Time // of the connection it was made for
	slots   *governor.Governor
	limit   int // requests at one time
	settle  time.Duration
	name    string
}

// Slots returns the state of the account's request slots, or false when the
// connection was not used yet.
func (c *Connector) Slots(connectionID string) (governor.Stats, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cl, ok := c.clients[connectionID]
	if !ok {
		return governor.Stats{}, false
	}
	return cl.slots.Stats(), true
}

// client returns the client of a connection, a new one when it was changed.
func (c *Connector) client(conn *sluice.Connection) (*client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl, ok := c.clients[conn.ID]; ok && conn.ID != "" && cl.updated.Equal(conn.UpdatedAt) {
		return cl, nil
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
	account, err := netsuite.ParseAccountID(conn.Get("account"))
	if err != nil {
		return nil, sluice.Errorf("connection.account_id", "the account ID cannot be used: %w", err).At("settings.account").
			Fix("Copy it from Setup > Company > Company Information, as 1234567 or 1234567_SB1")
	}
	limit, timeout, settle := numbers(conn)
	options := []netsuite.Option{netsuite.WithAttemptTimeout(timeout)}
	if base := conn.Get("base_url"); base != "" {
		options = append(options, netsuite.WithBaseURL(base))
	}
	httpClient := c.options.HTTPClient
	if httpClient == nil {
		httpClient = &http.Client{Transport: transport(limit)}
	}
	options = append(options, netsuite.WithHTTPClient(httpClient))
	slots := c.budget(account.Realm()+" "+conn.Get("base_url"), limit)
	options = append(options, netsuite.WithSlots(slots))
	login, err := authenticator(conn, account, httpClient, c.options.Clock)
	if err != nil {
		return nil, err
	}
	t := timely{Authenticator: login, clock: c.options.Clock}
	if conn.Get("type") == sluice.AuthToken {
		t.trial = &loginTrial{clock: c.options.Clock}
	}
	options = append(options, netsuite.OnExchange(c.observer(conn.Name, t.trial)))
	cl, err := netsuite.New(account, t, options...)
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the connection cannot be used: %w", err)
	}
	return &client{Client: cl, updated: conn.UpdatedAt, slots: slots, limit: limit, settle: settle, name: conn.Name}, nil
}

// observer sees every exchange of a connection. trial may be nil.
func (c *Connector) observer(name string, trial *loginTrial) func(netsuite.Exchange) {
	return func(e netsuite.Exchange) {
		if trial != nil {
			trial.end(e)
		}
		if c.options.Observe != nil {
			c.options.Observe(name, e)
		}
	}
}

// budget returns the account's slots. Where connections differ, the lowest limit
// counts: NetSuite has one pool for all of them.
func (c *Connector) budget(account string, limit int) *governor.Governor {
	g, ok := c.budgets[account]
	if !ok {
		g = governor.New(governor.Options{Limit: limit, Clock: c.options.Clock})
		c.budgets[account] = g
	} else if limit < g.Stats().Limit {
		g.SetLimit(limit)
	}
	return g
}

func transport(limit int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = limit + 1
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return t
}

// authenticator returns the login that the connection's type asks for.
func authenticator(conn *sluice.Connection, account netsuite.AccountID, hc *http.Client, clock func() time.Time) (netsuite.Authenticator, error) {
	secret := func(name string) auth.Secret { return auth.NewSecret(conn.Secrets[name].Reveal()) }
	if conn.Get("type") == sluice.AuthToken {
		return &auth.TBA{
			Realm: account.Realm(), ConsumerKey: conn.Secrets["consumer_key"].Reveal(), ConsumerSecret: secret("consumer_secret"),
			TokenID: conn.Secrets["token_id"].Reveal(), TokenSecret: secret("token_secret"), Clock: clock,
		}, nil
	}
	key, err := auth.ParsePrivateKey(secret("private_key"))
	if err != nil {
		return nil, sluice.Errorf("connection.private_key", "the private key cannot be read: %w", err).At("secrets.private_key").
			Fix("Give the PEM text of the key whose certificate was uploaded, without a passphrase")
	}
	base := conn.Get("base_url")
	if base == "" {
		base = account.Endpoints().SuiteTalk
	}
	login, err := auth.NewClientCredentials(auth.ClientCredentialsOptions{
		TokenURL: base + auth.TokenPath, ClientID: conn.Secrets["client_id"].Reveal(), CertificateID: conn.Get("certificate_id"),
		Key: key, HTTPClient: hc, Clock: clock,
	})
	if err != nil {
		return nil, sluice.Errorf("connection.invalid", "the OAuth 2.0 settings cannot be used: %w", err)
	}
	return login, nil
}

type sendByKey struct{}

// withSendBy makes requests with ctx begin before t, or not at all.
func withSendBy(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, sendByKey{}, t)
}

// timely refuses to sign requests whose time to be sent is over. Signing is the
// last thing before a request leaves, after all waiting for slots.
type timely struct {
	netsuite.Authenticator
	clock func() time.Time
	trial *loginTrial // nil where a refused login locks nobody
}

// tooLate ends a call without another attempt: the client takes it for the caller's own cancelling.
type tooLate struct{}

func (tooLate) Error() string        { return "the time to send this request is over" }
func (tooLate) Is(target error) bool { return target == context.Canceled }

// Authenticate signs the request if it may still be sent.
func (t timely) Authenticate(ctx context.Context, r *http.Request) error {
	if t.trial != nil {
		if err := t.trial.begin(ctx); err != nil {
			return err
		}
	}
	if by, ok := ctx.Value(sendByKey{}).(time.Time); ok && t.clock().After(by) {
		return tooLate{}
	}
	return t.Authenticator.Authenticate(ctx, r)
}

// Rejected passes a refusal on to logins whose credential can go stale.
func (t timely) Rejected(r *http.Request, header http.Header) bool {
	renewer, ok := t.Authenticator.(netsuite.Renewer)
	return ok && renewer.Rejected(r, header)
}

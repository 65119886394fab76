package netsuite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sluicehq/sluice/netsuite/internal/pause"
)

// Authenticator proves who a request comes from. It is called once for each
// attempt, as the last thing before the request is sent. Package auth has the
// implementations.
type Authenticator interface {
	Authenticate(ctx context.Context, r *http.Request) error
}

// Renewer is an Authenticator whose credential can go stale. The client tells
// it of a 401; if it reports that a fresh credential may help, the client
// repeats the request, once in a call. A 401 is certainly not applied.
type Renewer interface {
	Rejected(r *http.Request, header http.Header) bool
}

// Client talks to one NetSuite account. It is safe for concurrent use.
type Client struct {
	Records  *Records  // record service
	SuiteQL  *SuiteQL  // queries
	Metadata *Metadata // record types and their fields
	System   *System   // server time, limits, tokens
	RESTlets *RESTlets // RESTlets

	account   AccountID
	endpoints Endpoints
	auth      Authenticator
	http      *http.Client

	userAgent string
	clock     func() time.Time
	sleep     func(context.Context, time.Duration) error
	random    func() float64
	retry     RetryPolicy
	timeout   time.Duration
	slots     Slots
	class     Class
	observe   func(context.Context, Exchange)
	bodies    int
}

// attemptTimeout is longer than the 15 minutes after which NetSuite cuts a
// request (Oracle help subsect_1559222360), so that its answer comes first.
const attemptTimeout = 16 * time.Minute

// Option configures a Client.
type Option func(*Client) error

// New returns a client for account. It does not connect.
func New(account AccountID, authenticator Authenticator, options ...Option) (*Client, error) {
	if account.IsZero() {
		return nil, inputError("account ID", "missing")
	}
	if authenticator == nil {
		return nil, inputError("authenticator", "missing")
	}
	c := &Client{
		account:   account,
		endpoints: account.Endpoints(),
		auth:      authenticator,
		http:      &http.Client{Transport: defaultTransport()},
		userAgent: "sluice (+https://github.com/sluicehq/sluice)",
		clock:     time.Now,
		sleep:     pause.For,
		random:    random,
		retry:     RetryPolicy{}.withDefaults(),
		timeout:   attemptTimeout,
		slots:     unlimited{},
		class:     Scheduled,
	}
	for _, option := range options {
		if err := option(c); err != nil {
			return nil, err
		}
	}
	if err := c.endpoints.check(); err != nil {
		return nil, err
	}
	// A cookie makes NetSuite take the request for a browser session, and a
	// signature is good for one address only.
	c.http.Jar = nil
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.Records = &Records{c}
	c.SuiteQL = &SuiteQL{c}
	c.Metadata = &Metadata{c}
	c.System = &System{c}
	c.RESTlets = &RESTlets{c}
	return c, nil
}

// defaultTransport speaks HTTP/1.1 only: where each request has a connection of
// its own, one that breaks leaves the outcome of one request unknown.
func defaultTransport() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t = t.Clone()
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.MaxIdleConnsPerHost = 32 // above any usual concurrency limit
	return t
}

// Account returns the account ID.
func (c *Client) Account() AccountID { return c.account }

// Endpoints returns the base URLs in use.
func (c *Client) Endpoints() Endpoints { return c.endpoints }

// WithEndpoints sets the base URLs that e holds, for proxies and for accounts
// whose addresses differ from the usual pattern.
func WithEndpoints(e Endpoints) Option {
	return func(c *Client) error {
		c.endpoints = c.endpoints.Override(e)
		return nil
	}
}

// WithBaseURL sends all services to one base URL.
func WithBaseURL(base string) Option {
	return WithEndpoints(Endpoints{SuiteTalk: base, RESTlets: base, App: base, Discovery: base})
}

// WithHTTPClient sends through a copy of h, without its cookie jar and without
// following redirects.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) error {
		if h == nil {
			return errors.New("netsuite: nil HTTP client")
		}
		replacement := *h
		c.http = &replacement
		return nil
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(c *Client) error {
		c.userAgent = agent
		return nil
	}
}

// WithRetry sets the retry policy; zero fields keep their defaults.
func WithRetry(p RetryPolicy) Option {
	return func(c *Client) error {
		c.retry = p.withDefaults()
		return nil
	}
}

// WithAttemptTimeout bounds one attempt, from sending to the whole answer read.
// The default is 16 minutes.
func WithAttemptTimeout(d time.Duration) Option {
	return func(c *Client) error {
		if d <= 0 {
			return inputError("attempt timeout", fmt.Sprintf("%s is not positive", d))
		}
		c.timeout = d
		return nil
	}
}

// WithSlots makes the client acquire a slot for each attempt.
func WithSlots(s Slots) Option {
	return func(c *Client) error {
		if s == nil {
			return inputError("slots", "missing")
		}
		c.slots = s
		return nil
	}
}

// WithClass sets the class of requests whose context names none; the default
// is Scheduled.
func WithClass(class Class) Option {
	return func(c *Client) error {
		c.class = class
		return nil
	}
}

// WithClock replaces time.Now. Here and below nil means the real thing.
func WithClock(clock func() time.Time) Option {
	return func(c *Client) error {
		if clock != nil {
			c.clock = clock
		}
		return nil
	}
}

// WithSleep replaces the wait between attempts. It returns an error when the
// context ends first.
func WithSleep(sleep func(context.Context, time.Duration) error) Option {
	return func(c *Client) error {
		if sleep != nil {
			c.sleep = sleep
		}
		return nil
	}
}

// WithRandom replaces the source of jitter, which returns numbers in [0, 1).
func WithRandom(random func() float64) Option {
	return func(c *Client) error {
		if random != nil {
			c.random = random
		}
		return nil
	}
}

// OnExchange calls observe after each attempt, in the goroutine that made it and with
// the context of the call.
func OnExchange(observe func(context.Context, Exchange)) Option {
	return func(c *Client) error {
		c.observe = observe
		return nil
	}
}

// WithBodies adds to each Exchange up to limit bytes of either body. Bodies are
// business data; headers, and with them all credentials, are never included.
func WithBodies(limit int) Option {
	return func(c *Client) error {
		c.bodies = limit
		return nil
	}
}

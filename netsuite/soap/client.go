package soap

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/internal/pause"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// Passporter makes a fresh token passport for each attempt; *auth.TBA does.
// SOAP has no OAuth 2.0.
type Passporter interface {
	Passport() auth.Passport
}

// Client calls the SOAP web services of one account. It is safe for concurrent
// use.
type Client struct {
	base      *netsuite.Client
	passports Passporter
	version   schema.Version
	zone      *time.Location

	preferences       Preferences
	searchPreferences SearchPreferences
	partner           string

	guard  func(context.Context) error
	sleep  func(context.Context, time.Duration) error
	random func() float64
	limits Limits
}

// Option configures a Client.
type Option func(*Client) error

// New returns a client that sends through base and signs with passports made
// from the same credential. It does not connect.
func New(base *netsuite.Client, passports Passporter, options ...Option) (*Client, error) {
	if base == nil {
		return nil, inputError("client", "missing")
	}
	if passports == nil {
		return nil, inputError("passport", "SOAP needs token-based authentication")
	}
	c := &Client{
		base: base, passports: passports, version: schema.Latest, zone: value.Pacific(),
		sleep: pause.For, random: rand.Float64, limits: Limits{}.withDefaults(),
	}
	return c.With(options...)
}

// WithVersion chooses the version; schema.Latest is the default.
func WithVersion(v schema.Version) Option {
	return func(c *Client) error {
		known, err := schema.ParseVersion(string(v))
		if err != nil {
			return inputError("version", err.Error())
		}
		c.version = known
		return nil
	}
}

// WithZone sets the time zone of the integration's user, in which NetSuite reads
// and shows days. The default is America/Los_Angeles, as Oracle advises.
func WithZone(zone *time.Location) Option {
	return func(c *Client) error {
		if zone == nil {
			return inputError("zone", "missing")
		}
		c.zone = zone
		return nil
	}
}

// WithPreferences sets the preferences of writes and gets.
func WithPreferences(p Preferences) Option {
	return func(c *Client) error {
		c.preferences = p
		return nil
	}
}

// WithSearchPreferences sets the preferences of searches that have none of their own.
func WithSearchPreferences(p SearchPreferences) Option {
	return func(c *Client) error {
		c.searchPreferences = p
		return p.check()
	}
}

// WithPartner sends a partner ID with each request.
func WithPartner(id string) Option {
	return func(c *Client) error {
		c.partner = id
		return nil
	}
}

// WithLimits lowers what one request of a list may hold; zero fields keep their
// defaults, which are NetSuite's limits.
func WithLimits(l Limits) Option {
	return func(c *Client) error {
		c.limits = l.withDefaults()
		return nil
	}
}

// WithGuard has guard asked before each attempt, behind all waiting for a slot: its error
// ends the call, with nothing sent.
func WithGuard(guard func(context.Context) error) Option {
	return func(c *Client) error {
		c.guard = guard
		return nil
	}
}

// WithSleep replaces the wait before records of a list are sent again; nil means
// the real one. Waits within one request are those of the netsuite.Client.
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

// With returns a client like c with other options: preferences for one call.
func (c *Client) With(options ...Option) (*Client, error) {
	other := *c
	for _, option := range options {
		if err := option(&other); err != nil {
			return nil, err
		}
	}
	return &other, nil
}

// Version returns the version in use.
func (c *Client) Version() schema.Version { return c.version }

// Zone returns the time zone in which days are read and written.
func (c *Client) Zone() *time.Location { return c.zone }

// URL returns the address that requests go to.
func (c *Client) URL() string {
	return c.base.Endpoints().SuiteTalk + "/services/NetSuitePort_" + string(c.version)
}

func (c *Client) encoder() record.Encoder {
	return record.Encoder{Version: c.version, Zone: c.zone}
}

// request is one operation, ready but for its passport.
type request struct {
	operation string // upsertList
	what      string // for messages, after the operation: "100 records"
	effect    netsuite.Effect
	headers   headers
	search    *SearchPreferences // in place of the client's
	parts     [][]byte           // children of the operation's element, encoded
	missing   error              // the class of INVALID_KEY_OR_REF and its like
	job       bool               // the answer is a job's status, which is text

	attempts int
	refused  bool   // the last attempt was certainly not applied
	doubt    bool   // an attempt before the last may have been applied
	sessions int    // refusals for a session that is none
	nsID     string // of the last answer
}

// call sends a request and has its answer read: read is called with the element
// inside the Body. What it keeps of an earlier attempt it must drop.
func (c *Client) call(ctx context.Context, r *request, read func(*answer) error) error {
	name := r.operation
	if r.what != "" {
		name += " " + r.what
	}
	return c.base.Do(ctx, netsuite.Call{
		Operation: name, Effect: r.effect, Method: http.MethodPost, URL: c.URL(), Unsigned: true,
		Header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}, "SOAPAction": {r.operation}, "Accept": {"text/xml"}},
		Body: func() ([]byte, error) {
			if c.guard != nil {
				if err := c.guard(ctx); err != nil {
					return nil, err
				}
			}
			r.begin()
			return c.envelope(r)
		},
		Mask:   maskPassport,
		Stream: r.stream(read),
		Refuse: r.refuse,
	})
}

// begin notes that another attempt begins. A Write comes to a second one only
// where the first was not applied; what may be repeated does after any.
func (r *request) begin() {
	r.doubt = r.doubt || r.attempts > 0 && !r.refused && r.effect == netsuite.Read
	r.refused = false
	r.attempts++
}

// settle notes what an answer says of the attempt as a whole.
func (r *request) settle(err error) {
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok {
		r.refused = netsuite.Applied(fault) == netsuite.NotApplied
	}
}

// backoff waits before round n of sending again, from 1.
func (c *Client) backoff(ctx context.Context, n int, atLeast time.Duration) error {
	ceiling := min(2*time.Second<<n, time.Minute)
	return c.sleep(ctx, max(atLeast, time.Duration(c.random()*float64(ceiling))))
}

// Limits are how much one request of a list may hold. NetSuite refuses a request
// beyond its own limits whole (Oracle help section_N3418637).
type Limits struct {
	Add, Update, Upsert, Delete, Get int // records; 200, 100, 100, 200, 1000
	Bytes                            int // of records; 90 MB of the 100 MB that a request may have
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		to    *int
		limit int
	}{{&l.Add, 200}, {&l.Update, 100}, {&l.Upsert, 100}, {&l.Delete, 200}, {&l.Get, 1000}, {&l.Bytes, 90 << 20}} {
		if *f.to <= 0 || *f.to > f.limit {
			*f.to = f.limit
		}
	}
	return l
}

func inputError(field, problem string) error {
	return &netsuite.InputError{Field: field, Problem: problem}
}

func requireText(field, text string) error {
	if text == "" {
		return inputError(field, "missing")
	}
	return nil
}

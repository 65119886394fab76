package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// Bounds of an exchange.
const (
	maxAnswer    = 64 << 20 // bytes, unpacked
	maxRedirects = 5
)

// client speaks to the API of one connection.
type client struct {
	*budget
	slots   netsuite.Slots // of the budget, counted for this connection
	traffic wire.Traffic
	hide    *wire.Mask
	name    string
	updated time.Time // of the connection it was made for
	base    *url.URL
	http    *http.Client
	headers http.Header
	login   login
	level   int
	timeout time.Duration // of one attempt
	settle  time.Duration
	clock   func() time.Time
	wait    func(ctx context.Context, d time.Duration) error
}

func newClient(conn *sluice.Connection, shared *budget, o Options) (*client, error) {
	base, err := url.Parse(conn.Get("base_url"))
	if err != nil || base.Host == "" || base.User != nil || base.Fragment != "" {
		return nil, sluice.Errorf("connection.invalid", "the base URL cannot be used").At("settings.base_url").Fix("Write it as https://api.example.com/v1, without user and password")
	}
	headers, err := readHeaders(conn.Get("headers"))
	if err != nil {
		return nil, err
	}
	timeout, _ := time.ParseDuration(conn.Get("timeout")) // which Check has read
	settle, _ := time.ParseDuration(conn.Get("settle"))
	c := &client{budget: shared, name: conn.Name, updated: conn.UpdatedAt, base: base, headers: headers, level: shared.Stats().Limit,
		timeout: timeout, settle: settle, clock: o.Clock, wait: o.Wait}
	mask := wire.NewMask(conn)
	c.hide, c.traffic, c.slots = mask, o.Traffic, wire.Metered(o.Traffic, shared.of(conn))
	round := wire.Transport(wire.HTTP1(c.level, o.Reach), wire.Watch{Connection: conn.ID, Tap: o.Tap, Mask: mask, Clock: o.Clock})
	c.http = &http.Client{Transport: round, CheckRedirect: c.redirect}
	// A token URL that redirects would take the client secret elsewhere.
	tokens := &http.Client{Transport: round, Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	// What is made of a secret is one too, should an API repeat it.
	hide := func(secret string) {
		mask.Learn(&sluice.Connection{Secrets: map[string]sluice.Secret{"derived": sluice.NewSecret(secret)}})
	}
	c.login, err = newLogin(conn, base, tokens, o.Clock, hide)
	return c, err
}

// ownHeaders are set by the client itself.
var ownHeaders = []string{"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Authorization"}

func readHeaders(text string) (http.Header, error) {
	h := http.Header{"Accept": {"application/json"}, "User-Agent": {"sluice"}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		if !found || name == "" || strings.ContainsAny(name, " \t\"(),/;<=>?@[\\]{}") || slices.Contains(ownHeaders, name) {
			return nil, sluice.Errorf("connection.invalid_field", "the header %q cannot be sent", name).At("settings.headers").Fix("Write one \"Name: value\" a line; a login belongs to the authentication type")
		}
		h.Set(name, strings.TrimSpace(value))
	}
	return h, nil
}

// origin is where credentials may go.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

func (c *client) within(u *url.URL) bool { return origin(u) == origin(c.base) }

// redirect follows only within the origin, and only where the request stays what it is.
func (c *client) redirect(r *http.Request, via []*http.Request) error {
	if !c.within(r.URL) || r.Method != via[0].Method || len(via) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// resolve returns the address of a path that is relative to the base URL.
func (c *client) resolve(path string) (*url.URL, error) {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return nil, sluice.Errorf("http.path", "%q is not an address below the base URL", path).Fix("Write it as in /customers")
	}
	out := *c.base
	out.Path = strings.TrimRight(c.base.Path, "/")
	out.RawPath = strings.TrimRight(c.base.EscapedPath(), "/")
	if p := strings.TrimLeft(u.Path, "/"); p != "" || c.base.Path == "" {
		out.Path += "/" + p
		out.RawPath += "/" + strings.TrimLeft(u.EscapedPath(), "/")
	}
	out.RawQuery = strings.Trim(c.base.RawQuery+"&"+u.RawQuery, "&")
	return &out, nil
}

// call is one request, which may take several attempts.
type call struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte // nil for none
	// again says that the request may be repeated although it was answered with a
	// failure that may come late: it has the same effect however often it is made.
	again bool
	// read says that it changes nothing, and may be repeated without an answer too.
	read bool
	// by is when sending must have begun; zero means any time.
	by time.Time
}

// answer is what the API said.
type answer struct {
	status int
	text   string // of the status
	header http.Header
	body   []byte
	url    *url.URL // that was asked at last
	tls    *tls.ConnectionState
	at     time.Time
	took   time.Duration
	// doubted says that an attempt before may have had its effect.
	doubted bool
}

func (a *answer) ok() bool { return a.status >= 200 && a.status < 300 }

// silence is an exchange without an answer.
type silence struct {
	err  error
	sent bool // the request may have arrived
}

func (s *silence) Error() string { return s.err.Error() }
func (s *silence) Unwrap() error { return s.err }

// errTooLate says that the time to send a request is over.
var errTooLate = errors.New("web: the time to send this request is over")

// attempt makes one request.
func (c *client) attempt(ctx context.Context, k call) (*answer, *http.Request, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { sent.Store(false) }, // whatever went before is repeated by the transport, which knows that it may
		WroteHeaders: func() { sent.Store(true) },
	})
	r, err := http.NewRequestWithContext(traced, k.method, k.url.String(), bytes.NewReader(k.body))
	if err != nil {
		return nil, nil, &silence{err: err}
	}
	if k.body == nil {
		r.Body, r.GetBody = http.NoBody, nil
	}
	for name, values := range c.headers {
		r.Header[name] = values
	}
	for name, values := range k.header {
		r.Header[name] = values
	}
	if k.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if err := c.login.apply(ctx, r); err != nil {
		return nil, r, err
	}
	began := c.clock()
	if !k.by.IsZero() && began.After(k.by) {
		return nil, r, errTooLate
	}
	response, err := c.http.Do(r)
	if refused, ok := errors.AsType[*sluice.Error](err); ok { // an address that is not reached
		return nil, r, refused
	}
	if err != nil {
		return nil, r, &silence{err: withoutURL(err), sent: sent.Load()}
	}
	defer func() { _ = response.Body.Close() }()
	a := &answer{status: response.StatusCode, text: response.Status, header: response.Header, url: response.Request.URL, tls: response.TLS, at: c.clock()}
	a.took = a.at.Sub(began)
	a.body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil && k.read {
		return nil, r, &silence{err: withoutURL(err), sent: true}
	}
	return a, r, nil
}

// withoutURL takes the address, which may hold a key, from an error's words.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// begin waits for the end of a pause and for a slot.
func (c *client) begin(ctx context.Context) (release func(netsuite.Result), err error) {
	if err := c.rest(ctx); err != nil {
		return nil, err
	}
	release, err = c.slots.Acquire(ctx, netsuite.Scheduled)
	if err != nil {
		return nil, err
	}
	for wait := c.turn(c.clock()); wait > 0; wait = c.turn(c.clock()) {
		if err := c.wait(ctx, wait); err != nil {
			release(netsuite.Failed)
			return nil, err
		}
	}
	return release, nil
}

// rest waits until the API wants to be asked again.
func (c *client) rest(ctx context.Context) error {
	for {
		left := c.paused(c.clock())
		if left <= 0 {
			return ctx.Err()
		}
		if err := c.wait(ctx, left); err != nil {
			return err
		}
	}
}

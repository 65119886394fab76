package netsuite

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
	"github.com/sluicehq/sluice/netsuite/internal/tap"
)

// Call is one operation, which may take several attempts.
type Call struct {
	Operation string // for messages: "create customer"
	Effect    Effect
	Method    string
	URL       string
	Header    http.Header // besides User-Agent and Authorization

	// Body builds the body of each attempt anew; nil for none. A body that
	// carries its own signature is why it is a function.
	Body func() ([]byte, error)
	// Mask hides what is secret in a body's beginning from an observer; nil shows it as it is.
	Mask func([]byte) []byte
	// Unsigned leaves the Authenticator out: the body proves who we are.
	Unsigned bool

	// Accept decodes a 2xx answer. Its error means that the answer was not
	// usable, which for a write leaves the outcome unknown; nil ignores the body.
	Accept func(*Response) error
	// Stream decodes a 2xx answer while it arrives, in place of Accept; its
	// *Fault is a refusal, whatever the status. The slot is held meanwhile.
	Stream func(*Response, io.Reader) error
	// Refuse decodes any other answer; nil reads REST and RESTlet forms. Only
	// what the body tells needs filling in.
	Refuse func(*Response) *Fault

	kind callKind
}

const (
	maxErrorBody = 1 << 20   // an error body beyond this is cut
	firstGrowth  = 8 << 20   // memory that an announced length alone may claim
	maxBody      = 256 << 20 // a body beyond this is refused; NetSuite takes and sends about 100 MB
)

// attempt is one exchange of a call.
type attempt struct {
	call      *Call
	number    int
	maskedURL string
	waited    time.Duration
	start     time.Time
	body      []byte
	request   *http.Request
	response  *Response
	read      int         // bytes of the answer
	reused    atomic.Bool // the connection had carried another request before
	sent      atomic.Bool
}

// stale reports whether the attempt was given a kept connection that NetSuite had
// closed in the meantime: nothing was sent, and nothing is wrong.
func (a *attempt) stale() bool { return a.reused.Load() && !a.sent.Load() && a.response == nil }

// maxStale bounds how many kept connections one call may find closed. A client
// keeps no more than it has slots, which NetSuite sells by the ten.
const maxStale = 64

// Do carries out a call: acquires a slot, signs and sends for each attempt, and
// repeats as the retry policy allows. The services of the client are built on
// it, and so can others be.
func (c *Client) Do(ctx context.Context, call Call) error {
	u, err := url.Parse(call.URL)
	if err != nil {
		return inputError("url", "not a URL")
	}
	masked := maskURL(u)
	r := retrier{policy: c.retry, effect: call.Effect, started: c.clock()}
	renewed, stale := false, 0
	var before error // what the last attempt ended with
	for number := 1; ; number++ {
		a := &attempt{call: &call, number: number, maskedURL: masked}
		err := c.try(ctx, a)
		if err == nil {
			return nil
		}
		r.waited += a.waited
		if !renewed && c.renew(a) {
			renewed = true
			continue
		}
		if a.stale() && stale < maxStale && ctx.Err() == nil {
			stale++
			continue
		}
		if before != nil && !a.sent.Load() && errors.Is(err, context.Canceled) {
			return givenUp{before, err}
		}
		before = err
		delay, again := r.next(ctx, err, c.clock(), c.random())
		if !again {
			return err
		}
		if c.sleep(ctx, delay) != nil {
			return err
		}
	}
}

// renew tells the authenticator of a 401 and reports whether to sign again.
func (c *Client) renew(a *attempt) bool {
	renewer, ok := c.auth.(Renewer)
	if !ok || a.call.Unsigned || a.response == nil || a.response.Status != http.StatusUnauthorized {
		return false
	}
	return renewer.Rejected(a.request, a.response.Header)
}

// try makes one attempt while it holds a slot.
func (c *Client) try(ctx context.Context, a *attempt) error {
	asked := c.clock()
	release, err := c.slots.Acquire(ctx, classFrom(ctx, c.class))
	if err != nil {
		return c.failed(a, fmt.Errorf("wait for a slot: %w", err))
	}
	a.start = c.clock()
	a.waited = a.start.Sub(asked)
	err = c.exchange(ctx, a)
	switch {
	case errors.Is(err, ErrConcurrency):
		release(Refused)
	case a.response == nil:
		release(Failed)
	default:
		release(Answered)
	}
	if err == nil && a.call.Accept != nil {
		if err = a.call.Accept(a.response); err != nil {
			err = c.failed(a, err)
		}
	}
	c.report(ctx, a, err)
	return err
}

// exchange sends the request and reads the answer whole.
func (c *Client) exchange(ctx context.Context, a *attempt) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.prepare(ctx, a); err != nil {
		return c.failed(a, err)
	}
	resp, err := c.http.Do(a.request)
	if err != nil {
		return c.failed(a, withoutURL(err))
	}
	defer resp.Body.Close()
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	if success && a.call.Stream != nil {
		return c.stream(a, resp)
	}
	body, err := readBody(resp, success)
	a.response, a.read = &Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, len(body)
	if success {
		if err != nil {
			return c.failed(a, fmt.Errorf("answer cut short: %w", err))
		}
		return nil
	}
	// What was read of a refusal is good enough, even when it was cut short.
	return c.refused(a)
}

// stream hands the answer over as it arrives.
func (c *Client) stream(a *attempt, resp *http.Response) error {
	body := &tap.Reader{Source: resp.Body, Keep: c.bodies}
	a.response = &Response{Status: resp.StatusCode, Header: resp.Header}
	err := a.call.Stream(a.response, body)
	a.response.Body, a.read = body.Kept, body.Count
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return c.complete(a, fault)
	case err != nil:
		return c.failed(a, err)
	}
	return nil
}

// prepare builds, traces and signs the request.
func (c *Client) prepare(ctx context.Context, a *attempt) error {
	if a.call.Body != nil {
		var err error
		if a.body, err = a.call.Body(); err != nil {
			return fmt.Errorf("%w: %w", errPermanent, err)
		}
	}
	trace := &httptrace.ClientTrace{
		GotConn:      func(info httptrace.GotConnInfo) { a.reused.Store(info.Reused) },
		WroteHeaders: func() { a.sent.Store(true) },
	}
	ctx = httptrace.WithClientTrace(ctx, trace)
	var body io.Reader
	if a.body != nil {
		body = bytes.NewReader(a.body)
	}
	r, err := http.NewRequestWithContext(ctx, a.call.Method, a.call.URL, body)
	if err != nil {
		return fmt.Errorf("%w: %w", errPermanent, err)
	}
	if body == nil {
		r.Body = once{}
	}
	for name, values := range a.call.Header {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", c.userAgent)
	a.request = r
	if a.call.Unsigned {
		return nil
	}
	err = c.auth.Authenticate(ctx, r)
	var network *url.Error
	var refused *auth.TokenError
	if err == nil || ctx.Err() != nil || errors.As(err, &network) || errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("%w: %w", errPermanent, err)
}

// once is an empty body that cannot be had again. With it net/http does not by
// itself repeat a GET whose kept connection broke: it would repeat the
// signature too, and NetSuite takes that for a replay and refuses the login.
type once struct{}

func (once) Read([]byte) (int, error) { return 0, io.EOF }

func (once) Close() error { return nil }

// readBody reads at most the limit. A longer error body is cut; a longer answer
// is an error.
func readBody(resp *http.Response, success bool) ([]byte, error) {
	limit := int64(maxErrorBody)
	if success {
		limit = maxBody
	}
	var buffer bytes.Buffer
	if n := resp.ContentLength; n > 0 {
		buffer.Grow(int(min(n, firstGrowth)) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(resp.Body, limit))
	if err == nil && success && n == limit {
		err = fmt.Errorf("answer of more than %d bytes", limit)
	}
	return buffer.Bytes(), err
}

func (c *Client) failed(a *attempt, err error) error {
	e := &TransportError{
		Operation: a.call.Operation, Method: a.call.Method, URL: a.maskedURL,
		Attempt: a.number, Sent: a.sent.Load(), Err: err,
	}
	if a.response != nil {
		e.Status = a.response.Status
	}
	return e
}

func (c *Client) refused(a *attempt) error {
	var f *Fault
	if a.call.Refuse != nil {
		f = a.call.Refuse(a.response)
	}
	if f == nil {
		f = newFault(a.response.Status, a.response.Header, a.response.Body)
	}
	return c.complete(a, f)
}

// complete adds to a fault what its body does not tell.
func (c *Client) complete(a *attempt, f *Fault) *Fault {
	basics := newFault(a.response.Status, a.response.Header, nil)
	f.Operation, f.Method, f.URL, f.Attempt = a.call.Operation, a.call.Method, a.maskedURL, a.number
	f.Status, f.Challenge = basics.Status, basics.Challenge
	f.OperationID = cmp.Or(a.response.OperationID, basics.OperationID)
	f.RetryAfter, f.ServerTime = max(f.RetryAfter, basics.RetryAfter), basics.ServerTime
	f.LocalTime = c.clock()
	f.Elapsed = f.LocalTime.Sub(a.start)
	f.call = a.call.kind
	return f
}

// jsonBody returns a Body that is marshalled once. It fails before anything is
// sent where the value cannot be JSON.
func jsonBody(value any) (func() ([]byte, error), error) {
	if value == nil {
		return nil, nil
	}
	data, err := restform.Body(value)
	if err != nil {
		return nil, inputError("body", err.Error())
	}
	return func() ([]byte, error) { return data, nil }, nil
}

// into decodes an answer into target, which nothing of an earlier attempt is left in.
func into[T any](target *T) func(*Response) error {
	return func(r *Response) error {
		var fresh T
		err := restform.Decode(r.Body, &fresh)
		*target = fresh
		return err
	}
}

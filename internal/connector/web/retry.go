package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// Bounds of trying again.
const (
	maxAttempts = 4                // of a request that fails
	maxRefusals = 20               // of a request that the API has no room for
	maxPause    = 15 * time.Minute // that an API may ask for
	firstPause  = 500 * time.Millisecond
)

// do makes a request, and makes it again where that is safe. An error is a *silence,
// errTooLate, a *sluice.Error that concerns the connection, or the context's.
func (c *client) do(ctx context.Context, k call) (*answer, error) {
	renewed, doubted := false, false
	for failures, refusals, made := 0, 0, 1; ; made++ {
		asked := c.clock()
		release, err := c.begin(ctx)
		if err != nil {
			return nil, err
		}
		began := c.clock()
		a, r, err := c.attempt(ctx, k)
		release(resultOf(a, err))
		c.tell(ctx, k, a, err, wire.Request{Attempt: made, At: began, Waited: began.Sub(asked)})
		if err != nil {
			mute, ok := errors.AsType[*silence](err)
			if failures++; !ok || !k.read || failures == maxAttempts || ctx.Err() != nil {
				if ok && doubted {
					mute.sent = true
				}
				if errors.Is(err, errTooLate) {
					return nil, late(doubted)
				}
				return nil, err
			}
			if err := c.wait(ctx, backOff(failures)); err != nil {
				return nil, err
			}
			continue
		}
		a.doubted = doubted
		if pause := exhausted(a.header, c.clock()); pause > 0 && pause <= maxPause {
			c.pause(c.clock().Add(pause)) // the next request would be refused
		}
		switch {
		case a.status == http.StatusUnauthorized && !renewed && c.login.rejected(r):
			renewed = true
		case full(a):
			if refusals++; refusals == maxRefusals {
				return nil, c.limited(a)
			}
			pause := retryAfter(a, c.clock(), max(backOff(refusals), resetIn(a.header, c.clock())))
			if pause > maxPause {
				return nil, c.limited(a)
			}
			c.pause(c.clock().Add(pause))
			if !k.by.IsZero() && c.clock().Add(pause).After(k.by) {
				return nil, late(doubted)
			}
		case passing(a) && k.again && failures+1 < maxAttempts:
			failures++
			doubted = true
			if err := c.wait(ctx, backOff(failures)); err != nil {
				return nil, &silence{err: err, sent: true}
			}
		default:
			return a, nil
		}
	}
}

// late ends a call whose time is over. What an attempt before may have done is not
// forgotten by that.
func late(doubted bool) error {
	if doubted {
		return &silence{err: errTooLate, sent: true}
	}
	return errTooLate
}

func resultOf(a *answer, err error) netsuite.Result {
	switch {
	case err != nil:
		return netsuite.Failed
	case full(a):
		return netsuite.Refused
	}
	return netsuite.Answered
}

// full reports that the API has no room for the request, and has not looked at it.
func full(a *answer) bool {
	return a.status == http.StatusTooManyRequests || a.status == http.StatusTooEarly ||
		a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != ""
}

// passing reports a failure behind which the request may have had its effect.
func passing(a *answer) bool { return a.status >= 500 || a.status == http.StatusRequestTimeout }

func backOff(n int) time.Duration { return firstPause << min(n-1, 6) }

// retryAfter reads the header of that name: seconds, or a date (RFC 9110, 10.2.3).
func retryAfter(a *answer, now time.Time, otherwise time.Duration) time.Duration {
	text := strings.TrimSpace(a.header.Get("Retry-After"))
	if pause, err := time.ParseDuration(text + "s"); err == nil && pause >= 0 { // some write 2.0
		return max(pause, firstPause)
	}
	if at, err := http.ParseTime(text); err == nil {
		if sent, err := http.ParseTime(a.header.Get("Date")); err == nil {
			now = sent // their clock counts
		}
		return max(at.Sub(now), firstPause)
	}
	return otherwise
}

func (c *client) limited(a *answer) error {
	return sluice.Errorf("connection.limited", "the API has no room for requests (%s)", a.text).At(c.place(a.url)).Fix("Resume the run later, or lower the connection's concurrency level")
}

package netsuite

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Exchange is one attempt, as an observer sees it.
type Exchange struct {
	Operation string // "create customer"
	Method    string
	URL       string // secrets masked
	Attempt   int    // 1 for the first

	Start    time.Time
	Duration time.Duration // waiting for a slot not included
	Waited   time.Duration // for the slot

	Status        int    // 0 where no answer came
	OperationID   string // X-N-OperationId; of SOAP the nsId
	RequestBytes  int    // of the body
	ResponseBytes int    // of the body, decompressed

	// RequestBody and ResponseBody are set with WithBodies only.
	RequestBody, ResponseBody []byte

	Err error // *Fault, *TransportError or nil
}

// maskedParams are query parameters that are, or name, a credential.
var maskedParams = []string{"token", "consumerkey", "consumersecret", "tokensecret", "client_assertion", "password"}

// maskURL returns the URL for messages, without user and credentials.
func maskURL(u *url.URL) string {
	masked := *u
	masked.User = nil
	pieces := strings.Split(masked.RawQuery, "&")
	for i, piece := range pieces {
		name, _, found := strings.Cut(piece, "=")
		plain := strings.ToLower(name)
		if found && (slices.Contains(maskedParams, plain) || strings.HasPrefix(plain, "oauth_")) {
			pieces[i] = name + "=[redacted]"
		}
	}
	masked.RawQuery = strings.Join(pieces, "&")
	return masked.String()
}

// withoutURL unwraps net/http's error, whose text repeats the whole URL.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func (c *Client) report(ctx context.Context, a *attempt, err error) {
	if c.observe == nil {
		return
	}
	e := Exchange{
		Operation: a.call.Operation, Method: a.call.Method, URL: a.maskedURL, Attempt: a.number,
		Start: a.start, Duration: c.clock().Sub(a.start), Waited: a.waited,
		RequestBytes: len(a.body), Err: err,
	}
	if a.response != nil {
		e.Status = a.response.Status
		e.OperationID = cmp.Or(a.response.OperationID, a.response.Header.Get("X-N-OperationId"))
		e.ResponseBytes = a.read
	}
	if c.bodies > 0 {
		e.RequestBody = a.body[:min(len(a.body), c.bodies)]
		if a.call.Mask != nil {
			e.RequestBody = a.call.Mask(e.RequestBody)
		}
		if a.response != nil {
			e.ResponseBody = a.response.Body[:min(len(a.response.Body), c.bodies)]
		}
	}
	c.observe(ctx, e)
}

// Response is an answer that was read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	// OperationID is what Oracle support asks for, where the body holds it: SOAP's nsId.
	OperationID string
}

package netsuite

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/sluicehq/sluice/netsuite/auth"
)

// The classes of failure, for errors.Is. A failure belongs to one of them or,
// where no answer came, to none.
var (
	ErrLogin       = errors.New("netsuite: login refused")
	ErrPermission  = errors.New("netsuite: permission missing")
	ErrNotFound    = errors.New("netsuite: not found")
	ErrConcurrency = errors.New("netsuite: concurrency limit exceeded")
	ErrDuplicate   = errors.New("netsuite: already exists")
	ErrInvalid     = errors.New("netsuite: request not valid")
	ErrServer      = errors.New("netsuite: server failure")
	ErrUnavailable = errors.New("netsuite: not processed, try again later") // maintenance, an expired session
)

// InputError is a request that the client refuses before it sends anything.
type InputError struct {
	Field   string // what was wrong: "externalId", "fields"
	Problem string
}

// Error names the field and the problem.
func (e *InputError) Error() string { return fmt.Sprintf("netsuite: %s: %s", e.Field, e.Problem) }

// Is makes an InputError ErrInvalid.
func (e *InputError) Is(target error) bool { return target == ErrInvalid }

func inputError(field, problem string) error { return &InputError{Field: field, Problem: problem} }

// TransportError is an exchange that brought no usable answer: the connection
// could not be made or broke, time ran out, or the answer was cut short.
type TransportError struct {
	Operation string // "get customer"
	Method    string
	URL       string // secrets masked
	Attempt   int    // 1 for the first

	// Sent is true once the request's headers had been written to a
	// connection. False means that NetSuite cannot have seen the request.
	Sent bool
	// Status is the HTTP status where an answer began, else 0.
	Status int

	Err error
}

// Error says what was being done and how far it got.
func (e *TransportError) Error() string {
	stage := "not sent"
	switch {
	case e.Status != 0:
		stage = fmt.Sprintf("answer (HTTP %d) not usable", e.Status)
	case e.Sent:
		stage = "sent, no answer"
	}
	return fmt.Sprintf("netsuite: %s: %s: %v", e.Operation, stage, e.Err)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// Is makes a refusal by the OAuth 2.0 token endpoint ErrLogin.
func (e *TransportError) Is(target error) bool {
	var refused *auth.TokenError
	return target == ErrLogin && errors.As(e.Err, &refused) && refused.Status < 500
}

// Certainty is what is known of a write's effect.
type Certainty int

// The certainties. Unknown is the zero value: nothing may be assumed.
const (
	Unknown    Certainty = iota // it may have been applied: read back before sending it again
	NotApplied                  // it was not applied: sending it again is safe
	Succeeded                   // there was no error
)

// String names the certainty.
func (c Certainty) String() string {
	switch c {
	case NotApplied:
		return "not applied"
	case Succeeded:
		return "succeeded"
	}
	return "unknown"
}

// Applied says what is certain of a write that ended with err:
//
//   - nil: Succeeded.
//   - refused locally, or the connection was never made (name look-up, dial,
//     TLS, waiting for a slot, signing): NotApplied.
//   - the request was written and no whole answer came back (reset, timeout,
//     cancelled, answer cut short or unreadable): Unknown.
//   - HTTP 408 and 5xx, or a fault UNEXPECTED_ERROR: Unknown.
//   - every other refusal, 429 and redirects among them: NotApplied. A record
//     operation is one transaction.
//   - a RESTlet's HTTP 400: any unhandled error of the script ends as one, and
//     the script may have saved records before it, so Unknown; but for refusals
//     that come before it runs (login, concurrency, unknown script, bad header).
//   - any error not made by this package: Unknown.
func Applied(err error) Certainty {
	if err == nil {
		return Succeeded
	}
	var fault *Fault
	if errors.As(err, &fault) {
		return fault.certainty()
	}
	var transport *TransportError
	if errors.As(err, &transport) && !transport.Sent {
		return NotApplied
	}
	var input *InputError
	if errors.As(err, &input) {
		return NotApplied
	}
	return Unknown
}

// transient reports whether a failure without an answer may pass by itself.
// The end of the caller's context and a certificate that does not verify do
// not; nor does a credential that the token endpoint refuses.
func (e *TransportError) transient() bool {
	var badCertificate *tls.CertificateVerificationError
	var refused *auth.TokenError
	switch {
	case errors.Is(e.Err, context.Canceled):
		return false
	case errors.As(e.Err, &badCertificate):
		return false
	case errors.As(e.Err, &refused):
		return refused.Status >= 500 || refused.Status == 429
	case errors.Is(e.Err, errPermanent):
		return false
	}
	return true
}

// givenUp is a call whose next attempt was called off before it was sent. The
// attempt before says what went wrong; both can be found by errors.Is.
type givenUp struct{ before, end error }

func (g givenUp) Error() string   { return g.before.Error() }
func (g givenUp) Unwrap() []error { return []error{g.before, g.end} }

// errPermanent marks causes that another attempt cannot change.
var errPermanent = errors.New("request cannot be built")

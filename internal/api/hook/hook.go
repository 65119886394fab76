// Package hook answers what other systems send to flows.
package hook

import (
	"context"
	"io"
	"net/http"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/problem"
)

// Hooks are the rules round deliveries.
type Hooks interface {
	// Receive stores a delivery before it returns. It reports false for one that was
	// received before.
	Receive(ctx context.Context, flow string, in Incoming) (bool, error)
	// Hook says where a flow's deliveries go.
	Hook(ctx context.Context, flow string) (*Hook, error)
}

// Incoming is a delivery on its way in.
type Incoming struct {
	Header http.Header
	Body   io.Reader
	Length int64 // -1 when it is not known
}

// Hook is where another system sends a flow's deliveries.
type Hook struct {
	URL        string `json:"url" doc:"The address to give to the other system"`
	Connection string `json:"connection" doc:"Its secret signs the deliveries"`
	sluice.InboxState
}

// Receiver answers deliveries: 202 when one is stored, 200 when it was stored before.
func Receiver(hooks Hooks, refuse func(http.ResponseWriter, *http.Request, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		stored, err := hooks.Receive(r.Context(), r.PathValue("name"), Incoming{Header: r.Header, Body: r.Body, Length: r.ContentLength})
		switch {
		case err != nil:
			refuse(w, r, outward(w.Header(), err))
		case stored:
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusOK)
		}
	}
}

// outward is what a sender is told: when to send again, and nothing about signatures.
func outward(h http.Header, err error) error {
	code := sluice.ErrorCode(err)
	switch problem.Of(code) {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", "60")
	case http.StatusUnauthorized:
		return sluice.Errorf(code, "the delivery is not accepted")
	}
	return err
}

package netsuite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestStream reads answers while they arrive, and takes a fault found in one for
// what it is, whatever the HTTP status.
func TestStream(t *testing.T) {
	var seen []Exchange
	attempts := 0
	c, clock := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "0123456789") },
		OnExchange(func(_ context.Context, e Exchange) { seen = append(seen, e) }), WithBodies(4))
	read := func(faults ...error) func(*Response, io.Reader) error {
		return func(r *Response, body io.Reader) error {
			attempts++
			data, err := io.ReadAll(body)
			r.OperationID = "op-7"
			if string(data) != "0123456789" || err != nil {
				t.Errorf("%q, %v", data, err)
			}
			if attempts <= len(faults) {
				return faults[attempts-1]
			}
			return nil
		}
	}
	send := func(effect Effect, faults ...error) error {
		attempts, seen = 0, nil
		return c.Do(t.Context(), Call{Operation: "stream", Effect: effect, Method: http.MethodPost, URL: c.Endpoints().SuiteTalk, Stream: read(faults...),
			Body: func() ([]byte, error) { return []byte("secret"), nil }, Mask: func([]byte) []byte { return []byte("***") }})
	}
	if err := send(Write); err != nil || len(seen) != 1 || seen[0].ResponseBytes != 10 || string(seen[0].ResponseBody) != "0123" || string(seen[0].RequestBody) != "***" || seen[0].OperationID != "op-7" {
		t.Errorf("%v, %+v", err, seen)
	}
	if err := send(Write, &Fault{Category: ErrConcurrency}, &Fault{Category: ErrUnavailable, RetryAfter: time.Minute}); err != nil || attempts != 3 || clock.slept[len(clock.slept)-1] < time.Minute {
		t.Errorf("refusals that pass: %v after %d attempts and %v", err, attempts, clock.slept)
	}
	err := send(Write, &Fault{Code: "X", Category: ErrInvalid})
	fault, _ := errors.AsType[*Fault](err)
	if fault == nil || fault.Operation != "stream" || fault.Status != 200 || fault.OperationID != "op-7" || attempts != 1 || Applied(err) != NotApplied {
		t.Errorf("a fault: %+v", fault)
	}
	if doubtful := (&Fault{Category: ErrInvalid, Doubt: true}); Applied(doubtful) != Unknown || !errors.Is(doubtful, ErrInvalid) {
		t.Error("a doubtful fault is certain")
	}
	if err = send(Write, io.ErrUnexpectedEOF); attempts != 1 || Applied(err) != Unknown {
		t.Errorf("a write whose answer is cut: %v after %d attempts", err, attempts)
	}
	if err = send(Read, io.ErrUnexpectedEOF); err != nil || attempts != 2 {
		t.Errorf("a read whose answer is cut: %v after %d attempts", err, attempts)
	}
}

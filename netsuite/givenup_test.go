package netsuite

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// calledOff is an Authenticator that signs once, and then calls requests off.
type calledOff struct{ signed bool }

func (c *calledOff) Authenticate(context.Context, *http.Request) error {
	if c.signed {
		return context.Canceled
	}
	c.signed = true
	return nil
}

type unreachable struct{ err error }

func (u unreachable) RoundTrip(*http.Request) (*http.Response, error) { return nil, u.err }

// A call that is called off before its second attempt says why the first one failed.
func TestACallThatIsCalledOffKeepsTheFailureBefore(t *testing.T) {
	refused := errors.New("connection refused")
	c, err := New(testAccount(t), &calledOff{}, WithSleep(newFakeTime().sleep), WithHTTPClient(&http.Client{Transport: unreachable{refused}}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Records.Create(t.Context(), "customer", Record{}, WriteOptions{})
	if !errors.Is(err, refused) || !errors.Is(err, context.Canceled) || Applied(err) != NotApplied {
		t.Errorf("%v, %s", err, Applied(err))
	}
	var transport *TransportError
	if !errors.As(err, &transport) || transport.Attempt != 1 || err.Error() != transport.Error() {
		t.Errorf("the first attempt's failure comes first: %v", err)
	}
}

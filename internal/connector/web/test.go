package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sluicehq/sluice"
)

// maxSkew is how far two clocks may be apart without harm to tokens and signatures.
const maxSkew = 5 * time.Minute

// Test asks for the connection's test address, and says what was answered.
func (c *Connector) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	e := &sluice.Evidence{At: c.options.Clock()}
	var err error
	e.Facts, err = c.test(ctx, conn)
	e.Took = sluice.Milliseconds(c.options.Clock().Sub(e.At).Milliseconds())
	if err == nil {
		e.OK, e.Message = true, sluice.WorkingGreat
		return e
	}
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		own = sluice.Errorf("connection.failed", "the connection could not be tested: %w", err)
	}
	e.Error, e.Message = own, own.Message
	return e
}

func (c *Connector) test(ctx context.Context, conn *sluice.Connection) ([]sluice.Fact, error) {
	cl, err := c.client(ctx, conn)
	if err != nil {
		return nil, err
	}
	u, err := cl.resolve(conn.Get("test_path"))
	if err != nil {
		return nil, err
	}
	k := call{method: http.MethodGet, url: u}
	a, err := cl.do(ctx, k)
	if err != nil {
		return nil, cl.problem(k, nil, err)
	}
	facts := cl.evidence(a)
	if !a.ok() {
		return facts, cl.problem(k, a, nil)
	}
	return facts, nil
}

// evidence is what an answer proves.
func (c *client) evidence(a *answer) []sluice.Fact {
	facts := []sluice.Fact{
		{Name: "Address", Value: c.place(a.url), OK: true},
		{Name: "Status", Value: a.text, OK: a.ok()},
		{Name: "Answer time", Value: fmt.Sprintf("%d ms", a.took.Milliseconds()), OK: true},
	}
	if kind := a.header.Get("Content-Type"); kind != "" {
		facts = append(facts, sluice.Fact{Name: "Content type", Value: kind, OK: true})
	}
	if a.tls != nil {
		facts = append(facts, sluice.Fact{Name: "Encrypted", Value: "yes, " + tls.VersionName(a.tls.Version), OK: true})
	} else {
		facts = append(facts, sluice.Fact{Name: "Encrypted", Value: "no", OK: true})
	}
	if theirs, err := http.ParseTime(a.header.Get("Date")); err == nil {
		skew := a.at.Sub(theirs).Round(time.Second)
		facts = append(facts, sluice.Fact{Name: "Clock skew", Value: skew.String(), OK: skew.Abs() < maxSkew})
	}
	return facts
}

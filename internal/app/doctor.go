package app

import (
	"context"
	"errors"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/doctor"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// doctors holds the rules round examinations.
type doctors struct {
	*core
	connections connections
}

// slotsOf returns the budget of requests that a connection takes part in.
type slotsOf func(connectionID string) (*governor.Governor, bool)

// Diagnose examines a NetSuite connection and keeps what came of it as its status.
func (d doctors) Diagnose(ctx context.Context, by api.Actor, name string) (*sluice.Diagnosis, error) {
	conn, err := d.connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("doctor.kind", "the doctor examines NetSuite connections; %s is of the kind %s", conn.Name, conn.Kind).
			Fix("Test it: sluice connection test " + conn.Name)
	}
	diagnosis, err := d.diagnose(ctx, conn)
	if err != nil {
		return nil, err
	}
	status, detail := sluice.StatusOnline, ""
	if diagnosis.Verdict.Code != sluice.VerdictHealthy {
		status, detail = sluice.StatusOffline, diagnosis.Verdict.Summary
	}
	if err := d.setStatus(ctx, conn, status, detail); err != nil {
		return nil, err
	}
	d.audit(ctx, by, "diagnose", "connection", conn.Name, diagnosis.Verdict.Code)
	return diagnosis, nil
}

// diagnose examines a connection. What keeps it from being used at all is the verdict.
func (d doctors) diagnose(ctx context.Context, conn *sluice.Connection) (*sluice.Diagnosis, error) {
	err := d.resolve(ctx, conn)
	refused, ok := errors.AsType[*sluice.Error](err)
	if err != nil && !ok {
		return nil, err
	}
	if !ok {
		return d.examine(ctx, conn, nil)
	}
	why, fix := refused.Message, refused.Remedy
	if len(refused.Problems) > 0 {
		why, fix = refused.Problems[0].Message, refused.Problems[0].Remedy
	}
	return &sluice.Diagnosis{Connection: conn.Name, At: d.clock().UTC(),
		Path:    []sluice.Stage{{Name: "settings", State: sluice.StageBroken, Findings: []sluice.Finding{{Asked: "the connection's settings", Answer: why}}}},
		Verdict: sluice.Verdict{Code: refused.Code, Summary: refused.Message, Steps: []sluice.Candidate{{Why: why, Fix: fix}}}}, nil
}

// ExplainCode says what a code of the Login Audit Trail means.
func (d doctors) ExplainCode(code string) (*sluice.CodeExplanation, error) {
	return doctor.Explain(code)
}

// examine gives the doctor what is known here: the account's other connections,
// what flows do with this one, and the budget of requests that all share. seen is
// the error of a login that has just failed, or nil.
func (c *core) examine(ctx context.Context, conn *sluice.Connection, seen error) (*sluice.Diagnosis, error) {
	subject, err := c.subject(ctx, conn)
	if err != nil {
		return nil, err
	}
	subject.Seen = seen
	return doctor.Diagnose(ctx, subject), nil
}

// subject is what the doctor gets to see of a connection.
func (c *core) subject(ctx context.Context, conn *sluice.Connection) (doctor.Subject, error) {
	subject := doctor.Subject{Connection: conn, HTTPClient: c.http, Clock: c.clock, TimeZone: conn.Get("timezone")}
	list, err := connections{c}.ListConnections(ctx)
	if err != nil {
		return subject, err
	}
	subject.Siblings = slices.DeleteFunc(list, func(other *sluice.Connection) bool {
		return other.ID == conn.ID || other.Kind != sluice.KindNetSuite || !sameAccount(other, conn) || c.resolve(ctx, other) != nil
	})
	flows, err := c.flowsOf(ctx, conn.Name)
	if err != nil {
		return subject, err
	}
	subject.Needs, subject.RESTlets = doctor.NeedsOf(flows, conn.Name)
	if subject.IClients, err = c.otherIClients(ctx, conn); err != nil {
		return subject, err
	}
	if slots, ok := c.slots(conn.ID); ok {
		subject.Slots, subject.Refusals = slots, slots.Stats().Refusals
	}
	return subject, nil
}

func sameAccount(a, b *sluice.Connection) bool {
	first, err := netsuite.ParseAccountID(a.Get("account"))
	second, otherErr := netsuite.ParseAccountID(b.Get("account"))
	return err == nil && otherErr == nil && first == second
}

// explain lays the doctor's verdict over a connection test that failed.
func (c *core) explain(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) error {
	if conn.Kind != sluice.KindNetSuite || e.OK || e.Error == nil {
		return nil
	}
	d, err := c.examine(ctx, conn, e.Error)
	if err != nil || d.Verdict.Code == sluice.VerdictHealthy {
		return err
	}
	remedy := "See the whole path: sluice doctor " + conn.Name
	if len(d.Verdict.Steps) == 1 {
		remedy = d.Verdict.Steps[0].Fix
	}
	e.Message = d.Verdict.Summary
	e.Error = &sluice.Error{Code: e.Error.Code, Message: d.Verdict.Summary, Where: e.Error.Where, Remedy: remedy, Problems: e.Error.Problems, Err: e.Error.Err}
	return nil
}

// otherIClients names the consumer keys that a connection could have besides its own.
func (c *core) otherIClients(ctx context.Context, conn *sluice.Connection) ([]string, error) {
	keys, err := c.store.ConsumerKeys(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, k := range keys {
		if k.Name != conn.Get(fieldIClient) && consumerkey.Fits(&k.ConsumerKey, conn.Get("account")) {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Package examination lets the doctor look at connections: it gives the doctor what the
// server knows, and keeps what came of it.
package examination

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/consumerkey"
	"github.com/sluicehq/sluice/internal/doctor"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// Rules implement api.Doctor.
type Rules struct {
	Connections  Connections
	ConsumerKeys func(ctx context.Context) ([]*sluice.SealedConsumerKey, error)
	// Resolve completes a connection for use: its consumer key, what it borrows.
	Resolve func(ctx context.Context, conn *sluice.Connection) error
	// FlowsOf returns the flows that use a connection.
	FlowsOf   func(ctx context.Context, connection string) ([]*sluice.Flow, error)
	SetStatus func(ctx context.Context, conn *sluice.Connection, status sluice.ConnectionStatus, detail string) error
	// Slots returns the budget of requests that a connection takes part in.
	Slots func(connectionID string) (*governor.Governor, bool)
	HTTP  *http.Client
	Audit *audit.Log
	Clock func() time.Time
}

// Connections finds connections with their secrets.
type Connections interface {
	Connection(ctx context.Context, name string) (*sluice.Connection, error)
	ListConnections(ctx context.Context) ([]*sluice.Connection, error)
}

// Diagnose examines a NetSuite connection and keeps what came of it as its status.
func (r *Rules) Diagnose(ctx context.Context, by api.Actor, name string) (*sluice.Diagnosis, error) {
	conn, err := r.Connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("doctor.kind", "the doctor examines NetSuite connections; %s is of the kind %s", conn.Name, conn.Kind).
			Fix("Test it: sluice connection test " + conn.Name)
	}
	diagnosis, err := r.diagnose(ctx, conn)
	if err != nil {
		return nil, err
	}
	status, detail := sluice.StatusOnline, ""
	if diagnosis.Verdict.Code != sluice.VerdictHealthy {
		status, detail = sluice.StatusOffline, diagnosis.Verdict.Summary
	}
	if err := r.SetStatus(ctx, conn, status, detail); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "diagnose", "connection", conn.Name, diagnosis.Verdict.Code)
	return diagnosis, nil
}

// diagnose examines a connection. What keeps it from being used at all is the verdict.
func (r *Rules) diagnose(ctx context.Context, conn *sluice.Connection) (*sluice.Diagnosis, error) {
	err := r.Resolve(ctx, conn)
	refused, ok := errors.AsType[*sluice.Error](err)
	if err != nil && !ok {
		return nil, err
	}
	if !ok {
		return r.examine(ctx, conn, nil)
	}
	why, fix := refused.Message, refused.Remedy
	if len(refused.Problems) > 0 {
		why, fix = refused.Problems[0].Message, refused.Problems[0].Remedy
	}
	return &sluice.Diagnosis{Connection: conn.Name, At: r.Clock().UTC(),
		Path:    []sluice.Stage{{Name: "settings", State: sluice.StageBroken, Findings: []sluice.Finding{{Asked: "the connection's settings", Answer: why}}}},
		Verdict: sluice.Verdict{Code: refused.Code, Summary: refused.Message, Steps: []sluice.Candidate{{Why: why, Fix: fix}}}}, nil
}

// ExplainCode says what a code of the Login Audit Trail means.
func (r *Rules) ExplainCode(code string) (*sluice.CodeExplanation, error) {
	return doctor.Explain(code)
}

// Explain lays the doctor's verdict over a connection test that failed.
func (r *Rules) Explain(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) error {
	if conn.Kind != sluice.KindNetSuite || e.OK || e.Error == nil {
		return nil
	}
	d, err := r.examine(ctx, conn, e.Error)
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

// examine lets the doctor look. seen is the error of a login that has just failed, or nil.
func (r *Rules) examine(ctx context.Context, conn *sluice.Connection, seen error) (*sluice.Diagnosis, error) {
	subject, err := r.Subject(ctx, conn)
	if err != nil {
		return nil, err
	}
	subject.Seen = seen
	return doctor.Diagnose(ctx, subject), nil
}

// Subject is what the doctor gets to see of a connection: the account's other connections,
// what flows do with this one, and the budget of requests that all share.
func (r *Rules) Subject(ctx context.Context, conn *sluice.Connection) (doctor.Subject, error) {
	subject := doctor.Subject{Connection: conn, HTTPClient: r.HTTP, Clock: r.Clock, TimeZone: conn.Get("timezone")}
	list, err := r.Connections.ListConnections(ctx)
	if err != nil {
		return subject, err
	}
	subject.Siblings = slices.DeleteFunc(list, func(other *sluice.Connection) bool {
		return other.ID == conn.ID || other.Kind != sluice.KindNetSuite || !SameAccount(other, conn) || r.Resolve(ctx, other) != nil
	})
	flows, err := r.FlowsOf(ctx, conn.Name)
	if err != nil {
		return subject, err
	}
	subject.Needs, subject.RESTlets = doctor.NeedsOf(flows, conn.Name)
	if subject.IClients, err = r.otherIClients(ctx, conn); err != nil {
		return subject, err
	}
	if slots, ok := r.Slots(conn.ID); ok {
		subject.Slots, subject.Refusals = slots, slots.Stats().Refusals
	}
	return subject, nil
}

// SameAccount reports whether two connections lead to the same NetSuite account.
func SameAccount(a, b *sluice.Connection) bool {
	first, err := netsuite.ParseAccountID(a.Get("account"))
	second, otherErr := netsuite.ParseAccountID(b.Get("account"))
	return err == nil && otherErr == nil && first == second
}

// otherIClients names the consumer keys that a connection could have besides its own.
func (r *Rules) otherIClients(ctx context.Context, conn *sluice.Connection) ([]string, error) {
	keys, err := r.ConsumerKeys(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, k := range keys {
		if k.Name != conn.Get("iclient") && consumerkey.Fits(&k.ConsumerKey, conn.Get("account")) {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Package proof tests connections: what is stored, what a form holds, and quietly
// what was not used for long.
package proof

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/standing"
	"github.com/sluicehq/sluice/internal/doctor"
	"github.com/sluicehq/sluice/internal/guide/release"
)

// permissionsWithin bounds how long a test looks for permissions that flows lack.
const permissionsWithin = 30 * time.Second

// maxNeeds bounds how much of what flows do a test tries.
const maxNeeds = 10

// Connections is what a test needs of the rules round connections.
type Connections interface {
	Connection(ctx context.Context, name string) (*sluice.Connection, error)
	// Merged returns what a form holds as a connection without ID: secrets that it
	// leaves out are those of the stored connection with in's ID, if it has one.
	Merged(ctx context.Context, in *sluice.Connection) (*sluice.Connection, error)
	// Resolve lays over a connection what it refers to.
	Resolve(ctx context.Context, c *sluice.Connection) error
	// Explain lays the doctor's verdict over a test that failed.
	Explain(ctx context.Context, c *sluice.Connection, e *sluice.Evidence) error
	// Subject is what the doctor gets to see of a connection.
	Subject(ctx context.Context, c *sluice.Connection) (doctor.Subject, error)
	SetStatus(ctx context.Context, c *sluice.Connection, s sluice.ConnectionStatus, detail string) error
	// Proven is called when a connection with a previous login has worked.
	Proven(ctx context.Context, id string) error
}

// NetSuite is what only connections to NetSuite can do.
type NetSuite interface {
	WriteCheck(ctx context.Context, c *sluice.Connection, recordType string, e *sluice.Evidence) error
	RESTlets(ctx context.Context, c *sluice.Connection) ([]sluice.DeployedRESTlet, error)
}

// Rules test connections. All fields are required.
type Rules struct {
	Connections Connections
	Connector   sluice.Connector
	NetSuite    NetSuite
	// SetIdentity stores who the other side said that a connection is.
	SetIdentity func(ctx context.Context, id string, i *sluice.Identity) error
	Keeper      *standing.Keeper
	Audit       func(ctx context.Context, by api.Actor, action, noun, id, detail string)
	Clock       func() time.Time
}

// TestConnection tests a stored connection and keeps what came of it. With write it
// makes and deletes one record of that type.
func (r *Rules) TestConnection(ctx context.Context, by api.Actor, name, write string) (*sluice.Evidence, error) {
	conn, err := r.Connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if write != "" && conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("connection.write_check", "the connection %s is of the kind %s; a write check is for NetSuite", conn.Name, conn.Kind).Fix("Test it without")
	}
	e, err := r.try(ctx, conn, true)
	if err != nil {
		return nil, err
	}
	if err := r.keep(ctx, conn, e); err != nil {
		return nil, err
	}
	status := string(statusOf(e))
	if write != "" && e.OK {
		r.writeCheck(ctx, conn, write, e)
		status += ", write check of " + write
	}
	r.Audit(ctx, by, "test", "connection", conn.Name, status)
	return e, nil
}

// writeCheck adds a write check to the evidence of a connection that works.
func (r *Rules) writeCheck(ctx context.Context, conn *sluice.Connection, recordType string, e *sluice.Evidence) {
	err := r.NetSuite.WriteCheck(ctx, conn, recordType, e)
	if err == nil {
		return
	}
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		own = sluice.Errorf("connection.write_check", "the write check failed: %w", err)
	}
	e.OK, e.Error, e.Message = false, own, own.Message
}

// CheckConnection tests what a form holds, before it is stored. Nothing is kept.
func (r *Rules) CheckConnection(ctx context.Context, by api.Actor, in *sluice.Connection) (*sluice.Evidence, error) {
	conn, err := r.Connections.Merged(ctx, in)
	if err != nil {
		return nil, err
	}
	e, err := r.try(ctx, conn, true)
	if err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "check", "connection", conn.Name, map[bool]string{true: "works", false: "does not work"}[e.OK])
	return e, nil
}

// Quietly tests a stored connection by one login, for nobody in particular.
func (r *Rules) Quietly(ctx context.Context, id string) error {
	conn, err := r.Connections.Connection(ctx, id)
	if err != nil {
		return err
	}
	e, err := r.try(ctx, conn, false)
	if err != nil {
		return err
	}
	return r.keep(ctx, conn, e)
}

// Try tests a connection thoroughly, keeping nothing. What keeps it from being tried
// at all is evidence too.
func (r *Rules) Try(ctx context.Context, conn *sluice.Connection) (*sluice.Evidence, error) {
	return r.try(ctx, conn, true)
}

// try tests a connection. What keeps it from being tried at all is evidence too.
func (r *Rules) try(ctx context.Context, conn *sluice.Connection, thoroughly bool) (*sluice.Evidence, error) {
	err := r.Connections.Resolve(ctx, conn)
	if refused, ok := errors.AsType[*sluice.Error](err); ok {
		return &sluice.Evidence{Message: refused.Message, Facts: []sluice.Fact{}, Error: refused, At: r.Clock().UTC()}, nil
	}
	if err != nil {
		return nil, err
	}
	e := r.Connector.Test(ctx, conn)
	if !thoroughly || conn.Kind != sluice.KindNetSuite {
		return e, nil
	}
	if e.OK {
		r.version(conn, e)
		return e, r.permissions(ctx, conn, e)
	}
	return e, r.Connections.Explain(ctx, conn, e)
}

// version adds that NetSuite does not support the connection's WSDL version any more.
func (r *Rules) version(conn *sluice.Connection, e *sluice.Evidence) {
	if outdated := release.Outdated(release.At(r.Clock()), conn); outdated != "" {
		e.Facts = append(e.Facts, sluice.Fact{Name: "WSDL version", Value: conn.Get("wsdl_version") + ": " + outdated + "; choose " + sluice.LatestWSDL})
	}
}

// permissions adds whether the role may do what flows do with the connection.
func (r *Rules) permissions(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) error {
	subject, err := r.Connections.Subject(ctx, conn)
	if err != nil {
		return err
	}
	fact := sluice.Fact{Name: "Permissions", Value: "no flow uses the connection yet", OK: true}
	if all := len(subject.Needs); all > 0 {
		subject.Needs = subject.Needs[:min(all, maxNeeds)]
		ctx, cancel := context.WithTimeout(ctx, permissionsWithin)
		defer cancel()
		lacking, known := doctor.Permissions(ctx, subject)
		switch {
		case lacking != nil:
			fact.Value, fact.OK = lacking.Summary, false
		case known:
			fact.Value = fmt.Sprintf("enough to read all that flows use (%d of %d tried)", len(subject.Needs), all)
		default:
			fact.Value = "could not be told from NetSuite's answers"
		}
	}
	e.Facts = append(e.Facts, fact)
	return nil
}

func statusOf(e *sluice.Evidence) sluice.ConnectionStatus {
	if e.OK {
		return sluice.StatusOnline
	}
	return sluice.StatusOffline
}

// keep stores what a test showed of a stored connection.
func (r *Rules) keep(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) error {
	detail, code := "", ""
	if !e.OK {
		detail = e.Message
	}
	if e.Error != nil {
		code = e.Error.Code
	}
	if err := r.Connections.SetStatus(ctx, conn, statusOf(e), detail); err != nil {
		return err
	}
	r.Keeper.Tested(conn, statusOf(e), code)
	if !e.OK {
		return nil
	}
	if e.Identity != nil {
		if err := r.SetIdentity(ctx, conn.ID, known(conn.Identity, e.Identity)); err != nil {
			return err
		}
	}
	if conn.Previous != nil {
		return r.Connections.Proven(ctx, conn.ID)
	}
	return nil
}

// known keeps role and user where NetSuite does not tell them to the present login.
func known(before, now *sluice.Identity) *sluice.Identity {
	if before == nil || now.RoleID != "" || before.Account != now.Account {
		return now
	}
	out := *now
	out.RoleID, out.RoleName, out.EntityID, out.EntityName = before.RoleID, before.RoleName, before.EntityID, before.EntityName
	return &out
}

// RESTlets lists the RESTlets that flows can call through a connection.
func (r *Rules) RESTlets(ctx context.Context, name string) ([]sluice.DeployedRESTlet, error) {
	conn, err := r.Connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if conn.Kind != sluice.KindNetSuite {
		return nil, sluice.Errorf("connection.wrong_kind", "the connection %q is of the kind %s", conn.Name, conn.Kind).Fix("This needs a NetSuite connection")
	}
	if err := r.Connections.Resolve(ctx, conn); err != nil {
		return nil, err
	}
	return r.NetSuite.RESTlets(ctx, conn)
}

package credential

import (
	"context"
	"errors"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite"
)

// What NetSuite showed of a permission.
const (
	shownHeld    = "held"
	shownRefused = "refused"
	shownNot     = "not shown"
)

// Permissions that a login by itself shows (Oracle help, article_0320025211 and
// section_157771510070): the one to log in by token or by OAuth 2.0, REST Web
// Services, and SuiteAnalytics Workbook for queries.
var loginPermissions = []string{"ADMI_LOGIN_OAUTH", "ADMI_LOGIN_OAUTH2", "ADMI_RESTWEBSERVICES"}

const queryPermission = "REPO_ANALYTICS"

// maxProbes bounds the requests of one report.
const maxProbes = 50

const roleNote = "NetSuite has no documented service that tells a role's permissions. What reading shows is held or refused; " +
	"levels above View, and permissions that no flow needs, are not shown: compare them on Setup > Users/Roles > Manage Roles"

// RoleReport computes the role that the flows of a connection need, and tries of
// each permission what reading can show. It writes nothing.
func (r *Rules) RoleReport(ctx context.Context, by api.Actor, name string) (*api.RoleReport, error) {
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	flows, err := r.Flows(ctx, conn.Name)
	if err != nil {
		return nil, err
	}
	g, err := guide.For(guide.Options{Auth: conn.Get("type"), Flows: flows, Connection: conn.Name})
	if err != nil {
		return nil, err
	}
	s, err := r.side(ctx, conn)
	if err != nil {
		return nil, err
	}
	p := &roleProbe{client: s.client, shown: map[string]showing{}, left: maxProbes}
	if err := p.probe(netsuite.ContextWithClass(ctx, netsuite.Interactive), conn.Name, flows); err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "role_report", "connection", conn.Name, "")
	out := &api.RoleReport{Needed: []api.RoleNeed{}, Lacking: []api.RoleNeed{}, Excess: []api.RoleNeed{}, Unknown: []string{}, Note: roleNote}
	if conn.Identity != nil {
		out.Role = conn.Identity.RoleName
	}
	for _, grant := range g.Role.Grants {
		need := p.need(grant)
		out.Needed = append(out.Needed, need)
		if need.Shown == shownRefused {
			out.Lacking = append(out.Lacking, need)
		}
	}
	for _, u := range g.Role.Unknown {
		if !slices.Contains(out.Unknown, u.Name) {
			out.Unknown = append(out.Unknown, u.Name)
		}
	}
	out.Known = len(out.Unknown) == 0 && !slices.ContainsFunc(out.Needed, func(n api.RoleNeed) bool {
		return n.Shown == shownNot || n.Shown == shownHeld && n.Level != string(guide.View)
	})
	return out, nil
}

// showing is what an answer showed of a permission.
type showing struct{ shown, evidence string }

// roleProbe finds out what a login may read.
type roleProbe struct {
	client *netsuite.Client
	shown  map[string]showing // by permission
	left   int                // how many requests it may still make
}

func (p *roleProbe) need(g guide.Grant) api.RoleNeed {
	s, ok := p.shown[g.ID]
	if !ok {
		s = showing{shown: shownNot}
	}
	because := g.For
	if because == nil {
		because = []string{}
	}
	return api.RoleNeed{ID: g.ID, Permission: g.Name, Level: string(g.Level), Because: because, Shown: s.shown, Evidence: s.evidence}
}

// probe reads one record of each type and counts the rows of each table that the
// flows use. A login that is refused ends it: the role is not the question then.
func (p *roleProbe) probe(ctx context.Context, connection string, flows []*sluice.Flow) error {
	if _, err := p.client.System.ServerTime(ctx); err != nil {
		return loginFailed(connection, err)
	}
	for _, id := range loginPermissions {
		p.shown[id] = showing{shownHeld, "REST web services answer"}
	}
	p.ask(guide.Grant{ID: queryPermission}, true, "SuiteQL", func() error {
		_, err := p.client.SuiteQL.Page(ctx, "SELECT CURRENT_DATE AS today FROM DUAL", nil, 1, 0)
		return err
	})
	for _, f := range flows {
		for _, e := range f.Sources() {
			if e.Connection != connection {
				continue
			}
			if e.Records != nil {
				p.record(ctx, e.Records.Type)
			}
			if e.Search != nil {
				p.record(ctx, e.Search.Type)
			}
			if e.SuiteQL != nil {
				for _, table := range guide.Tables(e.SuiteQL.Query) {
					p.table(ctx, table)
				}
			}
		}
		for _, i := range f.Imports() {
			if i.NetSuite == nil || i.Connection != connection {
				continue
			}
			for _, u := range i.Uses() {
				if u.Record != sluice.AttachFile { // no request reads files
					p.record(ctx, u.Record)
				}
			}
		}
		for _, l := range f.Lookups() {
			if l.Connection == connection {
				p.lookup(ctx, l)
			}
		}
	}
	return nil
}

func (p *roleProbe) lookup(ctx context.Context, l *sluice.Lookup) {
	if l.Records != nil {
		p.record(ctx, l.Records.Type)
	}
	if l.SuiteQL != nil {
		for _, table := range guide.Tables(l.SuiteQL.Query) {
			p.table(ctx, table)
		}
	}
}

func loginFailed(connection string, err error) error {
	if errors.Is(err, netsuite.ErrLogin) {
		return sluice.Errorf("connection.token_rejected", "NetSuite refuses the login of the connection %s, so that nothing can be told of its role: %w", connection, err).
			Fix("See what is wrong first: sluice doctor " + connection)
	}
	return sluice.Errorf("netsuite.unreachable", "NetSuite did not answer: %w", err).Fix("Test the connection; it says what is wrong")
}

func (p *roleProbe) record(ctx context.Context, kind string) {
	g, known := guide.RecordGrant(kind, "")
	p.ask(g, known, "GET record/"+kind, func() error {
		_, err := p.client.Records.List(ctx, kind, netsuite.ListOptions{Limit: 1})
		return err
	})
}

func (p *roleProbe) table(ctx context.Context, name string) {
	g, known := guide.TableGrant(name)
	p.ask(g, known && isTable(name), "SuiteQL: COUNT of "+name, func() error {
		_, err := p.client.SuiteQL.Page(ctx, "SELECT COUNT(*) AS n FROM "+name, nil, 1, 0)
		return err
	})
}

// ask makes one request for a permission that is not decided yet.
func (p *roleProbe) ask(g guide.Grant, known bool, asked string, request func() error) {
	if _, done := p.shown[g.ID]; done || !known || p.left <= 0 {
		return
	}
	p.left--
	err := request()
	fault, refused := errors.AsType[*netsuite.Fault](err)
	switch {
	case err == nil:
		p.shown[g.ID] = showing{shownHeld, asked + " answers"}
	case refused && (errors.Is(err, netsuite.ErrPermission) || errors.Is(err, netsuite.ErrInvalid) || errors.Is(err, netsuite.ErrNotFound)):
		// A table that the role may not see is answered like one that is not there.
		p.shown[g.ID] = showing{shownRefused, asked + ": " + fault.Message()}
	}
}

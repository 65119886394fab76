package credential

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// maxCompared bounds the tables whose rows a trial counts.
const maxCompared = 8

// commonTables are counted where no flow says what matters.
var commonTables = []string{"customer", "item", "transaction", "vendor"}

// side is one of the two logins of a trial.
type side struct {
	conn   *sluice.Connection
	client *netsuite.Client
}

// compare asks both logins the same: who they are, and how many rows they see of
// the tables that flows query.
func (r *Rules) compare(ctx context.Context, conn *sluice.Connection) ([]api.Comparison, error) {
	ctx = netsuite.ContextWithClass(ctx, netsuite.Interactive)
	tables, err := r.tables(ctx, conn.Name)
	if err != nil {
		return nil, err
	}
	present, err := r.side(ctx, conn)
	if err != nil {
		return nil, err
	}
	next, err := r.side(ctx, asCandidate(conn))
	if err != nil {
		return nil, err
	}
	role, user := r.whoIs(ctx, present)
	nextRole, nextUser := r.whoIs(ctx, next)
	rows := []api.Comparison{
		row("account", present.client.Account().Realm(), next.client.Account().Realm()), row("role", role, nextRole), row("user", user, nextUser),
	}
	for _, table := range tables {
		rows = append(rows, compareRows(ctx, present, next, table))
	}
	return rows, nil
}

func (r *Rules) side(ctx context.Context, conn *sluice.Connection) (side, error) {
	usable, err := r.Connections.Usable(ctx, conn)
	if err != nil {
		return side{}, err
	}
	client, err := r.Client(usable)
	return side{usable, client}, err
}

const notTold = "not told"

func row(name, present, next string) api.Comparison {
	c := api.Comparison{Name: name, Token: cmp.Or(present, notTold), OAuth2: cmp.Or(next, notTold), Known: present != "" && next != ""}
	c.Same = c.Known && present == next
	return c
}

// compareRows counts a table's rows by both logins. Flows and others may be writing:
// where the numbers differ, the login in force counts again, and what the other one
// saw in between has to lie between its two numbers.
func compareRows(ctx context.Context, present, next side, table string) api.Comparison {
	c := row("rows of "+table, count(ctx, present.client, table), count(ctx, next.client, table))
	if c.Known && !c.Same {
		c.Same = between(c.Token, c.OAuth2, count(ctx, present.client, table))
	}
	return c
}

// between reports whether a number lies between two others.
func between(before, number, after string) bool {
	first, err := strconv.ParseInt(before, 10, 64)
	middle, middleErr := strconv.ParseInt(number, 10, 64)
	last, lastErr := strconv.ParseInt(after, 10, 64)
	return err == nil && middleErr == nil && lastErr == nil && min(first, last) <= middle && middle <= max(first, last)
}

// count returns how many rows a login sees, "refused" where it may see none, and ""
// where there was no answer.
func count(ctx context.Context, client *netsuite.Client, table string) string {
	page, err := client.SuiteQL.Page(ctx, "SELECT COUNT(*) AS n FROM "+table, nil, 1, 0)
	_, refused := errors.AsType[*netsuite.Fault](err)
	switch {
	case err == nil && len(page.Rows) == 1:
		return page.Rows[0].Text("n")
	case refused:
		return "refused"
	}
	return ""
}

// tables returns what flows query through the connection, else what most accounts have.
func (r *Rules) tables(ctx context.Context, connection string) ([]string, error) {
	flows, err := r.Flows(ctx, connection)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, f := range flows {
		for _, e := range f.Sources() {
			if e.Connection == connection && e.SuiteQL != nil {
				list = append(list, guide.Tables(e.SuiteQL.Query)...)
			}
		}
	}
	slices.Sort(list)
	list = slices.DeleteFunc(slices.Compact(list), func(table string) bool { return table == "dual" || !isTable(table) })
	if len(list) == 0 {
		return commonTables, nil
	}
	return list[:min(len(list), maxCompared)], nil
}

// isTable keeps everything but a plain name out of a query.
func isTable(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// whoIs returns the internal IDs of role and user, "" where NetSuite does not tell.
func (r *Rules) whoIs(ctx context.Context, s side) (role, user string) {
	if !s.conn.ByToken() {
		subject := r.subject(ctx, s)
		return subject.Role, subject.Entity
	}
	// The service answers tokens alone (Oracle help, chapter_157017286140): asked
	// with an OAuth 2.0 token it counts as a failed login.
	info, err := s.client.System.TokenInfo(ctx)
	if err != nil {
		return "", ""
	}
	return info.RoleID, info.EntityID
}

// subject reads whom an access token of the connection stands for.
func (r *Rules) subject(ctx context.Context, s side) auth.Subject {
	key, err := auth.ParsePrivateKey(auth.NewSecret(s.conn.Secrets["private_key"].Reveal()))
	if err != nil {
		return auth.Subject{}
	}
	login, err := auth.NewClientCredentials(auth.ClientCredentialsOptions{TokenURL: s.client.Endpoints().SuiteTalk + auth.TokenPath,
		ClientID: s.conn.Secrets["client_id"].Reveal(), CertificateID: s.conn.Get("certificate_id"), Key: key, HTTPClient: r.HTTPClient, Clock: r.Clock})
	if err != nil {
		return auth.Subject{}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.client.Endpoints().SuiteTalk, nil)
	if err != nil || login.Authenticate(ctx, request) != nil {
		return auth.Subject{}
	}
	subject, ok := auth.SubjectOf(strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer "))
	if !ok {
		return auth.Subject{}
	}
	return subject
}

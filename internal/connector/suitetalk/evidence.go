package suitetalk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/netsuite"
)

// Test proves that the connection can log in and what it reaches: account, role
// and user by tokeninfo, the clock, REST web services, SuiteQL, and the account's
// limits where the role may read them.
func (c *Connector) Test(ctx context.Context, conn *sluice.Connection) *sluice.Evidence {
	start := c.options.Clock()
	e := &sluice.Evidence{At: start}
	err := c.prove(netsuite.ContextWithClass(ctx, netsuite.Interactive), conn, e)
	e.Took = sluice.Milliseconds(c.options.Clock().Sub(start).Milliseconds())
	if err != nil {
		e.Error = problem(conn.Name, err)
		e.Message = e.Error.Message
		return e
	}
	e.OK, e.Message = true, sluice.WorkingGreat
	return e
}

func (c *Connector) prove(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) error {
	cl, err := c.client(conn)
	if err != nil {
		return err
	}
	fact(e, "Account", fmt.Sprintf("%s (host form %s, %s)", cl.Account().Realm(), cl.Account().HostLabel(), cl.Account().Environment()), true)
	if err := cl.proveClock(ctx, c.options.Clock, e); err != nil {
		return err
	}
	e.Identity = &sluice.Identity{Account: cl.Account().Realm(), At: e.At.UTC()}
	if conn.ByToken() {
		if err := cl.proveIdentity(ctx, e); err != nil {
			return err
		}
	} else {
		fact(e, "Role and user", "as mapped to the certificate; NetSuite tells them for token-based authentication alone", true)
	}
	if _, err := cl.SuiteQL.Page(ctx, "SELECT CURRENT_DATE AS today FROM DUAL", nil, 1, 0); err != nil {
		fact(e, "SuiteQL", firstLine(err), false)
	} else {
		fact(e, "SuiteQL", "answers", true)
	}
	cl.proveZone(ctx, c.options.Clock(), e)
	cl.proveScripts(ctx, conn, e)
	cl.learnLimits(ctx, e)
	return nil
}

// proveZone compares the zone of the connection with the one that NetSuite works in.
func (c *client) proveZone(ctx context.Context, now time.Time, e *sluice.Evidence) {
	told, err := c.sessionZone(ctx)
	set := c.zones.Set
	if told.Location != nil {
		e.Identity.TimeZone = told.Text
	}
	const name, moves = "Time zone", ": dates near midnight would move"
	switch {
	case err != nil:
		fact(e, name, "not told: "+firstLine(err), set != nil)
	case set == nil && told.Location != nil:
		fact(e, name, told.Text+", as NetSuite tells", true)
	case set == nil && told.Text != "":
		fact(e, name, "UTC"+told.Text+" now; NetSuite does not tell its name, so set the account's time zone", false)
	case set == nil:
		fact(e, name, "NetSuite does not tell it; set the account's time zone", false)
	case told.Location != nil && form.Differ(set, told.Location, now):
		fact(e, name, fmt.Sprintf("the connection says %s, NetSuite works in %s", set, told.Text)+moves, false)
	case told.Location == nil && told.Text != "" && now.In(set).Format("-07:00") != told.Text:
		fact(e, name, fmt.Sprintf("the connection says %s, NetSuite works at UTC%s now", set, told.Text)+moves, false)
	default:
		fact(e, name, set.String()+", as the connection says", true)
	}
}

// proveScripts counts the RESTlets that flows can call.
func (c *client) proveScripts(ctx context.Context, conn *sluice.Connection, e *sluice.Evidence) {
	if conn.Get("suitescript") != sluice.Yes {
		fact(e, "RESTlets", "not linked", true)
		return
	}
	list, err := c.deployed(ctx)
	if err != nil {
		fact(e, "RESTlets", firstLine(err), false)
		return
	}
	released := 0
	for _, r := range list {
		if r.Deployed && r.Status == "RELEASED" {
			released++
		}
	}
	fact(e, "RESTlets", fmt.Sprintf("%d released deployments", released), true)
}

func fact(e *sluice.Evidence, name, value string, ok bool) {
	e.Facts = append(e.Facts, sluice.Fact{Name: name, Value: value, OK: ok})
}

// proveClock asks for the server's time, which needs REST web services but no permission beyond.
func (c *client) proveClock(ctx context.Context, clock func() time.Time, e *sluice.Evidence) error {
	before := clock()
	at, err := c.System.ServerTime(ctx)
	if err != nil {
		return err
	}
	middle := before.Add(clock().Sub(before) / 2)
	fact(e, "REST web services", "answer", true)
	fact(e, "Clock", fmt.Sprintf("%s away from NetSuite's", middle.Sub(at).Abs().Round(time.Second)), true)
	return nil
}

// proveIdentity asks who the token is. The service takes signed requests of
// token-based authentication alone (Oracle help, chapter_157017286140): asking it
// with an OAuth 2.0 token would be a failed login, of which five lock the user.
func (c *client) proveIdentity(ctx context.Context, e *sluice.Evidence) error {
	info, err := c.System.TokenInfo(ctx)
	if err != nil {
		if errors.Is(err, netsuite.ErrLogin) {
			return err
		}
		fact(e, "Role and user", "not told: "+firstLine(err), true)
		return nil
	}
	e.Identity.RoleID, e.Identity.RoleName, e.Identity.EntityID, e.Identity.EntityName = info.RoleID, info.RoleName, info.EntityID, info.EntityName
	fact(e, "Company", info.CompanyName, true)
	fact(e, "Role", fmt.Sprintf("%s (%s)", info.RoleName, info.RoleID), true)
	fact(e, "User", strings.TrimSpace(fmt.Sprintf("%s (%s)", info.EntityName, info.EntityID)), true)
	return nil
}

// learnLimits lowers the account's slots to what NetSuite grants, where the role may ask.
func (c *client) learnLimits(ctx context.Context, e *sluice.Evidence) {
	limits, err := c.System.GovernanceLimits(ctx)
	if err != nil {
		fact(e, "Concurrency", fmt.Sprintf("%d by setting; NetSuite tells its limit to administrators only", c.limit), true)
		return
	}
	if usable := limits.Usable(); usable > 0 && usable < c.limit {
		c.slots.SetLimit(usable)
	}
	fact(e, "Concurrency", fmt.Sprintf("%d by setting, NetSuite grants %d", c.limit, limits.Usable()), true)
}

func firstLine(err error) string {
	text := err.Error()
	if len(text) > 200 {
		return text[:200] + "…"
	}
	return text
}

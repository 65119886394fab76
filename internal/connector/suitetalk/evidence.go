package suitetalk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
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
	cl.learnLimits(ctx, e)
	return nil
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
	fact(e, "Company", info.CompanyName, true)
	fact(e, "Role", fmt.Sprintf("%s (%s)", info.RoleName, info.RoleID), true)
	fact(e, "User", fmt.Sprintf("%s (%s)", info.EntityName, info.EntityID), true)
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

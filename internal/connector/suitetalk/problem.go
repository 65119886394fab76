package suitetalk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// problem turns an error of the client into one for people: it concerns the
// connection or the request as a whole, not one record.
func problem(conn string, err error) *sluice.Error {
	var own *sluice.Error
	if errors.As(err, &own) {
		return own
	}
	e := describe(conn, err)
	if e.Where == "" {
		e.Where = "connection " + conn
	}
	return e
}

func describe(conn string, err error) *sluice.Error {
	var fault *netsuite.Fault
	errors.As(err, &fault)
	switch {
	case errors.Is(err, netsuite.ErrLogin):
		return loginProblem(conn, err, fault)
	case errors.Is(err, netsuite.ErrConcurrency):
		return sluice.Errorf("connection.concurrency", "NetSuite refused requests of connection %s for concurrency until we gave up: %w", conn, err).
			Fix("Lower the connection's concurrency level, or let other integrations of the account pause")
	case errors.Is(err, netsuite.ErrUnavailable):
		return sluice.Errorf("netsuite.unavailable", "NetSuite does not work on requests of connection %s now: %w", conn, err).
			Fix("Wait until the account's maintenance is over, then resume the run: nothing was changed by what was refused")
	case errors.Is(err, soap.ErrSearchLost):
		return sluice.Errorf("source.search_lost", "NetSuite has dropped the pages of the search, as it does after 15 minutes without use: %w", err).
			Fix("Resume the run, which searches anew; narrow the search where its pages take that long")
	case errors.Is(err, netsuite.ErrPermission):
		return sluice.Errorf("connection.permission", "the role of connection %s may not do this: %w", conn, err).
			Fix("Give the role the permission for this record type or table, or use another role")
	case errors.Is(err, netsuite.ErrNotFound):
		return sluice.Errorf("netsuite.not_found", "NetSuite does not have this: %w", err).Fix("Check the record type and the ID")
	case errors.Is(err, netsuite.ErrServer):
		return sluice.Errorf("netsuite.server", "NetSuite failed: %w", err).Fix("Try again later; Oracle support asks for the operation ID")
	case errors.Is(err, netsuite.ErrInvalid), errors.Is(err, netsuite.ErrDuplicate):
		return sluice.Errorf("netsuite.refused", "NetSuite refused the request: %w", err).Fix("Correct what NetSuite names")
	case errors.Is(err, context.DeadlineExceeded):
		return sluice.Errorf("connection.timeout", "NetSuite did not answer in time: %w", err).Fix("Try again; raise the connection's setting timeout if it happens often")
	}
	return sluice.Errorf("connection.unreachable", "NetSuite cannot be reached by connection %s: %w", conn, err).
		Fix("Check the account ID, the base URL and the network, then test the connection")
}

// queryProblem is problem for a SuiteQL export, whose place is the query.
func (c *client) queryProblem(err error) *sluice.Error {
	if key, ok := errors.AsType[*suiteql.KeyError](err); ok {
		return sluice.Errorf("source.key", "the query's key does not hold: %w", key).At("export.suiteql.key").
			Fix("Select the key's columns and choose such that are unique together and never null; set text_key where they are not numbers")
	}
	e := c.problem(err)
	if errors.Is(err, netsuite.ErrInvalid) || errors.Is(err, netsuite.ErrPermission) {
		e.Where = "export.suiteql.query"
		e.Remedy = "Check the names in the query and its key against Setup > Records Catalog, and that the role of connection " + c.name + " may see them"
	}
	return e
}

// loginRemedy names the causes in the order of how often users meet them.
const loginRemedy = "The account's Login Audit Trail names the reason, in the column Detail: Setup > Users/Roles > User Management > View Login Audit Trail. " +
	"Usual ones are a revoked token, a wrong secret, the account ID of another account, a blocked integration record, a clock of this machine that is more than five minutes off, a user or role that is inactive, " +
	"a role without REST Web Services or Log in using Access Tokens, and a feature that is switched off"

// loginProblem says what a refused login can mean. NetSuite keeps the reason to
// its Login Audit Trail (Oracle help, section_1534941538).
func loginProblem(conn string, err error, fault *netsuite.Fault) *sluice.Error {
	if fault != nil { // without what was round it where another request waited for this one
		err = fault
	}
	e := sluice.Errorf("connection.token_rejected", "NetSuite refused the login of connection %s: %w", conn, err).Fix(loginRemedy)
	if fault == nil {
		return e
	}
	if skew, ok := fault.Skew(); ok && skew.Abs().Minutes() >= 4 {
		side := "ahead of"
		if skew < 0 {
			side = "behind"
		}
		e.Code = "connection.clock_skew"
		e.Remedy = fmt.Sprintf("This machine's clock is %s %s NetSuite's, and five minutes are the most that NetSuite takes. Set the clock", skew.Round(10*time.Second).Abs(), side)
	}
	return e
}

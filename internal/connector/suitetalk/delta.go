package suitetalk

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/change"
)

// SourceTime asks NetSuite for its time. Its stamps are whole seconds.
func (c *Connector) SourceTime(ctx context.Context, conn *sluice.Connection) (time.Time, error) {
	cl, err := c.client(conn)
	if err == nil {
		err = cl.login(ctx)
	}
	if err != nil {
		return time.Time{}, err
	}
	at, err := cl.System.ServerTime(ctx)
	if err != nil {
		return time.Time{}, cl.problem(err)
	}
	return at.Truncate(time.Second), nil
}

// changes is how a window of changes is read.
func (c *client) changes() change.Source {
	return change.Source{SuiteQL: c.openSuiteQL, Records: c.openRecords, Day: func(ctx context.Context, day string) (string, error) {
		page, err := c.SuiteQL.Page(ctx, "SELECT TO_DATE('"+day+"', 'YYYY-MM-DD') AS day FROM DUAL", nil, 1, 0)
		if err != nil {
			return "", c.queryProblem(err)
		}
		if len(page.Rows) == 0 {
			return "", nil
		}
		return page.Rows[0].Text("day"), nil
	}}
}

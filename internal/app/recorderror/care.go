package recorderror

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/sluicehq/sluice"
)

const (
	// RetriedBy is who makes the runs that try errors again without being asked.
	RetriedBy = "automatic retry"
	// retriesAtOnce bounds the records of one flow that are tried again in one run.
	retriesAtOnce = 1000
	// longestWait bounds how long an error waits for its next retry.
	longestWait = 24 * time.Hour
)

// Care does with record errors what flows ask for: it tries intermittent ones again,
// and drops resolved ones that are not to be kept any more.
type Care struct {
	*Errors
	// Keep says what is kept of the errors of flows that say nothing of it.
	Keep func(ctx context.Context) (sluice.ErrorKeep, error)
	// Runs finds a flow's runs that have not ended.
	Runs func(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error)
	// Tell opens the notice while there is cause to, and closes it when not.
	Tell func(ctx context.Context, cause bool, n sluice.Notice)
	// Happened tells the channels.
	Happened func(ctx context.Context, e *sluice.Event) error
	Log      *slog.Logger
}

// How often Run looks for errors to try again, and for those to drop.
const (
	retryPeriod = 10 * time.Second
	sweepPeriod = time.Hour
)

// Run looks after all flows' errors until ctx ends.
func (c *Care) Run(ctx context.Context) {
	retry, sweep := time.NewTicker(retryPeriod), time.NewTicker(sweepPeriod)
	defer retry.Stop()
	defer sweep.Stop()
	err := c.Sweep(ctx)
	for {
		if err != nil && ctx.Err() == nil {
			c.Log.ErrorContext(ctx, "record errors are not looked after; it is tried again", "error", err)
		}
		select {
		case <-retry.C:
			err = c.RetryDue(ctx)
		case <-sweep.C:
			err = c.Sweep(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// Sweep looks at all flows once.
func (c *Care) Sweep(ctx context.Context) error {
	flows, err := c.Flows.Flows(ctx)
	if err != nil {
		return err
	}
	server, err := c.Keep(ctx)
	if err != nil {
		return err
	}
	for _, f := range flows {
		if err := c.drop(ctx, f, server); err != nil {
			return err
		}
	}
	return c.dropOfDeleted(ctx, server)
}

// drop keeps of a flow's resolved errors what it asks for.
func (c *Care) drop(ctx context.Context, f *sluice.FlowRevision, server sluice.ErrorKeep) error {
	keep := f.Flow.Kept(server)
	bytes := int64(keep.Megabytes) << 20
	before := c.Clock().UTC().AddDate(0, 0, -keep.Days)
	drop, err := c.Store.DropErrors(ctx, f.FlowID, before, 1<<62)
	if err != nil {
		return err
	}
	// Open errors count and stay: what is left of the room is for the resolved ones.
	over, err := c.Store.DropErrors(ctx, f.FlowID, before, max(0, bytes-drop.Open))
	if err != nil {
		return err
	}
	drop.Over = over.Over
	if drop.Old+drop.Over > 0 {
		c.Log.InfoContext(ctx, "resolved errors dropped", "flow", f.Flow.Name, "old", drop.Old, "over", drop.Over)
	}
	if drop.Over > 0 {
		err := c.Happened(ctx, &sluice.Event{Code: sluice.EventErrorsDropped, Noun: "flow", NounID: f.FlowID, Name: f.Flow.Name, Count: drop.Over, At: c.Clock().UTC(),
			Message: fmt.Sprintf("Resolved errors of the flow %s were dropped: it keeps %d MB", f.Flow.Name, keep.Megabytes),
			Remedy:  "Raise errors.keep.megabytes in the flow if they are still needed"})
		if err != nil {
			return err
		}
	}
	c.Tell(ctx, drop.Open > bytes, sluice.Notice{Code: sluice.NoticeErrorsFull, Noun: "flow", NounID: f.FlowID, Name: f.Flow.Name,
		Message: fmt.Sprintf("The open errors of the flow %s hold more than the %d MB that it keeps; none is dropped", f.Flow.Name, keep.Megabytes),
		Remedy:  "Mend or resolve them: sluice error list --flow " + f.Flow.Name})
	return nil
}

// dropOfDeleted drops resolved errors whose flows are deleted, by their age alone: there is
// no flow left that could have too many.
func (c *Care) dropOfDeleted(ctx context.Context, server sluice.ErrorKeep) error {
	gone, err := c.Store.DeletedFlowsWithErrors(ctx)
	if err != nil {
		return err
	}
	for _, id := range gone {
		if _, err := c.Store.DropErrors(ctx, id, c.Clock().UTC().AddDate(0, 0, -server.Days), 1<<62); err != nil {
			return err
		}
	}
	return nil
}

// RetryDue tries again what is due, one run a flow. A flow that has a retry on its way
// waits for its end.
func (c *Care) RetryDue(ctx context.Context) error {
	flows, err := c.Flows.Flows(ctx)
	if err != nil {
		return err
	}
	for _, f := range flows {
		if f.Flow.Errors == nil || f.Flow.Errors.Retry == nil || !f.Enabled {
			continue
		}
		if err := c.retryFlow(ctx, f); err != nil {
			c.Log.WarnContext(ctx, "automatic retry", "flow", f.Flow.Name, "error", err)
		}
	}
	return nil
}

func (c *Care) retryFlow(ctx context.Context, f *sluice.FlowRevision) error {
	ids, err := c.due(ctx, f)
	if err != nil || len(ids) == 0 {
		return err
	}
	active, err := c.Runs(ctx, sluice.RunFilter{FlowID: f.FlowID, States: []sluice.RunState{sluice.RunQueued, sluice.RunRunning}})
	if err != nil {
		return err
	}
	for _, r := range active {
		if r.Kind == sluice.RunRetry {
			return nil
		}
	}
	if err := c.Accepting(); err != nil {
		return err
	}
	_, err = c.Retry(ctx, ids, RetriedBy)
	return err
}

// due returns the errors that have waited long enough: after each retry twice as long.
func (c *Care) due(ctx context.Context, f *sluice.FlowRevision) ([]int64, error) {
	r := f.Flow.Errors.Retry
	wait, err := sluice.ParseDuration(cmp.Or(r.After, sluice.DefaultRetryAfter))
	if err != nil {
		return nil, err
	}
	var ids []int64
	for n := range r.Times {
		more, err := c.Store.ErrorsToRetry(ctx, f.FlowID, n, c.Clock().Add(-min(wait, longestWait)), retriesAtOnce-len(ids))
		if err != nil {
			return nil, err
		}
		if ids = append(ids, more...); len(ids) >= retriesAtOnce {
			break
		}
		wait = min(2*wait, longestWait)
	}
	return ids, nil
}

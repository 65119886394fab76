package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/cli/traffic"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) runCommand() *cobra.Command {
	return shell.Group("run", "Executions of flows", p.runList(), p.runShow(), p.runWatch(), p.runCancel(), p.runResume())
}

func (p *program) runList() *cobra.Command {
	var q client.ListRunsQuery
	var since, until string
	c := &cobra.Command{Use: "list", Short: "List runs, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) (err error) {
		if q.Since, err = traffic.Since(since, time.Now()); err != nil {
			return err
		}
		if q.Until, err = traffic.Since(until, time.Now()); err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListRuns(ctx, q)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid { return runGrid(list.Items) })
		})
	}}
	c.Flags().StringVar(&q.Flow, "flow", "", "of this flow only")
	c.Flags().StringSliceVar(&q.State, "state", nil, "in these states only: queued, running, completed, failed, cancelled")
	c.Flags().StringVar(&q.Integration, "integration", "", "of this integration's flows only")
	c.Flags().StringVar(&since, "since", "", "made since then: 24h, 7d, a day or a time")
	c.Flags().StringVar(&until, "until", "", "made before then")
	c.Flags().StringVar(&q.StartedBy, "started-by", "", "started by this person, or by schedule or webhook")
	c.Flags().Int64Var(&q.Limit, "limit", 20, "runs at most")
	return c
}

func runGrid(list []client.Run) *shell.Grid {
	g := &shell.Grid{Header: []string{"run", "flow", "kind", "state", "read", "written", "unchanged", "excluded", "failed", "started", "took"},
		Right: []int{1, 5, 6, 7, 8, 9}, Empty: "There is no run."}
	for i := range list {
		r := &list[i]
		g.Add(shell.Number(r.ID), r.Flow, r.Kind, r.State, shell.Number(r.Counts.Read), shell.Number(r.Counts.Written), shell.Number(r.Counts.Unchanged),
			shell.Number(r.Counts.Excluded), shell.Number(r.Counts.Failed), shell.When(r.StartedAt), took(r))
	}
	return g
}

func took(r *client.Run) string {
	if r.StartedAt.IsZero() || r.FinishedAt.IsZero() {
		return ""
	}
	return r.FinishedAt.Sub(r.StartedAt).Round(time.Millisecond).String()
}

// runID reads the argument that is a run's or record error's number.
func runID(arg string) (int64, error) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil || id <= 0 {
		return 0, shell.Usagef("%q is not a number", arg)
	}
	return id, nil
}

// onRun makes a command for one run.
func (p *program) onRun(use, short string, do func(ctx context.Context, c *client.Client, id int64) error) *cobra.Command {
	return onNumber(use, short, p.With, do)
}

// workingOn is onRun for commands that wait: a server of our own works the run.
func (p *program) workingOn(use, short string, do func(ctx context.Context, c *client.Client, id int64) error) *cobra.Command {
	return onNumber(use, short, p.Working, do)
}

func onNumber(use, short string, reach func(*cobra.Command, shell.Call) error, do func(ctx context.Context, c *client.Client, id int64) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := runID(args[0])
		if err != nil {
			return err
		}
		return reach(cmd, func(ctx context.Context, c *client.Client) error { return do(ctx, c, id) })
	}}
}

func (p *program) runShow() *cobra.Command {
	return p.onRun("show RUN", "Show a run with its steps, totals and errors", func(ctx context.Context, c *client.Client, id int64) error {
		run, err := c.GetRun(ctx, id)
		if err != nil {
			return err
		}
		if err := p.showRun(ctx, c, run); err != nil || run.Error == nil || p.Output != "table" {
			return err
		}
		_, _ = fmt.Fprintln(p.Out)
		return failureGrid(run.Error).Write(p.Shell)
	})
}

// failureGrid shows why a run failed.
func failureGrid(e *client.Error) *shell.Grid {
	g := shell.Pairs("failed", e.Message, "code", e.Code, "where", e.Where, "what to do", e.Remedy)
	for _, p := range e.Problems {
		g.Add("", p.String())
	}
	return g
}

func (p *program) runCancel() *cobra.Command {
	return p.onRun("cancel RUN", "Ask a run to stop; pages in work are finished", func(ctx context.Context, c *client.Client, id int64) error {
		run, err := c.CancelRun(ctx, id)
		if err != nil {
			return err
		}
		return p.Show(run, func() *shell.Grid { return runGrid([]client.Run{*run}) })
	})
}

func (p *program) runWatch() *cobra.Command {
	return p.workingOn("watch RUN", "Wait for a run's end", p.follow)
}

func (p *program) runResume() *cobra.Command {
	return p.workingOn("resume RUN", "Let a failed or cancelled run go on, and wait for its end", func(ctx context.Context, c *client.Client, id int64) error {
		if _, err := c.ResumeRun(ctx, id); err != nil {
			return err
		}
		return p.follow(ctx, c, id)
	})
}

// follow waits for a run's end, shows it, and fails when the run did.
func (p *program) follow(ctx context.Context, c *client.Client, id int64) error {
	run, err := p.await(ctx, c, id)
	if err != nil {
		return err
	}
	if err := p.showRun(ctx, c, run); err != nil {
		return err
	}
	return verdict(run)
}

// verdict is the error for a run that did not end well, nil for one that did.
func verdict(run *client.Run) error {
	switch {
	case run.State == "failed" && run.Error != nil:
		return fmt.Errorf("run %d failed: %w\nWhen that is mended, go on with: sluice run resume %d", run.ID, run.Error, run.ID)
	case run.State != "completed":
		return fmt.Errorf("run %d is %s", run.ID, run.State)
	case run.Counts.Failed > 0:
		return errRecordErrors
	}
	return nil
}

// await waits until a run has ended, showing how far it is.
func (p *program) await(ctx context.Context, c *client.Client, id int64) (*client.Run, error) {
	progress := p.newProgress()
	defer progress.end()
	run, err := c.FollowRun(ctx, id, progress.update)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("stopped waiting for run %d; wait on with: sluice run watch %d", id, id)
	}
	return run, err
}

// shownErrors is how many record errors a run's summary lists.
const shownErrors = 10

func (p *program) showRun(ctx context.Context, c *client.Client, run *client.Run) error {
	if p.Output != "table" {
		return p.Show(run, nil)
	}
	if err := runGrid([]client.Run{*run}).Write(p.Shell); err != nil {
		return err
	}
	requests, err := traffic.Requests(ctx, c, run.ID)
	if err != nil {
		return err
	}
	for _, g := range []*shell.Grid{stepGrid(run.Steps), totalGrid(run.Totals), requests} {
		if len(g.Rows) > 0 {
			_, _ = fmt.Fprintln(p.Out)
		}
		if err := g.Write(p.Shell); err != nil {
			return err
		}
	}
	if run.Counts.Failed == 0 {
		return nil
	}
	list, err := c.ListErrors(ctx, client.ListErrorsQuery{Run: run.ID, Limit: shownErrors})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.Out)
	if err := errorGrid(list.Items).Write(p.Shell); err != nil {
		return err
	}
	p.Say("\nSee one whole: sluice error show ID. Try again: sluice error retry --run %d", run.ID)
	return nil
}

func stepGrid(steps []client.StepCounts) *shell.Grid {
	g := &shell.Grid{Header: []string{"step", "kind", "in", "created", "written", "unchanged", "excluded", "failed", "reason"}, Right: []int{3, 4, 5, 6, 7, 8}}
	for _, s := range steps {
		g.Add(s.Step, s.Kind, shell.Number(s.In), shell.Number(s.Created), shell.Number(s.Written), shell.Number(s.Unchanged), shell.Number(s.Excluded), shell.Number(s.Failed), stepReason(s))
	}
	return g
}

// stepReason is why a step left records out, what an import passed over, or what a
// lookup found.
func stepReason(s client.StepCounts) string {
	switch {
	case s.Ignored > 0:
		return shell.Number(s.Ignored) + " passed over"
	case s.Kind != "lookup":
		return s.Reason
	}
	without := ""
	if s.NotFound > 0 { // those that had to be found have failed, and are counted as such
		without = ", went on without " + shell.Number(s.NotFound)
	}
	return fmt.Sprintf("found %s%s, requests %s", shell.Number(s.Found), without, shell.Number(s.Requests))
}

func totalGrid(totals []client.OutcomeTotals) *shell.Grid {
	g := &shell.Grid{Header: []string{"control total", "read", "written", "unchanged", "excluded", "failed"}, Right: []int{2, 3, 4, 5, 6}}
	for _, t := range totals {
		g.Add(t.Name, t.Read, t.Written, t.Unchanged, t.Excluded, t.Failed)
	}
	return g
}

package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) watermarkCommand() *cobra.Command {
	var export string
	show := p.forFlow("show NAME", "Show how far a flow's delta export has got", func(ctx context.Context, c *client.Client, name string) error {
		w, err := c.GetWatermark(ctx, name, client.GetWatermarkQuery{Export: export})
		if err != nil {
			return err
		}
		return p.showWatermark(w)
	})
	set := &cobra.Command{Use: "set NAME TIME", Short: "Let the next run begin at a time", Args: cobra.ExactArgs(2),
		Long: "Lets the next run begin at a time, such as 2026-01-31T00:00:00Z, less the flow's overlap.\nRecords that were delivered with the same content are not sent again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := time.Parse(time.RFC3339, args[1])
			if err != nil {
				return fmt.Errorf("%q is not a time: write it as 2026-01-31T00:00:00Z", args[1])
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				w, err := c.SetWatermark(ctx, args[0], client.SetWatermarkQuery{Export: export}, client.WatermarkInput{At: at})
				if err != nil {
					return err
				}
				return p.showWatermark(w)
			})
		}}
	reset := p.forFlow("reset NAME", "Let the next run begin where the first one did", func(ctx context.Context, c *client.Client, name string) error {
		if err := c.ResetWatermark(ctx, name, client.ResetWatermarkQuery{Export: export}); err != nil {
			return err
		}
		p.Say("The next run of %s begins at its start.", name)
		return nil
	})
	for _, c := range []*cobra.Command{show, set, reset} {
		c.Flags().StringVar(&export, "export", "", "the export, where several of the flow's have delta")
	}
	return shell.Group("watermark", "How far a flow's delta export has got", show, set, reset)
}

func (p *program) showWatermark(w *client.WatermarkView) error {
	return p.Show(w, func() *shell.Grid {
		next := "at its start"
		if w.Valid {
			next = w.From.UTC().Format(time.RFC3339)
		}
		at := "none"
		if !w.At.IsZero() {
			at = w.At.UTC().Format(time.RFC3339Nano)
		}
		run := ""
		if w.RunID > 0 {
			run = shell.Number(w.RunID)
		}
		return shell.Pairs("flow", w.Flow, "export", w.Export, "watermark", at, "next run begins", next, "moved by run", run, "by", w.UpdatedBy, "on", shell.When(w.UpdatedAt))
	})
}

func (p *program) scheduleCommand() *cobra.Command {
	show := p.forFlow("show NAME", "Show a flow's schedule", func(ctx context.Context, c *client.Client, name string) error {
		s, err := c.GetSchedule(ctx, name)
		if err != nil {
			return err
		}
		return p.showSchedule(s)
	})
	pause := p.forFlow("pause NAME", "Let a flow not come due for now", func(ctx context.Context, c *client.Client, name string) error {
		s, err := c.PauseSchedule(ctx, name)
		if err != nil {
			return err
		}
		return p.showSchedule(s)
	})
	resume := p.forFlow("resume NAME", "Let a flow come due again", func(ctx context.Context, c *client.Client, name string) error {
		s, err := c.ResumeSchedule(ctx, name)
		if err != nil {
			return err
		}
		return p.showSchedule(s)
	})
	return shell.Group("schedule", "When a flow runs by itself", show, p.scheduleNext(), pause, resume)
}

func (p *program) showSchedule(s *client.FlowSchedule) error {
	return p.Show(s, func() *shell.Grid {
		next := shell.When(s.Next)
		if s.Paused || s.Schedule.Paused {
			next = "paused"
		}
		return shell.Pairs("flow", s.Flow, "cron", s.Schedule.Cron, "zone", s.Schedule.Zone, "next", next, "last", shell.When(s.Last))
	})
}

func (p *program) scheduleNext() *cobra.Command {
	var n int64
	var after string
	c := p.forFlow("next NAME", "List the next times at which a flow comes due", func(ctx context.Context, c *client.Client, name string) error {
		q := client.NextTimesQuery{N: n}
		if after != "" {
			at, err := time.Parse(time.RFC3339, after)
			if err != nil {
				return fmt.Errorf("%q is not a time: write it as 2026-01-31T00:00:00Z", after)
			}
			q.At = at
		}
		times, err := c.NextTimes(ctx, name, q)
		if err != nil {
			return err
		}
		return p.Show(times.Items, func() *shell.Grid {
			g := &shell.Grid{Header: []string{"time"}}
			for _, t := range times.Items {
				g.Add(t.Format(time.RFC3339))
			}
			return g
		})
	})
	c.Flags().Int64Var(&n, "count", 5, "how many")
	c.Flags().StringVar(&after, "after", "", "after this time instead of now")
	return c
}

// forFlow is a command about one flow.
func (p *program) forFlow(use, short string, do func(ctx context.Context, c *client.Client, name string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error { return do(ctx, c, args[0]) })
	}}
}

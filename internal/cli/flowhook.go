package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) flowHook() *cobra.Command {
	return &cobra.Command{Use: "hook NAME", Short: "Show where another system sends a flow's deliveries, and what waits", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			h, err := c.GetHook(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(h, func() *shell.Grid {
				return shell.Pairs("address", h.URL, "signed with", h.Connection, "waiting", shell.Number(h.Waiting), "received", shell.Number(h.Last), "last received", shell.When(h.LastAt))
			})
		})
	}}
}

// sayHook tells where a flow's deliveries go, above its text.
func (p *program) sayHook(ctx context.Context, c *client.Client, f *client.FlowRevision) error {
	if f.Flow.Export.Webhook == nil {
		return nil
	}
	h, err := c.GetHook(ctx, f.Flow.Name)
	if err == nil {
		p.Say("# deliveries go to %s (POST), %d wait", h.URL, h.Waiting)
	}
	return err
}

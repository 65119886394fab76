package connection

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// proofCommands show whether a connection works, what it offers and what it exchanges.
func (p *program) proofCommands() []*cobra.Command {
	return []*cobra.Command{p.connectionTest(), p.connectionRESTlets(), p.connectionDebug(), p.connectionLog()}
}

func (p *program) connectionTest() *cobra.Command {
	var query client.TestConnectionQuery
	c := &cobra.Command{Use: "test NAME", Short: "Test a connection and say what that proved", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			e, err := c.TestConnection(ctx, args[0], query)
			if err != nil {
				return err
			}
			return p.showEvidence(e)
		})
	}}
	c.Flags().StringVar(&query.Write, "write", "", "also make and delete one NetSuite record of this type, such as customer")
	return c
}

func evidenceGrid(e *client.Evidence) *shell.Grid {
	g := &shell.Grid{}
	for _, f := range e.Facts {
		mark := "ok"
		if !f.OK {
			mark = "!!"
		}
		g.Add(mark, f.Name, f.Value)
	}
	if e.OK {
		g.Add("ok", e.Message, fmt.Sprintf("%d ms", e.TookMs))
	}
	return g
}

func (p *program) connectionRESTlets() *cobra.Command {
	return &cobra.Command{Use: "restlets NAME", Short: "List the RESTlets that are deployed in the NetSuite account", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListRESTlets(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"script", "deployment", "name", "status"}, Empty: "No RESTlet is deployed in the account."}
				for _, r := range list.Items {
					status := r.Status
					if !r.Deployed {
						status += ", not deployed"
					}
					g.Add(r.ScriptID, r.DeploymentID, r.Name, status)
				}
				return g
			})
		})
	}}
}

func (p *program) connectionDebug() *cobra.Command {
	var minutes int64
	c := &cobra.Command{Use: "debug NAME", Short: "Switch a connection's debug log on for some minutes; 0 ends it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if minutes < 0 || minutes > 60 {
			return shell.Usagef("--minutes goes from 0 to 60")
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			conn, err := c.SetDebug(ctx, args[0], client.DebugSwitch{Minutes: minutes})
			if err != nil {
				return err
			}
			if minutes == 0 {
				p.Say("The debug log of %s has ended.", conn.Name)
			} else {
				p.Say("The debug log of %s ends at %s. Watch it: sluice connection log %s --follow", conn.Name, shell.When(conn.DebugUntil), conn.Name)
			}
			return nil
		})
	}}
	c.Flags().Int64Var(&minutes, "minutes", 15, "how long, up to 60; 0 ends it")
	return c
}

func (p *program) connectionLog() *cobra.Command {
	var follow, remove, whole bool
	var limit int64
	c := &cobra.Command{Use: "log NAME", Short: "Show what a connection exchanged while its debug log was on; secrets masked", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if remove {
				if err := c.ClearDebug(ctx, args[0]); err != nil {
					return err
				}
				p.Say("The debug log of %s is empty.", args[0])
				return nil
			}
			return p.showLog(ctx, c, args[0], limit, follow, whole)
		})
	}}
	c.Flags().BoolVar(&follow, "follow", false, "go on until interrupted")
	c.Flags().BoolVar(&whole, "bodies", false, "with headers and bodies")
	c.Flags().BoolVar(&remove, "clear", false, "remove all entries")
	c.Flags().Int64Var(&limit, "limit", 50, "so many of the newest entries")
	return c
}

// followEvery is how often a followed log is asked for more.
const followEvery = time.Second

// showLog writes entries oldest first, as a log is read.
func (p *program) showLog(ctx context.Context, c *client.Client, name string, limit int64, follow, whole bool) error {
	seen := int64(0)
	for {
		list, err := c.DebugLog(ctx, name, client.DebugLogQuery{Limit: limit})
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(list.Items, func(e client.DebugEntry) bool { return e.ID <= seen })
		slices.Reverse(fresh)
		if len(fresh) > 0 || seen == 0 {
			if err := p.Show(fresh, func() *shell.Grid { return logGrid(fresh, whole, !follow) }); err != nil {
				return err
			}
		}
		if !follow {
			return nil
		}
		for _, e := range fresh {
			seen = max(seen, e.ID)
		}
		limit = 1000 // a second's worth
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

func logGrid(list []client.DebugEntry, whole, hint bool) *shell.Grid {
	g := &shell.Grid{}
	if hint {
		g.Empty = "Nothing was logged. Switch the log on: sluice connection debug NAME"
	}
	for _, e := range list {
		result := fmt.Sprint(e.Status)
		if e.Status == 0 {
			result = e.Error
		}
		g.Add(shell.When(e.At), e.Method, e.URL, strings.TrimSpace(result), fmt.Sprintf("%d ms", e.TookMs))
		if whole {
			g.Add("", ">", strings.TrimSpace(e.Request))
			g.Add("", "<", strings.TrimSpace(e.Response))
		}
	}
	return g
}

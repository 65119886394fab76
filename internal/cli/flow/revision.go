package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/flowfile"
)

func (p *program) revisionsCommand() *cobra.Command {
	return &cobra.Command{Use: "revisions NAME", Short: "List a flow's revisions, newest first", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListRevisions(ctx, args[0], client.ListRevisionsQuery{})
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"revision", "by", "stored", "added", "removed"}, Right: []int{0, 3, 4}}
				for _, r := range list.Items {
					g.Add(shell.Number(r.Number), r.CreatedBy, shell.When(r.CreatedAt), shell.Number(r.Added), shell.Number(r.Removed))
				}
				return g
			})
		})
	}}
}

// number reads the number of a revision.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, shell.Usagef("%q is not the number of a revision", text)
	}
	return n, nil
}

func (p *program) diffCommand() *cobra.Command {
	return &cobra.Command{Use: "diff NAME A [B]", Short: "Compare two revisions of a flow; without B, A with the newest", Args: cobra.RangeArgs(2, 3), RunE: func(cmd *cobra.Command, args []string) error {
		var query client.DiffRevisionsQuery
		var err error
		if query.From, err = number(args[1]); err != nil {
			return err
		}
		if len(args) == 3 {
			if query.To, err = number(args[2]); err != nil {
				return err
			}
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			diff, err := c.DiffRevisions(ctx, args[0], query)
			if err != nil {
				return err
			}
			if p.Output != "table" {
				return p.Show(diff, nil)
			}
			p.Say("Revision %d to %d", diff.From, diff.To)
			_, err = fmt.Fprint(p.Out, diff.Diff)
			return err
		})
	}}
}

func (p *program) revertCommand() *cobra.Command {
	return &cobra.Command{Use: "revert NAME N", Short: "Make an earlier revision of a flow its newest", Args: cobra.ExactArgs(2),
		Long: "Stores the text of revision N anew, as a new revision: nothing of the history goes. The text is checked as any is, and runs under way go on as they began.",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := number(args[1])
			if err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				r, err := c.RevertFlow(ctx, args[0], n)
				if err != nil {
					return err
				}
				return p.Show(r, func() *shell.Grid {
					return shell.Pairs("flow", r.Flow.Name, "revision", shell.Number(r.Number), "as", shell.Number(n))
				})
			})
		}}
}

func (p *program) cloneCommand() *cobra.Command {
	var to string
	var mapped []string
	c := &cobra.Command{Use: "clone NAME --to NEW", Short: "Make another flow of the same text, with other connections", Args: cobra.ExactArgs(1),
		Long: "Stores a flow of the same text under another name. Each connection that the flow names is mapped, a=a keeps one; those that --map-connection leaves out are asked for,\n" +
			"or listed when nobody is there to answer. The clone is disabled: enable it when it is what you want.",
		RunE: func(cmd *cobra.Command, args []string) error {
			connections, err := shell.Assignments("map-connection", mapped)
			if err != nil {
				return err
			}
			if to == "" {
				return shell.Usagef("--to says what the clone is called")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				if err := p.askConnections(ctx, c, args[0], connections); err != nil {
					return err
				}
				r, err := c.CloneFlow(ctx, args[0], client.CloneInput{Name: to, Connections: connections})
				if err != nil {
					return err
				}
				p.Say("It is disabled. Try it: sluice flow run %s --dry", to)
				return p.Show(r, func() *shell.Grid {
					return shell.Pairs("flow", r.Flow.Name, "revision", shell.Number(r.Number), "enabled", "no", "connections", pairs(connections))
				})
			})
		}}
	c.Flags().StringVar(&to, "to", "", "`NAME` of the clone")
	c.Flags().StringArrayVar(&mapped, "map-connection", nil, "`OLD=NEW`: the clone uses NEW where the flow uses OLD; may be repeated")
	return c
}

func pairs(m map[string]string) string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		list = append(list, k+"="+m[k])
	}
	return strings.Join(list, ", ")
}

// askConnections asks for the connections of a flow that are not mapped yet, where a
// person is there to answer.
func (p *program) askConnections(ctx context.Context, c *client.Client, name string, connections map[string]string) error {
	if !p.Interactive {
		return nil // the server lists what is missing
	}
	stored, err := c.GetFlow(ctx, name)
	if err != nil {
		return err
	}
	flow, problems := flowfile.Parse(name, []byte(stored.Text))
	if len(problems) > 0 {
		return nil // the server says so
	}
	for _, used := range fit.Names(flow) {
		if _, there := connections[used]; there {
			continue
		}
		answer, err := p.Ask(fmt.Sprintf("Connection for %s [%s]: ", used, used))
		if err != nil {
			return err
		}
		if connections[used] = answer; answer == "" {
			connections[used] = used
		}
	}
	return nil
}

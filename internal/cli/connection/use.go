package connection

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) connectionUse() *cobra.Command {
	return &cobra.Command{Use: "used-by NAME", Short: "List the flows that use a connection", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ConnectionUse(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"flow"}, Empty: "No flow uses it."}
				for _, name := range list.Items {
					g.Add(name)
				}
				return g
			})
		})
	}}
}

func (p *program) connectionReplace() *cobra.Command {
	var in client.Replacement
	c := &cobra.Command{Use: "replace NAME --with OTHER", Short: "Make flows use another connection", Args: cobra.ExactArgs(1),
		Long: "Changes every flow that uses the connection, or those that --flow names: one new revision of each, all or none. Comments and spacing of their files stay.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if in.With == "" {
				return shell.Usagef("give --with: the connection to use from now on")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				done, err := c.ReplaceConnection(ctx, args[0], in)
				if err != nil {
					return err
				}
				return p.Show(done, func() *shell.Grid {
					g := &shell.Grid{Header: []string{"changed"}, Empty: "No flow uses it."}
					for _, name := range done.Flows {
						g.Add(name)
					}
					return g
				})
			})
		}}
	c.Flags().StringVar(&in.With, "with", "", "the connection to use from now on")
	c.Flags().StringSliceVar(&in.Flows, "flow", nil, "flows to change; all that use the connection by default")
	return c
}

func (p *program) connectionDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Delete a connection that nothing uses; it can be restored for a while (trash.days)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteConnection(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s. It can come back for as long as deleted ones are kept: sluice connection restore %s", args[0], args[0])
			return nil
		})
	}}
}

func (p *program) connectionDeleted() *cobra.Command {
	return &cobra.Command{Use: "deleted", Short: "List deleted connections that can be restored", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListDeletedConnections(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"id", "name", "kind", "deleted", "by", "goes for good"}, Empty: "There is none."}
				for _, d := range list.Items {
					g.Add(d.ID, d.Name, d.Kind, shell.When(d.DeletedAt), d.DeletedBy, shell.When(d.PurgeAt))
				}
				return g
			})
		})
	}}
}

func (p *program) connectionRestore() *cobra.Command {
	var in client.Restoration
	c := &cobra.Command{Use: "restore NAME", Short: "Bring a deleted connection back as it was", Args: cobra.ExactArgs(1),
		Long: "NAME is the name that the connection had, or its ID where several had it.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				id, err := deletedID(ctx, c, args[0])
				if err != nil {
					return err
				}
				conn, err := c.RestoreConnection(ctx, id, in)
				if err != nil {
					return err
				}
				p.Say("Restored. See whether it works still: sluice connection test %s", conn.Name)
				return p.Show(conn, func() *shell.Grid { return connectionGrid(conn) })
			})
		}}
	c.Flags().StringVar(&in.Name, "name", "", "another name, where its own is taken")
	return c
}

// deletedID finds a deleted connection by ID, or by a name that one had.
func deletedID(ctx context.Context, c *client.Client, name string) (string, error) {
	list, err := c.ListDeletedConnections(ctx)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, d := range list.Items {
		if d.ID == name {
			return d.ID, nil
		}
		if d.Name == name {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) > 1 {
		return "", shell.Usagef("several deleted connections had the name %s; give one of their IDs: %s", name, strings.Join(ids, ", "))
	}
	return strings.Join(append(ids, name)[:1], ""), nil // what is not there is for the server to say
}

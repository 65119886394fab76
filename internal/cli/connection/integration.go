package connection

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// IntegrationCommand returns the command for integrations.
func IntegrationCommand(sh *shell.Shell) *cobra.Command {
	p := &program{sh}
	return shell.Group("integration", "Named groups of flows with their connections",
		p.integrationList(), p.integrationShow(), p.integrationCreate(), p.integrationEdit(), p.integrationDelete(),
		p.registration("register", "Register a connection with an integration", (*client.Client).RegisterConnection),
		p.registration("unregister", "Take a connection away from an integration", (*client.Client).UnregisterConnection))
}

func (p *program) integrationList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List integrations", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListIntegrations(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "title", "flows", "offline", "open errors"}, Right: []int{3, 5}}
				for _, i := range list.Items {
					g.Add(i.Name, i.Title, strconv.Itoa(len(i.Flows)), strings.Join(i.Offline, ", "), shell.Number(i.OpenErrors))
				}
				return g
			})
		})
	}}
}

func integrationGrid(i *client.IntegrationView) *shell.Grid {
	g := shell.Pairs("name", i.Name, "title", i.Title, "description", i.Description, "application", i.Application, "connections", strings.Join(i.Connections, ", "),
		"flows", strings.Join(i.Flows, ", "), "offline", strings.Join(i.Offline, ", "))
	if i.OpenErrors > 0 {
		g.Add("open errors", shell.Number(i.OpenErrors))
	}
	return g
}

func (p *program) integrationShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show an integration", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showIntegration(c.GetIntegration(ctx, args[0]))
		})
	}}
}

func (p *program) showIntegration(i *client.IntegrationView, err error) error {
	if err != nil {
		return err
	}
	return p.Show(i, func() *shell.Grid { return integrationGrid(i) })
}

// integrationFlags are the flags by which an integration is given.
type integrationFlags struct{ title, description, application string }

func (f *integrationFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.title, "title", "", "name for people")
	c.Flags().StringVar(&f.description, "description", "", "what it is for")
	c.Flags().StringVar(&f.application, "application", "", "application of the guide: see sluice guide --list")
}

func (p *program) integrationCreate() *cobra.Command {
	var flags integrationFlags
	c := &cobra.Command{Use: "create NAME", Short: "Create an integration", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showIntegration(c.CreateIntegration(ctx, client.IntegrationInput{Name: args[0], Title: flags.title, Description: flags.description, Application: flags.application}))
		})
	}}
	flags.add(c)
	return c
}

func (p *program) integrationEdit() *cobra.Command {
	var flags integrationFlags
	var name string
	c := &cobra.Command{Use: "edit NAME", Short: "Change an integration", Args: cobra.ExactArgs(1)}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		changed := func(flag string) bool { return cmd.Flags().Changed(flag) }
		if !changed("title") && !changed("description") && !changed("application") && name == "" {
			return shell.Usagef("nothing to change: give --title, --description, --application or --name")
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			old, err := c.GetIntegration(ctx, args[0])
			if err != nil {
				return err
			}
			in := client.IntegrationInput{Name: old.Name, Title: old.Title, Description: old.Description, Application: old.Application, Connections: old.Connections}
			for flag, field := range map[string]struct {
				to   *string
				from string
			}{"title": {&in.Title, flags.title}, "description": {&in.Description, flags.description}, "application": {&in.Application, flags.application}, "name": {&in.Name, name}} {
				if changed(flag) {
					*field.to = field.from
				}
			}
			return p.showIntegration(c.UpdateIntegration(ctx, args[0], in))
		})
	}
	flags.add(c)
	c.Flags().StringVar(&name, "name", "", "another name; only while no flow is in it")
	return c
}

func (p *program) integrationDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Delete an integration that has no flows", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteIntegration(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s.", args[0])
			return nil
		})
	}}
}

func (p *program) registration(verb, short string, do func(*client.Client, context.Context, string, string) (*client.IntegrationView, error)) *cobra.Command {
	return &cobra.Command{Use: verb + " NAME CONNECTION", Short: short, Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showIntegration(do(c, ctx, args[0], args[1]))
		})
	}}
}

// NoticeCommand returns the command for notices.
func NoticeCommand(sh *shell.Shell) *cobra.Command {
	p := &program{sh}
	return shell.Group("notice", "What needs somebody", p.noticeList(), p.noticeClose())
}

func (p *program) noticeList() *cobra.Command {
	var all bool
	c := &cobra.Command{Use: "list", Short: "List open notices, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListNotices(ctx, client.ListNoticesQuery{Open: !all})
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"id", "since", "notice", "what to do", "closed"}, Empty: "Nothing needs you."}
				for _, n := range list.Items {
					g.Add(shell.Number(n.ID), shell.When(n.At), n.Message, n.Remedy, shell.When(n.ClosedAt))
				}
				return g
			})
		})
	}}
	c.Flags().BoolVar(&all, "all", false, "closed ones too")
	return c
}

func (p *program) noticeClose() *cobra.Command {
	return &cobra.Command{Use: "close ID", Short: "Dismiss a notice; it comes back when its cause does", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return shell.Usagef("%q is not the number of a notice", args[0])
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.CloseNotice(ctx, id); err != nil {
				return fmt.Errorf("notice %d: %w", id, err)
			}
			p.Say("Closed.")
			return nil
		})
	}}
}

package person

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// TokenCommand is sluice token.
func TokenCommand(s *shell.Shell) *cobra.Command {
	p := &program{s}
	return shell.Group("token", "API tokens for programs", p.tokenList(), p.tokenCreate(), p.tokenDelete())
}

func (p *program) tokenList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List API tokens", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListTokens(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"id", "name", "for", "role", "integrations", "made", "ends", "last used"}, Empty: "There is no token."}
				for _, t := range list.Items {
					g.Add(t.ID, t.Name, t.User, t.Role, inWords(t.Integrations), shell.When(t.CreatedAt), shell.When(t.ExpiresAt), shell.When(t.LastUsed))
				}
				return g
			})
		})
	}}
}

func (p *program) tokenCreate() *cobra.Command {
	var in client.NewToken
	var integrations []string
	c := &cobra.Command{Use: "create NAME", Short: "Make an API token and print its text, this once", Args: cobra.ExactArgs(1),
		Long: "Makes an API token. NAME says what it is for. It does what its user may do, at any time, and no more than --role and --integration say.",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.Name = args[0]
			if in.Integrations, err = shell.Assignments("integration", integrations); err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				t, err := c.CreateToken(ctx, in)
				if err != nil {
					return err
				}
				p.Say("This is shown once. Keep it where only its user can read it:")
				return p.Show(t, func() *shell.Grid { return &shell.Grid{Rows: [][]string{{t.Text}}} })
			})
		}}
	c.Flags().StringVar(&in.Role, "role", "", "owner, administrator, manage or monitor; the user's own by default, and nothing with --integration")
	c.Flags().StringArrayVar(&integrations, "integration", nil, integrationHelp)
	c.Flags().StringVar(&in.User, "user", "", "e-mail address of whom the token acts for")
	c.Flags().StringVar(&in.ExpiresIn, "expires-in", "", "how long it works, such as 720h")
	return c
}

func (p *program) tokenDelete() *cobra.Command {
	return &cobra.Command{Use: "delete ID", Short: "Delete an API token", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteToken(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted.")
			return nil
		})
	}}
}

// SessionCommand is sluice session.
func SessionCommand(s *shell.Shell) *cobra.Command {
	p := &program{s}
	return shell.Group("session", "Browsers that are logged in", p.sessionList(), p.sessionEnd())
}

func (p *program) sessionList() *cobra.Command {
	var q client.ListSessionsQuery
	c := &cobra.Command{Use: "list", Short: "List the browsers in which somebody is logged in", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListSessions(ctx, q)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"id", "user", "browser", "from", "begun", "last seen", "ends"}, Empty: "There is no session."}
				for _, s := range list.Items {
					g.Add(s.ID, s.User, s.Device, s.Remote, shell.When(s.BegunAt), shell.When(s.SeenAt), shell.When(s.EndsAt))
				}
				return g
			})
		})
	}}
	c.Flags().StringVar(&q.User, "user", "", "e-mail address; your own by default")
	return c
}

func (p *program) sessionEnd() *cobra.Command {
	var q client.EndSessionsQuery
	c := &cobra.Command{Use: "end [ID]", Short: "End a session, or all of a user's", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if (len(args) == 0) == (q.User == "") {
			return shell.Usagef("give the ID of a session, or --user EMAIL to end all of a person's")
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if len(args) > 0 {
				if err := c.EndSession(ctx, args[0]); err != nil {
					return err
				}
				p.Say("Ended.")
				return nil
			}
			done, err := c.EndSessions(ctx, q)
			if err != nil {
				return err
			}
			p.Say("Ended %d.", done.Ended)
			return nil
		})
	}}
	c.Flags().StringVar(&q.User, "user", "", "e-mail address of whose sessions end")
	return c
}

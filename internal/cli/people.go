package cli

import (
	"context"

	"github.com/charmbracelet/huh"
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) userCommand() *cobra.Command {
	return shell.Group("user", "People with an account", p.userList(), p.userCreate(), p.userEdit(), p.userDelete())
}

func (p *program) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List users", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListUsers(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"e-mail", "name", "role", "since"}, Empty: "There is no user yet."}
				for _, u := range list.Items {
					g.Add(u.Email, u.Name, u.Role, shell.When(u.CreatedAt))
				}
				return g
			})
		})
	}}
}

func (p *program) userCreate() *cobra.Command {
	in := client.NewUser{}
	var password string
	c := &cobra.Command{Use: "create EMAIL --name NAME --role ROLE", Short: "Create a user", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) (err error) {
		in.Email = args[0]
		switch {
		case password != "":
			in.Password, err = p.ReadSecret("password", password)
		case p.Interactive:
			input := huh.NewInput().Title("Password").Description("At least 12 characters").EchoMode(huh.EchoModePassword).Value(&in.Password)
			err = huh.NewForm(huh.NewGroup(input)).WithInput(p.In).WithOutput(p.Err).RunWithContext(cmd.Context())
		default:
			err = shell.Usagef("give the password: --password env:NAME, --password @FILE or --password - for standard input")
		}
		if err != nil {
			return err
		}
		if in.Name == "" {
			in.Name = in.Email
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			u, err := c.CreateUser(ctx, in)
			if err != nil {
				return err
			}
			return p.Show(u, func() *shell.Grid { return shell.Pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "id", u.ID) })
		})
	}}
	c.Flags().StringVar(&in.Name, "name", "", "the person's name; the e-mail address by default")
	c.Flags().StringVar(&in.Role, "role", "monitor", "owner, administrator, manage or monitor")
	c.Flags().StringVar(&password, "password", "", "env:NAME, @FILE or - for standard input; asked for on a terminal")
	return c
}

func (p *program) userEdit() *cobra.Command {
	var in client.UserChange
	var password string
	c := &cobra.Command{Use: "edit EMAIL", Short: "Change a user's name, role or password", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) (err error) {
		if password != "" {
			if in.Password, err = p.ReadSecret("password", password); err != nil {
				return err
			}
		}
		if in == (client.UserChange{}) {
			return shell.Usagef("nothing to change: give --name, --role or --password")
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			u, err := c.UpdateUser(ctx, args[0], in)
			if err != nil {
				return err
			}
			return p.Show(u, func() *shell.Grid {
				return shell.Pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "id", u.ID)
			})
		})
	}}
	c.Flags().StringVar(&in.Name, "name", "", "the person's name")
	c.Flags().StringVar(&in.Role, "role", "", "owner, administrator, manage or monitor")
	c.Flags().StringVar(&password, "password", "", "env:NAME, @FILE or - for standard input")
	return c
}

func (p *program) userDelete() *cobra.Command {
	return &cobra.Command{Use: "delete EMAIL", Short: "Delete a user with all tokens", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteUser(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s.", args[0])
			return nil
		})
	}}
}

func (p *program) tokenCommand() *cobra.Command {
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
				g := &shell.Grid{Header: []string{"id", "name", "role", "made", "ends", "last used"}, Empty: "There is no token."}
				for _, t := range list.Items {
					g.Add(t.ID, t.Name, t.Role, shell.When(t.CreatedAt), shell.When(t.ExpiresAt), shell.When(t.LastUsed))
				}
				return g
			})
		})
	}}
}

func (p *program) tokenCreate() *cobra.Command {
	var in client.NewToken
	c := &cobra.Command{Use: "create NAME", Short: "Make an API token and print its text, this once", Args: cobra.ExactArgs(1),
		Long: "Makes an API token. NAME says what it is for.",
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Name = args[0]
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				t, err := c.CreateToken(ctx, in)
				if err != nil {
					return err
				}
				p.Say("This is shown once. Keep it where only its user can read it:")
				return p.Show(t, func() *shell.Grid { return &shell.Grid{Rows: [][]string{{t.Text}}} })
			})
		}}
	c.Flags().StringVar(&in.Role, "role", "", "owner, administrator, manage or monitor; the user's own by default")
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

func (p *program) auditCommand() *cobra.Command {
	var q client.ListAuditQuery
	c := &cobra.Command{Use: "audit", Short: "Show who did what, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListAudit(ctx, q)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"time", "who", "what", "to what", "detail"}, Empty: "Nothing happened yet."}
				for _, e := range list.Items {
					g.Add(shell.When(e.At), e.Actor, e.Action, e.NounID, short(e.Detail, 80))
				}
				return g
			})
		})
	}}
	c.Flags().StringVar(&q.Noun, "noun", "", "events of this noun only: connection, flow, user, …")
	c.Flags().StringVar(&q.Name, "name", "", "events of the thing with this name only; with --noun")
	c.Flags().Int64Var(&q.Limit, "limit", 50, "events at most")
	c.Flags().Int64Var(&q.Before, "before", 0, "events before this number only")
	return c
}

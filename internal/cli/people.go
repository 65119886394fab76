package cli

import (
	"context"

	"github.com/charmbracelet/huh"
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) userCommand() *cobra.Command {
	return group("user", "People with an account", p.userList(), p.userCreate(), p.userDelete())
}

func (p *program) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List users", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListUsers(ctx)
			if err != nil {
				return err
			}
			return p.show(list.Items, func() *grid {
				g := &grid{header: []string{"e-mail", "name", "role", "since"}, empty: "There is no user yet."}
				for _, u := range list.Items {
					g.add(u.Email, u.Name, u.Role, when(u.CreatedAt))
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
			in.Password, err = p.readSecret("password", password)
		case p.terminal:
			input := huh.NewInput().Title("Password").Description("At least 12 characters").EchoMode(huh.EchoModePassword).Value(&in.Password)
			err = huh.NewForm(huh.NewGroup(input)).WithInput(p.in).WithOutput(p.err).RunWithContext(cmd.Context())
		default:
			err = usagef("give the password: --password env:NAME, --password @FILE or --password - for standard input")
		}
		if err != nil {
			return err
		}
		if in.Name == "" {
			in.Name = in.Email
		}
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			u, err := c.CreateUser(ctx, in)
			if err != nil {
				return err
			}
			return p.show(u, func() *grid { return pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "id", u.ID) })
		})
	}}
	c.Flags().StringVar(&in.Name, "name", "", "the person's name; the e-mail address by default")
	c.Flags().StringVar(&in.Role, "role", "monitor", "owner, administrator, manage or monitor")
	c.Flags().StringVar(&password, "password", "", "env:NAME, @FILE or - for standard input; asked for on a terminal")
	return c
}

func (p *program) userDelete() *cobra.Command {
	return &cobra.Command{Use: "delete EMAIL", Short: "Delete a user with all tokens", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteUser(ctx, args[0]); err != nil {
				return err
			}
			p.say("Deleted %s.", args[0])
			return nil
		})
	}}
}

func (p *program) tokenCommand() *cobra.Command {
	return group("token", "API tokens for programs", p.tokenList(), p.tokenCreate(), p.tokenDelete())
}

func (p *program) tokenList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List API tokens", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListTokens(ctx)
			if err != nil {
				return err
			}
			return p.show(list.Items, func() *grid {
				g := &grid{header: []string{"id", "name", "role", "made", "ends", "last used"}, empty: "There is no token."}
				for _, t := range list.Items {
					g.add(t.ID, t.Name, t.Role, when(t.CreatedAt), when(t.ExpiresAt), when(t.LastUsed))
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
			return p.with(cmd, func(ctx context.Context, c *client.Client) error {
				t, err := c.CreateToken(ctx, in)
				if err != nil {
					return err
				}
				p.say("This is shown once. Keep it where only its user can read it:")
				return p.show(t, func() *grid { return &grid{rows: [][]string{{t.Text}}} })
			})
		}}
	c.Flags().StringVar(&in.Role, "role", "", "owner, administrator, manage or monitor; the user's own by default")
	c.Flags().StringVar(&in.User, "user", "", "e-mail address of whom the token acts for")
	c.Flags().StringVar(&in.ExpiresIn, "expires-in", "", "how long it works, such as 720h")
	return c
}

func (p *program) tokenDelete() *cobra.Command {
	return &cobra.Command{Use: "delete ID", Short: "Delete an API token", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteToken(ctx, args[0]); err != nil {
				return err
			}
			p.say("Deleted.")
			return nil
		})
	}}
}

func (p *program) auditCommand() *cobra.Command {
	var q client.ListAuditQuery
	c := &cobra.Command{Use: "audit", Short: "Show who did what, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.with(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListAudit(ctx, q)
			if err != nil {
				return err
			}
			return p.show(list.Items, func() *grid {
				g := &grid{header: []string{"time", "who", "what", "to what", "detail"}, empty: "Nothing happened yet."}
				for _, e := range list.Items {
					g.add(when(e.At), e.Actor, e.Action, e.NounID, short(e.Detail, 80))
				}
				return g
			})
		})
	}}
	c.Flags().Int64Var(&q.Limit, "limit", 50, "events at most")
	c.Flags().Int64Var(&q.Before, "before", 0, "events before this number only")
	return c
}

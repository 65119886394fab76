// Package person has the commands round people: users, sessions, API tokens and the audit log.
package person

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/huh"
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

type program struct{ *shell.Shell }

// UserCommand is sluice user.
func UserCommand(s *shell.Shell) *cobra.Command {
	p := &program{s}
	return shell.Group("user", "People with an account", p.userList(), p.userShow(), p.userCreate(), p.userEdit(), p.userLink(), p.userDelete())
}

func (p *program) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List users", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListUsers(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"e-mail", "name", "role", "integrations", "last seen"}, Empty: "There is no user yet."}
				for _, u := range list.Items {
					g.Add(u.Email, u.Name, u.Role, inWords(u.Integrations), shell.When(u.SeenAt))
				}
				return g
			})
		})
	}}
}

// inWords says roles in integrations: shop=manage, stock=monitor.
func inWords(roles map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		words = append(words, name+"="+roles[name])
	}
	return strings.Join(words, ", ")
}

func (p *program) userShow() *cobra.Command {
	return &cobra.Command{Use: "show EMAIL", Short: "Show a user with what is theirs", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			u, err := c.GetUser(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(u, func() *shell.Grid {
				return shell.Pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "integrations", inWords(u.Integrations), "signs in by", strings.Join(u.SignIn, ", "),
					"last seen", shell.When(u.SeenAt), "sessions", shell.Number(u.Sessions), "tokens", shell.Number(u.Tokens), "assigned errors", shell.Number(u.Assigned), "since", shell.When(u.CreatedAt), "id", u.ID)
			})
		})
	}}
}

// Roles that the flags take.
const (
	roleHelp        = "owner, administrator, manage, monitor or member (nothing but what integrations say)"
	integrationHelp = "role in an integration: NAME=manage or NAME=monitor; may be repeated"
)

func (p *program) userCreate() *cobra.Command {
	in := client.NewUser{}
	var password string
	var integrations []string
	c := &cobra.Command{Use: "create EMAIL --name NAME --role ROLE", Short: "Create a user, with a password or a one-time link", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) (err error) {
		in.Email = args[0]
		if in.Integrations, err = shell.Assignments("integration", integrations); err != nil {
			return err
		}
		if password != "" {
			if in.Password, err = p.ReadSecret("password", password); err != nil {
				return err
			}
		}
		if in.Name == "" {
			in.Name = in.Email
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			u, err := c.CreateUser(ctx, in)
			if err != nil {
				return err
			}
			return p.Show(u, func() *shell.Grid {
				g := shell.Pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "integrations", inWords(u.Integrations), "id", u.ID)
				if u.Link != nil {
					p.Say("Give the person this link. It is shown once and works once, until %s:", shell.When(u.Link.EndsAt))
					g.Add("link", u.Link.URL)
				}
				return g
			})
		})
	}}
	c.Flags().StringVar(&in.Name, "name", "", "the person's name; the e-mail address by default")
	c.Flags().StringVar(&in.Role, "role", "monitor", roleHelp)
	c.Flags().StringArrayVar(&integrations, "integration", nil, integrationHelp)
	c.Flags().StringVar(&password, "password", "", "env:NAME, @FILE or - for standard input; without it a one-time link is printed by which the person sets one")
	return c
}

func (p *program) userEdit() *cobra.Command {
	var in client.UserChange
	var password string
	var integrations []string
	c := &cobra.Command{Use: "edit EMAIL", Short: "Change a user's name, roles or password", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) (err error) {
		if password != "" {
			if in.Password, err = p.ReadSecret("password", password); err != nil {
				return err
			}
		}
		roles, err := shell.Assignments("integration", integrations)
		if err != nil {
			return err
		}
		if in.Name == "" && in.Role == "" && password == "" && len(roles) == 0 {
			return shell.Usagef("nothing to change: give --name, --role, --integration or --password")
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			for _, name := range slices.Sorted(maps.Keys(roles)) {
				if _, err := c.SetMember(ctx, name, args[0], client.Membership{Role: roleOrNone(roles[name])}); err != nil {
					return err
				}
			}
			u, err := c.UpdateUser(ctx, args[0], in)
			if err != nil {
				return err
			}
			return p.Show(u, func() *shell.Grid {
				return shell.Pairs("e-mail", u.Email, "name", u.Name, "role", u.Role, "integrations", inWords(u.Integrations), "id", u.ID)
			})
		})
	}}
	c.Flags().StringVar(&in.Name, "name", "", "the person's name")
	c.Flags().StringVar(&in.Role, "role", "", roleHelp)
	c.Flags().StringArrayVar(&integrations, "integration", nil, integrationHelp+"; NAME=none takes it away")
	c.Flags().StringVar(&password, "password", "", "env:NAME, @FILE or - for standard input; the person's sessions end")
	return c
}

// roleOrNone is the API's word for no role in an integration.
func roleOrNone(role string) string {
	if role == "none" {
		return "member"
	}
	return role
}

func (p *program) userLink() *cobra.Command {
	return &cobra.Command{Use: "link EMAIL", Short: "Make a one-time link by which a user sets a password", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			l, err := c.OfferLink(ctx, args[0])
			if err != nil {
				return err
			}
			p.Say("Give the person this link. It is shown once and works once, until %s:", shell.When(l.EndsAt))
			return p.Show(l, func() *shell.Grid { return &shell.Grid{Rows: [][]string{{l.URL}}} })
		})
	}}
}

func (p *program) userDelete() *cobra.Command {
	var yes bool
	c := &cobra.Command{Use: "delete EMAIL", Short: "Delete a user with all tokens and sessions", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if p.Interactive && !yes {
				u, err := c.GetUser(ctx, args[0])
				if err != nil {
					return err
				}
				p.Say("%d API tokens and %d sessions end; %d open record errors are assigned to nobody then.", u.Tokens, u.Sessions, u.Assigned)
				ask := huh.NewConfirm().Title("Delete " + u.Email + "?").Value(&yes)
				if err := huh.NewForm(huh.NewGroup(ask)).WithInput(p.In).WithOutput(p.Err).RunWithContext(ctx); err != nil || !yes {
					return err
				}
			}
			if err := c.DeleteUser(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s.", args[0])
			return nil
		})
	}}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// Package connection holds the commands for connections and what belongs to them:
// consumer keys, integrations and notices.
package connection

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// program holds the commands.
type program struct{ *shell.Shell }

// Command returns the command for connections.
func Command(sh *shell.Shell) *cobra.Command {
	p := &program{sh}
	c := shell.Group("connection", "Ways into other systems",
		p.connectionList(), p.connectionShow(), p.connectionCreate(), p.connectionEdit(), p.connectionDelete(), p.connectionUse(), p.connectionSunset(), p.connectionReplace(), p.connectionDeleted(), p.connectionRestore())
	c.AddCommand(p.loginCommands()...)
	c.AddCommand(p.proofCommands()...)
	return c
}

func (p *program) connectionList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List connections", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListConnections(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "kind", "status", "checked", "detail"}, Empty: "There is no connection. Create one: sluice connection create NAME --kind netsuite"}
				for _, c := range list.Items {
					g.Add(c.Name, c.Kind, c.Status, shell.When(c.CheckedAt), c.Detail)
				}
				return g
			})
		})
	}}
}

func (p *program) connectionShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a connection; secrets as fingerprints", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			conn, err := c.GetConnection(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(conn, func() *shell.Grid { return connectionGrid(conn) })
		})
	}}
}

func connectionGrid(c *client.Connection) *shell.Grid {
	g := shell.Pairs("name", c.Name, "kind", c.Kind, "status", c.Status, "detail", c.Detail, "checked", shell.When(c.CheckedAt), "changed", shell.When(c.UpdatedAt))
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		g.Add(name, c.Settings[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		g.Add(name, c.Secrets[name])
	}
	addLogins(g, c)
	return g
}

// fieldFlags are the flags by which settings and secrets are given.
type fieldFlags struct{ set, secret []string }

func (f *fieldFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.set, "set", nil, "a setting: name=value")
	c.Flags().StringArrayVar(&f.secret, "secret", nil, "a secret: name=env:VARIABLE, name=@FILE or name=- for standard input")
}

func (p *program) fields(f *fieldFlags) (settings, secrets map[string]string, err error) {
	if settings, err = shell.Assignments("set", f.set); err != nil {
		return nil, nil, err
	}
	places, err := shell.Assignments("secret", f.secret)
	if err != nil {
		return nil, nil, err
	}
	secrets = map[string]string{}
	for name, place := range places {
		if secrets[name], err = p.ReadSecret(name, place); err != nil {
			return nil, nil, err
		}
	}
	return settings, secrets, nil
}

const createHelp = `Creates a connection. On a terminal, fields that are not given are asked for;
secrets are not shown while they are typed.

  sluice connection create netsuite --kind netsuite --set account=1234567_SB1 \
    --secret consumer_key=env:NS_CONSUMER_KEY --secret consumer_secret=@consumer.secret …`

func (p *program) connectionCreate() *cobra.Command {
	var kind string
	var flags fieldFlags
	c := &cobra.Command{Use: "create NAME --kind KIND", Short: "Create a connection", Long: createHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if kind == "" {
				return shell.Usagef("give --kind: netsuite, postgresql, sqlite or files")
			}
			settings, secrets, err := p.fields(&flags)
			if err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				in := client.ConnectionInput{Name: args[0], Kind: kind, Settings: settings, Secrets: secrets}
				if p.Interactive {
					if err := p.askFields(ctx, c, &in); err != nil {
						return err
					}
				}
				conn, err := c.CreateConnection(ctx, in)
				if err != nil {
					return err
				}
				if conn.Settings["type"] == sluice.AuthTokenAuto {
					p.Say("Created. Get its token: sluice connection authorize %s", conn.Name)
				} else {
					p.Say("Created. See whether it works: sluice connection test %s", conn.Name)
				}
				return p.Show(conn, func() *shell.Grid { return connectionGrid(conn) })
			})
		}}
	c.Flags().StringVar(&kind, "kind", "", "netsuite, postgresql, sqlite or files")
	flags.add(c)
	return c
}

func (p *program) connectionEdit() *cobra.Command {
	var flags fieldFlags
	var name string
	c := &cobra.Command{Use: "edit NAME", Short: "Change settings and secrets; all others stay", Args: cobra.ExactArgs(1),
		Long: "Changes the given fields; an empty value (--set timeout=) takes a setting away.",
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, secrets, err := p.fields(&flags)
			if err != nil {
				return err
			}
			if len(settings)+len(secrets) == 0 && name == "" {
				return shell.Usagef("nothing to change: give --set, --secret or --name")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				old, err := c.GetConnection(ctx, args[0])
				if err != nil {
					return err
				}
				maps.Copy(old.Settings, settings)
				in := client.ConnectionInput{Name: old.Name, Kind: old.Kind, Settings: old.Settings, Secrets: secrets, Base: old.Revision}
				if name != "" {
					in.Name = name
				}
				conn, err := c.UpdateConnection(ctx, args[0], in)
				if err != nil {
					return err
				}
				p.sayCandidate(conn)
				return p.Show(conn, func() *shell.Grid { return connectionGrid(conn) })
			})
		}}
	c.Flags().StringVar(&name, "name", "", "another name; only while no flow uses the connection")
	flags.add(c)
	return c
}

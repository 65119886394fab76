package connection

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// ConsumerKeyCommand returns the command for consumer keys.
func ConsumerKeyCommand(sh *shell.Shell) *cobra.Command {
	p := &program{sh}
	return shell.Group("consumer-key", "Consumer keys (iClients), kept once for all connections that name them",
		p.keyList(), p.keyShow(), p.keyCreate(), p.keyEdit(), p.keyDelete())
}

func (p *program) keyList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List consumer keys", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListConsumerKeys(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "account", "application", "changed"}, Empty: "There is no consumer key. Create one: sluice consumer-key create NAME"}
				for _, k := range list.Items {
					g.Add(k.Name, k.Account, k.Application, shell.When(k.UpdatedAt))
				}
				return g
			})
		})
	}}
}

func keyGrid(k *client.ConsumerKey, users []string) *shell.Grid {
	g := shell.Pairs("name", k.Name, "account", k.Account, "application", k.Application, "consumer key", k.ConsumerKey, "consumer secret", k.ConsumerSecret, "changed", shell.When(k.UpdatedAt))
	for _, name := range users {
		g.Add("used by", name)
	}
	return g
}

func (p *program) keyShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a consumer key, its texts as fingerprints, and the connections that use it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				key, err := c.GetConsumerKey(ctx, args[0])
				if err != nil {
					return err
				}
				users, err := c.ConsumerKeyUse(ctx, args[0])
				if err != nil {
					return err
				}
				return p.Show(key, func() *shell.Grid { return keyGrid(key, users.Items) })
			})
		}}
}

// keyFlags are the flags by which a consumer key is given.
type keyFlags struct {
	in          client.ConsumerKeyInput
	key, secret string
}

func (f *keyFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.in.Account, "account", "", "account of the integration record, in any spelling; leave it out where the record is in several")
	c.Flags().StringVar(&f.in.Application, "application", "", "name of the integration record in NetSuite")
	c.Flags().StringVar(&f.key, "key", "", "the consumer key: env:VARIABLE, @FILE or - for standard input; asked for on a terminal")
	c.Flags().StringVar(&f.secret, "secret", "", "the consumer secret, like --key")
}

// read reads the two texts from where the flags say, and on a terminal asks for
// those that are needed.
func (p *program) readKey(ctx context.Context, f *keyFlags, needed bool) error {
	for _, text := range []struct {
		flag, title, place string
		into               *string
	}{{"key", "Consumer key", f.key, &f.in.ConsumerKey}, {"secret", "Consumer secret", f.secret, &f.in.ConsumerSecret}} {
		var err error
		switch {
		case text.place != "":
			*text.into, err = p.ReadSecret(text.flag, text.place)
		case needed && p.Interactive:
			*text.into, err = p.askField(ctx, client.Field{Label: text.title, Secret: true, Help: "Shown once when the integration record was saved (Setup > Integration > Manage Integrations)"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *program) keyCreate() *cobra.Command {
	var flags keyFlags
	c := &cobra.Command{Use: "create NAME", Short: "Create a consumer key", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if err := p.readKey(cmd.Context(), &flags, true); err != nil {
			return err
		}
		flags.in.Name = args[0]
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			key, err := c.CreateConsumerKey(ctx, flags.in)
			if err != nil {
				return err
			}
			p.Say("Created. Let a connection use it: sluice connection edit NAME --set iclient=%s", key.Name)
			return p.Show(key, func() *shell.Grid { return keyGrid(key, nil) })
		})
	}}
	flags.add(c)
	return c
}

func (p *program) keyEdit() *cobra.Command {
	var flags keyFlags
	c := &cobra.Command{Use: "edit NAME", Short: "Change or rotate a consumer key for all connections that use it", Args: cobra.ExactArgs(1),
		Long: "Changes what is given; the rest stays. Connections log in with the new texts from their next request on.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.readKey(cmd.Context(), &flags, false); err != nil {
				return err
			}
			if flags.in == (client.ConsumerKeyInput{}) {
				return shell.Usagef("nothing to change: give --key, --secret, --account, --application or --name")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				key, err := c.UpdateConsumerKey(ctx, args[0], flags.in)
				if err != nil {
					return err
				}
				users, err := c.ConsumerKeyUse(ctx, key.Name)
				if err != nil {
					return err
				}
				return p.Show(key, func() *shell.Grid { return keyGrid(key, users.Items) })
			})
		}}
	flags.add(c)
	c.Flags().StringVar(&flags.in.Name, "name", "", "another name; only while no connection uses it")
	return c
}

func (p *program) keyDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Delete a consumer key that no connection uses", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteConsumerKey(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s.", args[0])
			return nil
		})
	}}
}

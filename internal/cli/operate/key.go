package operate

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// KeyCommand is sluice key.
func KeyCommand(p *shell.Shell) *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "The keys that seal secrets, and what each is needed for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				k, err := c.ListKeys(ctx)
				if err != nil {
					return err
				}
				return showKeys(p, k)
			})
		}}
	rotate := &cobra.Command{Use: "rotate", Short: "Make a new key, and seal every secret anew with it", Args: cobra.NoArgs,
		Long: `Puts a new key into the key file, seals every stored secret anew with it, and drops the old key when no secret, no
other server and no scheduled backup needs it. Servers work meanwhile; a rotation that was killed goes on when
the server starts. Backups made before need the old key: keep a copy of the old key file, apart from them,
for as long as you may want to restore one.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				k, err := c.RotateKey(ctx)
				if err != nil {
					return err
				}
				return showKeys(p, k)
			})
		}}
	var although bool
	drop := &cobra.Command{Use: "drop", Short: "Remove keys that nothing needs any more", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				k, err := c.DropKeys(ctx, client.Drop{AlthoughBackups: although})
				if err != nil {
					return err
				}
				return showKeys(p, k)
			})
		}}
	drop.Flags().BoolVar(&although, "although-backups", false, "also those that only scheduled backups need, whose secrets do not open without")
	return shell.Group("key", "The keys that seal secrets", list, rotate, drop)
}

func showKeys(p *shell.Shell, k *client.Keys) error {
	if k.Waiting != "" {
		p.Say("%s", k.Waiting)
	}
	if k.Lost > 0 {
		p.Say("%d secrets were sealed under keys that are not there: put their key file back, or enter them again.", k.Lost)
	}
	return p.Show(k, func() *shell.Grid {
		g := &shell.Grid{Header: []string{"key", "seals", "fingerprint", "secrets", "backups"}, Right: []int{4, 5}}
		for _, one := range k.Items {
			g.Add(fmt.Sprint(one.ID), map[bool]string{true: "yes", false: "no"}[one.Primary], one.Fingerprint, shell.Number(one.Secrets), shell.Number(one.Backups))
		}
		return g
	})
}

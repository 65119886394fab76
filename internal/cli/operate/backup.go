// Package operate has the commands of who runs a server: backups, restoring, keys.
package operate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

const backupHelp = `Writes all that the server knows into FILE, or to standard output with -, while it runs: connections
with their sealed secrets, flows, runs, the ledger, errors, users, the audit log. All of it is of one moment.

The key file is not in it: without that, secrets of a restored server do not open. Keep it elsewhere, or put
the keys into the backup under a passphrase: --with-key env:NAME (or @FILE, or -).`

// BackupCommand is sluice backup.
func BackupCommand(p *shell.Shell) *cobra.Command {
	var passphrase string
	var list, check bool
	c := &cobra.Command{Use: "backup [FILE|-]", Short: "Back the server up while it runs", Long: backupHelp, Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case list && len(args) == 0:
				return p.With(cmd, func(ctx context.Context, c *client.Client) error { return listBackups(ctx, p, c) })
			case list || len(args) == 0:
				return shell.Usagef("give the backup's FILE, or - for standard output; --list takes none")
			case check:
				return checkBackup(p, args[0])
			}
			secret, err := readPassphrase(p, "with-key", passphrase)
			if err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error { return take(ctx, p, c, args[0], secret) })
		}}
	c.Flags().StringVar(&passphrase, "with-key", "", "put the keys into the backup, under a passphrase from env:NAME, @FILE or -")
	c.Flags().BoolVar(&list, "list", false, "list the scheduled backups that the server keeps")
	c.Flags().BoolVar(&check, "check", false, "read FILE to its end and compare it with its digests; needs no server")
	return c
}

func readPassphrase(p *shell.Shell, flag, place string) (string, error) {
	if place == "" {
		return "", nil
	}
	if strings.HasPrefix(place, "env:") || strings.HasPrefix(place, "@") || place == "-" {
		return p.ReadSecret(flag, place)
	}
	return "", shell.Usagef("a passphrase is not taken from the command line, where others can read it: write --%s env:NAME, @FILE or -", flag)
}

// take fetches a backup. A file gets its name when it was found to be whole.
func take(ctx context.Context, p *shell.Shell, c *client.Client, path, passphrase string) error {
	method, body := "GET", any(nil)
	if passphrase != "" {
		method, body = "POST", client.BackupKey{Passphrase: passphrase}
	}
	if path == "-" {
		return c.Fetch(ctx, method, "/api/v1/backup", nil, body, p.Out)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".sluice-backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails where it was renamed
	err = c.Fetch(ctx, method, "/api/v1/backup", nil, body, file)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	found, err := backup.Check(file.Name())
	if err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	p.Say("Backup of %s in %s", found.Head.MadeAt.Local().Format("2006-01-02 15:04:05"), path)
	if len(found.Head.Keys) > 0 && !found.Head.WithKey {
		p.Say("Its secrets are sealed under the key %s. To restore them you need that key too: keep the key file, apart from the backup.", found.Head.KeyIDs())
	}
	return nil
}

func checkBackup(p *shell.Shell, path string) error {
	f, err := backup.Check(path)
	if err != nil {
		return err
	}
	var rows int64
	for _, n := range f.Manifest.Rows {
		rows += n
	}
	keys := f.Head.KeyIDs()
	if f.Head.WithKey {
		keys += " (in it, under a passphrase)"
	}
	return p.Show(f.Head, func() *shell.Grid {
		return shell.Pairs("whole", "yes", "made", shell.When(f.Head.MadeAt), "by version", f.Head.Program, "from", f.Head.Database,
			"tables", fmt.Sprintf("version %d, %d rows", f.Head.Schema, rows), "keys", keys)
	})
}

func listBackups(ctx context.Context, p *shell.Shell, c *client.Client) error {
	b, err := c.ListBackups(ctx)
	if err != nil {
		return err
	}
	return p.Show(b, func() *shell.Grid {
		g := &shell.Grid{Header: []string{"name", "made", "bytes"}, Right: []int{3}, Empty: "No scheduled backups. Start the server with --backup-dir to have some."}
		for _, item := range b.Items {
			g.Add(item.Name, shell.When(item.MadeAt), shell.Number(item.Size))
		}
		if b.Error != "" {
			p.Say("The last one failed: %s", b.Error)
		}
		return g
	})
}

// RestoredCommand is sluice restored.
func RestoredCommand(p *shell.Shell) *cobra.Command {
	show := &cobra.Command{Use: "show", Short: "Flows that look before they write, since the server was restored", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				d, err := c.Restoration(ctx)
				if err != nil {
					return err
				}
				return p.Show(d, func() *shell.Grid {
					g := &shell.Grid{Header: []string{"flow", "was enabled", "backup of", "restored"}, Empty: "Nothing is in doubt."}
					for _, f := range d.Flows {
						g.Add(f.Name, map[bool]string{true: "yes", false: "no"}[f.WasEnabled], shell.When(d.BackupAt), shell.When(d.RestoredAt))
					}
					return g
				})
			})
		}}
	trust := &cobra.Command{Use: "trust FLOW", Short: "Let a flow write again without looking first", Args: cobra.ExactArgs(1),
		Long: "Says that somebody has looked at what the flow had written after the backup. It then writes by its ledger alone, as before.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error { return c.TrustFlow(ctx, args[0]) })
		}}
	return shell.Group("restored", "What is in doubt since the server was restored", show, trust)
}

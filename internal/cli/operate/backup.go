// Package operate has the commands of who runs a server: backups, restoring, keys.
package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
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

const restoreHelp = `Brings a backup back, with the server stopped: into an empty data folder, or in the place of what is there with
--replace. The backup is checked before anything changes, and what was there stays until all of it is restored.
A backup of SQLite can be restored into PostgreSQL and the other way round, with --database.

What ran when the backup was made may have gone on since. So all flows come back disabled and their runs held.
Enable a flow when its destination is ready, and resume its run: what was written after the backup is looked
for before anything is written again. Where that cannot be, the run stops and says so; see: sluice restored.
With --moved flows and runs go on at once: only where nothing has run since the backup was made.`

// RestoreCommand is sluice restore.
func RestoreCommand(p *shell.Shell) *cobra.Command {
	var r backup.Restore
	var passphrase string
	c := &cobra.Command{Use: "restore FILE|-", Short: "Restore a backup, with the server stopped", Long: restoreHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			r.Path, r.DataDir = args[0], p.DataDir()
			secret, err := readPassphrase(p, "key-passphrase", passphrase)
			if err != nil {
				return err
			}
			r.Passphrase = sluice.NewSecret(secret)
			if r.Path == "-" {
				if r.Path, err = spool(p.In); err != nil {
					return err
				}
				defer func() { err = errors.Join(err, os.Remove(r.Path)) }()
			}
			out, err := r.Do(cmd.Context())
			if err != nil {
				return err
			}
			SayRestored(p, out)
			return p.Show(out, func() *shell.Grid { return &shell.Grid{} })
		}}
	c.Flags().StringVar(&r.DatabaseURL, "database", p.Getenv("SLUICE_DATABASE"), "postgres://… or sqlite:PATH ($SLUICE_DATABASE); by default a SQLite file in the data folder")
	c.Flags().StringVar(&r.KeyFile, "key-file", p.Getenv("SLUICE_KEY_FILE"), "keys that seal secrets ($SLUICE_KEY_FILE); by default key.json in the data folder")
	c.Flags().StringVar(&passphrase, "key-passphrase", "", "put the backup's own keys into the data folder; their passphrase from env:NAME, @FILE or -")
	c.Flags().BoolVar(&r.WithoutKey, "without-key", false, "restore although the keys are lost: secrets have to be entered again")
	c.Flags().BoolVar(&r.Replace, "replace", false, "take the place of the database that is there")
	c.Flags().BoolVar(&r.Moved, "moved", false, "nothing has run since the backup was made: flows and runs go on as they were")
	return c
}

func spool(from io.Reader) (string, error) { return backup.Spool(from, "") }

// SayRestored says what was restored and what is to be done now.
func SayRestored(p *shell.Shell, out *backup.Restored) {
	var rows int64
	for _, n := range out.Rows {
		rows += n
	}
	p.Say("Restored the backup of %s: %d rows.", out.MadeAt.Local().Format("2006-01-02 15:04:05"), rows)
	if out.Replaced != "" && out.Replaced != "dropped" {
		p.Say("What was there before is in %s: delete it when you do not need it any more.", out.Replaced)
	}
	if len(out.Missing) > 0 {
		p.Say("Secrets that were sealed under the keys %v do not open: enter them again.", out.Missing)
	}
	if len(out.Flows) > 0 || out.Runs > 0 {
		p.Say("Disabled until you enable them (sluice flow enable NAME): %s. Held until you resume them (sluice run resume ID): %d runs.", strings.Join(out.Flows, ", "), out.Runs)
	}
	p.Say("Users, passwords and API tokens are as they were then: take away again what was taken away since.")
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

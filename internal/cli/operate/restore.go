package operate

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

const restoreHelp = `Brings a backup back, with the server stopped: into an empty data folder, or in the place of what is there with
--replace. The backup is checked before anything changes, and what was there stays until all of it is restored.
A backup of SQLite can be restored into PostgreSQL and the other way round, with --database.

What ran when the backup was made may have gone on since. So all flows come back disabled and their runs held.
Enable a flow when its destination is ready, and resume its run: what was written after the backup is looked
for before anything is written again. Where that cannot be, the run stops and says so; see: sluice restored.
With --moved flows and runs go on at once: only where nothing has run since the backup was made.

With --online the server goes on until the backup was brought to it and found to be whole. It shows what the
backup holds and asks for its host. It then stops its work as on a shutdown, restores, and answers again. FILE
can be the name of one of the server's scheduled backups too (sluice backup --list).`

// RestoreCommand is sluice restore.
func RestoreCommand(p *shell.Shell) *cobra.Command {
	var r backup.Restore
	var passphrase, word string
	var online bool
	c := &cobra.Command{Use: "restore FILE|-", Short: "Restore a backup, with the server stopped or by itself", Long: restoreHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			r.Path, r.DataDir = args[0], p.DataDir()
			secret, err := readPassphrase(p, "key-passphrase", passphrase)
			if err != nil {
				return err
			}
			r.Passphrase = sluice.NewSecret(secret)
			if online {
				if r.Replace || r.Moved || r.DatabaseURL != p.Getenv("SLUICE_DATABASE") || r.KeyFile != p.Getenv("SLUICE_KEY_FILE") {
					return shell.Usagef("--online restores in the place of what the server has: it takes no --replace, --moved, --database or --key-file")
				}
				return p.With(cmd, func(ctx context.Context, c *client.Client) error {
					return restoreOnline(ctx, p, c, args[0], client.Confirmation{Confirm: word, Passphrase: secret, WithoutKey: r.WithoutKey})
				})
			}
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
	c.Flags().BoolVar(&online, "online", false, "have the running server restore it in the place of what it has, and begin anew")
	c.Flags().StringVar(&word, "confirm", "", "with --online: the server's host as the command shows it, instead of being asked")
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

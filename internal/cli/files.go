package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/internal/cli/fileset"
	"github.com/sluicehq/sluice/internal/cli/flow"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/spf13/cobra"
)

const filesHelp = `DIR holds connections.yaml and flow files (*.yaml), the latter in DIR or DIR/flows.
connections.yaml lists connections; a value can be read from elsewhere:

  connections:
    - name: netsuite
      kind: netsuite
      settings: {account: 1234567_SB1, type: token}
      secrets:
        consumer_key: {env: NETSUITE_CONSUMER_KEY}
        token_secret: {file: token.secret}

Secrets are never written into the file. Those that it does not name stay.
consumer_keys.yaml lists iClients (consumer_key and consumer_secret are given like
secrets), integrations.yaml integrations with the connections registered with them.`

func (p *program) planCommand() *cobra.Command {
	var o applyOptions
	c := &cobra.Command{Use: "plan DIR", Short: "Show what apply would change, and what that means", Args: cobra.ExactArgs(1),
		Long: "Compares a folder of files with what is stored, and changes nothing. Besides the changes it shows what was changed elsewhere since the\n" +
			"folder was applied last, which runs and record errors are touched, and what a run of a changed flow will be.\n\n" + filesHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withFiles(cmd, args[0], o, (*client.Client).Plan)
		}}
	o.flags(c)
	return c
}

// applyOptions are the flags of plan and apply.
type applyOptions struct {
	prune  bool
	source string
}

func (o *applyOptions) flags(c *cobra.Command) {
	c.Flags().BoolVar(&o.prune, "prune", false, "delete what this folder has applied before and holds no more")
	c.Flags().StringVar(&o.source, "source", "", "`NAME` of the folder, by which the server knows it again; its own without it")
}

func (p *program) applyCommand() *cobra.Command {
	var o applyOptions
	c := &cobra.Command{Use: "apply DIR", Short: "Store a folder of files: all, or none when there is a problem",
		Long: "Stores a folder of files. When anything is wrong with any of them, all problems are shown and nothing is changed.\n\n" + filesHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withFiles(cmd, args[0], o, (*client.Client).Apply)
		}}
	o.flags(c)
	return c
}

func (p *program) withFiles(cmd *cobra.Command, dir string, o applyOptions, do func(*client.Client, context.Context, client.FileSet) (*client.Plan, error)) error {
	set, err := p.reader().Read(dir)
	if err != nil {
		return err
	}
	if set.Prune, set.Source = o.prune, o.source; set.Source == "" {
		full, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		set.Source = filepath.Base(full)
	}
	return p.With(cmd, func(ctx context.Context, c *client.Client) error {
		plan, err := do(c, ctx, *set)
		if err != nil {
			return err
		}
		if err := p.Show(plan, func() *shell.Grid { return p.planGrid(plan) }); err != nil {
			return err
		}
		if len(plan.Refused) > 0 { // the exit code of apply
			return fmt.Errorf("apply would be refused: %w", shell.ErrSilent)
		}
		return nil
	})
}

func (p *program) planGrid(plan *client.Plan) *shell.Grid {
	verb := map[bool]string{false: "would change", true: "changed"}[plan.Applied]
	p.Say("%s %s, %d unchanged.", counted(len(plan.Changes), "thing", "things"), verb, plan.Unchanged)
	g := &shell.Grid{}
	for _, d := range plan.Drift {
		flow.DriftRows(g, &d)
	}
	for _, c := range plan.Changes {
		flow.ChangeRows(g, &c)
	}
	for _, c := range plan.Left {
		g.Add("left", c.Noun, c.Name, "not in the folder any more; --prune deletes it")
	}
	if len(plan.Refused) > 0 {
		p.Say("Apply would store nothing of it: you may not change all of it.")
	}
	for _, r := range plan.Refused {
		place, thing, _ := strings.Cut(r.Path, " ")
		g.Add("refused", place, thing, r.Message)
	}
	return g
}

func (p *program) reader() *fileset.Reader {
	return &fileset.Reader{Getenv: p.Getenv, Remote: p.Server != ""}
}

func (p *program) pullCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{Use: "pull DIR", Short: "Write everything that can be kept as files into a folder of files", Args: cobra.ExactArgs(1),
		Long: "Writes what is stored as files that apply understands. Secrets are written as names of environment variables.\nFiles that differ are left alone without --force.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				pulled, err := c.Pull(ctx)
				if err != nil {
					return err
				}
				files, err := fileset.Write(pulled)
				if err != nil {
					return err
				}
				return p.writeFiles(args[0], files, force)
			})
		}}
	c.Flags().BoolVar(&force, "force", false, "overwrite files that differ")
	return c
}

func (p *program) writeFiles(dir string, files map[string]string, force bool) error {
	var kept []string
	for _, path := range slices.Sorted(maps.Keys(files)) {
		full := filepath.Join(dir, path)
		old, err := os.ReadFile(full)
		switch {
		case err == nil && string(old) == files[path]:
			continue
		case err == nil && !force:
			kept = append(kept, path)
			continue
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		if err := os.WriteFile(full, []byte(files[path]), 0o644); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		_, _ = fmt.Fprintln(p.Out, path)
	}
	if len(kept) > 0 {
		return fmt.Errorf("these files differ and were left alone (overwrite them with --force): %s", strings.Join(kept, ", "))
	}
	return nil
}

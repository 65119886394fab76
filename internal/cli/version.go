package cli

import (
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/cli/shell"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Show which build this is", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := app.BuildVersion()
			return p.Show(v, func() *shell.Grid { return shell.Pairs("sluice", v.Version, "commit", v.Commit, "go", v.Go) })
		}}
}

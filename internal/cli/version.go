package cli

import (
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Show which build this is", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := app.BuildVersion()
			return p.show(v, func() *grid { return pairs("sluice", v.Version, "go", v.Go) })
		}}
}

package cli

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/demo"
	"github.com/sluicehq/sluice/internal/cli/shell"
)

const demoHelp = `Starts an emulated NetSuite account and a server, makes connections between them,
and runs the flows of a made-up shop: customers, products and orders into
NetSuite, orders out of it into a database and a CSV file. It tells what happens,
then stays up until Ctrl-C, so that you can try the commands it names.

Everything is in a temporary folder that goes with it, or in --data DIR, where it
stays: a second demo there finds everything delivered already.`

func (p *program) demoCommand() *cobra.Command {
	var once bool
	c := &cobra.Command{Use: "demo", Short: "See it work: an emulated account, a server, and the flows of a shop", Long: demoHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			dir, remove, err := p.demoFolder()
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, remove()) }()
			d := &demo.Demo{Out: p.Out, Log: p.Logger(false), Dir: dir, Keep: p.Data != "", Client: shell.SocketClient, Await: p.await}
			return d.Run(cmd.Context(), once)
		}}
	c.Flags().BoolVar(&once, "once", false, "end after the flows have run")
	return c
}

// demoFolder returns the demo's folder and what to do with it at the end.
func (p *program) demoFolder() (string, func() error, error) {
	if p.Data != "" {
		dir, err := filepath.Abs(p.Data)
		if err == nil {
			err = os.MkdirAll(dir, 0o700)
		}
		return dir, func() error { return nil }, err
	}
	dir, err := os.MkdirTemp("", "sluice-demo-")
	return dir, func() error { return os.RemoveAll(dir) }, err
}

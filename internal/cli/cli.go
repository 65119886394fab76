package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/channel"
	"github.com/sluicehq/sluice/internal/cli/connection"
	"github.com/sluicehq/sluice/internal/cli/flow"
	"github.com/sluicehq/sluice/internal/cli/operate"
	"github.com/sluicehq/sluice/internal/cli/person"
	"github.com/sluicehq/sluice/internal/cli/setting"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/cli/trace"
	"github.com/sluicehq/sluice/internal/cli/traffic"
)

// The exit codes of every command.
const (
	exitOK           = 0
	exitFailure      = 1
	exitUsage        = 2
	exitRecordErrors = 3
)

// program is the command line.
type program struct {
	*shell.Shell
	started bool // the arguments were understood
}

// Main runs a command line (without the program's name) and returns the exit code.
func Main(ctx context.Context, args []string) int {
	p := &program{Shell: &shell.Shell{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv,
		Interactive: isatty.IsTerminal(os.Stderr.Fd()) && isatty.IsTerminal(os.Stdin.Fd())}}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	err := root.ExecuteContext(ctx)
	code := p.exitCode(err)
	if err != nil {
		p.report(err, code)
	}
	return code
}

// errRecordErrors ends a command whose run left records behind.
var errRecordErrors = fmt.Errorf("the run ended with record errors: %w", shell.ErrSilent)

// exitCode is the one place where an error becomes an exit code.
func (p *program) exitCode(err error) int {
	var usage *shell.UsageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errRecordErrors):
		return exitRecordErrors
	case errors.As(err, &usage) || !p.started:
		return exitUsage
	}
	return exitFailure
}

const rootHelp = `Sluice moves records in and out of NetSuite, and loses and doubles none.

Exit codes: 0 success, 1 failure, 2 wrong use, 3 a run ended with record errors.
Results go to standard output, everything else to standard error.`

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "sluice", Short: "NetSuite integration", Long: rootHelp,
		SilenceUsage: true, SilenceErrors: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if p.Output != "table" && p.Output != "json" && p.Output != "yaml" {
				return shell.Usagef("--output is %q, not table, json or yaml", p.Output)
			}
			p.started = true
			return nil
		},
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&p.Output, "output", "o", "table", "form of the result: table, json or yaml")
	flags.StringVar(&p.Server, "server", p.Getenv("SLUICE_SERVER"), "address of a server, such as http://localhost:8321 ($SLUICE_SERVER)")
	flags.StringVar(&p.Token, "token", "", "API token for --server; better in $SLUICE_TOKEN, where other users do not see it")
	flags.StringVar(&p.Data, "data", "", "data folder ($SLUICE_DATA)")
	root.AddGroup(&cobra.Group{ID: "server", Title: "Servers:"}, &cobra.Group{ID: "work", Title: "Connections, flows, runs and errors:"},
		&cobra.Group{ID: "files", Title: "Files:"}, &cobra.Group{ID: "netsuite", Title: "NetSuite:"}, &cobra.Group{ID: "people", Title: "People:"})
	root.SetHelpCommandGroupID("server")
	root.CompletionOptions.HiddenDefaultCmd = true
	p.addCommands(root)
	return root
}

func (p *program) addCommands(root *cobra.Command) {
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("server", p.serveCommand(), p.demoCommand(), p.emulateCommand(), p.versionCommand(), setting.LicencesCommand(p.Shell))
	add("server", operate.BackupCommand(p.Shell), operate.RestoreCommand(p.Shell), operate.RestoredCommand(p.Shell), operate.KeyCommand(p.Shell), setting.Command(p.Shell))
	add("work", connection.Command(p.Shell), connection.ConsumerKeyCommand(p.Shell), connection.IntegrationCommand(p.Shell), connection.NoticeCommand(p.Shell), p.doctorCommand(), p.flowCommand(), p.runCommand(), p.errorCommand(), trace.Command(p.Shell), channel.Command(p.Shell), traffic.Command(p.Shell))
	add("files", p.planCommand(), p.applyCommand(), p.pullCommand(), flow.CloneCommand(p.Shell))
	add("netsuite", p.suiteQLCommand(), p.recordCommand(), p.guideCommand(), p.signCommand())
	add("people", person.UserCommand(p.Shell), person.SessionCommand(p.Shell), person.TokenCommand(p.Shell), person.AuditCommand(p.Shell))
}

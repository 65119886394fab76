package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

const doctorHelp = `Examines a NetSuite connection from its settings to the account, and names the step
of the set-up that mends it. It causes two refused logins at most, and changes nothing
in the account.

NetSuite tells the reason of a refused login in its Login Audit Trail alone. Where the
answers do not decide, the doctor asks for the column Detail of that trail:

  sluice doctor netsuite --explain-code token_rejected

A NAME besides --explain-code leaves out what does not concern that connection's login.`

// errBroken ends a command whose diagnosis has told what is wrong.
var errBroken = fmt.Errorf("the connection is broken: %w", shell.ErrSilent)

func (p *program) doctorCommand() *cobra.Command {
	var code string
	c := &cobra.Command{Use: "doctor NAME", Short: "Say what is wrong with a NetSuite connection", Long: doctorHelp, Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case code != "":
				return p.explainCode(cmd, code, args)
			case len(args) == 0:
				return shell.Usagef("give the name of a connection, or --explain-code")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				d, err := c.Diagnose(ctx, args[0])
				if err != nil {
					return err
				}
				if err := p.Show(d, func() *shell.Grid { return &shell.Grid{Lines: page.Diagnosis(d)} }); err != nil {
					return err
				}
				if d.Verdict.Code != sluice.VerdictHealthy {
					return errBroken
				}
				return nil
			})
		}}
	c.Flags().StringVar(&code, "explain-code", "", "say what a code means: a Detail of the Login Audit Trail, or the code of an answer")
	return c
}

func (p *program) explainCode(cmd *cobra.Command, code string, args []string) error {
	return p.With(cmd, func(ctx context.Context, c *client.Client) error {
		e, err := c.ExplainCode(ctx, code)
		if err != nil {
			return err
		}
		if len(args) == 1 {
			conn, err := c.GetConnection(ctx, args[0])
			if err != nil {
				return err
			}
			e.Meanings = concerning(e.Meanings, conn)
		}
		return p.Show(e, func() *shell.Grid { return &shell.Grid{Lines: page.Meanings(e.Meanings)} })
	})
}

// concerning leaves out the meanings of the other way to log in, unless nothing
// would be left.
func concerning(all []client.CodeMeaning, conn *client.Connection) []client.CodeMeaning {
	oauth := conn.Settings["type"] == sluice.AuthOAuth2M2M
	left := slices.DeleteFunc(slices.Clone(all), func(m client.CodeMeaning) bool {
		return !strings.HasPrefix(m.Protocol, "answer of an API") && strings.Contains(m.Protocol, "OAuth 2.0") != oauth
	})
	if len(left) == 0 {
		return all
	}
	return left
}

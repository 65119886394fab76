package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
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
var errBroken = fmt.Errorf("the connection is broken: %w", errSilent)

func (p *program) doctorCommand() *cobra.Command {
	var code string
	c := &cobra.Command{Use: "doctor NAME", Short: "Say what is wrong with a NetSuite connection", Long: doctorHelp, Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case code != "":
				return p.explainCode(cmd, code, args)
			case len(args) == 0:
				return usagef("give the name of a connection, or --explain-code")
			}
			return p.with(cmd, func(ctx context.Context, c *client.Client) error {
				d, err := c.Diagnose(ctx, args[0])
				if err != nil {
					return err
				}
				if err := p.show(d, func() *grid { return &grid{lines: diagnosisText(d)} }); err != nil {
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
	return p.with(cmd, func(ctx context.Context, c *client.Client) error {
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
		return p.show(e, func() *grid { return &grid{lines: meaningsText(e.Meanings)} })
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

func meaningsText(list []client.CodeMeaning) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s: %s\n  %s.\n  %s.\n", m.Protocol, m.Codes[0], m.Cause, m.Fix)
		if m.Step != "" {
			fmt.Fprintf(&b, "  step: %s\n", m.Step)
		}
	}
	return b.String()
}

// diagnosisText draws the path, lists what was asked, and ends with the verdict.
func diagnosisText(d *client.Diagnosis) string {
	var w page
	w.WriteString(pathLine(d.Path) + "\n\n")
	for _, s := range d.Path {
		for i, f := range s.Findings {
			mark := stageMarks[s.State]
			if s.State == string(sluice.StageBroken) && i < len(s.Findings)-1 {
				mark = " " // the last finding is what broke it
			}
			w.write(fmt.Sprintf("%s %-11s ", mark, s.Name), oneLine(f.Asked+": "+f.Answer))
		}
	}
	w.WriteString("\n")
	w.write("", oneLine(d.Verdict.Summary)+".")
	if len(d.Verdict.Connections) > 0 {
		w.write("", "This holds for the connections "+strings.Join(d.Verdict.Connections, ", ")+".")
	}
	for i, c := range d.Verdict.Steps {
		w.WriteString("\n")
		w.write(fmt.Sprintf("%d. ", i+1), orNothing(c.Step))
		w.write("   ", oneLine(c.Why)+".")
		w.write("   ", oneLine(c.Fix)+".")
	}
	if d.Verdict.Question != "" {
		w.WriteString("\n")
		w.write("What decides: ", oneLine(d.Verdict.Question))
	}
	if len(d.Verdict.Steps) > 0 {
		w.WriteString("\nMenus and fields of the steps: sluice guide\n")
	}
	return w.String()
}

func orNothing(step string) string {
	if step == "" {
		return "nothing to set up"
	}
	return step
}

// stageMarks are the marks of a stage's states.
var stageMarks = map[string]string{string(sluice.StageOK): "✓", string(sluice.StageBroken): "✗", string(sluice.StageUnknown): "?", string(sluice.StageSkipped): "·"}

// lineWidth fits every terminal.
const lineWidth = 78

// pathLine draws the path as a line, whole as far as it holds, with the broken
// link marked.
func pathLine(path []client.Stage) string {
	links := map[string]string{string(sluice.StageOK): "──", string(sluice.StageBroken): "─✗─", string(sluice.StageUnknown): "─?─", string(sluice.StageSkipped): "┄┄"}
	var b strings.Builder
	width := 0
	for i, s := range path {
		part := s.Name
		if i > 0 || s.State == string(sluice.StageBroken) {
			part = links[s.State] + " " + s.Name
		}
		if w := utf8.RuneCountInString(part); i > 0 && width+1+w > lineWidth {
			b.WriteString("\n  ")
			width = 2 + w
		} else if i > 0 {
			b.WriteString(" ")
			width += 1 + w
		} else {
			width = w
		}
		b.WriteString(part)
	}
	return b.String()
}

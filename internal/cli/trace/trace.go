// Package trace has the command that tells all that happened to a record.
package trace

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// Command is sluice trace.
func Command(p *shell.Shell) *cobra.Command {
	var texts bool
	c := &cobra.Command{Use: "trace KEY", Short: "Every run, request, answer and error that touched a record", Args: cobra.ExactArgs(1),
		Long: "Finds records by their key, the flow's trace key, their external ID or internal ID, and shows what happened to them, oldest first.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				t, err := c.Trace(ctx, client.TraceQuery{Key: args[0]})
				if err != nil {
					return err
				}
				return p.Show(t, func() *shell.Grid { return grid(t, texts) })
			})
		}}
	c.Flags().BoolVar(&texts, "texts", false, "show requests and answers too; --output json always has them")
	return c
}

// event is something that happened at a time.
type event struct {
	at   time.Time
	text string
}

func grid(t *client.Trace, texts bool) *shell.Grid {
	var events []event
	for i := range t.Touches {
		events = append(events, event{t.Touches[i].At, touch(&t.Touches[i], texts)})
	}
	for i := range t.Errors {
		events = append(events, failures(&t.Errors[i])...)
	}
	for i := range t.Runs {
		r := &t.Runs[i]
		text := fmt.Sprintf("run %d of %s (%s) is %s", r.ID, r.Flow, r.Kind, r.State)
		events = append(events, event{cmp.Or(r.StartedAt, r.CreatedAt), text})
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	var out strings.Builder
	if len(t.Names) > 0 && len(events) > 0 {
		fmt.Fprintf(&out, "Also known as %s\n\n", page.Line(strings.Join(t.Names, ", ")))
	}
	for _, e := range events {
		fmt.Fprintf(&out, "%s  %s\n", shell.When(e.at), e.text)
	}
	if t.More {
		out.WriteString("\nThere is more than is shown here.\n")
	}
	return &shell.Grid{Lines: out.String(), Empty: "Nothing is known of this record. Touches are kept for 7 days unless the server says otherwise."}
}

func touch(t *client.TraceTouch, texts bool) string {
	text := fmt.Sprintf("%s in run %d, step %s of %s: %s through %s", t.Outcome, t.RunID, t.Step, t.Flow, t.Operation, t.Connection)
	for _, part := range [][2]string{{"key", t.Key}, {"external ID", t.ExternalID}, {"ID", t.ID}} {
		if part[1] != "" {
			text += ", " + part[0] + " " + page.Line(part[1])
		}
	}
	if t.Message != "" {
		text += "\n    " + page.Line(t.Code+": "+t.Message)
	}
	if texts {
		for _, part := range [][2]string{{"request", t.Request}, {"answer", t.Response}} {
			if part[1] != "" {
				text += "\n    " + part[0] + ": " + page.Line(part[1])
			}
		}
	}
	return text
}

func failures(e *client.RecordError) []event {
	list := []event{{e.CreatedAt, fmt.Sprintf("error %d in run %d, step %s of %s: %s", e.ID, e.RunID, e.Step, e.Flow, page.Line(e.Code+": "+e.Message))}}
	if e.State == "resolved" {
		text := fmt.Sprintf("error %d resolved by %s", e.ID, page.Line(e.ResolvedBy))
		if e.Reason != "" {
			text += ": " + page.Line(e.Reason)
		}
		list = append(list, event{e.ResolvedAt, text})
	}
	return list
}

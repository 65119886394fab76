package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) errorCommand() *cobra.Command {
	return shell.Group("error", "Records that did not get through", p.errorList(), p.errorShow(), p.errorEdit(), p.errorRetry(),
		p.errorResolve(), p.errorReopen(), p.errorAssign(), p.errorTag(), p.errorTest())
}

func (p *program) errorList() *cobra.Command {
	var choice errorChoice
	var limit int64
	var state string
	c := &cobra.Command{Use: "list", Short: "List record errors, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		q := choice.query
		if q.Limit = limit; state != "all" {
			q.State = state
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListErrors(ctx, q)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid { return errorGrid(list.Items) })
		})
	}}
	choice.add(c, "of")
	c.Flags().StringVar(&state, "state", "open", "open, retrying, resolved or all")
	c.Flags().Int64Var(&limit, "limit", 50, "errors at most")
	return c
}

// errorGrid lists errors with all that one needs to see what to do. Messages are
// long: each error has a few lines of its own.
func errorGrid(list []client.RecordError) *shell.Grid {
	var out strings.Builder
	for i := range list {
		e := &list[i]
		place := e.Step
		if e.Origin != "" {
			place = e.Origin + ", step " + e.Step
		}
		fmt.Fprintf(&out, "%d  %s %s (%s), %s%s\n", e.ID, e.Flow, page.Line(e.Key), page.Line(place), e.State, errorMarks(e))
		for _, line := range []string{e.Message, e.Remedy} {
			if line != "" {
				fmt.Fprintf(&out, "   %s\n", short(page.Line(line), 300))
			}
		}
	}
	return &shell.Grid{Lines: out.String(), Empty: "There is no record error."}
}

// errorMarks are what people and rules have said of an error.
func errorMarks(e *client.RecordError) string {
	marks := ""
	if e.Assignee != "" {
		marks += ", " + page.Line(e.Assignee)
	}
	for _, tag := range e.Tags {
		marks += " #" + tag
	}
	return marks
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (p *program) errorShow() *cobra.Command {
	return p.onRun("show ID", "Show a record error with its record and request", func(ctx context.Context, c *client.Client, id int64) error {
		e, err := c.GetError(ctx, id)
		if err != nil {
			return err
		}
		if p.Output != "table" {
			return p.Show(e, nil)
		}
		if err := shell.Pairs("error", shell.Number(e.ID), "state", e.State, "flow", e.Flow, "run", shell.Number(e.RunID), "step", e.Step, "key", e.Key, "trace key", e.Trace, "where from", e.Origin,
			"code", e.Code, "kind", e.Classification, "message", e.Message, "where", e.Where, "what to do", e.Remedy, "assigned to", e.Assignee, "tags", strings.Join(e.Tags, ", "),
			"retries", shell.Number(e.Retries), "since", shell.When(e.CreatedAt), "failed last", shell.When(e.FailedAt),
			"resolved", shell.When(e.ResolvedAt), "resolved by", e.ResolvedBy, "because", e.Reason).Write(p.Shell); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(p.Out, "\nrecord:")
		if err := p.ShowJSON(e.Record); err != nil {
			return err
		}
		for _, part := range [][2]string{{"request", e.Request}, {"answer", e.Response}} {
			if part[1] != "" {
				_, _ = fmt.Fprintf(p.Out, "\n%s:\n%s\n", part[0], part[1])
			}
		}
		return nil
	})
}

func (p *program) errorTest() *cobra.Command {
	c := p.onRun("test ID", "Make a flow test of a record error's record", func(ctx context.Context, c *client.Client, id int64) error {
		e, err := c.GetError(ctx, id)
		if err != nil {
			return err
		}
		draft, err := c.DraftTest(ctx, e.Flow, client.TestDraftInput{Error: id})
		if err != nil {
			return err
		}
		if p.Output != "table" {
			return p.Show(draft, nil)
		}
		_, err = fmt.Fprintf(p.Out, "cases:\n%s", draft.Text)
		return err
	})
	c.Long = "Prints a file of flow tests with one case: the record as the export gave it, and what comes of it now while\nother systems' answers are made up. Nothing is stored and nothing is sent. The case holds the record's values as they are."
	return c
}

func (p *program) errorEdit() *cobra.Command {
	var record string
	c := &cobra.Command{Use: "edit ID", Short: "Change the record that a retry will send", Args: cobra.ExactArgs(1),
		Long: "Opens the record in $EDITOR, or takes it from --record.", RunE: func(cmd *cobra.Command, args []string) error {
			id, err := runID(args[0])
			if err != nil {
				return err
			}
			if record == "" && !p.Interactive {
				return shell.Usagef("give --record; get the record as it is with: sluice error show %d --output json", id)
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				r, err := p.editedRecord(ctx, c, id, record)
				if err != nil {
					return err
				}
				e, err := c.EditError(ctx, id, r)
				if err != nil {
					return err
				}
				p.Say("Changed. Try it again: sluice error retry %d", id)
				return p.Show(e, func() *shell.Grid { return errorGrid([]client.RecordError{*e}) })
			})
		}}
	c.Flags().StringVar(&record, "record", "", "the whole record as JSON, @FILE or - for standard input")
	return c
}

// editedRecord returns the record from the flag, or as the person leaves it in an editor.
func (p *program) editedRecord(ctx context.Context, c *client.Client, id int64, flag string) (map[string]any, error) {
	if flag != "" {
		return p.ReadRecord(flag)
	}
	e, err := c.GetError(ctx, id)
	if err != nil {
		return nil, err
	}
	return p.Edit(ctx, e.Record)
}

// errorChoice says which errors a command is about.
type errorChoice struct{ query client.ListErrorsQuery }

func (e *errorChoice) add(c *cobra.Command, of string) {
	f, q := c.Flags(), &e.query
	f.StringVar(&q.Flow, "flow", "", of+" this flow")
	f.Int64Var(&q.Run, "run", 0, of+" this run")
	f.StringVar(&q.Classification, "classification", "", of+" this classification: value, reference, duplicate, missing, permission, locked, mapping, source, unknown, intermittent or other")
	f.StringVar(&q.Tag, "tagged", "", "with this tag")
	f.StringVar(&q.Assignee, "assignee", "", "assigned to this person, or to nobody")
	f.StringVar(&q.Step, "step", "", of+" this step")
	f.StringVar(&q.Code, "code", "", "with this code")
	f.StringVar(&q.Text, "text", "", "with this text in the message or the record's key")
	f.StringVar(&q.Trace, "trace", "", "with this trace key")
}

// ids returns the numbers in the arguments, or those of all errors that the
// flags select and that are in the state; "" means any.
func (e *errorChoice) ids(ctx context.Context, c *client.Client, args []string, state string) ([]int64, error) {
	var ids []int64
	for _, arg := range args {
		id, err := runID(arg)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		return ids, nil
	}
	q := e.query
	q.State, q.Limit = state, 1000
	for {
		list, err := c.ListErrors(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			ids = append(ids, list.Items[i].ID)
		}
		if q.Before = list.Next; q.Before == 0 {
			break
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("there is no %s to choose", strings.TrimSpace(state+" error"))
	}
	return ids, nil
}

func (e *errorChoice) check(args []string) error {
	if len(args) == 0 && e.query == (client.ListErrorsQuery{}) {
		return shell.Usagef("say which errors: their numbers, or flags such as --flow NAME, --run NUMBER or --tagged TAG")
	}
	return nil
}

func (p *program) errorRetry() *cobra.Command {
	var choice errorChoice
	var state string
	c := &cobra.Command{Use: "retry [ID…]", Short: "Try records again, and wait for the end", RunE: func(cmd *cobra.Command, args []string) error {
		if err := choice.check(args); err != nil {
			return err
		}
		return p.Working(cmd, func(ctx context.Context, c *client.Client) error {
			ids, err := choice.ids(ctx, c, args, state)
			if err != nil {
				return err
			}
			runs, err := c.RetryErrors(ctx, client.ErrorIDs{IDs: ids})
			if err != nil {
				return err
			}
			var all error
			for i := range runs.Items {
				all = errors.Join(all, p.follow(ctx, c, runs.Items[i].ID))
			}
			return all
		})
	}}
	choice.add(c, "all of")
	c.Flags().StringVar(&state, "state", "open", "open or resolved, of those that the other flags choose")
	return c
}

// errorChange is a command that changes errors that are in a state; "" means any.
func (p *program) errorChange(use, short, from string, do func(context.Context, *client.Client, client.ErrorIDs) error) *cobra.Command {
	var choice errorChoice
	c := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
		if err := choice.check(args); err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			ids, err := choice.ids(ctx, c, args, from)
			if err != nil {
				return err
			}
			if err := do(ctx, c, client.ErrorIDs{IDs: ids}); err != nil {
				return err
			}
			p.Say("%s changed.", counted(len(ids), "error", "errors"))
			return nil
		})
	}}
	choice.add(c, "all of")
	return c
}

func (p *program) errorResolve() *cobra.Command {
	var reason string
	c := p.errorChange("resolve [ID…]", "Mark errors as resolved", "open", func(ctx context.Context, c *client.Client, ids client.ErrorIDs) error {
		return c.ResolveErrors(ctx, client.ErrorResolution{IDs: ids.IDs, Reason: reason})
	})
	c.Flags().StringVar(&reason, "reason", "", "why, for whoever looks later")
	return c
}

func (p *program) errorReopen() *cobra.Command {
	return p.errorChange("reopen [ID…]", "Open resolved errors again", "resolved", func(ctx context.Context, c *client.Client, ids client.ErrorIDs) error {
		return c.ReopenErrors(ctx, ids)
	})
}

func (p *program) errorAssign() *cobra.Command {
	var person string
	c := p.errorChange("assign [ID…] --to EMAIL", "Assign errors to a person, or to nobody", "", func(ctx context.Context, c *client.Client, ids client.ErrorIDs) error {
		if person == "nobody" {
			person = ""
		}
		return c.AssignErrors(ctx, client.ErrorAssignment{IDs: ids.IDs, Assignee: person})
	})
	c.Flags().StringVar(&person, "to", "", "e-mail address of a user, or nobody")
	_ = c.MarkFlagRequired("to") // the flag is there
	return c
}

func (p *program) errorTag() *cobra.Command {
	var add, remove []string
	c := p.errorChange("tag [ID…]", "Add and remove tags", "", func(ctx context.Context, c *client.Client, ids client.ErrorIDs) error {
		return c.TagErrors(ctx, client.ErrorTags{IDs: ids.IDs, Add: add, Remove: remove})
	})
	c.Flags().StringSliceVar(&add, "add", nil, "tags to add")
	c.Flags().StringSliceVar(&remove, "remove", nil, "tags to remove")
	return c
}

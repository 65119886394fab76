package person

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// AuditCommand is sluice audit.
func AuditCommand(s *shell.Shell) *cobra.Command {
	p := &program{s}
	var q client.ListAuditQuery
	var since, until, format string
	c := &cobra.Command{Use: "audit", Short: "Show who did what, newest first, or export it", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) (err error) {
		if q.Since, err = moment("since", since); err != nil {
			return err
		}
		if q.Until, err = moment("until", until); err != nil {
			return err
		}
		if format != "" {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error { return p.export(ctx, c, &q, format) })
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListAudit(ctx, q)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"time", "who", "what", "to what", "detail"}, Empty: "Nothing happened that fits."}
				for _, e := range list.Items {
					g.Add(shell.When(e.At), e.Actor, e.Action, e.NounID, short(e.Detail))
				}
				return g
			})
		})
	}}
	c.Flags().StringVar(&q.Noun, "noun", "", "events of this noun only: connection, flow, user, …")
	c.Flags().StringVar(&q.Name, "name", "", "events of the thing with this name only; with --noun")
	c.Flags().StringVar(&q.Actor, "actor", "", "events of whom only: an e-mail address, or local")
	c.Flags().StringVar(&q.Action, "action", "", "events of this action only: connection.update, or connection. for all of a noun")
	c.Flags().StringVar(&q.Text, "text", "", "events with this text in who, to what or the detail")
	c.Flags().StringVar(&since, "since", "", "not before: a day (2026-03-04), a time (2026-03-04T12:00:00Z), or how long ago (72h)")
	c.Flags().StringVar(&until, "until", "", "before: like --since")
	c.Flags().Int64Var(&q.Limit, "limit", 50, "events at most; an export has all")
	c.Flags().Int64Var(&q.Before, "before", 0, "events before this number only")
	c.Flags().StringVar(&format, "export", "", "write all that fits to standard output, as csv or jsonl")
	return c
}

// moment reads a time as people write it: in their zone, or as how long ago.
func moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil {
		return time.Now().Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	return time.Time{}, shell.Usagef("--%s %q is not a time: write 2026-03-04, 2026-03-04T12:00:00Z or 72h", flag, text)
}

// export writes the lines of the log that fit to standard output.
func (p *program) export(ctx context.Context, c *client.Client, q *client.ListAuditQuery, format string) error {
	values := url.Values{"format": {format}}
	for name, value := range map[string]string{"noun": q.Noun, "name": q.Name, "actor": q.Actor, "action": q.Action, "text": q.Text} {
		if value != "" {
			values.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"since": q.Since, "until": q.Until} {
		if !at.IsZero() {
			values.Set(name, at.UTC().Format(time.RFC3339))
		}
	}
	return c.Fetch(ctx, http.MethodGet, "/api/v1/audit/export", values, nil, p.Out)
}

// short cuts a text to what a table's row holds.
func short(text string) string {
	const most = 80
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

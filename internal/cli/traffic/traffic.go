// Package traffic shows what runs asked of other systems, and how the request slots of
// accounts are used.
package traffic

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// Since reads a time of the past: a length such as 24h or 7d, a day, or a time with zone.
func Since(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	length := text
	if days, ok := strings.CutSuffix(text, "d"); ok {
		length = days + "h"
	}
	if d, err := time.ParseDuration(length); err == nil && d > 0 {
		if length != text {
			d *= 24
		}
		return now.Add(-d), nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return at, nil
		}
	}
	return time.Time{}, shell.Usagef("%q is not a time: write 24h, 7d, 2026-03-01 or 2026-03-01T09:00:00Z", text)
}

// Requests shows what a run asked of other systems, added up by connection. A run that
// asked nothing has an empty grid.
func Requests(ctx context.Context, c *client.Client, run int64) (*shell.Grid, error) {
	r, err := c.RunRequests(ctx, run)
	if err != nil {
		return nil, err
	}
	g := &shell.Grid{Header: []string{"requests to", "made", "failed", "made again", "took", "slowest", "waited"}, Right: []int{2, 3, 4, 5, 6, 7}}
	for _, n := range r.Connections {
		g.Add(n.Connection, shell.Number(n.Requests), shell.Number(n.Failed), shell.Number(n.Retries), each(n.TookMs, n.Requests), span(n.SlowestMs), each(n.WaitedMs, n.Requests))
	}
	return g, nil
}

func span(milliseconds int64) string {
	return (time.Duration(milliseconds) * time.Millisecond).String()
}

// each is the average of a sum.
func each(milliseconds, n int64) string {
	if n == 0 {
		return ""
	}
	return span((milliseconds + n/2) / n)
}

// Command is sluice concurrency.
func Command(p *shell.Shell) *cobra.Command {
	var since string
	var users bool
	c := &cobra.Command{Use: "concurrency [ACCOUNT]", Short: "Request slots of each account: the limit, who uses them, and how they were used", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := client.ConcurrencyQuery{Account: strings.Join(args, "")}
			var err error
			if q.Since, err = Since(since, time.Now()); err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				found, err := c.Concurrency(ctx, q)
				if err != nil {
					return err
				}
				return p.Show(found, func() *shell.Grid {
					if users {
						return userGrid(found)
					}
					return accountGrid(found)
				})
			})
		}}
	c.Flags().StringVar(&since, "since", "", "from when on: 6h, 3d or a time; one hour ago when it is left out")
	c.Flags().BoolVar(&users, "users", false, "show which flows and connections took slots")
	return c
}

func accountGrid(c *client.Concurrency) *shell.Grid {
	g := &shell.Grid{Header: []string{"account", "limit", "set by", "in use", "wait", "most in use", "on average", "most waited", "requests", "refused", "waited"},
		Right: []int{2, 4, 5, 6, 7, 8, 9, 10, 11}, Empty: "Nothing was asked in this time."}
	for _, a := range c.Accounts {
		limit := shell.Number(a.Limit)
		if a.Allowance < a.Limit {
			limit += fmt.Sprintf(" (%d for now)", a.Allowance)
		}
		t := a.Totals
		g.Add(strings.TrimSpace(a.Account+" "+a.Address), limit, a.LimitFrom, shell.Number(a.InUse), shell.Number(a.Waiting), shell.Number(t.Peak), fmt.Sprintf("%.2f", t.Mean),
			shell.Number(t.WaitingPeak), shell.Number(t.Granted), shell.Number(t.Refused), each(t.WaitedMs, t.Granted))
	}
	return g
}

func userGrid(c *client.Concurrency) *shell.Grid {
	g := &shell.Grid{Header: []string{"account", "flow", "connection", "in use", "wait", "requests", "refused", "slot time", "waited"},
		Right: []int{4, 5, 6, 7, 8, 9}, Empty: "Nothing was asked in this time."}
	for _, a := range c.Accounts {
		for _, u := range a.Users {
			g.Add(a.Account, u.Flow, u.Connection, shell.Number(u.InUse), shell.Number(u.Waiting), shell.Number(u.Granted), shell.Number(u.Refused), span(u.BusyMs), each(u.WaitedMs, u.Granted))
		}
	}
	return g
}

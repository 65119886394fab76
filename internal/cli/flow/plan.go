package flow

import (
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// DriftRows shows what was changed elsewhere.
func DriftRows(g *shell.Grid, d *client.Drift) {
	what := "changed elsewhere"
	if d.Deleted {
		what = "deleted elsewhere"
	}
	if d.By != "" {
		what += " by " + d.By + ", " + shell.When(d.At)
	}
	if d.Revision > 0 {
		what += fmt.Sprintf(" (revision %d)", d.Revision)
	}
	g.Add("drift", d.Noun, d.Name, what)
	diffRows(g, d.Diff)
}

func diffRows(g *shell.Grid, diff string) {
	for line := range strings.Lines(diff) {
		g.Add("", "", strings.TrimRight(line, "\n"))
	}
}

// ChangeRows shows a change of a plan with what it means.
func ChangeRows(g *shell.Grid, c *client.Change) {
	g.Add(c.Action, c.Noun, c.Name, strings.Join(c.Fields, ", "))
	diffRows(g, c.Diff)
	for _, w := range c.Resets {
		g.Add("", "", "resets the watermark of "+w+": the next run begins at its start")
	}
	if t := c.Touched; t != nil {
		touchedRows(g, t)
	}
	if f := c.Forecast; f != nil {
		g.Add("", "", forecast(f))
		for _, r := range f.Routes {
			g.Add("", "", fmt.Sprintf("%s by %s: %s", r.Step, r.API, r.Why))
		}
	}
}

func touchedRows(g *shell.Grid, t *client.Touched) {
	for _, id := range t.Runs {
		g.Add("", "", fmt.Sprintf("run %d goes on by the revision that it began with", id))
	}
	if t.Errors > 0 {
		text := fmt.Sprintf("%d open record errors are retried by the new revision", t.Errors)
		if t.Stray > 0 {
			text += fmt.Sprintf(", %d of them at steps that it does not have", t.Stray)
		}
		g.Add("", "", text)
	}
	for _, f := range t.Forgotten {
		g.Add("", "", fmt.Sprintf("there is no import %s any more: that it delivered %d records is forgotten, and another import delivers them again", f.Step, f.Delivered))
	}
}

func forecast(f *client.Forecast) string {
	if !f.Known {
		return "a run: not known, since " + f.Basis
	}
	return fmt.Sprintf("a run: about %d records, %d requests, %s, by %s", f.Records, f.Requests, minutes(f.Seconds), f.Basis)
}

func minutes(seconds int64) string {
	if seconds < 60 {
		return "under a minute"
	}
	return (time.Duration(seconds) * time.Second).Round(time.Minute).String()
}

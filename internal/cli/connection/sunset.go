package connection

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) connectionSunset() *cobra.Command {
	return &cobra.Command{Use: "sunset [NAME]", Short: "Which connections and flows stop with which NetSuite release, and what they should become", Args: cobra.MaximumNArgs(1),
		Long: "Goes through the NetSuite connections and the flows that use them, by Oracle's calendar. Nothing is asked of NetSuite. --output json has the sources too.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				var q client.SunsetQuery
				if len(args) == 1 {
					q.Connection = args[0]
				}
				ends, err := c.Sunset(ctx, q)
				if err != nil {
					return err
				}
				return p.Show(ends, func() *shell.Grid { return sunsetText(ends) })
			})
		}}
}

func sunsetText(ends *client.Endings) *shell.Grid {
	if len(ends.Accounts) == 0 {
		return &shell.Grid{Empty: "There is no connection to NetSuite."}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "NetSuite accounts have release %s now, about.\n", ends.Release)
	for i := range ends.Accounts {
		accountText(&out, &ends.Accounts[i])
	}
	return &shell.Grid{Lines: out.String()}
}

func accountText(out *strings.Builder, a *client.AccountEnds) {
	fmt.Fprintf(out, "\n%s%s: %s\n", page.Line(cmp.Or(a.Account, "account not known yet")), inBrackets(a.Environment), stopText(a.StopsWith, "nothing is known to stop"))
	if a.Note != "" {
		fmt.Fprintf(out, "  %s\n", a.Note)
	}
	known := map[string][]string{} // codes of what ends, by connection
	for _, c := range a.Connections {
		fmt.Fprintf(out, "\n  connection %s (%s)\n", page.Line(c.Name), c.Type)
		if len(c.Effects) == 0 {
			out.WriteString("    nothing ends\n")
		}
		for i := range c.Effects {
			effectText(out, "    ", &c.Effects[i])
			known[c.Name] = append(known[c.Name], c.Effects[i].Code)
		}
	}
	for i := range a.Flows {
		flowText(out, &a.Flows[i], known)
	}
}

// flowText says of each part what ends for it, and what it should become where its
// connection has not said so.
func flowText(out *strings.Builder, f *client.FlowEnds, known map[string][]string) {
	off := ""
	if !f.Enabled {
		off = " (disabled)"
	}
	fmt.Fprintf(out, "\n  flow %s%s: %s\n", page.Line(f.Name), off, stopText(f.StopsWith, "nothing here stops it"))
	for _, part := range f.Parts {
		fmt.Fprintf(out, "    %s: %s through %s\n", part.Path, part.API, page.Line(part.Connection))
		for i := range part.Effects {
			if e := &part.Effects[i]; e.Code == "soap" || !slices.Contains(known[part.Connection], e.Code) {
				effectText(out, "      ", e)
			}
		}
	}
}

func effectText(out *strings.Builder, indent string, e *client.Effect) {
	kind := map[string]string{"stops": "stops", "unsupported": "without support", "closed": "refused"}[e.Kind]
	when := e.When
	if e.Past {
		when = "since then"
	}
	if e.Tentative {
		when += ", tentative"
	}
	fmt.Fprintf(out, "%s%s  %s: %s (%s)\n%s        becomes: %s\n", indent, e.Release, kind, e.What, when, indent, e.Become)
	if e.Command != "" {
		fmt.Fprintf(out, "%s        begin:   %s\n", indent, page.Line(e.Command))
	}
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func stopText(release, otherwise string) string {
	if release == "" {
		return otherwise
	}
	return "stops with NetSuite " + release
}

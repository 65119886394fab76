// Package setting has the commands round what a server keeps, and whose software is in it.
package setting

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// Command is sluice settings.
func Command(p *shell.Shell) *cobra.Command {
	show := &cobra.Command{Use: "show", Short: "What the server keeps and how long, and what is outdated now", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				s, err := c.GetSettings(ctx)
				if err != nil {
					return err
				}
				excess, err := c.GetExcess(ctx, client.GetExcessQuery{})
				if err != nil {
					return err
				}
				return p.Show(s, func() *shell.Grid { return grid(s, excess.Items) })
			})
		}}
	return shell.Group("settings", "What the server keeps, and how long", show, setCommand(p))
}

func setCommand(p *shell.Shell) *cobra.Command {
	var dry bool
	set := &cobra.Command{Use: "set NAME=NUMBER…", Short: "Change how long something is kept", Args: cobra.MinimumNArgs(1),
		Long: `Changes settings by their names: sluice settings set runs.days=90 audit.days=365. What is outdated then is removed
within a day, and not at once; --dry-run says how much that is, and changes nothing. A change that somebody else
has overtaken is refused.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			values, err := parse(args)
			if err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				excess, err := c.GetExcess(ctx, client.GetExcessQuery{Set: strings.Join(args, ",")})
				if err != nil {
					return err
				}
				if dry {
					return p.Show(excess, func() *shell.Grid { return outdated(excess.Items) })
				}
				s, err := c.GetSettings(ctx)
				if err != nil {
					return err
				}
				if s, err = c.PutSettings(ctx, client.SettingsChange{Revision: s.Revision, Values: values}); err != nil {
					return err
				}
				return p.Show(s, func() *shell.Grid { return grid(s, excess.Items) })
			})
		}}
	set.Flags().BoolVar(&dry, "dry-run", false, "say what would be removed, and change nothing")
	return set
}

// parse reads NAME=NUMBER.
func parse(args []string) (map[string]int64, error) {
	values := map[string]int64{}
	for _, arg := range args {
		name, number, found := strings.Cut(arg, "=")
		n, err := strconv.ParseInt(number, 10, 64)
		if !found || err != nil {
			return nil, shell.Usagef("%q is not NAME=NUMBER, as in runs.days=90", arg)
		}
		values[name] = n
	}
	return values, nil
}

func grid(s *client.Settings, excess []client.Excess) *shell.Grid {
	removed := map[string]string{}
	for _, e := range excess {
		removed[e.Name] = count(&e)
	}
	g := &shell.Grid{Header: []string{"setting", "kept", "default", "outdated now", "what"}}
	for _, item := range s.Items {
		label := item.Label
		if item.FixedBy != "" {
			label += " (set by " + item.FixedBy + ")"
		}
		g.Add(item.Name, kept(item.Value, item.Unit), kept(item.Default, item.Unit), removed[item.Name], label)
	}
	return g
}

func outdated(list []client.Excess) *shell.Grid {
	g := &shell.Grid{Header: []string{"setting", "would go", "would stay although older"}}
	for _, e := range list {
		stay := ""
		if e.Stay > 0 {
			stay = shell.Number(e.Stay)
		}
		g.Add(e.Name, count(&e), stay)
	}
	return g
}

func count(e *client.Excess) string { return shell.Number(e.Remove) + " " + e.Noun }

// kept writes a value for people.
func kept(n int64, unit string) string {
	switch {
	case n == 0:
		return "for ever"
	case unit == "megabytes":
		return shell.Number(n) + " MB"
	case n == 1:
		return "1 day"
	}
	return fmt.Sprintf("%s days", shell.Number(n))
}

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/flow"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) flowCommand() *cobra.Command {
	c := shell.Group("flow", "What moves records", p.flowList(), p.flowShow(), p.flowRun(), p.flowPreview(), p.flowCheck(),
		p.flowSwitch("enable", "Let a flow run", (*client.Client).EnableFlow), p.flowSwitch("disable", "Keep a flow from running", (*client.Client).DisableFlow),
		p.flowDelete(), p.flowHook(), p.watermarkCommand(), p.scheduleCommand())
	c.AddCommand(flow.Commands(p.Shell)...)
	return c
}

func (p *program) flowList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List flows", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListFlows(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "enabled", "revision", "export", "imports", "changed"}, Right: []int{3},
					Empty: "There is no flow. Store a folder of flow files: sluice apply DIR"}
				for _, f := range list.Items {
					g.Add(f.Flow.Name, yesNo(f.Enabled), shell.Number(f.Number), strings.Join(exportNames(&f.Flow), ", "), strings.Join(importNames(f.Flow.Steps), ", "), shell.When(f.CreatedAt))
				}
				return g
			})
		})
	}}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// exportNames lists the connections that a flow reads through.
func exportNames(f *client.Flow) []string {
	if len(f.Exports) == 0 {
		return []string{f.Export.Connection}
	}
	var names []string
	for _, e := range f.Exports {
		names = append(names, e.Connection)
	}
	return names
}

// importNames lists the connections that steps write through, those of branches too.
func importNames(steps []client.Step) []string {
	var names []string
	for _, s := range steps {
		switch {
		case s.Import != nil:
			names = append(names, s.Import.Connection)
		case s.Branch != nil:
			for _, path := range s.Branch.Paths {
				names = append(names, importNames(path.Steps)...)
			}
		}
	}
	return names
}

func (p *program) flowShow() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a flow's text", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			f, err := c.GetFlow(ctx, args[0])
			if err != nil {
				return err
			}
			if p.Output != "table" {
				return p.Show(f, nil)
			}
			p.Say("# revision %d by %s, %s", f.Number, f.CreatedBy, shell.When(f.CreatedAt))
			if err := p.sayHook(ctx, c, f); err != nil {
				return err
			}
			_, err = fmt.Fprint(p.Out, f.Text)
			return err
		})
	}}
}

func (p *program) flowRun() *cobra.Command {
	var detach bool
	var dry flow.Dry
	c := &cobra.Command{Use: "run NAME", Short: "Run a flow and wait for its end", Args: cobra.ExactArgs(1),
		Long: "Runs a flow, waits for the end, and shows counts, control totals and record errors.\nThe exit code is 3 when records failed, 1 when the run did not get through.\n\nWith --dry nothing is written, here or elsewhere: the flow works what its export reads, every request that it would send is shown,\nand what would change of the records that are there. NAME may be @FILE then.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if dry.On {
				return p.With(cmd, func(ctx context.Context, c *client.Client) error { return dry.Run(ctx, p.Shell, c, args[0]) })
			}
			do := func(ctx context.Context, c *client.Client) error {
				run, err := c.StartRun(ctx, args[0])
				if err != nil {
					return err
				}
				if detach {
					return p.Show(run, func() *shell.Grid { return runGrid([]client.Run{*run}) })
				}
				return p.follow(ctx, c, run.ID)
			}
			if detach {
				return p.With(cmd, do)
			}
			return p.Working(cmd, do)
		}}
	c.Flags().BoolVar(&detach, "detach", false, "do not wait; a running server works the run")
	dry.Flags(c)
	return c
}

func (p *program) flowPreview() *cobra.Command {
	var limit int64
	var from string
	c := &cobra.Command{Use: "preview NAME|@FILE", Short: "Show what a flow would do with its first records", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		text := ""
		if strings.HasPrefix(args[0], "@") || args[0] == "-" {
			var err error
			if text, err = p.ReadText(args[0]); err != nil {
				return err
			}
		}
		records, err := p.readRecords(from)
		if err != nil {
			return err
		}
		if len(records) > 0 && !cmd.Flags().Changed("limit") {
			limit = int64(len(records))
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			var seen *client.Preview
			var err error
			if text != "" {
				seen, err = c.PreviewText(ctx, client.PreviewText{Text: text, Limit: limit, Records: records})
			} else {
				seen, err = c.PreviewFlow(ctx, args[0], client.PreviewOptions{Limit: limit, Records: records})
			}
			if err != nil {
				return err
			}
			if p.Output == "table" { // records are nested: a table cannot show them
				return p.ShowYAML(seen.Records)
			}
			return p.Show(seen, nil)
		})
	}}
	c.Flags().Int64Var(&limit, "limit", 5, "records at most")
	c.Flags().StringVar(&from, "records", "", "file with records to show it with, instead of reading the export: a JSON list, or one object a line")
	return c
}

// readRecords reads a list of records, or one a line. Numbers keep their digits.
func (p *program) readRecords(path string) ([]map[string]any, error) {
	if path == "" {
		return nil, nil
	}
	text, err := p.ReadText("@" + strings.TrimPrefix(path, "@"))
	if err != nil {
		return nil, err
	}
	var records []map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		if err := decoder.Decode(&records); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return records, nil
	}
	for decoder.More() {
		var r map[string]any
		if err := decoder.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s: record %d: %w", path, len(records)+1, err)
		}
		records = append(records, r)
	}
	return records, nil
}

func (p *program) flowCheck() *cobra.Command {
	return &cobra.Command{Use: "check FILE…", Short: "Say everything that is wrong with flow files", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			wrong := 0
			results := map[string]*client.CheckResult{}
			for _, path := range args {
				text, err := p.ReadText("@" + strings.TrimPrefix(path, "@"))
				if err != nil {
					return err
				}
				result, err := c.CheckFlow(ctx, client.FlowText{Text: text})
				if err != nil {
					return err
				}
				results[path] = result
				wrong += len(result.Problems)
			}
			if err := p.Show(results, func() *shell.Grid { return problemGrid(args, results) }); err != nil || wrong == 0 {
				return err
			}
			return fmt.Errorf("%s found", counted(wrong, "problem", "problems"))
		})
	}}
}

func problemGrid(paths []string, results map[string]*client.CheckResult) *shell.Grid {
	g := &shell.Grid{}
	for _, path := range paths {
		for _, p := range results[path].Problems {
			place := path
			if p.Line > 0 {
				place = fmt.Sprintf("%s:%d:%d", path, p.Line, p.Column)
			}
			g.Add(place, p.Path, p.Code, p.Message, p.Remedy)
		}
		if results[path].OK {
			g.Add(path, "", "good")
		}
	}
	return g
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (p *program) flowSwitch(verb, short string, do func(*client.Client, context.Context, string) (*client.FlowRevision, error)) *cobra.Command {
	return &cobra.Command{Use: verb + " NAME", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			f, err := do(c, ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(f, func() *shell.Grid { return shell.Pairs("flow", f.Flow.Name, "enabled", yesNo(f.Enabled)) })
		})
	}}
}

func (p *program) flowDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Delete a flow", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteFlow(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted %s.", args[0])
			return nil
		})
	}}
}

package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

func (p *program) suiteQLCommand() *cobra.Command {
	q := client.SuiteQLQuery{}
	c := &cobra.Command{Use: "suiteql NAME QUERY", Short: "Run a SuiteQL query through a connection", Args: cobra.ExactArgs(2),
		Long: "Runs a SuiteQL query and prints up to --limit rows. The query is text, @FILE or - for standard input.\n\n  sluice suiteql netsuite \"SELECT id, companyname FROM customer\"",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if q.Query, err = p.ReadText(args[1]); err != nil {
				return err
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				rows, err := c.SuiteQL(ctx, args[0], q)
				if err != nil {
					return err
				}
				if err := p.Show(rows.Items, func() *shell.Grid { return rowGrid(rows) }); err != nil {
					return err
				}
				p.sayMore("rows", rows.More, rows.Total)
				return nil
			})
		}}
	c.Flags().Int64Var(&q.Limit, "limit", 100, "rows at most, up to 1000")
	c.Flags().Int64Var(&q.Offset, "offset", 0, "rows to pass over; a multiple of the limit")
	c.Flags().StringArrayVar(&q.Params, "param", nil, "value for the next question mark in the query")
	return c
}

// sayMore tells that a page is not all there is.
func (p *program) sayMore(what string, more bool, total int64) {
	if more {
		p.Say("There are more %s (%d in all). Take more with --limit and --offset.", what, total)
	}
}

// rowGrid has the columns of all rows: those of the first in their order, then
// others, which are null in the first.
func rowGrid(rows *client.Rows) *shell.Grid {
	columns := slices.Clone(rows.Columns)
	for _, r := range rows.Items {
		var more []string
		for name := range r {
			if !slices.Contains(columns, name) {
				more = append(more, name)
			}
		}
		slices.Sort(more)
		columns = append(columns, more...)
	}
	g := &shell.Grid{Header: columns, Empty: "No rows."}
	for _, r := range rows.Items {
		cells := make([]string, len(columns))
		for i, name := range columns {
			cells[i] = shell.Value(r[name])
		}
		g.Add(cells...)
	}
	return g
}

func (p *program) recordCommand() *cobra.Command {
	return shell.Group("record", "Single records of a NetSuite connection", p.recordGet(), p.recordList(), p.recordCreate(), p.recordUpdate(), p.recordUpsert(), p.recordDelete())
}

func (p *program) recordGet() *cobra.Command {
	var q client.GetRecordQuery
	c := &cobra.Command{Use: "get NAME TYPE ID", Short: "Read a record (ID, or eid: and the external ID)", Args: cobra.ExactArgs(3), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			r, err := c.GetRecord(ctx, args[0], args[1], args[2], q)
			if err != nil {
				return err
			}
			if p.Output == "table" { // records are nested: a table cannot show them
				return p.ShowYAML(r)
			}
			return p.Show(r, nil)
		})
	}}
	c.Flags().BoolVar(&q.Expand, "expand", false, "read sublists and subrecords too")
	return c
}

func (p *program) recordList() *cobra.Command {
	var q client.ListRecordsQuery
	c := &cobra.Command{Use: "list NAME TYPE", Short: "List records of a type", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			page, err := c.ListRecords(ctx, args[0], args[1], q)
			if err != nil {
				return err
			}
			if err := p.Show(page.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"type", "id"}, Empty: "No records."}
				for _, r := range page.Items {
					g.Add(r.Type, r.ID)
				}
				return g
			}); err != nil {
				return err
			}
			p.sayMore("records", page.More, page.Total)
			return nil
		})
	}}
	c.Flags().StringVar(&q.Q, "q", "", `NetSuite's record filter: companyName START_WITH "A"`)
	c.Flags().Int64Var(&q.Limit, "limit", 100, "records at most, up to 1000")
	c.Flags().Int64Var(&q.Offset, "offset", 0, "records to pass over; a multiple of the limit")
	return c
}

// writeFlags are the flags of commands that write a record.
type writeFlags struct {
	data    string
	replace []string
}

func (w *writeFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&w.data, "data", "-", "the record as JSON, @FILE or - for standard input")
	c.Flags().StringSliceVar(&w.replace, "replace", nil, "sublists whose lines are replaced by the record's; lines of others are added")
}

func (p *program) showRef(ref *client.RecordRef, err error) error {
	if err != nil {
		return err
	}
	for _, w := range ref.Warnings {
		p.Say("NetSuite does not know %s and left it out.", w)
	}
	return p.Show(ref, func() *shell.Grid { return shell.Pairs("type", ref.Type, "id", ref.ID) })
}

func (p *program) recordCreate() *cobra.Command {
	var data string
	c := &cobra.Command{Use: "create NAME TYPE --data JSON|@FILE|-", Short: "Create a record", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		r, err := p.ReadRecord(data)
		if err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showRef(c.CreateRecord(ctx, args[0], args[1], r))
		})
	}}
	c.Flags().StringVar(&data, "data", "-", "the record as JSON, @FILE or - for standard input")
	return c
}

func (p *program) recordUpdate() *cobra.Command {
	var w writeFlags
	c := &cobra.Command{Use: "update NAME TYPE ID --data JSON|@FILE|-", Short: "Change a record", Args: cobra.ExactArgs(3), RunE: func(cmd *cobra.Command, args []string) error {
		r, err := p.ReadRecord(w.data)
		if err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showRef(c.UpdateRecord(ctx, args[0], args[1], args[2], client.RecordWrite{Record: r, Replace: w.replace}))
		})
	}}
	w.add(c)
	return c
}

func (p *program) recordUpsert() *cobra.Command {
	var w writeFlags
	c := &cobra.Command{Use: "upsert NAME TYPE EXTERNAL-ID --data JSON|@FILE|-", Short: "Create or change the record with an external ID", Args: cobra.ExactArgs(3), RunE: func(cmd *cobra.Command, args []string) error {
		r, err := p.ReadRecord(w.data)
		if err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			return p.showRef(c.UpsertRecord(ctx, args[0], args[1], args[2], client.RecordWrite{Record: r, Replace: w.replace}))
		})
	}}
	w.add(c)
	return c
}

func (p *program) recordDelete() *cobra.Command {
	return &cobra.Command{Use: "delete NAME TYPE ID", Short: "Delete a record", Args: cobra.ExactArgs(3), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteRecord(ctx, args[0], args[1], args[2]); err != nil {
				return err
			}
			p.Say("Deleted %s %s.", args[1], args[2])
			return nil
		})
	}}
}

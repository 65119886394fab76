package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// Dry are the flags of a dry run.
type Dry struct {
	On      bool
	limit   int64
	records int64
	given   string
	compare bool
}

// Flags adds the flags to a command.
func (d *Dry) Flags(c *cobra.Command) {
	c.Flags().BoolVar(&d.On, "dry", false, "send nothing that changes anything, and show every request")
	c.Flags().Int64Var(&d.limit, "limit", 20, "with --dry: requests to show, 500 at most")
	c.Flags().Int64Var(&d.records, "records", 0, "with --dry: records to read at most; all without it")
	c.Flags().StringVar(&d.given, "given", "", "with --dry: a `FILE` of JSON lines, whose records take the place of the export's")
	c.Flags().BoolVar(&d.compare, "compare", true, "with --dry: read what the shown requests would change, and show it field by field")
}

// Run makes a dry run of a stored flow, or of a flow file that is given as @FILE.
func (d *Dry) Run(ctx context.Context, p *shell.Shell, c *client.Client, name string) error {
	in := client.DryRunInput{Flow: name, Limit: d.limit, Records: d.records, Compare: d.compare}
	if strings.HasPrefix(name, "@") {
		text, err := p.ReadText(name)
		if err != nil {
			return err
		}
		in.Flow, in.Text = "", text
	}
	if d.given != "" {
		var err error
		if in.Given, err = readLines(d.given); err != nil {
			return err
		}
	}
	out, err := c.DryRun(ctx, in)
	if err != nil {
		return err
	}
	if p.Output != "table" {
		err = p.Show(out, nil)
	} else {
		_, err = p.Out.Write([]byte(page(out)))
	}
	if err == nil && out.Failure != nil {
		return &client.Error{Code: out.Failure.Code, Message: out.Failure.Message, Where: out.Failure.Where, Remedy: out.Failure.Remedy}
	}
	return err
}

func readLines(path string) ([]map[string]any, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the person names the file
	if err != nil {
		return nil, err
	}
	list := []map[string]any{}
	n := 0
	for line := range strings.Lines(string(text)) {
		if n++; strings.TrimSpace(line) == "" {
			continue
		}
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		var r map[string]any
		if err := decoder.Decode(&r); err != nil {
			return nil, fmt.Errorf("%s, line %d is not a record: %w", path, n, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// page writes a dry run for people.
func page(d *client.DryRun) string {
	var b strings.Builder
	for _, r := range d.Requests {
		fmt.Fprintf(&b, "record %d, key %s, step %s: %s\n", r.Seq, r.Key, r.Step, r.Operation)
		fmt.Fprintf(&b, "  %s %s\n", r.Method, r.URL)
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			fmt.Fprintf(&b, "  %s: %s\n", name, r.Header[name])
		}
		for line := range strings.Lines(r.Body) {
			b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
		}
		if r.Change != nil {
			change(&b, r.Change)
		}
		b.WriteString("\n")
	}
	for _, e := range d.Errors {
		fmt.Fprintf(&b, "record %d, key %s would fail at step %s: %s: %s\n", e.Seq, e.Key, e.Step, e.Code, e.Message)
	}
	for _, i := range d.Imports {
		fmt.Fprintf(&b, "step %s: %d requests", i.Step, i.Requests)
		if more := i.Requests - i.Shown; more > 0 {
			fmt.Fprintf(&b, ", %d of them not shown", more)
		}
		b.WriteString("\n")
	}
	c := d.Counts
	fmt.Fprintf(&b, "read %d, would write %d, leave unchanged %d, exclude %d, fail %d\nNothing was sent that changes anything.\n", c.Read, c.Written, c.Unchanged, c.Excluded, c.Failed)
	return b.String()
}

func change(b *strings.Builder, c *client.RecordChange) {
	switch {
	case c.Problem != "":
		fmt.Fprintf(b, "  what it would change cannot be told: %s\n", c.Problem)
		return
	case c.Found && c.ID != "":
		fmt.Fprintf(b, "  the record is there, ID %s\n", c.ID)
	case c.Found:
		b.WriteString("  the record is there\n")
	default:
		b.WriteString("  the record is not there yet\n")
	}
	for _, f := range c.Fields {
		switch f.State {
		case "unchanged":
			fmt.Fprintf(b, "    = %s: %s\n", f.Field, shell.Value(f.Before))
		case "added":
			fmt.Fprintf(b, "    + %s: %s\n", f.Field, shell.Value(f.After))
		case "cleared", "removed":
			fmt.Fprintf(b, "    - %s: %s\n", f.Field, shell.Value(f.Before))
		default:
			fmt.Fprintf(b, "    ~ %s: %s → %s\n", f.Field, shell.Value(f.Before), shell.Value(f.After))
		}
	}
}

package shell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/cli/page"
)

// Show prints a result in the form that --output asks for. The table is made
// only when it is wanted.
func (p *Shell) Show(v any, asTable func() *Grid) error {
	switch p.Output {
	case "json":
		return p.ShowJSON(v)
	case "yaml":
		return p.ShowYAML(v)
	}
	return asTable().Write(p)
}

// ShowJSON prints a result as JSON.
func (p *Shell) ShowJSON(v any) error {
	enc := json.NewEncoder(p.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// ShowYAML prints the JSON form as YAML, fields in the same order.
func (p *Shell) ShowYAML(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return err
	}
	blockStyle(&node)
	enc := yaml.NewEncoder(p.Out)
	enc.SetIndent(2)
	if err := enc.Encode(&node); err != nil {
		return err
	}
	return enc.Close()
}

// blockStyle undoes the look that the nodes have from JSON.
func blockStyle(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && strings.Contains(n.Value, "\n") {
		n.Style = yaml.LiteralStyle
	}
	for _, child := range n.Content {
		blockStyle(child)
	}
}

// Grid is a result as a table for people.
type Grid struct {
	Header []string
	Rows   [][]string
	Empty  string // what to say instead of a table without rows
	Right  []int  // columns, from 1, that hold numbers
	Lines  string // said instead of rows, where columns would be too wide
}

// Add adds a row.
func (g *Grid) Add(cells ...string) { g.Rows = append(g.Rows, cells) }

// Write writes the table.
func (g *Grid) Write(p *Shell) error {
	if g.Lines != "" {
		_, err := io.WriteString(p.Out, g.Lines)
		return err
	}
	if len(g.Rows) == 0 {
		if g.Empty != "" {
			_, _ = fmt.Fprintln(p.Err, g.Empty)
		}
		return nil
	}
	t := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatUpper
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	if len(g.Header) > 0 {
		t.AppendHeader(row(g.Header))
	}
	for _, r := range g.Rows {
		t.AppendRow(row(r))
	}
	var columns []table.ColumnConfig
	for _, n := range g.Right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	var out bytes.Buffer
	for line := range strings.Lines(t.Render() + "\n") {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	_, err := out.WriteTo(p.Out)
	return err
}

func row(cells []string) table.Row {
	r := make(table.Row, len(cells))
	for i, c := range cells {
		r[i] = page.Line(c)
	}
	return r
}

// Pairs makes a table of names and values, leaving out empty values.
func Pairs(list ...string) *Grid {
	g := &Grid{}
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] != "" {
			g.Add(list[i], list[i+1])
		}
	}
	return g
}

// When writes a time for a table, "" for none.
func When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// Number writes a number for a table.
func Number(n int64) string { return fmt.Sprint(n) }

// Say prints a line for the person, on standard error.
func (p *Shell) Say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Err, format+"\n", args...)
}

// Value writes a record's field for a table.
func Value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

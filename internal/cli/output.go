package cli

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

// show prints a result in the form that --output asks for. The table is made
// only when it is wanted.
func (p *program) show(v any, asTable func() *grid) error {
	switch p.output {
	case "json":
		return p.showJSON(v)
	case "yaml":
		return p.showYAML(v)
	}
	return asTable().write(p)
}

func (p *program) showJSON(v any) error {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// showYAML prints the JSON form as YAML, fields in the same order.
func (p *program) showYAML(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return err
	}
	blockStyle(&node)
	enc := yaml.NewEncoder(p.out)
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

// grid is a result as a table for people.
type grid struct {
	header []string
	rows   [][]string
	empty  string // what to say instead of a table without rows
	right  []int  // columns, from 1, that hold numbers
	lines  string // said instead of rows, where columns would be too wide
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

func (g *grid) write(p *program) error {
	if g.lines != "" {
		_, err := io.WriteString(p.out, g.lines)
		return err
	}
	if len(g.rows) == 0 {
		if g.empty != "" {
			_, _ = fmt.Fprintln(p.err, g.empty)
		}
		return nil
	}
	t := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatUpper
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	if len(g.header) > 0 {
		t.AppendHeader(row(g.header))
	}
	for _, r := range g.rows {
		t.AppendRow(row(r))
	}
	var columns []table.ColumnConfig
	for _, n := range g.right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	var out bytes.Buffer
	for line := range strings.Lines(t.Render() + "\n") {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	_, err := out.WriteTo(p.out)
	return err
}

func row(cells []string) table.Row {
	r := make(table.Row, len(cells))
	for i, c := range cells {
		r[i] = page.Line(c)
	}
	return r
}

// pairs makes a table of names and values, leaving out empty values.
func pairs(list ...string) *grid {
	g := &grid{}
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] != "" {
			g.add(list[i], list[i+1])
		}
	}
	return g
}

// when writes a time for a table, "" for none.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

func number(n int64) string { return fmt.Sprint(n) }

// say prints a line for the person, on standard error.
func (p *program) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.err, format+"\n", args...)
}

// value writes a record's field for a table.
func value(v any) string {
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

package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"unicode/utf8"

	"github.com/sluicehq/sluice/internal/store/query"
)

// partSize is how many bytes of rows a part has about; a row is never cut.
const partSize = 4 << 20

// Part is some of a table's rows. A row is a list of values in the order of the columns:
// a whole number, true or false, a text, or an object whose field "b" has bytes in base64.
type Part struct {
	Table   string
	Columns []string
	Rows    int
	Text    []byte // a row a line, as JSON
}

// Content is what Dump says of all that it has written.
type Content struct {
	Rows map[string]int64 `json:"rows"` // by table
	// Sequences are the highest numbers that were given out, also of rows that are gone.
	Sequences map[string]int64 `json:"sequences"`
}

// Dump hands all parts to put, parents before what leads to them. The querier sees one
// moment of the database.
func Dump(ctx context.Context, q query.Querier, postgres bool, put func(Part) error) (*Content, error) {
	tables, err := schema(ctx, q, postgres)
	if err != nil {
		return nil, err
	}
	c := &Content{Rows: map[string]int64{}}
	if c.Sequences, err = sequences(ctx, q, tables, postgres); err != nil {
		return nil, err
	}
	for _, t := range tables {
		if c.Rows[t.name], err = t.dump(ctx, q, put); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (t *table) dump(ctx context.Context, q query.Querier, put func(Part) error) (rows int64, err error) {
	var text bytes.Buffer
	p := Part{Table: t.name, Columns: t.names()}
	flush := func() error {
		p.Text = text.Bytes()
		err := put(p)
		text.Reset()
		p.Rows = 0
		return err
	}
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	for values, err := range query.Rows(ctx, q, t.scan, "SELECT "+quoted(t.names())+" FROM "+t.name) {
		if err != nil {
			return rows, err
		}
		if err := encoder.Encode(values); err != nil {
			return rows, err
		}
		p.Rows++
		rows++
		if text.Len() >= partSize {
			if err := flush(); err != nil {
				return rows, err
			}
		}
	}
	if p.Rows > 0 {
		err = flush()
	}
	return rows, err
}

// packed are bytes, or a text that is not one in UTF-8.
type packed struct {
	B []byte `json:"b"`
}

func (t *table) scan(row query.Scanner) ([]any, error) {
	values, targets := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := row.Scan(targets...); err != nil {
		return nil, err
	}
	for i, v := range values {
		switch v := v.(type) {
		case []byte:
			if v != nil {
				values[i] = packed{v}
			}
		case string:
			if !utf8.ValidString(v) {
				values[i] = packed{[]byte(v)}
			}
		}
	}
	return values, nil
}

// quoted lists names of columns, some of which are words of SQL.
func quoted(names []string) string {
	var b bytes.Buffer
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + name + `"`)
	}
	return b.String()
}

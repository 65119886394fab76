// Package keyset turns rows that come in the order of a key into the records of
// an export, one a row or one a group of rows.
package keyset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/sluicehq/sluice"
)

// Stream gives rows in the order of their key.
type Stream interface {
	// Next returns the next row, and io.EOF behind the last.
	Next(ctx context.Context) (Row, error)
	io.Closer
}

// Row is one row and where it stands.
type Row struct {
	Record sluice.Record
	// Origin names the row for people.
	Origin string
	// Cursor returns what continues the stream behind this row.
	Cursor func() ([]byte, error)
}

// NewReader returns a Reader over a stream. Where g is set, rows that follow each
// other and agree in g.By become one record; the stream's key begins with g.By, so
// that such rows do follow each other.
func NewReader(s Stream, g *sluice.Group) sluice.Reader { return &reader{stream: s, group: g} }

type reader struct {
	stream Stream
	group  *sluice.Group
	ahead  *Row // first row of the next group
}

// Next returns the next records.
func (r *reader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	var batch sluice.Batch
	var last Row
	held := 0
	for len(batch.Items) < limit && held < sluice.DefaultPageBytes {
		item, row, err := r.item(ctx)
		if errors.Is(err, io.EOF) && len(batch.Items) > 0 {
			break
		}
		if err != nil {
			return sluice.Batch{}, err
		}
		last = row
		held += item.Record.Size()
		batch.Items = append(batch.Items, item)
	}
	cursor, err := last.Cursor()
	if err != nil {
		return sluice.Batch{}, fmt.Errorf("export cursor: %w", err)
	}
	batch.Cursor = cursor
	return batch, nil
}

// item returns the next record and its last row.
func (r *reader) item(ctx context.Context) (sluice.Item, Row, error) {
	first, err := r.row(ctx)
	if err != nil {
		return sluice.Item{}, Row{}, err
	}
	if r.group == nil {
		return sluice.Item{Record: first.Record, Origin: first.Origin, Rows: 1}, first, nil
	}
	last := first
	lines, rows, held := []any{map[string]any(first.Record)}, 1, first.Record.Size()
	for {
		row, err := r.stream.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.ahead = nil
			return sluice.Item{}, Row{}, err
		}
		if !r.together(first.Record, row.Record) {
			r.ahead = &row
			break
		}
		if rows++; r.group.Keeps(len(lines)) && held <= sluice.MaxRecordBytes { // a larger one is refused as it is
			lines = append(lines, map[string]any(row.Record))
			held += row.Record.Size()
		}
		last = row
	}
	record := sluice.Record{r.group.As: lines}
	var names []string
	for _, name := range r.group.By {
		record[name] = first.Record[name]
		names = append(names, fmt.Sprintf("%s %v", name, first.Record[name]))
	}
	return sluice.Item{Record: record, Origin: strings.Join(names, ", "), Rows: rows}, last, nil
}

func (r *reader) row(ctx context.Context) (Row, error) {
	if r.ahead != nil {
		row := *r.ahead
		r.ahead = nil
		return row, nil
	}
	return r.stream.Next(ctx)
}

func (r *reader) together(a, b sluice.Record) bool {
	for _, name := range r.group.By {
		if !reflect.DeepEqual(a[name], b[name]) {
			return false
		}
	}
	return true
}

// Close closes the stream.
func (r *reader) Close() error { return r.stream.Close() }

package delta

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/sluicehq/sluice"
)

// Mark returns a Reader that takes the column of a windowed query off the records and
// tells by it which of them a run before has read. group is the field that holds the
// rows of grouped records, "" without.
func (d Dialect) Mark(r sluice.Reader, w *sluice.Window, group string) sluice.Reader {
	m := &marker{Reader: r, group: group}
	if !w.Mark.IsZero() {
		m.mark = d.text(w.Mark)
	}
	return m
}

type marker struct {
	sluice.Reader
	mark  string
	group string
}

// Next returns the next records.
func (m *marker) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	b, err := m.Reader.Next(ctx, limit)
	for i := range b.Items {
		it := &b.Items[i]
		changed, _ := take(it.Record, m.group).(string)
		it.Reread = changed < m.mark
	}
	return b, err
}

// take removes the column from a record, or from the rows of a grouped one.
func take(r sluice.Record, group string) any {
	if group == "" {
		v := r[Column]
		delete(r, Column)
		return v
	}
	var v any
	rows, _ := r[group].([]any)
	for _, row := range rows {
		if fields, ok := row.(map[string]any); ok {
			v = fields[Column]
			delete(fields, Column)
		}
	}
	return v
}

// Deleted returns a Reader that marks all records as deleted at their source.
func Deleted(r sluice.Reader) sluice.Reader { return deleted{r} }

type deleted struct{ sluice.Reader }

// Next returns the next records.
func (d deleted) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	b, err := d.Reader.Next(ctx, limit)
	for i := range b.Items {
		if b.Items[i].Record != nil {
			b.Items[i].Record[sluice.DeletedField] = true
		}
	}
	return b, err
}

// Part opens one of several things that are read one after another.
type Part func(ctx context.Context, cursor []byte) (sluice.Reader, error)

// Chain opens a Reader of all parts, in their order.
func Chain(ctx context.Context, cursor []byte, parts ...Part) (sluice.Reader, error) {
	c := &chain{parts: parts}
	if cursor != nil {
		if err := json.Unmarshal(cursor, &c.at); err != nil || c.at.Part >= len(parts) {
			return nil, sluice.Errorf("source.cursor", "the run's cursor does not fit the export").Fix("Start a new run")
		}
	}
	return c, c.open(ctx)
}

type chain struct {
	parts []Part
	at    place
	sluice.Reader
}

type place struct {
	Part   int    `json:"part"`
	Cursor []byte `json:"cursor,omitempty"`
}

func (c *chain) open(ctx context.Context) error {
	var err error
	c.Reader, err = c.parts[c.at.Part](ctx, c.at.Cursor)
	return err
}

// Next returns the next records.
func (c *chain) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	for {
		b, err := c.Reader.Next(ctx, limit)
		if err == nil {
			b.Cursor, err = json.Marshal(place{c.at.Part, b.Cursor})
			return b, err
		}
		if !errors.Is(err, io.EOF) || c.at.Part+1 == len(c.parts) {
			return b, err
		}
		if err := c.Reader.Close(); err != nil {
			return sluice.Batch{}, err
		}
		c.at = place{Part: c.at.Part + 1}
		if err := c.open(ctx); err != nil {
			c.Reader = closed{}
			return sluice.Batch{}, err
		}
	}
}

// closed is what is left of a part that could not be opened.
type closed struct{}

func (closed) Next(context.Context, int) (sluice.Batch, error) { return sluice.Batch{}, io.EOF }
func (closed) Close() error                                    { return nil }

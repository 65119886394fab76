package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/sluicehq/sluice"
)

// groups makes a record of rows that stand together and agree in some fields. The
// cursor of a batch is that behind the last row of its last group.
type groups struct {
	*reader
	by    *sluice.Group
	place []byte // the cursor behind the last group

	ahead  *sluice.Item // the first row of the next group
	behind []byte       // the cursor behind that
	seen   map[[sha256.Size]byte]bool
	ended  bool
}

func newGroups(r *reader, by *sluice.Group) *groups {
	return &groups{reader: r, by: by, seen: map[[sha256.Size]byte]bool{}}
}

// Next returns the next groups.
func (g *groups) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	var batch sluice.Batch
	for len(batch.Items) < limit {
		item, err := g.group(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sluice.Batch{}, err
		}
		batch.Items, batch.Cursor = append(batch.Items, item), g.place
	}
	if len(batch.Items) == 0 {
		return batch, io.EOF
	}
	return batch, nil
}

// row reads a row, with the cursor behind it.
func (g *groups) row(ctx context.Context) (*sluice.Item, []byte, error) {
	if g.ended {
		return nil, nil, io.EOF
	}
	b, err := g.reader.Next(ctx, 1)
	if err != nil {
		g.ended = errors.Is(err, io.EOF)
		return nil, nil, err
	}
	return &b.Items[0], b.Cursor, nil
}

// group reads one group. A row that cannot be read is a group of its own.
func (g *groups) group(ctx context.Context) (sluice.Item, error) {
	first, cursor := g.ahead, g.behind
	if g.ahead = nil; first == nil {
		var err error
		if first, cursor, err = g.row(ctx); err != nil {
			return sluice.Item{}, err
		}
	}
	g.place = cursor
	key, ok := g.key(first)
	if !ok {
		return *first, nil
	}
	if g.seen[key] {
		return sluice.Item{}, sluice.Errorf("source.not_grouped", "rows with the same %q do not stand together", g.by.By).At(first.Origin).
			Fix("Have the API sort by these fields, or leave out group")
	}
	g.seen[key] = true
	out := sluice.Item{Record: sluice.Record{}, Origin: first.Origin}
	for _, name := range g.by.By {
		out.Record[name] = first.Record[name]
	}
	lines := []any{}
	for row := first; ; {
		if out.Rows++; g.by.Keeps(len(lines)) {
			lines = append(lines, map[string]any(row.Record))
		}
		next, cursor, err := g.row(ctx)
		if err != nil && !errors.Is(err, io.EOF) {
			return sluice.Item{}, err
		}
		if err != nil {
			break
		}
		if same, ok := g.key(next); !ok || same != key {
			g.ahead, g.behind = next, cursor
			break
		}
		row, g.place = next, cursor
	}
	out.Record[g.by.As] = lines
	if out.Rows > 1 {
		out.Origin += fmt.Sprintf(" and %d more", out.Rows-1)
	}
	return out, nil
}

// key is a digest of the values by which a row is grouped; false for a row that has
// not got them all, which is refused.
func (g *groups) key(it *sluice.Item) ([sha256.Size]byte, bool) {
	if it.Refused != nil {
		return [sha256.Size]byte{}, false
	}
	text, err := sluice.ItemKey(g.by.By, it.Record)
	if err != nil {
		it.Refused = sluice.Errorf("source.no_group", "%s", err.Message).At(it.Origin).Fix("Group by fields that every row has")
		return [sha256.Size]byte{}, false
	}
	return sha256.Sum256([]byte(text)), true
}

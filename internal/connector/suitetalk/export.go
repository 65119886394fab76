package suitetalk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// OpenExport returns a Reader of SuiteQL rows or of records.
func (c *Connector) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	ctx = netsuite.ContextWithFlow(ctx, o.Flow)
	switch {
	case e.SuiteQL != nil:
		return cl.openSuiteQL(ctx, e, o.Cursor)
	case e.Records != nil:
		return cl.openRecords(ctx, e, o.Cursor)
	}
	return nil, sluice.Errorf("flow.export_kind", "the connection %s is to NetSuite, the export is not", conn.Name).Fix("Give the export a suiteql or records part, or another connection")
}

func decode(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(to)
}

// rowReader reads SuiteQL rows by keyset, and makes records of rows that follow
// each other where the export groups them.
type rowReader struct {
	client *client
	query  suiteql.Query
	group  *sluice.Group
	next   func() ([]suiteql.Row, error, bool)
	stop   func()
	rows   []suiteql.Row // read, not handed out
	last   []string      // key of the last row handed out
	ended  bool
}

func (c *client) openSuiteQL(ctx context.Context, e *sluice.Export, cursor []byte) (sluice.Reader, error) {
	spec := e.SuiteQL
	q := suiteql.Query{SQL: spec.Query, Params: spec.Params, PageSize: spec.PageSize, Prefetch: true}
	kind := suiteql.Numeric
	if spec.TextKey {
		kind = suiteql.Text
	}
	for _, name := range spec.Key {
		q.Key = append(q.Key, suiteql.KeyColumn{Name: name, Kind: kind})
	}
	if g := e.Group; g != nil && (len(g.By) > len(spec.Key) || !slices.Equal(lower(g.By), lower(spec.Key[:len(g.By)]))) {
		return nil, sluice.Errorf("flow.group_needs_key", "rows can be grouped only by the first columns of the key (%s)", strings.Join(spec.Key, ", ")).
			At("export.group.by").Fix("Begin suiteql.key with the columns of group.by")
	}
	if cursor != nil {
		if err := json.Unmarshal(cursor, &q.After); err != nil {
			return nil, fmt.Errorf("cursor of a SuiteQL export: %w", err)
		}
	}
	if err := q.Check(); err != nil {
		return nil, sluice.Errorf("flow.suiteql", "the query cannot be exported: %w", err).At("export.suiteql")
	}
	r := &rowReader{client: c, query: q, group: e.Group, last: q.After}
	r.next, r.stop = pull(c.SuiteQL.Pages(ctx, q))
	return r, nil
}

// pull turns a sequence of pages into a function, as iter.Pull2 does, with the pair's second value an error.
func pull(pages iter.Seq2[[]suiteql.Row, error]) (func() ([]suiteql.Row, error, bool), func()) {
	return iter.Pull2(pages)
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}

// Next returns up to limit records.
func (r *rowReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	var b sluice.Batch
	for len(b.Items) < limit {
		rows, err := r.take()
		if err != nil {
			return sluice.Batch{}, queryProblem(r.client.name, err)
		}
		if len(rows) == 0 {
			break
		}
		b.Items = append(b.Items, r.item(rows))
		r.last = rows[len(rows)-1].Key()
	}
	if len(b.Items) == 0 {
		return b, io.EOF
	}
	cursor, err := json.Marshal(r.last)
	b.Cursor = cursor
	return b, err
}

// take returns the rows of the next record, none behind the last.
func (r *rowReader) take() ([]suiteql.Row, error) {
	if err := r.fill(1); err != nil || len(r.rows) == 0 {
		return nil, err
	}
	n := 1
	for r.group != nil {
		if err := r.fill(n + 1); err != nil {
			return nil, err
		}
		if len(r.rows) <= n || !r.together(r.rows[0], r.rows[n]) {
			break
		}
		n++
	}
	rows := r.rows[:n]
	r.rows = r.rows[n:]
	return rows, nil
}

// fill reads on until n rows are at hand, or the export has ended.
func (r *rowReader) fill(n int) error {
	for len(r.rows) < n && !r.ended {
		page, err, ok := r.next()
		if !ok {
			r.ended = true
			return nil
		}
		if err != nil {
			return err
		}
		r.rows = append(slices.Clip(r.rows), page...)
	}
	return nil
}

// together reports whether two rows belong to one record.
func (r *rowReader) together(a, b suiteql.Row) bool {
	n := len(r.group.By)
	return slices.Equal(a.Key()[:n], b.Key()[:n])
}

func (r *rowReader) item(rows []suiteql.Row) sluice.Item {
	it := sluice.Item{Rows: len(rows), Origin: "row " + strings.Join(rows[0].Key(), ", ")}
	if r.group == nil {
		it.Record = rows[0].Map()
		return it
	}
	it.Record = sluice.Record{}
	list := make([]any, len(rows))
	for i, row := range rows {
		list[i] = row.Map()
	}
	for _, field := range r.group.By {
		it.Record[field] = rows[0].Text(strings.ToLower(field))
	}
	it.Record[r.group.As] = list
	return it
}

// Close ends the reading.
func (r *rowReader) Close() error {
	r.stop()
	return nil
}

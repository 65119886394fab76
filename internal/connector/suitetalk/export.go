package suitetalk

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/delta"
	"github.com/sluicehq/sluice/internal/connector/keyset"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/mapping/clock"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// OpenExport returns a Reader of SuiteQL rows, of records or of what a RESTlet answers.
func (c *Connector) OpenExport(ctx context.Context, conn *sluice.Connection, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	if err := cl.login(netsuite.ContextWithFlow(ctx, o.Flow)); err != nil {
		return nil, err
	}
	ctx = netsuite.ContextWithFlow(ctx, o.Flow)
	switch {
	case e.BySOAP():
		return cl.openSOAP(ctx, conn, e, o)
	case e.Delta != nil && o.Window != nil && e.RESTlet == nil:
		return cl.changes().Open(ctx, e, o)
	case e.SuiteQL != nil:
		return cl.openSuiteQL(ctx, e, o)
	case e.Records != nil:
		return cl.openRecords(ctx, e, o)
	case e.RESTlet != nil:
		return cl.openRESTlet(conn, e, o)
	}
	return nil, sluice.Errorf("flow.export_kind", "the connection %s is to NetSuite, the export is not", conn.Name).Fix("Give the export a suiteql, records, restlet, saved_search, search or deleted part, or another connection")
}

func decode(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(to)
}

func (c *client) openSuiteQL(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	spec := e.SuiteQL
	q := suiteql.Query{SQL: spec.Query, Params: spec.Params, PageSize: spec.PageSize, Prefetch: true}
	kind := suiteql.Numeric
	if spec.TextKey {
		kind = suiteql.Text
	}
	key := spec.Key
	if key[0] == delta.Column {
		q.Key, key = []suiteql.KeyColumn{{Name: delta.Column, Kind: suiteql.Text}}, key[1:]
	}
	for _, name := range key {
		q.Key = append(q.Key, suiteql.KeyColumn{Name: name, Kind: kind})
	}
	group := lowered(e.Group)
	if group != nil && (len(group.By) > len(key) || !slices.Equal(group.By, lower(key[:len(group.By)]))) {
		return nil, sluice.Errorf("flow.group_needs_key", "rows can be grouped only by the first columns of the key (%s)", strings.Join(key, ", ")).
			At("export.group.by").Fix("Begin suiteql.key with the columns of group.by")
	}
	if o.Cursor != nil {
		if err := json.Unmarshal(o.Cursor, &q.After); err != nil {
			return nil, sluice.Errorf("source.cursor", "the run's cursor cannot be read: %w", err).Fix("Start a new run")
		}
	}
	if err := q.Check(); err != nil {
		return nil, sluice.Errorf("flow.suiteql", "the query cannot be exported: %w", err).At("export.suiteql")
	}
	r := &rowStream{client: c, times: lower(spec.Times)}
	if len(r.times) > 0 {
		var err error
		if r.zone, err = c.zone(ctx); err != nil {
			return nil, err
		}
		if r.zone == nil {
			return nil, sluice.Errorf("connection.time_zone_unknown", "NetSuite does not tell its time zone by name, so that local times cannot be read").At("export.suiteql.times").
				Fix("Set the account's time zone in the connection " + c.name)
		}
	}
	r.next, r.stop = iter.Pull2(c.SuiteQL.Pages(ctx, q))
	return keyset.NewReader(r, group), nil
}

// lowered writes a group's fields as SuiteQL writes columns.
func lowered(g *sluice.Group) *sluice.Group {
	if g == nil {
		return nil
	}
	return &sluice.Group{By: lower(g.By), As: g.As}
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}

// rowStream reads SuiteQL rows by keyset.
type rowStream struct {
	client *client
	next   func() ([]suiteql.Row, error, bool)
	stop   func()
	times  []string       // columns that hold local date-times
	zone   *time.Location // of them
	rows   []suiteql.Row  // read, not handed out
}

// Next returns the next row.
func (r *rowStream) Next(context.Context) (keyset.Row, error) {
	if len(r.rows) == 0 {
		page, err, ok := r.next()
		if !ok {
			return keyset.Row{}, io.EOF
		}
		if err != nil {
			return keyset.Row{}, r.client.queryProblem(err)
		}
		r.rows = page // never empty
	}
	row := r.rows[0]
	r.rows = r.rows[1:]
	key := row.Key()
	out := keyset.Row{Record: row.Map(), Origin: "row " + strings.Join(key, ", "), Cursor: func() ([]byte, error) { return json.Marshal(key) }}
	return out, r.readTimes(out.Record)
}

// readTimes turns the columns that hold local date-times into instants: the time
// that clocks in the account show, with its distance from UTC.
func (r *rowStream) readTimes(row sluice.Record) error {
	for _, column := range r.times {
		text, ok := row[column].(string)
		if !ok { // null
			continue
		}
		naive, ok := form.ParseLocal(text)
		if !ok {
			return sluice.Errorf("source.time", "the column %s holds %q, which is no local date and time", column, text).At("export.suiteql.times").
				Fix("Write it as TO_CHAR(" + column + ", 'YYYY-MM-DD HH24:MI:SS'), without a zone, or take the column out of times")
		}
		row[column] = clock.Instant(naive, r.zone).Format(time.RFC3339)
	}
	return nil
}

// Close ends the reading.
func (r *rowStream) Close() error {
	r.stop()
	return nil
}

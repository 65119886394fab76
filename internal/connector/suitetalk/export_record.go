package suitetalk

import (
	"context"
	"encoding/json"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sublist"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// recordReader reads whole records of one type. NetSuite lists their IDs in no
// order; the reader takes them in the order of the IDs, so that it can go on.
type recordReader struct {
	client *client
	spec   *sluice.RecordsExport
	flow   string
	ids    []string
	schema *metadata.Schema // nil where the catalogue does not tell
	zone   *time.Location   // of the account; nil where it is not known
}

func (c *client) openRecords(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	if e.Group != nil {
		return nil, sluice.Errorf("flow.group_records", "records of NetSuite cannot be grouped").At("export.group").Fix("Export rows by suiteql instead")
	}
	var after string
	if o.Cursor != nil {
		if err := json.Unmarshal(o.Cursor, &after); err != nil {
			return nil, sluice.Errorf("source.cursor", "the run's cursor cannot be read: %w", err).Fix("Start a new run")
		}
	}
	r := &recordReader{client: c, spec: e.Records, flow: o.Flow}
	for id, err := range c.Records.All(ctx, e.Records.Type, netsuite.ListOptions{Q: e.Records.Filter}) {
		if err != nil {
			return nil, c.problem(err)
		}
		if after == "" || compareIDs(id, after) > 0 {
			r.ids = append(r.ids, id)
		}
	}
	slices.SortFunc(r.ids, compareIDs)
	r.ids = slices.Compact(r.ids) // a page may repeat what moved while we read
	var err error
	if r.schema, err = c.schema(ctx, e.Records.Type); err == nil && r.schema != nil {
		r.zone, err = c.zone(ctx)
	}
	return r, err
}

// compareIDs orders internal IDs as numbers where they are.
func compareIDs(a, b string) int {
	x, ok := new(big.Int).SetString(a, 10)
	y, also := new(big.Int).SetString(b, 10)
	if ok && also {
		return x.Cmp(y)
	}
	return strings.Compare(a, b)
}

// Next reads up to limit records, some at a time. Records that were deleted since
// the list was read are passed over.
func (r *recordReader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	for len(r.ids) > 0 {
		ids := r.ids[:min(limit, len(r.ids))]
		items, err := r.read(ctx, ids)
		if err != nil {
			return sluice.Batch{}, err
		}
		r.ids = r.ids[len(ids):]
		if len(items) == 0 {
			continue
		}
		cursor, err := json.Marshal(ids[len(ids)-1])
		return sluice.Batch{Items: items, Cursor: cursor}, err
	}
	return sluice.Batch{}, io.EOF
}

// read gets the records of ids, in their order.
func (r *recordReader) read(ctx context.Context, ids []string) ([]sluice.Item, error) {
	found := make([]*sluice.Item, len(ids))
	asks := make([]*sluice.Intent, len(ids))
	for i, id := range ids {
		asks[i] = &sluice.Intent{TargetID: id}
	}
	err := r.client.each(ctx, r.flow, asks, func(ctx context.Context, n int, i *sluice.Intent) error {
		var err error
		found[n], err = r.get(ctx, i.TargetID)
		return err
	})
	if err != nil {
		return nil, err
	}
	var items []sluice.Item
	for _, it := range found {
		if it != nil {
			items = append(items, *it)
		}
	}
	return items, ctx.Err()
}

// get reads one record: nil when it is gone, an item with its refusal when NetSuite
// does not show it (locked, not permitted).
func (r *recordReader) get(ctx context.Context, id string) (*sluice.Item, error) {
	it := &sluice.Item{Rows: 1, Origin: r.spec.Type + " " + id}
	record, err := r.client.Records.Get(ctx, r.spec.Type, id, netsuite.GetOptions{ExpandSubResources: r.spec.Lines})
	switch {
	case err == nil:
		it.Record = sluice.Record(record)
		if r.schema != nil && r.zone != nil {
			showTimes(r.schema.Fields, record, r.zone)
		}
	case outcome.Missing(err):
		return nil, nil
	case outcome.ConcernsConnection(err):
		return nil, r.client.problem(err)
	default:
		it.Refused = r.client.problem(err)
	}
	return it, nil
}

// showTimes writes the date-times of a record, which NetSuite gives in UTC, as
// clocks in the account show them, with their distance from UTC.
func showTimes(fields []metadata.Field, record map[string]any, zone *time.Location) {
	for _, f := range fields {
		switch v := record[f.Name].(type) {
		case string:
			if f.Format == "date-time" {
				record[f.Name] = form.ShownTime(v, zone)
			}
		case map[string]any:
			if f.Kind == metadata.Subrecord {
				showTimes(f.Fields, v, zone)
			}
			for _, line := range sublist.Lines(v) {
				showTimes(f.Fields, line, zone)
			}
		}
	}
}

// Close ends the reading.
func (r *recordReader) Close() error { return nil }

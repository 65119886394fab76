package soapread

import (
	"cmp"
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// Of is what an export finds in its window, which is nil without a delta. Days are shown
// in the client's zone.
func Of(ctx context.Context, s *soap.Client, e *sluice.Export, w *sluice.Window) (Source, error) {
	if e.Deleted != nil {
		pages, err := deletions(ctx, s, e, w)
		return Source{Pages: pages, Item: deletion}, err
	}
	q, prefs := queryOf(e, w)
	wanted, err := q.Element(s.Version())
	if err != nil {
		return Source{}, sluice.Errorf("flow.search", "the search cannot be made: %w", err).At("export")
	}
	plain := record.Plain{Version: s.Version(), Zone: s.Zone()}
	return Source{Pages: s.Pages(ctx, wanted, &prefs), Item: func(e *record.Element) (sluice.Item, bool) {
		if search.IsRow(e) {
			return rowOf(q.Type, search.Document(e, plain)), true
		}
		return sluice.Item{Record: plain.Document(e), Origin: e.TypeName() + " " + e.InternalID()}, q.Matches(e)
	}}, nil
}

// rowOf makes an item of a row. The IDs of its record, which a search has as references,
// stand where whole records have them, so that they can be the export's key.
func rowOf(kind string, row map[string]any) sluice.Item {
	for column, field := range map[string]string{"internalId": "id", "externalId": "externalId"} {
		ref, ok := row[column].(map[string]any)
		if !ok {
			continue
		}
		if id := cmp.Or(ref["id"], ref["externalId"]); id != nil && (row[field] == nil || field == column) {
			delete(row, column)
			row[field] = id
		}
	}
	if id, ok := row["id"].(string); ok {
		return sluice.Item{Record: row, Origin: kind + " " + id}
	}
	return sluice.Item{Record: row, Origin: "a row of the search"}
}

// pageSize is how many records a page has: as many as NetSuite allows.
const pageSize = 1000

// queryOf is the search that an export asks for, in its window.
func queryOf(e *sluice.Export, w *sluice.Window) (search.Query, soap.SearchPreferences) {
	var q search.Query
	var where []sluice.SearchCriterion
	columns, body := true, true
	if e.Search != nil {
		q.Type, where, body = e.Search.Type, e.Search.Where, !e.Search.Lines
	} else {
		q.Type, q.SavedSearch, where = e.SavedSearch.Type, e.SavedSearch.ID, e.SavedSearch.Where
		columns, body = !e.SavedSearch.Whole, !e.SavedSearch.Whole
	}
	for _, k := range where {
		q.Where = append(q.Where, search.Criterion{Join: k.Join, Field: k.Field, Operator: k.Operator, Values: k.Values, Kind: k.Kind})
	}
	if e.Delta != nil && w != nil {
		q.Where = append(q.Where, inWindow(e.Delta.Fields[0], w))
	}
	return q, soap.SearchPreferences{BodyFieldsOnly: &body, ReturnSearchColumns: &columns, PageSize: pageSize}
}

// inWindow is the criterion of a window, whose end is not part of it: stamps are whole seconds.
func inWindow(field string, w *sluice.Window) search.Criterion {
	last := w.Until.Add(-time.Second)
	if w.From.IsZero() {
		return search.Criterion{Field: field, Operator: "onOrBefore", Values: []string{last.Format(time.RFC3339)}}
	}
	return search.Since(field, w.From, last)
}

// deletions are the pages of what was deleted in the window, or since the export's time.
func deletions(ctx context.Context, s *soap.Client, e *sluice.Export, w *sluice.Window) (pages func(func(soap.Page, error) bool), err error) {
	f := soap.DeletedFilter{Types: e.Deleted.Types}
	if e.Deleted.Since != "" {
		if f.From, err = time.Parse(time.RFC3339, e.Deleted.Since); err != nil {
			return nil, sluice.Errorf("flow.invalid_value", "since is %q, not a time", e.Deleted.Since).At("export.deleted.since").Fix("Write it as 2026-01-01T00:00:00Z")
		}
	}
	if e.Delta != nil && w != nil {
		f.From, f.Until = w.From, w.Until.Add(-time.Second)
	}
	return s.Deletions(ctx, f), nil
}

func deletion(e *record.Element) (sluice.Item, bool) {
	d, err := soap.ReadDeleted(e)
	if err != nil {
		return sluice.Item{Origin: "a deletion", Refused: sluice.Errorf("source.deletion", "what NetSuite tells of a deletion cannot be read: %w", err).Fix("Read its deletions by suiteql, from the table deletedrecord")}, true
	}
	r := sluice.Record{"type": d.Ref.Type, "id": d.Ref.InternalID, sluice.DeletionTime: d.At.UTC().Format(time.RFC3339)}
	if d.Ref.ExternalID != "" {
		r["externalId"] = d.Ref.ExternalID
	}
	if d.Ref.Name != "" {
		r["refName"] = d.Ref.Name
	}
	return sluice.Item{Record: r, Origin: "deleted " + d.Ref.Type + " " + d.Ref.InternalID}, true
}

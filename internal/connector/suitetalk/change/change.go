// Package change reads what changed in NetSuite in a window of time, and what was
// deleted in it.
package change

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/delta"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
)

// Source is how NetSuite is read.
type Source struct {
	// SuiteQL and Records open exports, the former with a key whose first column may be
	// delta.Column, a text.
	SuiteQL, Records func(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error)
	// Day answers how NetSuite writes a day, which is given as YYYY-MM-DD.
	Day func(ctx context.Context, day string) (string, error)
}

// Open opens what was deleted in the window, then what was changed in it. NetSuite
// uses no internal ID twice.
func (s Source) Open(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	changes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		o.Cursor = cursor
		if e.SuiteQL != nil {
			return s.rows(ctx, e, o)
		}
		return s.records(ctx, e, o)
	}
	if e.Delta.Deletes == nil {
		return delta.Chain(ctx, o.Cursor, changes)
	}
	deletes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		o.Cursor = cursor
		r, err := s.rows(ctx, deletedRecords(e), o)
		if err != nil {
			return nil, err
		}
		return delta.Deleted(r), nil
	}
	return delta.Chain(ctx, o.Cursor, deletes, changes)
}

// rows opens a SuiteQL export in the order of the time of change and its key.
func (s Source) rows(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	d, q := delta.SuiteQL(), delta.Query{Text: strings.TrimRight(strings.TrimSpace(e.SuiteQL.Query), "; \n"), Window: o.Window}
	for _, name := range e.Delta.Fields {
		q.Fields = append(q.Fields, delta.Field{Name: name})
	}
	group := ""
	if e.Group != nil {
		q.Together, group = e.Group.By, e.Group.As
	}
	windowed, spec := *e, *e.SuiteQL
	spec.Query, spec.Key = d.Write(q), append([]string{delta.Column}, spec.Key...)
	windowed.SuiteQL = &spec
	r, err := s.SuiteQL(ctx, &windowed, o)
	if err != nil {
		return nil, err
	}
	return d.Mark(r, o.Window, group), nil
}

// records opens whole records. The record service finds those of some days, of which
// the ones in the window are kept.
func (s Source) records(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	filter, err := s.dayFilter(ctx, e.Delta.Fields, o.Window.From)
	if err != nil {
		return nil, err
	}
	changed := *e
	changed.Records = &sluice.RecordsExport{Type: e.Records.Type, Lines: e.Records.Lines, Filter: both(e.Records.Filter, filter)}
	r, err := s.Records(ctx, &changed, o)
	if err != nil {
		return nil, err
	}
	return &changedRecords{Reader: r, fields: e.Delta.Fields, window: o.Window}, nil
}

// deletedRecords reads the table in which NetSuite keeps what was deleted. Types are
// compared with its script ID and with its name.
func deletedRecords(e *sluice.Export) *sluice.Export {
	var types []string
	for _, t := range e.Delta.Deletes.Types {
		types = append(types, "'"+strings.ReplaceAll(strings.ToLower(t), "'", "''")+"'")
	}
	list := strings.Join(types, ", ")
	key := e.Key[0]
	return &sluice.Export{
		SuiteQL: &sluice.SuiteQLExport{
			Query: fmt.Sprintf("SELECT recordid AS %s, recordtypeid, scriptid, type, name, deleteddate FROM deletedrecord WHERE LOWER(scriptid) IN (%s) OR LOWER(type) IN (%s)", key, list, list),
			Key:   []string{key, "recordtypeid"},
		},
		Delta: &sluice.Delta{Fields: []string{"deleteddate"}},
	}
}

// dayFilter is a condition of the record service for what changed on the day of a time
// or later. The service knows days only, in the session's zone and written as its user
// prefers: it is asked for a day more, and how it writes one.
func (s Source) dayFilter(ctx context.Context, fields []string, from time.Time) (string, error) {
	if from.IsZero() {
		return "", nil
	}
	sample, err := s.Day(ctx, form.SampleDay.Format("2006-01-02"))
	if err != nil {
		return "", err
	}
	day, ok := form.DayLike(sample, from.Add(-24*time.Hour).UTC())
	if !ok {
		return "", sluice.Errorf("source.date_format", "NetSuite writes days as %q, which cannot be read", sample).At("export.delta").
			Fix("Choose another date format in Home > Set Preferences of the connection's user, or export by suiteql")
	}
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = fmt.Sprintf("%s ON_OR_AFTER %q", f, day)
	}
	return strings.Join(parts, " OR "), nil
}

// both joins two conditions, either of which may be empty.
func both(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return "(" + a + ") AND (" + b + ")"
}

// changedRecords drops the records that did not change in the window.
type changedRecords struct {
	sluice.Reader
	fields []string
	window *sluice.Window
}

// Next returns the next records. A batch may be empty, for the sake of its cursor.
func (r *changedRecords) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	b, err := r.Reader.Next(ctx, limit)
	if err != nil {
		return b, err
	}
	kept := b.Items[:0]
	for _, it := range b.Items {
		if it.Refused == nil {
			at, problem := r.changed(it.Record)
			if problem != nil {
				it.Refused = problem
			} else if at.Before(r.window.From) || !at.Before(r.window.Until) {
				continue
			}
			it.Reread = it.Refused == nil && at.Before(r.window.Mark)
		}
		kept = append(kept, it)
	}
	b.Items = kept
	return b, nil
}

// changed returns the latest of the record's times, the zero time without any.
func (r *changedRecords) changed(record sluice.Record) (time.Time, *sluice.Error) {
	var latest time.Time
	for _, f := range r.fields {
		text, ok := record[f].(string)
		if !ok {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return latest, sluice.Errorf("source.no_time", "the field %s holds %q, which is no time", f, text).At("export.delta.fields").Fix("Name fields that hold date and time, such as lastModifiedDate")
		}
		if at.After(latest) {
			latest = at
		}
	}
	return latest, nil
}

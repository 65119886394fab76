package suitetalk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/delta"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/form"
)

// SourceTime asks NetSuite for its time. Its stamps are whole seconds.
func (c *Connector) SourceTime(ctx context.Context, conn *sluice.Connection) (time.Time, error) {
	cl, err := c.client(conn)
	if err != nil {
		return time.Time{}, err
	}
	if err := cl.login(ctx); err != nil {
		return time.Time{}, err
	}
	at, err := cl.System.ServerTime(ctx)
	if err != nil {
		return time.Time{}, cl.problem(err)
	}
	return at.Truncate(time.Second), nil
}

// openDelta opens what was deleted in the window, then what was changed in it. NetSuite
// uses no internal ID twice.
func (c *client) openDelta(ctx context.Context, e *sluice.Export, o sluice.ExportOptions) (sluice.Reader, error) {
	changes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		return c.openChanges(ctx, e, o, cursor)
	}
	if e.Delta.Deletes == nil {
		return delta.Chain(ctx, o.Cursor, changes)
	}
	deletes := func(ctx context.Context, cursor []byte) (sluice.Reader, error) {
		r, err := c.openWindow(ctx, deletedRecords(e), o.Window, cursor)
		if err != nil {
			return nil, err
		}
		return delta.Deleted(r), nil
	}
	return delta.Chain(ctx, o.Cursor, deletes, changes)
}

func (c *client) openChanges(ctx context.Context, e *sluice.Export, o sluice.ExportOptions, cursor []byte) (sluice.Reader, error) {
	if e.SuiteQL != nil {
		return c.openWindow(ctx, e, o.Window, cursor)
	}
	filter, err := c.dayFilter(ctx, e.Delta.Fields, o.Window.From)
	if err != nil {
		return nil, err
	}
	changed := *e
	changed.Records = &sluice.RecordsExport{Type: e.Records.Type, Lines: e.Records.Lines, Filter: both(e.Records.Filter, filter)}
	o.Cursor = cursor
	r, err := c.openRecords(ctx, &changed, o)
	if err != nil {
		return nil, err
	}
	return &changedRecords{Reader: r, fields: e.Delta.Fields, window: o.Window}, nil
}

// openWindow opens a SuiteQL export in the order of the time of change and its key.
func (c *client) openWindow(ctx context.Context, e *sluice.Export, w *sluice.Window, cursor []byte) (sluice.Reader, error) {
	d, q := delta.SuiteQL(), delta.Query{Text: strings.TrimRight(strings.TrimSpace(e.SuiteQL.Query), "; \n"), Window: w}
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
	r, err := c.openSuiteQL(ctx, &windowed, cursor)
	if err != nil {
		return nil, err
	}
	return d.Mark(r, w, group), nil
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
func (c *client) dayFilter(ctx context.Context, fields []string, from time.Time) (string, error) {
	if from.IsZero() {
		return "", nil
	}
	page, err := c.SuiteQL.Page(ctx, "SELECT TO_DATE('"+form.SampleDay.Format("2006-01-02")+"', 'YYYY-MM-DD') AS day FROM DUAL", nil, 1, 0)
	if err != nil {
		return "", c.queryProblem(err)
	}
	sample := ""
	if len(page.Rows) > 0 {
		sample = page.Rows[0].Text("day")
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

package recorderror

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Errors is a sluice.ErrorStore and a sluice.ErrorCareStore.
type Errors struct{ query.Database }

// RecordErrors returns record errors, newest first. With IDs and no limit it
// returns all of them.
func (s Errors) RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error) {
	q := s.Read()
	where, err := conditions(q, f)
	if err != nil {
		return nil, err
	}
	count := query.Limit(f.Limit)
	if f.Limit <= 0 && len(f.IDs) > 0 {
		count = len(f.IDs)
	}
	chosen := selection
	if f.Brief {
		chosen = brief
	}
	return query.All(ctx, q, scan, chosen+where.Text()+" ORDER BY id DESC LIMIT ?", append(where.Args, count)...)
}

// GroupErrors counts all errors of a filter by flow, step, code and classification, the
// most frequent first.
func (s Errors) GroupErrors(ctx context.Context, f sluice.ErrorFilter, since time.Time) ([]sluice.ErrorGroup, error) {
	q := s.Read()
	where, err := conditions(q, f)
	if err != nil {
		return nil, err
	}
	scan := func(row query.Scanner) (g sluice.ErrorGroup, err error) {
		return g, row.Scan(&g.FlowID, &g.FlowName, &g.Step, (*query.Foreign)(&g.Code), &g.Classification, &g.Count, &g.Recent)
	}
	return query.All(ctx, q, scan, "SELECT flow_id, MAX(flow_name), step, code, classification, COUNT(*) AS n, SUM(CASE WHEN created_at >= ? THEN 1 ELSE 0 END)"+
		" FROM record_errors"+where.Text()+" GROUP BY flow_id, step, code, classification ORDER BY n DESC, flow_id, step, code, classification",
		append([]any{query.Micros(since)}, where.Args...)...)
}

func conditions(q query.Querier, f sluice.ErrorFilter) (*query.Conditions, error) {
	where := &query.Conditions{}
	for _, c := range []struct{ column, value string }{{"flow_id", f.FlowID}, {"state", string(f.State)}, {"classification", string(f.Classification)},
		{"step", f.Step}, {"code", query.Foreign(f.Code).Stored()}, {"trace", query.Foreign(f.Trace).Stored()}} {
		if c.value != "" {
			where.Add(c.column+" = ?", c.value)
		}
	}
	if f.Trace != "" {
		where.Add("trace <> ''") // which its index asks for
	}
	if f.RunID != 0 {
		where.Add("run_id = ?", f.RunID)
	}
	if f.Before > 0 {
		where.Add("id < ?", f.Before)
	}
	switch f.Assignee {
	case "":
	case sluice.NoAssignee:
		where.Add("assignee = ''")
	default:
		where.Add("assignee = ? AND assignee <> ''", query.Foreign(f.Assignee))
	}
	if f.Tag != "" {
		tag, _ := json.Marshal(f.Tag) // a text can always be written
		where.Add(`tags LIKE ? ESCAPE '\' AND tags <> '[]'`, query.Like(string(tag)))
	}
	if f.Text != "" {
		like := query.Like(strings.ToLower(f.Text))
		where.Add(`(lower(message) LIKE ? ESCAPE '\' OR lower(key) LIKE ? ESCAPE '\' OR lower(origin) LIKE ? ESCAPE '\')`, like, like, like)
	}
	return where, lists(q, where, f)
}

func lists(q query.Querier, where *query.Conditions, f sluice.ErrorFilter) error {
	if f.FlowIDs != nil {
		condition, list, err := q.In("flow_id", f.FlowIDs)
		if err != nil {
			return err
		}
		where.Add(condition, list)
	}
	if len(f.IDs) > 0 {
		condition, list, err := q.In("id", f.IDs)
		if err != nil {
			return err
		}
		where.Add(condition, list)
	}
	if len(f.Places) > 0 {
		var each []string
		var args []any
		for _, p := range f.Places {
			each, args = append(each, "flow_id = ? AND step = ?"), append(args, p.FlowID, p.Step)
		}
		where.Add("("+strings.Join(each, " OR ")+")", args...)
	}
	if len(f.Named) > 0 {
		var stored []string
		for _, name := range f.Named {
			stored = append(stored, query.Foreign(name).Stored())
		}
		key, list, err := q.In("key", stored)
		if err != nil {
			return err
		}
		trace, list2, err := q.In("trace", stored)
		if err != nil {
			return err
		}
		where.Add("id IN (SELECT id FROM record_errors WHERE "+key+" UNION SELECT id FROM record_errors WHERE trace <> '' AND "+trace+")", list, list2)
	}
	return nil
}

// RecordError returns a record error.
func (s Errors) RecordError(ctx context.Context, id int64) (*sluice.RecordError, error) {
	list, err := query.All(ctx, s.Read(), scan, selection+" WHERE id = ?", id)
	return query.First(list, err, "record error", strconv.FormatInt(id, 10))
}

// EditRecordError changes the record of an open error; one in another state is CodeConflict.
func (s Errors) EditRecordError(ctx context.Context, id int64, r sluice.Record) error {
	return s.Write(ctx, func(q query.Querier) error {
		document := query.Document{V: r}
		text, err := document.Value()
		if err != nil {
			return err
		}
		changed, err := q.Exec(ctx, "UPDATE record_errors SET record = ?, size = ? + length(request) + length(response) WHERE id = ? AND state = 'open'", document, size(text), id)
		if err != nil || changed == 1 {
			return err
		}
		var state sluice.ErrorState
		if err := q.One(ctx, []any{&state}, "SELECT state FROM record_errors WHERE id = ?", id); err != nil {
			return query.NoRows(err, "record error", strconv.FormatInt(id, 10))
		}
		return sluice.Errorf(sluice.CodeConflict, "record error %d is %s", id, state).Fix("Edit errors that are open; reopen a resolved one first")
	})
}

// all changes errors, all of them or none when one is not there.
func (s Errors) all(ctx context.Context, ids []int64, set string, args ...any) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return s.Write(ctx, func(q query.Querier) error {
		changed, err := change(ctx, q, ids, set, "", args...)
		if err == nil && changed != int64(len(ids)) {
			return missing(int64(len(ids))-changed, len(ids))
		}
		return err
	})
}

func missing(n int64, of int) error {
	return sluice.Errorf(sluice.CodeNotFound, "%d of the %d record errors do not exist", n, of)
}

// SetErrorState moves errors to a state.
func (s Errors) SetErrorState(ctx context.Context, ids []int64, c sluice.ErrorChange) error {
	if c.State != sluice.ErrorResolved {
		c.By, c.Reason, c.At = "", "", time.Time{}
	}
	return s.all(ctx, ids, "state = ?, resolved_by = ?, reason = ?, resolved_at = ?", c.State, c.By, query.Foreign(c.Reason), query.Micros(c.At))
}

// AssignErrors assigns errors to a person; "" means to nobody.
func (s Errors) AssignErrors(ctx context.Context, ids []int64, person string) error {
	return s.all(ctx, ids, "assignee = ?", query.Foreign(person))
}

// TagErrors adds and removes tags.
func (s Errors) TagErrors(ctx context.Context, ids []int64, add, remove []string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	type tagged struct {
		id   int64
		tags []string
	}
	scan := func(row query.Scanner) (t tagged, err error) {
		return t, row.Scan(&t.id, query.Document{V: &t.tags})
	}
	return s.Write(ctx, func(q query.Querier) error {
		condition, list, err := q.In("id", ids)
		if err != nil {
			return err
		}
		found, err := query.All(ctx, q, scan, "SELECT id, tags FROM record_errors WHERE "+condition+" ORDER BY id"+q.ForUpdate(false), list)
		if err == nil && len(found) != len(ids) {
			err = missing(int64(len(ids)-len(found)), len(ids))
		}
		byTags := map[string][]int64{} // many errors become alike
		for _, t := range found {
			kept := slices.DeleteFunc(append(t.tags, add...), func(tag string) bool { return slices.Contains(remove, tag) })
			text, _ := json.Marshal(tags(kept)) // texts can always be written
			byTags[string(text)] = append(byTags[string(text)], t.id)
		}
		for text, ids := range byTags {
			if err == nil {
				_, err = change(ctx, q, ids, "tags = ?", "", text)
			}
		}
		return err
	})
}

// CountErrors returns the number of open errors by flow ID, as the database's triggers
// have counted them.
func (s Errors) CountErrors(ctx context.Context) (map[string]int64, error) {
	type count struct {
		flowID string
		n      int64
	}
	scan := func(row query.Scanner) (c count, err error) { return c, row.Scan(&c.flowID, &c.n) }
	counts := make(map[string]int64)
	for c, err := range query.Rows(ctx, s.Read(), scan, "SELECT flow_id, errors FROM open_errors WHERE errors > 0") {
		if err != nil {
			return nil, err
		}
		counts[c.flowID] = c.n
	}
	return counts, nil
}

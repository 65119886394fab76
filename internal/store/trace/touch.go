package trace

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/query"
)

// Insert stores pages of touches.
func Insert(ctx context.Context, q query.Querier, pages []Page) error {
	for i := range pages {
		p := &pages[i]
		var id int64
		err := q.One(ctx, []any{&id}, `INSERT INTO touch_pages (flow_id, flow_name, run_id, page, step, connection, at, size, names)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, p.FlowID, p.FlowName, p.RunID, p.Page, p.Step, p.Connection, query.Micros(p.At),
			len(p.touches)+len(p.names), p.names)
		if err != nil {
			return err
		}
		if _, err := q.Exec(ctx, "INSERT INTO touches (page_id, touches) VALUES (?, ?)", id, p.touches); err != nil {
			return err
		}
	}
	return nil
}

// Touched is a sluice.TouchStore.
type Touched struct{ query.Database }

// Touches returns what was done with records that go by one of the names.
func (s Touched) Touches(ctx context.Context, names []string, pages int) ([]sluice.TouchPage, error) {
	ids, err := s.pages(ctx, names, query.Limit(pages))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	q := s.Read()
	condition, list, err := q.In("p.id", ids)
	if err != nil {
		return nil, err
	}
	found, err := query.All(ctx, q, scan, `SELECT p.flow_id, p.flow_name, p.run_id, p.page, p.step, p.connection, p.at, t.touches
		FROM touch_pages p JOIN touches t ON t.page_id = p.id WHERE `+condition+" ORDER BY p.id DESC", list)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var out []sluice.TouchPage
	for _, p := range found {
		all, err := decode(p.touches)
		if err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].Named(wanted) {
				p.Touches = append(p.Touches, all[i])
			}
		}
		if len(p.Touches) > 0 {
			out = append(out, p.TouchPage)
		}
	}
	return out, nil
}

func scan(row query.Scanner) (Page, error) {
	var p Page
	return p, row.Scan(&p.FlowID, &p.FlowName, &p.RunID, &p.Page, &p.Step, &p.Connection, (*query.Micros)(&p.At), &p.touches)
}

// pages returns the newest pages that may hold a record of such a name.
func (s Touched) pages(ctx context.Context, names []string, most int) ([]int64, error) {
	type page struct {
		id    int64
		names []byte
	}
	var wanted []uint32
	for _, name := range names {
		wanted = append(wanted, hash(name))
	}
	var ids []int64
	scan := func(row query.Scanner) (p page, err error) { return p, row.Scan(&p.id, &p.names) }
	for p, err := range query.Rows(ctx, s.Read(), scan, "SELECT id, names FROM touch_pages ORDER BY id DESC") {
		if err != nil {
			return nil, err
		}
		if !holds(p.names, wanted) {
			continue
		}
		if ids = append(ids, p.id); len(ids) == most {
			break
		}
	}
	return ids, nil
}

// dropped bounds how many pages one transaction removes: others wait for it.
const dropped = 500

// DropTouches removes what is too old or too much.
func (s Touched) DropTouches(ctx context.Context, before time.Time, bytes int64) (sluice.TouchDrop, error) {
	var out sluice.TouchDrop
	var err error
	if out.Old, err = s.drop(ctx, "at < ?", query.Micros(before)); err != nil {
		return out, err
	}
	var last int64
	err = s.Read().One(ctx, []any{&last}, `SELECT COALESCE(MAX(id), 0) FROM (SELECT id, SUM(size) OVER (ORDER BY id DESC) AS held FROM touch_pages) AS p WHERE held > ?`, bytes)
	if err != nil || last == 0 {
		return out, err
	}
	out.Over, err = s.drop(ctx, "id <= ?", last)
	return out, err
}

func (s Touched) drop(ctx context.Context, condition string, arg any) (total int64, err error) {
	for {
		var n int64
		err := s.Write(ctx, func(q query.Querier) (err error) {
			n, err = q.Exec(ctx, "DELETE FROM touch_pages WHERE id IN (SELECT id FROM touch_pages WHERE "+condition+" ORDER BY id LIMIT ?)", arg, dropped)
			return err
		})
		total += n
		if err != nil || n < dropped {
			return total, err
		}
	}
}

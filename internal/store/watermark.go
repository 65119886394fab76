package store

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

const watermarkColumns = "flow_id, export, at, source, run_id, updated_at, updated_by"

func scanWatermark(row scanner) (*sluice.Watermark, error) {
	var w sluice.Watermark
	err := row.Scan(&w.FlowID, &w.Export, (*micros)(&w.At), &w.Source, &w.RunID, (*micros)(&w.UpdatedAt), &w.UpdatedBy)
	return &w, err
}

// SetWindow stores what a run reads.
func (s *DB) SetWindow(ctx context.Context, f sluice.Fence, w *sluice.Window) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE runs SET bounds = ? WHERE id = ? AND fence = ? AND state = 'running'", document{w}, f.RunID, f.Number)
		if err == nil && changed == 0 {
			return fenced(f)
		}
		return err
	})
}

// MoveWatermark compares and sets: a watermark that is not at mark any more was moved
// by a person, or by this run before its process died.
func (s *DB) MoveWatermark(ctx context.Context, f sluice.Fence, mark time.Time, w *sluice.Watermark) error {
	return s.write(ctx, func(q querier) error {
		if err := checkFence(ctx, q, f); err != nil {
			return err
		}
		if err := noPages(ctx, q, f.RunID); err != nil {
			return err
		}
		old, err := watermark(ctx, q, w.FlowID, w.Export, q.dialect.forUpdate)
		switch {
		case sluice.ErrorCode(err) == sluice.CodeNotFound:
			if !mark.IsZero() {
				return nil
			}
		case err != nil:
			return err
		case old.Source == w.Source && !old.At.Equal(mark), old.Source != w.Source && !mark.IsZero():
			return nil
		}
		return putWatermark(ctx, q, w)
	})
}

func putWatermark(ctx context.Context, q querier, w *sluice.Watermark) error {
	_, err := q.exec(ctx, "INSERT INTO watermarks ("+watermarkColumns+") VALUES (?, ?, ?, ?, ?, ?, ?) "+
		"ON CONFLICT (flow_id, export) DO UPDATE SET at = excluded.at, source = excluded.source, run_id = excluded.run_id, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
		w.FlowID, w.Export, micros(w.At), w.Source, w.RunID, micros(w.UpdatedAt), w.UpdatedBy)
	return err
}

func watermark(ctx context.Context, q querier, flowID, export, lock string) (*sluice.Watermark, error) {
	list, err := all(ctx, q, scanWatermark, "SELECT "+watermarkColumns+" FROM watermarks WHERE flow_id = ? AND export = ?"+lock, flowID, export)
	return first(list, err, "watermark", flowID+"/"+export)
}

// Watermark returns one watermark.
func (s *DB) Watermark(ctx context.Context, flowID, export string) (*sluice.Watermark, error) {
	return watermark(ctx, s.read(), flowID, export, "")
}

// Watermarks returns a flow's watermarks, or all.
func (s *DB) Watermarks(ctx context.Context, flowID string) ([]*sluice.Watermark, error) {
	where := conditions{}
	if flowID != "" {
		where.add("flow_id = ?", flowID)
	}
	return all(ctx, s.read(), scanWatermark, "SELECT "+watermarkColumns+" FROM watermarks"+where.text()+" ORDER BY flow_id, export", where.Args...)
}

// PutWatermark sets a watermark.
func (s *DB) PutWatermark(ctx context.Context, w *sluice.Watermark) error {
	return s.write(ctx, func(q querier) error { return putWatermark(ctx, q, w) })
}

// DeleteWatermark takes a watermark away.
func (s *DB) DeleteWatermark(ctx context.Context, flowID, export string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM watermarks WHERE flow_id = ? AND export = ?", flowID, export)
		return someRow(changed, err, "watermark", flowID+"/"+export)
	})
}

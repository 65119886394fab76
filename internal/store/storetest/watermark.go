package storetest

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func newWatermark(minute int) *sluice.Watermark {
	return &sluice.Watermark{FlowID: "f", Export: sluice.ExportName, At: minutes(minute), Source: "source", RunID: 1, UpdatedAt: minutes(minute), UpdatedBy: "ann@example.com"}
}

// WatermarkKeptAsGiven checks that a watermark comes back, and goes.
func WatermarkKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, w := t.Context(), newWatermark(1)
	_, err := s.Watermark(ctx, "f", sluice.ExportName)
	wantCode(t, err, sluice.CodeNotFound)
	must(t, s.PutWatermark(ctx, w))
	same(t, "watermark", get[*sluice.Watermark](t)(s.Watermark(ctx, "f", sluice.ExportName)), w)
	w.At, w.RunID = minutes(0), 0
	must(t, s.PutWatermark(ctx, w))
	same(t, "all", get[[]*sluice.Watermark](t)(s.Watermarks(ctx, "")), []*sluice.Watermark{w})
	must(t, s.DeleteWatermark(ctx, "f", sluice.ExportName))
	wantCode(t, s.DeleteWatermark(ctx, "f", sluice.ExportName), sluice.CodeNotFound)
}

// WatermarkMoved checks that a run moves a watermark only from where it found it, and
// under its fence. Switched off by dropping the comparison with mark.
func WatermarkMoved(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	_, f := startRun(t, s, "f")
	at := func() time.Time {
		return get[*sluice.Watermark](t)(s.Watermark(ctx, "f", sluice.ExportName)).At
	}
	w := &sluice.Window{From: minutes(0), Until: minutes(5), Mark: minutes(1)}
	must(t, s.SetWindow(ctx, f, w))
	same(t, "window", get[*sluice.Run](t)(s.Run(ctx, f.RunID)).Window, w)
	must(t, s.MoveWatermark(ctx, f, minutes(1), newWatermark(5)))
	_, err := s.Watermark(ctx, "f", sluice.ExportName)
	wantCode(t, err, sluice.CodeNotFound) // somebody took it away
	must(t, s.MoveWatermark(ctx, f, time.Time{}, newWatermark(5)))
	same(t, "moved", at(), minutes(5))
	must(t, s.MoveWatermark(ctx, f, time.Time{}, newWatermark(4)))
	must(t, s.MoveWatermark(ctx, f, minutes(3), newWatermark(9)))
	same(t, "not moved", at(), minutes(5))
	must(t, s.MoveWatermark(ctx, f, minutes(5), newWatermark(7)))
	same(t, "moved on", at(), minutes(7))
	other := newWatermark(2)
	other.Source = "another source"
	must(t, s.MoveWatermark(ctx, f, time.Time{}, other))
	same(t, "of another source", at(), minutes(2))
	old := sluice.Fence{RunID: f.RunID, Number: f.Number - 1}
	wantCode(t, s.MoveWatermark(ctx, old, minutes(2), newWatermark(9)), sluice.CodeFenced)
	wantCode(t, s.SetWindow(ctx, old, w), sluice.CodeFenced)
}

// WatermarkAfterDelivery checks that no watermark passes pages that were not worked.
func WatermarkAfterDelivery(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	_, f := startRun(t, s, "f")
	addPages(t, s, f, 1)
	wantCode(t, s.MoveWatermark(ctx, f, time.Time{}, newWatermark(5)), sluice.CodeConflict)
	must(t, s.CompletePage(ctx, f, &sluice.PageResult{Page: 1, Advance: To(progress), At: Noon}))
	must(t, s.MoveWatermark(ctx, f, time.Time{}, newWatermark(5)))
}

// OneNextRun checks that a flow has one queued run that follows another flow's, and
// may have one beside a run that is worked.
func OneNextRun(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	must(t, s.CreateRun(ctx, newRun("f", sluice.RunNext), nil))
	wantCode(t, s.CreateRun(ctx, newRun("f", sluice.RunNext), nil), sluice.CodeAlreadyActive)
	claim(t, s)
	must(t, s.CreateRun(ctx, newRun("f", sluice.RunNext), nil))
}

package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
)

// tracing lets the bench's engine keep touches.
func (b *bench) tracing(t engine.Tracing) *engine.Engine {
	e := b.engine(b.store)
	e.Tracing = t
	return e
}

// Every delivery leaves a touch by which it is found, with what was sent; a later run
// that delivers the trace key resolves the error of an earlier one.
func TestDeliveriesLeaveTouches(t *testing.T) { synctest.Test(t, deliveriesLeaveTouches) }

func deliveriesLeaveTouches(t *testing.T) {
	s := newSystem(6)
	s.judge = func(i *sluice.Intent) behaviour {
		if i.Key == "3" {
			return refuse
		}
		return accept
	}
	flow := addFlow()
	flow.Errors = &sluice.ErrorHandling{Trace: `"trace-" + this.id`, Rules: []sluice.ErrorRule{{If: "true", Tags: []string{"sorted"}}}}
	b := newBench(t, s, flow)
	e := b.tracing(engine.Tracing{WithTexts: true})
	b.until(e, b.start(e).ID, ended)

	found, err := b.store.Touches(t.Context(), []string{"trace-2"}, 10)
	if err != nil || len(found) != 1 || len(found[0].Touches) != 1 {
		t.Fatalf("by trace key: %+v, %v", found, err)
	}
	if touch := found[0].Touches[0]; touch.Outcome != sluice.TouchCreated && touch.Outcome != sluice.TouchWritten || !strings.Contains(touch.Request, `"2"`) || touch.ExternalID == "" {
		t.Errorf("the touch is %+v", touch)
	}
	failed, err := b.store.Touches(t.Context(), []string{"trace-3"}, 10)
	if err != nil || len(failed) != 1 || failed[0].Touches[0].Outcome != sluice.TouchFailed || failed[0].Touches[0].Message == "" {
		t.Fatalf("the refused one: %+v, %v", failed, err)
	}
	errs, err := b.store.RecordErrors(t.Context(), sluice.ErrorFilter{Trace: "trace-3", Tag: "sorted"})
	if err != nil || len(errs) != 1 || errs[0].State != sluice.ErrorOpen {
		t.Fatalf("errors %+v, %v", errs, err)
	}

	s.judge = nil
	e = b.tracing(engine.Tracing{})
	run := b.start(e)
	b.until(e, run.ID, ended)
	resolved, err := b.store.RecordError(t.Context(), errs[0].ID)
	if err != nil || resolved.State != sluice.ErrorResolved || resolved.ResolvedBy != fmt.Sprint("run ", run.ID) {
		t.Errorf("after a run that delivered it: %+v, %v", resolved, err)
	}
	if found, err := b.store.Touches(t.Context(), []string{"trace-3"}, 10); err != nil || len(found) != 2 || found[0].Touches[0].Request != "" {
		t.Errorf("without texts: %+v, %v", found, err)
	}
}

// BenchmarkTracing compares what it costs to keep touches, with and without texts.
func BenchmarkTracing(b *testing.B) {
	for _, tt := range []struct {
		name string
		t    engine.Tracing
	}{{"off", engine.Tracing{Off: true}}, {"touches", engine.Tracing{}}, {"texts", engine.Tracing{WithTexts: true}}} {
		b.Run(tt.name, func(b *testing.B) {
			const records = 10_000
			for b.Loop() {
				flow := addFlow()
				flow.Pages = sluice.Paging{}
				bench := newBench(b, newSystem(records), flow)
				e := bench.tracing(tt.t)
				began := time.Now()
				bench.until(e, bench.start(e).ID, ended)
				b.ReportMetric(records/time.Since(began).Seconds(), "records/s")
			}
		})
	}
}

package engine

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
)

// Tracing says what is kept of each record that an import takes, for who asks later
// what happened to it.
type Tracing struct {
	Off       bool // nothing
	WithTexts bool // requests and answers of what was written too; those of failures always
}

// touch notes what the import did with a record.
func (d *deliverer) touch(it *delivery, outcome sluice.TouchOutcome, r sluice.Result) {
	if d.Tracing.Off {
		return
	}
	i := it.intent
	t := sluice.Touch{Seq: i.Seq, Key: i.Key, ExternalID: i.ExternalID, ID: i.TargetID, Operation: i.Operation, Outcome: outcome}
	switch f := r.Failure; {
	case f != nil && outcome != sluice.TouchWritten && outcome != sluice.TouchCreated:
		t.Code, t.Message, t.Request, t.Response = f.Code, bounded(f.Message), bounded(f.Request), bounded(f.Response)
	case d.Tracing.WithTexts && outcome != sluice.TouchUnchanged:
		if t.Request, t.Response = bounded(r.Request), bounded(r.Response); t.Request == "" {
			t.Request = mapped(i.Record)
		}
	}
	d.touched = append(d.touched, t)
}

// mapped shows a record as it was handed to a connector that does not tell what it sent.
func mapped(r sluice.Record) string {
	text, err := json.Marshal(r)
	if err != nil {
		return ""
	}
	return bounded(string(text))
}

// bounded cuts a text at MaxTouchText, between characters.
func bounded(text string) string {
	if len(text) <= sluice.MaxTouchText {
		return text
	}
	const mark = " …"
	end := sluice.MaxTouchText - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.ToValidUTF8(text[:end], "") + mark
}

// keepTouches hands what a step did to the page's result.
func (d *deliverer) keepTouches() {
	if len(d.touched) == 0 {
		return
	}
	d.result.Touches = append(d.result.Touches, sluice.TouchPage{FlowID: d.run.FlowID, FlowName: d.run.FlowName, RunID: d.run.ID, Page: d.page.Number,
		Step: d.step.Name, Connection: d.step.Import.Connection, At: d.Clock(), Touches: d.touched})
}

// traceTouches gives the page's touches the trace keys of their records.
func (w *pageWork) traceTouches(ctx context.Context) {
	if !w.program.Errors.Traces() {
		return
	}
	keys := map[int64]string{}
	for i := range w.page.Items {
		it := &w.page.Items[i]
		keys[it.Seq] = w.program.Errors.Trace(ctx, it.Record)
	}
	for _, p := range w.result.Touches {
		for i := range p.Touches {
			p.Touches[i].Trace = keys[p.Touches[i].Seq]
		}
	}
}

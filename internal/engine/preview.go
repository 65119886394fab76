package engine

import (
	"context"
	"errors"
	"io"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// Preview is what a flow would do with the first records of its export. Nothing is
// written and nothing is kept.
type Preview struct {
	Records []PreviewRecord `json:"records"`
}

// PreviewRecord is one record's way through the steps.
type PreviewRecord struct {
	Key    string        `json:"key"`
	Origin string        `json:"origin,omitempty"`
	Record sluice.Record `json:"record"` // as exported
	Steps  []PreviewStep `json:"steps"`
}

// PreviewStep is what one step did with the record.
type PreviewStep struct {
	Step       string               `json:"step"`
	Kind       string               `json:"kind"`
	Outcome    sluice.RecordOutcome `json:"outcome,omitempty"` // excluded or failed; empty when the record goes on
	Record     sluice.Record        `json:"record,omitempty"`  // as a mapping left it, or as an import would send it
	ExternalID string               `json:"external_id,omitempty"`
	ID         string               `json:"id,omitempty"`
	// LeftOut are fields that an import would not send, since the other side lets nobody write them.
	LeftOut []string `json:"left_out,omitempty"`
	Problem string   `json:"problem,omitempty"`
}

// Preview exports up to limit records of the flow and takes them through its
// filters and mappings.
func (e *Engine) Preview(ctx context.Context, flow *sluice.Flow, limit int) (*Preview, error) {
	p, err := compile("preview", flow)
	if err != nil {
		return nil, err
	}
	conn, err := e.Open(ctx, flow.Export.Connection)
	if err != nil {
		return nil, err
	}
	reader, err := e.Connector.OpenExport(ctx, conn, &flow.Export, sluice.ExportOptions{Flow: flow.Name, Preview: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	shape := e.shapes()
	out := &Preview{Records: []PreviewRecord{}}
	for len(out.Records) < limit {
		batch, err := reader.Next(ctx, limit-len(out.Records))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range batch.Items {
			out.Records = append(out.Records, p.preview(ctx, shape, &batch.Items[i]))
		}
	}
	return out, nil
}

// shapes returns what asks the connector how an import would send a record, or nil
// where it sends all as they are. A connection that cannot be opened or asked is
// not asked again for every record.
func (e *Engine) shapes() shapeFunc {
	shaper, ok := e.Connector.(sluice.Shaper)
	if !ok {
		return nil
	}
	failed := map[string]error{}
	return func(ctx context.Context, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
		if err := failed[i.Connection]; err != nil {
			return sluice.Shape{}, err
		}
		conn, err := e.Open(ctx, i.Connection)
		var shape sluice.Shape
		if err == nil {
			shape, err = shaper.Shape(ctx, conn, i, r)
		}
		failed[i.Connection] = err
		return shape, err
	}
}

// shapeFunc shows what an import would send of a record.
type shapeFunc func(ctx context.Context, i *sluice.Import, r sluice.Record) (sluice.Shape, error)

func (p *program) preview(ctx context.Context, shape shapeFunc, it *sluice.Item) PreviewRecord {
	out := PreviewRecord{Origin: it.Origin, Record: it.Record}
	if len(p.flow.Export.Key) > 0 && it.Refused == nil {
		out.Key, it.Refused = sluice.ItemKey(p.flow.Export.Key, it.Record)
	}
	if it.Refused != nil {
		out.Steps = append(out.Steps, PreviewStep{Step: "export", Kind: "export", Outcome: sluice.OutcomeFailed, Problem: it.Refused.Error()})
		return out
	}
	rider := &passenger{item: it, record: it.Record}
	for _, s := range p.steps {
		if s.deleted != it.Deleted() {
			continue
		}
		shown, took := s.preview(ctx, shape, rider)
		if took {
			out.Steps = append(out.Steps, shown)
		}
		if !rider.alive() {
			break
		}
	}
	return out
}

// preview shows what the step does with the record. It reports false for an import that does not take it.
func (s *step) preview(ctx context.Context, shape shapeFunc, p *passenger) (PreviewStep, bool) {
	out := PreviewStep{Step: s.name, Kind: s.kind}
	if s.imports == nil {
		s.pass(ctx, p)
	} else if took := s.imports.preview(ctx, p, &out); !took {
		return out, false
	}
	out.Outcome = p.outcome
	if p.failure != nil {
		out.Problem = p.failure.Message
	} else if s.kind != "filter" && p.alive() {
		out.Record = p.record
		if s.imports != nil && shape != nil {
			s.imports.shape(ctx, shape, p, &out)
		}
		out.Outcome = p.outcome
	}
	return out, true
}

// shape shows the record as the import would send it. Where that cannot be found
// out, the record is shown as mapped, with the reason.
func (i *importStep) shape(ctx context.Context, shape shapeFunc, p *passenger, out *PreviewStep) {
	s, err := shape(ctx, i.Import, p.record)
	switch {
	case err != nil:
		out.Problem = "shown as mapped, since the destination could not be asked what it takes: " + asError(err).Message
	case s.Failure != nil:
		p.fail(out.Step, s.Failure)
		out.Problem = s.Failure.Message
	default:
		out.Record, out.LeftOut = s.Record, s.LeftOut
	}
}

func (i *importStep) preview(ctx context.Context, p *passenger, out *PreviewStep) bool {
	if i.when != nil {
		take, err := i.when.Bool(ctx, p.record)
		if err != nil {
			p.fail(out.Step, failureOf(err, sluice.ClassMapping))
			return true
		}
		if !take {
			return false
		}
	}
	for expr, to := range map[*mapping.Expr]*string{i.externalID: &out.ExternalID, i.targetID: &out.ID} {
		if expr == nil {
			continue
		}
		text, err := expr.Text(ctx, p.record)
		if err != nil {
			p.fail(out.Step, failureOf(err, sluice.ClassMapping))
			return true
		}
		*to = text
	}
	return true
}

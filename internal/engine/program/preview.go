package program

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine/lookup"
)

// Preview is what a flow would do with the first records of its export. Nothing is
// written and nothing is kept.
type Preview struct {
	Records []PreviewRecord `json:"records"`
}

// PreviewRecord is one record's way through the steps.
type PreviewRecord struct {
	Key    string        `json:"key"`
	Export string        `json:"export,omitempty"` // Name of the export that read it
	Origin string        `json:"origin,omitempty"`
	Record sluice.Record `json:"record"` // as exported
	Steps  []PreviewStep `json:"steps"`
}

// PreviewStep is what one step did with the record.
type PreviewStep struct {
	Step       string               `json:"step"`
	Kind       string               `json:"kind"`              // as sluice.Place.Kind
	Depth      int                  `json:"depth,omitempty"`   // how many branches it is in; a path is in its branch
	Outcome    sluice.RecordOutcome `json:"outcome,omitempty"` // excluded or failed; empty when the record goes on
	Record     sluice.Record        `json:"record,omitempty"`  // as a mapping left it, or as an import would send it
	ExternalID string               `json:"external_id,omitempty"`
	ID         string               `json:"id,omitempty"`
	// LeftOut are fields that an import would not send, since the other side lets nobody write them.
	LeftOut []string `json:"left_out,omitempty"`
	// Route is the API that an import uses, and why.
	Route   *sluice.Route `json:"route,omitempty"`
	Problem string        `json:"problem,omitempty"`
}

// Preview takes one record through the filters, mappings and lookups, which ask by
// desk. A nil shape shows records as mapped.
func (p *Program) Preview(ctx context.Context, shape ShapeFunc, desk *lookup.Desk, it *sluice.Item) PreviewRecord {
	s := p.Source(it)
	out := PreviewRecord{Export: it.Export, Origin: it.Origin, Record: it.Record}
	if len(s.Key) > 0 && it.Refused == nil {
		out.Key, it.Refused = s.RecordKey(it.Record)
	}
	export := PreviewStep{Step: s.Label(), Kind: "export"}
	admitted := false
	if it.Refused == nil {
		var err error
		if admitted, err = s.Admits(ctx, it); err != nil {
			it.Refused = &sluice.Error{Message: FailureOf(err, sluice.ClassMapping).Message}
		}
	}
	switch {
	case it.Refused != nil:
		export.Outcome, export.Problem = sluice.OutcomeFailed, it.Refused.Error()
	case !admitted:
		export.Outcome, export.Problem = sluice.OutcomeExcluded, "the export's filter leaves it out"
	}
	if export.Outcome != "" {
		out.Steps = []PreviewStep{export}
		return out
	}
	show := previewer{shape: shape, desk: desk}
	show.steps(ctx, p.Steps, []*Passenger{Board(it)}, 0)
	out.Steps = show.shown
	return out
}

// previewer takes one record through steps and shows what each does.
type previewer struct {
	shape ShapeFunc
	desk  *lookup.Desk
	shown []PreviewStep
}

// steps shows what steps do with the record, if it comes to them.
func (v *previewer) steps(ctx context.Context, steps []*Step, rider []*Passenger, depth int) {
	for _, s := range steps {
		for _, p := range s.Boarding(rider) {
			if s.Branch != nil {
				v.branch(ctx, s, p, depth)
			} else if shown, took := v.step(ctx, s, p); took {
				shown.Depth = depth
				v.shown = append(v.shown, shown)
			}
		}
	}
}

// branch shows the branch, each path that the record takes, and the steps there.
func (v *previewer) branch(ctx context.Context, s *Step, p *Passenger, depth int) {
	fork := s.Fork(ctx, []*Passenger{p})
	branch := PreviewStep{Step: s.Name, Kind: s.Kind, Depth: depth, Outcome: p.Outcome}
	if p.Failure != nil {
		branch.Problem = p.Failure.Message
	}
	v.shown = append(v.shown, branch)
	for i, path := range s.Branch.Paths {
		for _, p := range fork.Enter(i) {
			v.shown = append(v.shown, PreviewStep{Step: path.Name, Kind: sluice.KindPath, Depth: depth + 1, Outcome: p.Outcome})
		}
		v.steps(ctx, path.Steps, fork.Enter(i), depth+1)
		fork.Leave(i)
	}
	fork.Join()
}

// step shows what the step does with the record. It reports false for an import that does not take it.
func (v *previewer) step(ctx context.Context, s *Step, p *Passenger) (PreviewStep, bool) {
	out := PreviewStep{Step: s.Name, Kind: s.Kind}
	switch {
	case s.Lookup != nil:
		if err := s.LookUp(ctx, v.desk, []*Passenger{p}, &sluice.StepCounts{}); err != nil {
			p.Fail(s.Name, FailureOf(err, sluice.ClassOther))
		}
	case s.Import == nil:
		s.Pass(ctx, p)
	case !s.Import.preview(ctx, p, &out):
		return out, false
	}
	out.Outcome = p.Outcome
	if p.Failure != nil {
		out.Problem = p.Failure.Message
	} else if s.Kind != "filter" && p.Alive() {
		out.Record = p.Record
		if s.Import != nil {
			s.Import.show(ctx, v.shape, p, &out)
		}
		out.Outcome = p.Outcome
	}
	return out, true
}

// show shows the record as the import would send it. Where that cannot be found
// out, the record is shown as mapped, with the reason.
func (i *Import) show(ctx context.Context, shape ShapeFunc, p *Passenger, out *PreviewStep) {
	route := Route(i.Import)
	out.Route = &route
	out.Record, _ = i.Sent(p.Record, sluice.FateUnknown)
	if shape == nil {
		return
	}
	s, err := shape(ctx, i.Import, out.Record)
	if s.Route != nil {
		out.Route = s.Route
	}
	switch {
	case err != nil:
		out.Problem = "shown as mapped, since the destination could not be asked what it takes: " + FailureOf(err, sluice.ClassOther).Message
	case s.Failure != nil:
		p.Fail(out.Step, s.Failure)
		out.Problem = s.Failure.Message
	default:
		out.Record, out.LeftOut = s.Record, s.LeftOut
	}
}

func (i *Import) preview(ctx context.Context, p *Passenger, out *PreviewStep) bool {
	take, err := i.Takes(ctx, p.Record)
	if err == nil && !take {
		return false
	}
	if err == nil {
		out.ExternalID, out.ID, err = i.IDs(ctx, p.Record)
	}
	if err != nil {
		p.Fail(out.Step, FailureOf(err, sluice.ClassMapping))
	}
	return true
}

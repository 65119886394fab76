package file

import (
	"bytes"
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/file/format"
)

// OpenPlan returns a Writer that tells the lines that an import would write, and
// opens no file.
func OpenPlan(_ *sluice.Connection, i *sluice.Import, tell func(sluice.PlannedRequest)) (sluice.Writer, error) {
	as, target := formatOf(i)
	return &planner{as, target, tell}, nil
}

type planner struct {
	format format.Format
	path   string
	tell   func(sluice.PlannedRequest)
}

// Traits are those of files.
func (p *planner) Traits() sluice.Traits {
	return sluice.Traits{Ordered: true, SendWindow: sendWindow}
}

func (p *planner) Prepare(context.Context, []*sluice.Intent) error { return nil }
func (p *planner) Finish(context.Context) error                    { return nil }
func (p *planner) Close() error                                    { return nil }

// Write tells each record's line.
func (p *planner) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n, i := range intents {
		var text bytes.Buffer
		if bad := p.format.Encode(&text, i.Record); bad != nil {
			results[n] = sluice.Result{State: sluice.ResultRefused, Failure: bad}
			continue
		}
		p.tell(sluice.PlannedRequest{Intent: i, Method: "APPEND", URL: p.path, Body: text.String()})
		results[n] = sluice.Result{State: sluice.ResultWritten}
	}
	return results, nil
}

// Reconcile finds nothing: nothing was written.
func (p *planner) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	for n := range results {
		results[n].State = sluice.ResultAbsent
	}
	return results, nil
}

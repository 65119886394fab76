package telemetry

import (
	"context"
	"sync"

	"github.com/sluicehq/sluice"
)

// maxRuns bounds how many runs are known by their flows.
const maxRuns = 1000

// runs knows the flows of runs in work.
type runs struct {
	mu    sync.Mutex
	flows map[int64]string
}

func (r *runs) know(run *sluice.Run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.flows) >= maxRuns {
		clear(r.flows) // those of other processes' runs, whose end is not seen here
	}
	r.flows[run.ID] = run.FlowName
}

func (r *runs) forget(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.flows, id)
}

// flow returns the name of a run's flow, which is asked for once where another process owns it.
func (r *runs) flow(ctx context.Context, store sluice.RunStore, id int64) string {
	r.mu.Lock()
	name, known := r.flows[id]
	r.mu.Unlock()
	if known {
		return name
	}
	run, err := store.Run(ctx, id)
	if err != nil {
		return others
	}
	r.know(run)
	return run.FlowName
}

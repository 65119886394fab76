package recorderror

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	apierror "github.com/sluicehq/sluice/internal/api/recorderror"
)

// CountErrors counts the errors of a choice, and of its neighbours: for each part of
// the choice what there would be without it.
func (e *Errors) CountErrors(ctx context.Context, c apierror.ErrorChoice) (*apierror.ErrorSummary, error) {
	known, err := e.filter(ctx, &c)
	if err != nil {
		return nil, err
	}
	l, err := e.lay(ctx)
	if err != nil {
		return nil, err
	}
	k := counting{choice: c, flowID: known.FlowID, lay: l, places: map[place]int64{}, connections: map[string]int64{}, codes: map[string]int64{}, classes: map[string]int64{}}
	all := known.ErrorFilter
	all.FlowID, all.Step, all.Code, all.Classification, all.Places = "", "", "", "", nil
	states := map[sluice.ErrorState]int64{}
	for _, state := range []sluice.ErrorState{sluice.ErrorOpen, sluice.ErrorRetrying, sluice.ErrorResolved} {
		all.State = state
		groups, err := e.Store.GroupErrors(ctx, all, time.Time{})
		if err != nil {
			return nil, err
		}
		for i := range groups {
			states[state] += k.add(&groups[i], c.State == "" || c.State == state)
		}
	}
	return &apierror.ErrorSummary{Total: k.total, Open: states[sluice.ErrorOpen], Retrying: states[sluice.ErrorRetrying], Resolved: states[sluice.ErrorResolved],
		Places: k.placeList(), Connections: most(k.connections), Codes: most(k.codes), Classifications: most(k.classes)}, nil
}

type place struct{ flow, step, connection string }

// counting adds groups of errors up.
type counting struct {
	choice apierror.ErrorChoice
	flowID string
	lay    *lay

	total       int64
	places      map[place]int64
	connections map[string]int64
	codes       map[string]int64
	classes     map[string]int64
}

// add counts a group where it matches all parts of the choice but one, and returns how
// many of it match all. A group of another state counts for nothing else.
func (k *counting) add(g *sluice.ErrorGroup, inState bool) int64 {
	connection := k.lay.through[sluice.ErrorPlace{FlowID: g.FlowID, Step: g.Step}]
	c := &k.choice
	where := (c.Flow == "" || k.flowID == g.FlowID) && (c.Step == "" || c.Step == g.Step)
	what := [...]bool{where, c.Connection == "" || c.Connection == connection, c.Code == "" || c.Code == g.Code, c.Classification == "" || c.Classification == g.Classification}
	others := func(but int) bool {
		for i, ok := range what {
			if i != but && !ok {
				return false
			}
		}
		return true
	}
	if inState {
		k.count(g, connection, others)
	}
	if !others(-1) {
		return 0
	}
	if inState {
		k.total += g.Count
	}
	return g.Count
}

func (k *counting) count(g *sluice.ErrorGroup, connection string, others func(int) bool) {
	if others(0) {
		k.places[place{cmp.Or(k.lay.names[g.FlowID], g.FlowName), g.Step, connection}] += g.Count
	}
	if others(1) && connection != "" {
		k.connections[connection] += g.Count
	}
	if others(2) && g.Code != "" {
		k.codes[g.Code] += g.Count
	}
	if others(3) {
		k.classes[string(g.Classification)] += g.Count
	}
}

func (k *counting) placeList() []apierror.ErrorStep {
	list := []apierror.ErrorStep{}
	for p, n := range k.places {
		list = append(list, apierror.ErrorStep{Flow: p.flow, Step: p.step, Connection: p.connection, Count: n})
	}
	slices.SortFunc(list, func(a, b apierror.ErrorStep) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Step, b.Step))
	})
	return list
}

func most(counts map[string]int64) []apierror.ErrorCount {
	list := []apierror.ErrorCount{}
	for value, n := range counts {
		list = append(list, apierror.ErrorCount{Value: value, Count: n})
	}
	slices.SortFunc(list, func(a, b apierror.ErrorCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}

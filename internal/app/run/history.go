package run

import (
	"cmp"
	"context"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/run"
)

const (
	// A history that nobody bounds begins with its first run, within these.
	longest     = 30 * 24 * time.Hour
	shortest    = 24 * time.Hour
	maxOutcomes = 200_000
)

// spans are the lengths that points may have: those that people read easily.
var spans = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

// spanOf returns the shortest length of which no more than so many fill a time.
func spanOf(whole time.Duration, points int) time.Duration {
	for _, s := range spans {
		if whole <= s*time.Duration(points) {
			return s
		}
	}
	last := spans[len(spans)-1]
	return last * (1 + whole/(last*time.Duration(points)))
}

// RunHistory adds up the runs that the query selects.
func (r *Runs) RunHistory(ctx context.Context, q api.HistoryQuery) (*api.History, error) {
	f, err := r.filter(ctx, q.Selection)
	if err != nil {
		return nil, err
	}
	now := r.Clock().UTC()
	if f.Until.IsZero() || f.Until.After(now) {
		f.Until = now.Add(time.Second) // a run that is made in this moment is one of them
	}
	fitted := f.Since.IsZero()
	if fitted {
		f.Since = f.Until.Add(-longest)
	}
	if !f.Since.Before(f.Until) {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the time ends before it begins").At("until").Fix("Give a later time than since")
	}
	f.Limit = maxOutcomes + 1
	var outcomes []sluice.RunOutcome
	if err := r.Store.RunOutcomes(ctx, f, func(o sluice.RunOutcome) { outcomes = append(outcomes, o) }); err != nil {
		return nil, err
	}
	if fitted {
		f.Since = f.Until.Add(-shortest)
		if len(outcomes) > 0 && outcomes[0].CreatedAt.Before(f.Since) {
			f.Since = outcomes[0].CreatedAt
		}
	}
	return historyOf(outcomes, f.Since.UTC(), f.Until.UTC(), max(q.Points, 2)), nil
}

// historyOf adds up what is in order of time.
func historyOf(outcomes []sluice.RunOutcome, since, until time.Time, points int) *api.History {
	step := spanOf(until.Sub(since), points)
	h := &api.History{Since: since.Truncate(step), Until: until, Seconds: int(step.Seconds()), More: len(outcomes) > maxOutcomes}
	for at := h.Since; at.Before(until); at = at.Add(step) {
		h.Points = append(h.Points, api.Point{At: at})
	}
	h.Totals.At = h.Since
	for _, o := range outcomes[:min(len(outcomes), maxOutcomes)] {
		count(&h.Points[o.CreatedAt.Sub(h.Since)/step], o)
		count(&h.Totals, o)
	}
	return h
}

func count(p *api.Point, o sluice.RunOutcome) {
	p.Runs++
	switch o.State {
	case sluice.RunCompleted:
		p.Completed++
	case sluice.RunFailed:
		p.Failed++
	case sluice.RunCancelled:
		p.Cancelled++
	default:
		p.Active++
	}
	p.Done += o.Counts.Written + o.Counts.Unchanged + o.Counts.Excluded
	p.Errors += o.Counts.Failed
}

// filter turns what people select into what the store does.
func (r *Runs) filter(ctx context.Context, s api.Selection) (f sluice.RunFilter, err error) {
	if err := checkRunStates(s.States); err != nil {
		return f, err
	}
	f = sluice.RunFilter{States: s.States, Since: s.Since, Until: s.Until, StartedBy: s.StartedBy}
	if f.FlowID, err = r.flowID(ctx, s.Flow); err != nil || s.Integration == "" {
		return f, err
	}
	f.FlowIDs, err = r.flowsOf(ctx, s.Integration)
	return f, err
}

// flowsOf returns the IDs of an integration's flows. Flows make an integration by naming
// it, whether it is stored or not.
func (r *Runs) flowsOf(ctx context.Context, name string) ([]string, error) {
	stored, missing := r.Store.Integration(ctx, name)
	if missing == nil {
		name = stored.Name
	} else if sluice.ErrorCode(missing) != sluice.CodeNotFound {
		return nil, missing
	}
	list, err := r.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, flow := range list {
		if cmp.Or(flow.Flow.Integration, sluice.DefaultIntegration) == name {
			ids = append(ids, flow.FlowID)
		}
	}
	if len(ids) == 0 && missing != nil && name != sluice.DefaultIntegration {
		return nil, missing
	}
	return ids, nil
}

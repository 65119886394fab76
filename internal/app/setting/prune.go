package setting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/setting"
)

// Keeper is the actor of what the server removes by itself, in the audit log.
const Keeper = "retention"

// Prune removes runs and lines of the audit log that are not to be kept any more. Who keeps
// other things asks for their age and removes them as they go.
func (r *Rules) Prune(ctx context.Context) error {
	values, err := r.Values(ctx)
	if err != nil {
		return err
	}
	return errors.Join(r.pruneRuns(ctx, values), r.pruneAudit(ctx, values))
}

func (r *Rules) pruneRuns(ctx context.Context, v Values) error {
	before := v.Before(Runs, r.Clock())
	if before.IsZero() {
		return nil
	}
	removed, err := r.Store.PruneRuns(ctx, before)
	if removed > 0 {
		r.Log.InfoContext(ctx, "runs removed", "count", removed, "ended_before", before)
	}
	return err
}

// pruneAudit notes what it is about to remove, and then removes it: nothing goes unseen,
// whenever the process dies.
func (r *Rules) pruneAudit(ctx context.Context, v Values) error {
	before := v.Before(Audit, r.Clock())
	if before.IsZero() {
		return nil
	}
	old, err := r.Store.CountExcess(ctx, sluice.Outdated{Audit: before})
	if err != nil || old.Audit == 0 {
		return err
	}
	err = r.Store.AppendAudit(ctx, &sluice.AuditEvent{At: r.Clock().UTC(), Actor: Keeper, Action: "audit.prune", Noun: "audit", NounID: "log",
		Detail: fmt.Sprintf("%d lines from before %s, which is %d days ago", old.Audit, before.Format(time.RFC3339), v[Audit])})
	if err != nil {
		return err
	}
	_, err = r.Store.PruneAudit(ctx, before)
	return err
}

// Excess says what would be removed now, with these values in the place of those that count.
func (r *Rules) Excess(ctx context.Context, change map[string]int) ([]setting.Excess, error) {
	v, err := r.Values(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.judge(v, change); err != nil {
		return nil, err
	}
	for name, value := range change {
		v[name] = value
	}
	now := r.Clock()
	e, err := r.Store.CountExcess(ctx, sluice.Outdated{Runs: v.Before(Runs, now), Audit: v.Before(Audit, now), Debug: v.Before(Debug, now), Messages: v.Before(Messages, now),
		Requests: v.Before(Requests, now), Slots: v.Before(Slots, now), Touches: v.Before(Traces, now), TouchBytes: v.Bytes(TracesMegabytes)})
	if err != nil {
		return nil, err
	}
	failed, err := r.errorExcess(ctx, v, now)
	if err != nil {
		return nil, err
	}
	return []setting.Excess{{Name: Runs, Remove: e.Runs, Stay: e.RunsKept, Noun: "runs"}, {Name: Errors, Remove: failed, Noun: "resolved errors"},
		{Name: Traces, Remove: e.Touches, Noun: "pages of traces"}, {Name: Requests, Remove: e.Requests, Noun: "timelines of runs"}, {Name: Slots, Remove: e.Slots, Noun: "minutes"},
		{Name: Debug, Remove: e.Debug, Noun: "entries"}, {Name: Messages, Remove: e.Messages, Noun: "messages"}, {Name: Audit, Remove: e.Audit, Noun: "lines"}}, nil
}

// errorExcess counts what flows would lose of their resolved errors. What they say
// themselves goes before the server's settings.
func (r *Rules) errorExcess(ctx context.Context, v Values, now time.Time) (int64, error) {
	flows, err := r.Store.Flows(ctx)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, f := range flows {
		keep := f.Flow.Kept(v.ErrorKeep())
		n, err := r.Store.CountErrorExcess(ctx, f.FlowID, now.UTC().AddDate(0, 0, -keep.Days), int64(keep.Megabytes)<<20)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// ErrorKeep is what is kept of the errors of flows that say nothing of it.
func (v Values) ErrorKeep() sluice.ErrorKeep {
	return sluice.ErrorKeep{Days: v[Errors], Megabytes: v[ErrorMegabytes]}
}

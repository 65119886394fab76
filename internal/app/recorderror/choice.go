package recorderror

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluicehq/sluice"
	apierror "github.com/sluicehq/sluice/internal/api/recorderror"
)

const (
	mostChosen    = 100_000 // errors that one filter may choose to be changed
	retriedAtOnce = 10_000  // records of one retry run
	readAtOnce    = 1_000
)

// filter is a choice as the store has it.
type filter struct {
	sluice.ErrorFilter
	nowhere bool // no step of a flow goes through the connection
}

// filter finds what a choice names.
func (e *Errors) filter(ctx context.Context, c *apierror.ErrorChoice) (*filter, error) {
	f := &filter{ErrorFilter: sluice.ErrorFilter{RunID: c.Run, State: c.State, Classification: c.Classification, Tag: c.Tag, Assignee: c.Assignee,
		Step: c.Step, Code: c.Code, Text: c.Text, Trace: c.Trace, Before: c.Before}}
	if c.Flow != "" {
		flow, err := e.Flows.Flow(ctx, c.Flow)
		if err != nil {
			return nil, err
		}
		f.FlowID = flow.FlowID
	}
	if c.Connection == "" {
		return f, nil
	}
	l, err := e.lay(ctx)
	if err != nil {
		return nil, err
	}
	for place, connection := range l.through {
		if connection == c.Connection && (f.FlowID == "" || f.FlowID == place.FlowID) {
			f.Places = append(f.Places, place)
		}
	}
	f.nowhere = len(f.Places) == 0
	return f, nil
}

// lay is how the flows lie now: what they are called, and through which connection each
// of their steps goes, exports among them.
type lay struct {
	names   map[string]string // by ID
	through map[sluice.ErrorPlace]string
}

func (e *Errors) lay(ctx context.Context) (*lay, error) {
	flows, err := e.Flows.Flows(ctx)
	if err != nil {
		return nil, err
	}
	l := &lay{names: map[string]string{}, through: map[sluice.ErrorPlace]string{}}
	for _, f := range flows {
		l.names[f.FlowID] = f.Flow.Name
		for _, source := range f.Flow.Sources() {
			l.through[sluice.ErrorPlace{FlowID: f.FlowID, Step: source.Label()}] = source.Connection
		}
		for p := range f.Flow.Places() {
			switch {
			case p.Step == nil:
			case p.Step.Import != nil:
				l.through[sluice.ErrorPlace{FlowID: f.FlowID, Step: p.Name}] = p.Step.Import.Connection
			case p.Step.Lookup != nil && p.Step.Lookup.Connection != "":
				l.through[sluice.ErrorPlace{FlowID: f.FlowID, Step: p.Name}] = p.Step.Lookup.Connection
			}
		}
	}
	return l, nil
}

// chosen returns the numbers of the errors that are meant, the oldest first. Of those
// that a filter chooses only the ones in these states are, where any are given.
func (e *Errors) chosen(ctx context.Context, c apierror.ErrorIDs, states ...sluice.ErrorState) ([]int64, error) {
	if (len(c.IDs) > 0) == (c.Filter != nil) {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the errors are given by ids or by filter, one of the two").At("ids").Fix("Give the numbers of the errors, or a filter")
	}
	if c.Filter == nil {
		return slices.Compact(slices.Sorted(slices.Values(c.IDs))), nil
	}
	f, err := e.filter(ctx, c.Filter)
	if err != nil {
		return nil, err
	}
	if f.State == "" && len(states) > 0 {
		f.State = states[0]
	}
	if len(states) > 0 && !slices.Contains(states, f.State) {
		return nil, sluice.Errorf("error.state", "that cannot be done with errors that are %s", f.State).At("filter.state")
	}
	ids, err := e.numbers(ctx, f)
	if err == nil && len(ids) == 0 {
		err = sluice.Errorf(sluice.CodeNotFound, "no error is like that").At("filter").Fix("It may have been worked on meanwhile: look again")
	}
	return ids, err
}

func (e *Errors) numbers(ctx context.Context, f *filter) ([]int64, error) {
	if f.nowhere {
		return nil, nil
	}
	var ids []int64
	f.Brief, f.Limit = true, readAtOnce
	for {
		list, err := e.Store.RecordErrors(ctx, f.ErrorFilter)
		if err != nil {
			return nil, err
		}
		for _, re := range list {
			ids = append(ids, re.ID)
		}
		if len(ids) > mostChosen {
			return nil, sluice.Errorf("error.too_many", "the filter chooses more than %d errors", mostChosen).At("filter").Fix(fmt.Sprintf("Choose fewer, such as those of one flow or with one code, or call again for what is left: %d are done at a time", mostChosen))
		}
		if len(list) < readAtOnce {
			slices.Sort(ids)
			return ids, nil
		}
		f.Before = list[len(list)-1].ID
	}
}

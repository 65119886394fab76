package async

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Split cuts a batch into batches within the limits, which keep the order of its
// records. They have no keys.
func Split(b Batch) ([]Batch, error) {
	if b.Action == Delete {
		return split(b, MaxIDs)
	}
	return split(b, MaxBytes)
}

func split(b Batch, limit int) ([]Batch, error) {
	var parts []Batch
	size := 0
	for _, item := range b.Items {
		n, err := item.measure(b.Action)
		if err != nil {
			return nil, err
		}
		if last := len(parts) - 1; last < 0 || len(parts[last].Items) == MaxItems || size+n > limit {
			part := b
			part.Items, part.Key = nil, ""
			parts, size = append(parts, part), 0
		}
		last := &parts[len(parts)-1]
		last.Items = append(last.Items, item)
		size += n
	}
	return parts, nil
}

// measure returns how many bytes the item takes.
func (i *Item) measure(action Action) (int, error) {
	if action == Delete {
		return len(i.address()) + len("%2C"), nil
	}
	data, err := restform.Body(i.body())
	if err != nil {
		return 0, &netsuite.InputError{Field: "body", Problem: err.Error()}
	}
	i.encoded = data
	return len(data) + len(","), nil
}

// Write does with any number of records what the batch says, in as many batches as the
// limits ask for, Width of them under way at one time, and returns what became of each
// record, in their order. Only batches that NetSuite has certainly not taken are sent
// again, and those whose answer was lost, with the same key.
//
// Batches are not ordered among each other: records that depend on one another belong
// into one batch, or into calls one after the other.
func (s *Service) Write(ctx context.Context, b Batch) []Outcome {
	outcomes := make([]Outcome, len(b.Items))
	parts, err := Split(b)
	if err != nil {
		return all(outcomes, err)
	}
	starts := startsOf(parts)
	s.each(len(parts), func(k int) { copy(outcomes[starts[k]:], s.part(ctx, parts[k])) })
	return outcomes
}

// startsOf returns the places at which the parts begin.
func startsOf(parts []Batch) []int {
	starts, at := make([]int, len(parts)), 0
	for k, part := range parts {
		starts[k], at = at, at+len(part.Items)
	}
	return starts
}

func all(outcomes []Outcome, err error) []Outcome {
	for n := range outcomes {
		outcomes[n] = Outcome{Err: err}
	}
	return outcomes
}

// part sends one batch. One that is too large after all is halved.
func (s *Service) part(ctx context.Context, b Batch) []Outcome {
	b.Key = NewKey()
	job, err := s.Send(ctx, b)
	if fault, ok := errors.AsType[*netsuite.Fault](err); ok && fault.Status == http.StatusRequestEntityTooLarge && len(b.Items) > 1 {
		first, second := b, b
		first.Items, second.Items = b.Items[:len(b.Items)/2], b.Items[len(b.Items)/2:]
		return append(s.part(ctx, first), s.part(ctx, second)...)
	}
	var outcomes []Outcome
	if err == nil {
		outcomes, err = s.Outcomes(ctx, job, len(b.Items))
	}
	if err != nil {
		return all(make([]Outcome, len(b.Items)), err)
	}
	return outcomes
}

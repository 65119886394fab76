package way

import (
	"context"
	"fmt"

	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
)

// Single sends one request for each record, as many at a time as the account has slots.
type Single struct {
	Records *netsuite.Records
	Width   int // requests at one time
}

// Send sends the requests.
func (s *Single) Send(ctx context.Context, requests []*Request, took Took) error {
	return lanes.Each(ctx, lanesOf(requests), s.Width, func(ctx context.Context, n int) error {
		r := requests[n]
		ref, err := s.one(wire.Effect(sendby.With(ctx, r.Intent.SendBy), r.Intent), r)
		return took(ctx, n, Outcome{ref, err})
	})
}

// lanesOf puts the places of requests for the same record into one lane.
func lanesOf(requests []*Request) [][]int {
	lane := make([]string, len(requests))
	for n, r := range requests {
		lane[n] = r.Lane
	}
	return lanes.By(lane)
}

// one makes the one request that the verb takes.
func (s *Single) one(ctx context.Context, r *Request) (netsuite.Ref, error) {
	switch r.Verb {
	case Create:
		return s.Records.Create(ctx, r.Record, r.Body, r.Options)
	case Update:
		return s.Records.Update(ctx, r.Record, r.Target, r.Body, r.Options)
	case Upsert:
		return s.Records.UpsertByExternalID(ctx, r.Record, r.externalID(), r.Body, r.Options)
	case Delete:
		return netsuite.Ref{}, s.Records.Delete(ctx, r.Record, r.Target)
	case Transform:
		return s.Records.Transform(ctx, r.OtherType, r.Other, r.Record, r.Body, r.Options)
	case Attach:
		return netsuite.Ref{}, s.Records.Attach(ctx, r.Record, r.Target, r.OtherType, r.Other, netsuite.AttachOptions{Role: r.Role})
	case Detach:
		return netsuite.Ref{}, s.Records.Detach(ctx, r.Record, r.Target, r.OtherType, r.Other)
	}
	return netsuite.Ref{}, &netsuite.InputError{Field: "operation", Problem: fmt.Sprintf("%q is not possible with records", r.Intent.Operation)}
}

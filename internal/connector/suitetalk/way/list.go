package way

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/soapform"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// Lists sends up to 100 records in one request of SOAP, 200 where they are made or
// deleted. NetSuite answers for each of them. What SOAP cannot say safely goes by single
// requests of the record service.
type Lists struct {
	Single
	SOAP *soap.Client
	Form *soapform.Form
}

// item is a request in the form of SOAP.
type item struct {
	place int // among the requests of Send
	*Request
	tree *record.Element // nil for a deletion
}

// most are the records that one list may hold, by verb.
var most = map[Verb]int{Create: 200, Update: 100, Upsert: 100, Delete: 200}

// leastListed is how many records a list keeps, rather than leave some to another slot.
const leastListed = 20

// Send sends the requests in lists, those of one lane one list after the other.
func (l *Lists) Send(ctx context.Context, requests []*Request, took Took) error {
	at := map[*Request]int{}
	for n, r := range requests {
		at[r] = n
	}
	for _, round := range rounds(requests) {
		lists, alone := l.divide(round, at)
		err := each(ctx, len(lists), l.Width, func(ctx context.Context, n int) error { return l.list(ctx, lists[n], took) })
		if err != nil {
			return err
		}
		if err := l.Single.Send(ctx, alone, func(ctx context.Context, n int, o Outcome) error { return took(ctx, at[alone[n]], o) }); err != nil {
			return err
		}
	}
	return nil
}

// divide puts requests of one verb together, and apart what SOAP cannot do.
func (l *Lists) divide(round []*Request, at map[*Request]int) (lists [][]item, alone []*Request) {
	var verbs []Verb
	byVerb := map[Verb][]item{}
	for _, r := range round {
		i, ok := l.item(r, at[r])
		if !ok {
			alone = append(alone, r)
			continue
		}
		if byVerb[r.Verb] == nil {
			verbs = append(verbs, r.Verb)
		}
		byVerb[r.Verb] = append(byVerb[r.Verb], i)
	}
	for _, v := range verbs {
		size := min(most[v], max((len(byVerb[v])+l.Width-1)/l.Width, leastListed))
		lists = slices.AppendSeq(lists, slices.Chunk(byVerb[v], size))
	}
	return lists, alone
}

// item turns a request into the form of SOAP, where it can be said so.
func (l *Lists) item(r *Request, place int) (item, bool) {
	i := item{place: place, Request: r}
	if most[r.Verb] == 0 || !keepsID(r) {
		return i, false
	}
	if r.Verb == Delete {
		_, err := l.Form.Record(r.Record, nil, soapform.Lines{})
		return i, err == nil
	}
	tree, err := l.Form.Record(r.Record, r.Body, soapform.Lines{New: r.Verb == Create, Replace: r.Options.Replace})
	if err != nil { // the record service says what is wrong with it, or takes it
		return i, false
	}
	switch {
	case r.Verb == Create:
	case r.externalID() != "":
		tree.SetExternalID(r.externalID())
	default:
		tree.SetInternalID(r.Target)
	}
	i.tree = tree
	return i, true
}

// ref names the record of a request that is there.
func (r *Request) ref() record.Ref {
	if id := r.externalID(); id != "" {
		return record.Ref{Type: r.Record, ExternalID: id}
	}
	return record.Ref{Type: r.Record, InternalID: r.Target}
}

// list sends one list, no later than the first of its intents may be sent.
func (l *Lists) list(ctx context.Context, list []item, took Took) error {
	if wire.Rehearsing(ctx) {
		return l.rehearse(ctx, list, took)
	}
	results, err := l.send(beforeAll(ctx, list), list)
	for n, i := range list {
		o := Outcome{Err: err}
		if err == nil {
			o = i.outcome(results[n])
		}
		if err := took(ctx, i.place, o); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lists) send(ctx context.Context, list []item) ([]soap.WriteResult, error) {
	var trees []*record.Element
	var refs []record.Ref
	for _, i := range list {
		trees, refs = append(trees, i.tree), append(refs, i.ref())
	}
	switch list[0].Verb {
	case Create:
		return l.SOAP.AddList(ctx, trees)
	case Update:
		return l.SOAP.UpdateList(ctx, trees)
	case Upsert:
		return l.SOAP.UpsertList(ctx, trees)
	case Delete:
		return l.SOAP.DeleteList(ctx, refs, nil)
	}
	return nil, &netsuite.InputError{Field: "operation", Problem: fmt.Sprintf("%q is not possible in lists", list[0].Verb)}
}

// outcome is what became of a record, by NetSuite's answer for it.
func (i item) outcome(w soap.WriteResult) Outcome {
	o := Outcome{netsuite.Ref{ID: w.Ref.InternalID}, w.Err}
	switch {
	case w.Err != nil || i.Verb == Delete:
	case i.Verb == Create && o.ID == "":
		o.Err = errNameless
	case i.Verb == Update && o.ID == "":
		o.ID = i.Target
	}
	return o
}

// errRehearsed ends what waits in a rehearsal, where nothing is sent again.
var errRehearsed = errors.New("rehearsed")

// rehearse tells for each record the list that it would be part of, with itself alone.
func (l *Lists) rehearse(ctx context.Context, list []item, took Took) error {
	once, err := l.SOAP.With(soap.WithSleep(func(context.Context, time.Duration) error { return errRehearsed }))
	if err != nil {
		return err
	}
	hasty := *l
	hasty.SOAP = once
	for _, i := range list {
		results, err := hasty.send(wire.Effect(sendby.With(ctx, i.Intent.SendBy), i.Intent), []item{i})
		o := Outcome{Err: err}
		if err == nil {
			o = i.outcome(results[0])
		}
		if err := took(ctx, i.place, o); err != nil {
			return err
		}
	}
	return nil
}

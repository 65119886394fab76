package way

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sendby"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/async"
)

// Batches sends up to 100 records in one request, which NetSuite works on in a job
// (NetSuite 2026.1). Each batch has an idempotency key, which the ledger knows before the
// batch leaves: by it another process learns what became of each record. What a batch
// cannot do goes by single requests.
type Batches struct {
	Single
	Jobs *async.Service
}

// actions are the verbs that batches know.
var actions = map[Verb]async.Action{Create: async.Add, Update: async.Update, Upsert: async.Upsert, Delete: async.Delete}

// batchMethods are what batches are sent by.
var batchMethods = map[Verb]string{Create: http.MethodPost, Update: http.MethodPatch, Upsert: http.MethodPut, Delete: http.MethodDelete}

// mark is what the ledger keeps: the batch, the request's place in it, and how many there are.
type mark struct {
	key    async.Key
	at, of int
}

func (m mark) String() string { return fmt.Sprintf("%s/%d/%d", m.key, m.at, m.of) }

func parseMark(text string) (m mark, ok bool) {
	key, rest, found := strings.Cut(text, "/")
	m.key = async.Key(key)
	n, err := fmt.Sscanf(rest, "%d/%d", &m.at, &m.of)
	return m, found && err == nil && n == 2 && m.at >= 0 && m.at < m.of
}

// fits reports whether a batch can do what the request asks for.
func fits(r *Request) bool { return actions[r.Verb] != "" && keepsID(r) }

// keepsID reports whether the request leaves its record the external ID by which it names
// it: in a list the name and the new value would be one, and change the wrong record.
func keepsID(r *Request) bool {
	given, has := r.Body["externalId"]
	return !has || r.Verb != Update || r.externalID() == "" || given == r.externalID()
}

// Mark gives out the requests to batches. Requests in the same lane never share one.
func (b *Batches) Mark(requests []*Request) {
	for _, round := range rounds(requests) {
		groups := map[string][]*Request{}
		for _, r := range round {
			if r.Mark = ""; fits(r) {
				kind := string(r.Verb) + " " + strings.Join(r.Options.Replace, ",")
				groups[kind] = append(groups[kind], r)
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(groups)) {
			for chunk := range slices.Chunk(groups[kind], b.size(len(groups[kind]))) {
				markWithinLimits(chunk)
			}
		}
	}
}

// markWithinLimits gives requests one mark, or several where they are too large together.
// Those that cannot be measured cannot be sent, and say so when they go singly.
func markWithinLimits(list []*Request) {
	parts, err := async.Split(batchOf("", list))
	if err != nil {
		return
	}
	for _, part := range parts {
		key, count := async.NewKey(), len(part.Items)
		for n, r := range list[:count] {
			r.Mark = mark{key, n, count}.String()
		}
		list = list[count:]
	}
}

// size spreads so many records over as many batches as can be under way at one time.
func (b *Batches) size(records int) int {
	return min(async.MaxItems, max((records+b.Width-1)/b.Width, 20))
}

// rounds are the requests in turns: each lane has one request in a round.
func rounds(requests []*Request) [][]*Request {
	var out [][]*Request
	for _, lane := range lanesOf(requests) {
		for k, n := range lane {
			if k == len(out) {
				out = append(out, nil)
			}
			out[k] = append(out[k], requests[n])
		}
	}
	return out
}

// Send sends the requests as they are marked, and those without a mark one by one.
func (b *Batches) Send(ctx context.Context, requests []*Request, took Took) error {
	at := map[*Request]int{}
	for n, r := range requests {
		at[r] = n
	}
	placed := func(list []*Request) Took {
		return func(ctx context.Context, n int, o Outcome) error { return took(ctx, at[list[n]], o) }
	}
	if wire.Rehearsing(ctx) {
		return b.rehearse(ctx, requests, took)
	}
	for _, round := range rounds(requests) {
		if err := b.round(ctx, round, placed); err != nil {
			return err
		}
	}
	return nil
}

// round sends what may go at one time.
func (b *Batches) round(ctx context.Context, round []*Request, placed func([]*Request) Took) error {
	var alone []*Request
	var order []async.Key
	batches := map[async.Key][]*Request{}
	for _, r := range round {
		m, ok := parseMark(r.Mark)
		if !ok {
			alone = append(alone, r)
			continue
		}
		if batches[m.key] == nil {
			order = append(order, m.key)
		}
		batches[m.key] = append(batches[m.key], r)
	}
	turns := make([][]*Request, 0, len(order)+1)
	for _, key := range order {
		turns = append(turns, batches[key])
	}
	err := each(ctx, len(turns), b.Width, func(ctx context.Context, n int) error { return b.batch(ctx, turns[n], placed(turns[n])) })
	if err != nil || len(alone) == 0 {
		return err
	}
	return b.Single.Send(ctx, alone, placed(alone))
}

// each calls f for so many numbers, some at a time, until one call returns an error.
func each(ctx context.Context, count, width int, f func(ctx context.Context, n int) error) error {
	return lanes.Each(ctx, lanes.By(make([]string, count)), width, f)
}

// errAnother says that the answer was about another record than the request.
var errAnother = errors.New("NetSuite's answer names another record than the request did")

// errNameless says that the answer to a new record has no ID.
var errNameless = errors.New("NetSuite's answer names no record")

// batch sends one batch and waits for it. One that NetSuite refuses as a whole has
// changed nothing: its records then go by themselves, and each gets its own answer.
func (b *Batches) batch(ctx context.Context, list []*Request, took Took) error {
	m, _ := parseMark(list[0].Mark)
	slices.SortStableFunc(list, func(x, y *Request) int { a, _ := parseMark(x.Mark); c, _ := parseMark(y.Mark); return a.at - c.at })
	if len(list) != m.of { // a record was left out since the ledger got the batch: it is not sent under this key
		return nil
	}
	outcomes, err := b.carryOut(ctx, m.key, list)
	if err != nil && refusedWhole(err) {
		return b.Single.Send(ctx, list, took)
	}
	for n, r := range list {
		o := Outcome{Err: err}
		if err == nil {
			o = outcomeOf(r, outcomes[n])
		}
		if err := took(ctx, n, o); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batches) carryOut(ctx context.Context, key async.Key, list []*Request) ([]async.Outcome, error) {
	job, err := b.Jobs.Send(beforeAll(ctx, list), batchOf(key, list))
	if err != nil {
		return nil, err
	}
	return b.Jobs.Outcomes(ctx, job, len(list))
}

func batchOf(key async.Key, list []*Request) async.Batch {
	batch := async.Batch{Action: actions[list[0].Verb], RecordType: list[0].Record, Options: list[0].Options, Key: key}
	for _, r := range list {
		batch.Items = append(batch.Items, itemOf(r))
	}
	return batch
}

func itemOf(r *Request) async.Item {
	item := async.Item{Record: netsuite.Record(r.Body)}
	switch {
	case r.Verb == Create:
	case r.externalID() != "":
		item.ExternalID = r.externalID()
	default:
		item.ID = r.Target
	}
	return item
}

// refusedWhole reports a refusal of the batch itself: for its form, for one of its
// records, or by an account that has no batches.
func refusedWhole(err error) bool {
	_, fault := errors.AsType[*netsuite.Fault](err)
	_, input := errors.AsType[*netsuite.InputError](err)
	return (fault || input) && netsuite.Applied(err) == netsuite.NotApplied && !errors.Is(err, netsuite.ErrLogin) && !errors.Is(err, netsuite.ErrConcurrency)
}

// outcomeOf is what became of a record, by the answer for it.
func outcomeOf(r *Request, o async.Outcome) Outcome {
	out := Outcome{o.Ref, o.Err}
	if fault, ok := errors.AsType[*netsuite.Fault](o.Err); ok && async.FailedTask(o.Err) { // the request that failed is the batch's, not the one that asked
		fault.Method, fault.URL = batchMethods[r.Verb], fmt.Sprintf("/services/rest/record/v1/%s, in a batch", r.Record)
	}
	switch {
	case o.Err != nil || r.Verb == Delete:
	case r.Verb == Create && o.ID == "":
		out.Err = errNameless
	case r.externalID() == "" && r.Verb == Update && o.ID == "":
		out.ID = r.Target
	case r.externalID() == "" && r.Verb == Update && o.ID != r.Target:
		out = Outcome{Err: errAnother}
	}
	return out
}

// rehearse tells for each record the batch that it would be part of, with itself alone.
func (b *Batches) rehearse(ctx context.Context, requests []*Request, took Took) error {
	for n, r := range requests {
		ctx := wire.Effect(sendby.With(ctx, r.Intent.SendBy), r.Intent)
		var o Outcome
		if fits(r) {
			_, o.Err = b.Jobs.Send(ctx, batchOf("", []*Request{r}))
			if done, ok := errors.AsType[*async.AtOnce](o.Err); ok { // what a rehearsal answers for one record
				o = Outcome{Ref: done.Ref}
			}
		} else {
			o.Ref, o.Err = b.one(ctx, r)
		}
		if err := took(ctx, n, o); err != nil {
			return err
		}
	}
	return nil
}

// Recall asks what became of the batches of the marks.
func (b *Batches) Recall(ctx context.Context, recordType string, marks []string) ([]Recalled, error) {
	out := make([]Recalled, len(marks))
	known := map[async.Key][]int{}
	parsed := make([]mark, len(marks))
	for n, text := range marks {
		m, ok := parseMark(text)
		if !ok {
			return nil, sluice.Errorf("import.ledger", "the ledger's note %q of a batch cannot be read", text)
		}
		parsed[n] = m
		known[m.key] = append(known[m.key], n)
	}
	keys := slices.Sorted(maps.Keys(known))
	err := each(ctx, len(keys), b.Width, func(ctx context.Context, k int) error {
		places := known[keys[k]]
		outcomes, taken, err := b.Jobs.Recall(ctx, recordType, keys[k], parsed[places[0]].of)
		if err != nil && outcome.ConcernsConnection(err) {
			return err
		}
		for _, n := range places {
			switch {
			case err != nil: // it is asking that failed, which says nothing of the records
				out[n] = Recalled{Taken: true, Outcome: Outcome{Err: fmt.Errorf("what became of the batch is not known: %s", err.Error())}}
			case taken:
				o := outcomes[parsed[n].at]
				out[n] = Recalled{Taken: true, Outcome: Outcome{o.Ref, o.Err}}
			}
		}
		return nil
	})
	return out, err
}

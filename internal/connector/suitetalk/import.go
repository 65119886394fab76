package suitetalk

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// OpenImport returns a Writer for records of one type.
func (c *Connector) OpenImport(_ context.Context, conn *sluice.Connection, i *sluice.Import, o sluice.ImportOptions) (sluice.Writer, error) {
	if i.NetSuite == nil {
		return nil, sluice.Errorf("flow.import_kind", "the connection %s is to NetSuite, the import is not", conn.Name).Fix("Give the import a netsuite part, or another connection")
	}
	cl, err := c.client(conn)
	if err != nil {
		return nil, err
	}
	return &writer{client: cl, spec: i.NetSuite, flow: o.Flow}, nil
}

// writer writes records by the REST record service, one a request, as many at a
// time as the account's slots allow.
type writer struct {
	*client
	spec *sluice.NetSuiteImport
	flow string
}

func (w *writer) Traits() sluice.Traits {
	return sluice.Traits{SendWindow: w.sendWindow(), Settle: w.settle, ExternalIDs: true}
}

func (w *writer) Finish(context.Context) error { return nil }
func (w *writer) Close() error                 { return nil }

// Prepare notes, for lines that are to be appended, how often the sublist holds them already.
func (w *writer) Prepare(ctx context.Context, intents []*sluice.Intent) error {
	return w.each(ctx, intents, func(ctx context.Context, _ int, i *sluice.Intent) error {
		if i.Operation != sluice.Append {
			return nil
		}
		before, err := w.countLines(ctx, i)
		if err != nil && !isMissing(err) { // a missing record is the write's to report
			return problem(w.name, err)
		}
		i.Before = before
		return nil
	})
}

// Write sends the intents. When the connection itself fails, it sends no more.
func (w *writer) Write(ctx context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	results := make([]sluice.Result, len(intents))
	failure := w.each(ctx, intents, func(ctx context.Context, n int, i *sluice.Intent) error {
		body := w.body(i)
		ref, err := w.send(withSendBy(ctx, i.SendBy), i, body)
		results[n] = resultOf(ref, err, body)
		results[n].Created = err == nil && i.Operation == sluice.Add
		if err == nil || results[n].State != sluice.ResultNotSent || results[n].Failure == nil {
			return nil
		}
		return problem(w.name, err)
	})
	return results, failure
}

// each calls f for all intents, as many at a time as there are slots, until one call fails, and
// returns the first failure. The calls themselves see the account's order and fairness.
func (w *writer) each(ctx context.Context, intents []*sluice.Intent, f func(ctx context.Context, n int, i *sluice.Intent) error) error {
	ctx = netsuite.ContextWithFlow(ctx, w.flow)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failure error
	next := 0
	for range min(w.limit, len(intents)) {
		wg.Go(func() {
			for {
				mu.Lock()
				n := next
				next++
				over := failure != nil || n >= len(intents)
				mu.Unlock()
				if over || ctx.Err() != nil {
					return
				}
				if err := f(ctx, n, intents[n]); err != nil {
					mu.Lock()
					failure = cmp.Or(failure, err)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return failure
}

// body returns what is sent: the mapped record, with the external ID where the operation sets one.
func (w *writer) body(i *sluice.Intent) sluice.Record {
	switch {
	case i.Operation == sluice.Delete:
		return nil
	case i.Operation == sluice.Append:
		return sluice.Record{w.spec.Sublist: i.Record[w.spec.Sublist]}
	case i.Operation != sluice.Add || i.ExternalID == "":
		return i.Record
	}
	body := make(sluice.Record, len(i.Record)+1)
	for k, v := range i.Record {
		body[k] = v
	}
	body["externalId"] = i.ExternalID
	return body
}

// send makes the one request that the operation takes.
func (w *writer) send(ctx context.Context, i *sluice.Intent, body sluice.Record) (netsuite.Ref, error) {
	records, options := w.Records, netsuite.WriteOptions{Replace: w.spec.Replace}
	switch i.Operation {
	case sluice.Add:
		return records.Create(ctx, w.spec.Record, body, netsuite.WriteOptions{})
	case sluice.Upsert:
		return records.UpsertByExternalID(ctx, w.spec.Record, i.ExternalID, body, options)
	case sluice.Update:
		return records.Update(ctx, w.spec.Record, target(i), body, options)
	case sluice.Append:
		return records.Update(ctx, w.spec.Record, target(i), body, netsuite.WriteOptions{})
	case sluice.Delete:
		return netsuite.Ref{}, records.Delete(ctx, w.spec.Record, target(i))
	}
	return netsuite.Ref{}, &netsuite.InputError{Field: "operation", Problem: fmt.Sprintf("%q is not possible with records", i.Operation)}
}

// target addresses an existing record.
func target(i *sluice.Intent) string {
	if i.TargetID != "" {
		return i.TargetID
	}
	return "eid:" + i.ExternalID
}

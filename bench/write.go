package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/async"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/governor"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// writer writes the n-th customers of a run and returns how many it has written.
type writer func(ctx context.Context, run int64, numbers []int) (int, error)

// write writes n customers in one of the ways, with as many requests in flight as there
// are slots.
func (c *client) write(ctx context.Context, way string, n int, args []string) (answer, error) {
	if len(args) < 1 {
		return answer{}, errors.New("client: want a number of slots")
	}
	limit, err := strconv.Atoi(args[0])
	if err != nil {
		return answer{}, err
	}
	slots := governor.New(governor.Options{Limit: limit})
	ns, err := c.open(netsuite.WithSlots(slots))
	if err != nil {
		return answer{}, err
	}
	writers := map[string]struct {
		size  int // records that it writes at once
		write writer
	}{
		"create": {1, single(ns.Records, false)},
		"upsert": {1, single(ns.Records, true)},
		"batch":  {async.MaxItems, batches(ns, limit)},
		"soap":   {100, lists(c.tba, ns)},
	}
	w := writers[way]
	run := time.Now().UnixNano()
	start := time.Now()
	done, err := inParallel(ctx, n, w.size, 2*limit, func(ctx context.Context, numbers []int) (int, error) { return w.write(ctx, run, numbers) })
	stats := slots.Stats()
	return answer{Count: done, Seconds: time.Since(start).Seconds(), Utilization: stats.Utilization(), Refusals: stats.Refusals}, err
}

// inParallel hands the numbers up to n out, some at once, to so many workers: more than
// there are slots, so that one always waits.
func inParallel(ctx context.Context, n, size, workers int, write func(ctx context.Context, numbers []int) (int, error)) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				first := int(next.Add(int64(size))) - size
				if first >= n {
					return
				}
				var numbers []int
				for k := first; k < min(first+size, n); k++ {
					numbers = append(numbers, k)
				}
				written, err := write(ctx, numbers)
				done.Add(int64(written))
				if err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return int(done.Load()), context.Cause(ctx)
}

// customer is the n-th customer of a run.
func customer(run int64, n int) (externalID string, body netsuite.Record) {
	return fmt.Sprintf("bench-%d-%d", run, n), netsuite.Record{"companyName": fmt.Sprintf("Bench %d %d", run, n), "subsidiary": map[string]string{"id": "1"}}
}

// single sends one record a request.
func single(records *netsuite.Records, upsert bool) writer {
	return func(ctx context.Context, run int64, numbers []int) (int, error) {
		for k, n := range numbers {
			externalID, body := customer(run, n)
			var err error
			if upsert {
				_, err = records.UpsertByExternalID(ctx, "customer", externalID, body, netsuite.WriteOptions{})
			} else {
				body["externalId"] = externalID
				_, err = records.Create(ctx, "customer", body, netsuite.WriteOptions{})
			}
			if err != nil {
				return k, err
			}
		}
		return len(numbers), nil
	}
}

// batches sends up to 100 records in one request.
func batches(ns *netsuite.Client, limit int) writer {
	jobs := async.New(ns)
	jobs.Width = limit
	return func(ctx context.Context, run int64, numbers []int) (int, error) {
		b := async.Batch{Action: async.Upsert, RecordType: "customer"}
		for _, n := range numbers {
			externalID, body := customer(run, n)
			b.Items = append(b.Items, async.Item{ExternalID: externalID, Record: body})
		}
		written := 0
		for _, o := range jobs.Write(ctx, b) {
			if o.Err != nil {
				return written, o.Err
			}
			written++
		}
		return written, nil
	}
}

// lists sends up to 100 records in one upsertList.
func lists(tba *auth.TBA, ns *netsuite.Client) writer {
	return func(ctx context.Context, run int64, numbers []int) (int, error) {
		c, err := soap.New(ns, tba)
		if err != nil {
			return 0, err
		}
		var records []*record.Element
		for _, n := range numbers {
			externalID, body := customer(run, n)
			e := record.New("customer").SetExternalID(externalID).SetRef("subsidiary", record.Ref{InternalID: "1"})
			records = append(records, e.Set("companyName", fmt.Sprint(body["companyName"])))
		}
		results, err := c.UpsertList(ctx, records)
		if err != nil {
			return 0, err
		}
		for k, r := range results {
			if r.Err != nil {
				return k, r.Err
			}
		}
		return len(results), nil
	}
}

package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"time"
)

// query reads customers by key, in all clients alike.
const query = "SELECT id, entityid, companyname, email, phone, externalid, datecreated, isinactive FROM customer"

// measureSuiteQL compares reading rows: the Go client one page after another
// and with prefetch, netsuite-rest with the same statements, and the same
// requests without a look at the answers.
func measureSuiteQL(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	err := withAccount(ctx, accountFlags{rows: p.rows, concurrency: p.limit}, func(a account) error {
		for _, c := range []struct {
			who     string
			command func() *exec.Cmd
		}{
			{"same bytes, unparsed", func() *exec.Cmd { return ourClient(a, "raw", strconv.Itoa(p.rows)) }},
			{"sluice", func() *exec.Cmd { return ourClient(a, "read", strconv.Itoa(p.rows)) }},
			{"sluice, prefetch", func() *exec.Cmd { return ourClient(a, "prefetch", strconv.Itoa(p.rows)) }},
			{"netsuite-rest", func() *exec.Cmd { return nodeClient(a, "read.mjs", strconv.Itoa(p.rows), query) }},
		} {
			best, err := best(ctx, p, c.command)
			if err != nil {
				return err
			}
			if best.Count < p.rows {
				return fmt.Errorf("%s read %d rows, want at least %d", c.who, best.Count, p.rows)
			}
			figures = append(figures, figure{"suiteql", c.who, best.rate(), "rows/s", fmt.Sprintf("%d rows", best.Count)})
		}
		return nil
	})
	return figures, err
}

// importers are the ways in which records get in, each with as many requests in flight
// as the account allows.
var importers = []struct {
	who     string
	command func(a account, records, limit string) *exec.Cmd
}{
	{"sluice, create", func(a account, records, limit string) *exec.Cmd { return ourClient(a, "create", records, limit) }},
	{"sluice, upsert", func(a account, records, limit string) *exec.Cmd { return ourClient(a, "upsert", records, limit) }},
	{"sluice, upsert in REST batches", func(a account, records, limit string) *exec.Cmd { return ourClient(a, "batch", records, limit) }},
	{"sluice, upsertList by SOAP", func(a account, records, limit string) *exec.Cmd { return ourClient(a, "soap", records, limit) }},
	{"netsuite-rest, create", func(a account, records, limit string) *exec.Cmd { return nodeClient(a, "create.mjs", records, limit) }},
}

// measureImport compares the ways in: without latency, which shows what they cost the
// two machines, and with one that each request has alike.
func measureImport(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	for _, latency := range []time.Duration{0, p.latency} {
		records := p.records
		if latency > 0 {
			records = min(p.records, 100*p.limit)
		}
		for _, way := range importers {
			f, err := measureImporter(ctx, p, latency, records, way.who, func(a account) *exec.Cmd {
				return way.command(a, strconv.Itoa(records), strconv.Itoa(p.limit))
			})
			if err != nil {
				return nil, err
			}
			figures = append(figures, f)
		}
	}
	return figures, nil
}

// measureImporter lets one of them work on an account of its own.
func measureImporter(ctx context.Context, p plan, latency time.Duration, records int, who string, command func(account) *exec.Cmd) (f figure, err error) {
	err = withAccount(ctx, accountFlags{concurrency: p.limit, latency: latency}, func(a account) error {
		best, err := best(ctx, p, func() *exec.Cmd { return command(a) })
		if err != nil {
			return err
		}
		if best.Count != records {
			return fmt.Errorf("%s wrote %d records, want %d", who, best.Count, records)
		}
		f = figure{"import", who, best.rate(), "records/s", fmt.Sprintf("%d slots, %v latency, %d refusals", p.limit, latency, best.Refusals)}
		return nil
	})
	return f, err
}

// measureSlots shows how much of the account's slots is used when there is
// always work and every request takes a while.
func measureSlots(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	err := withAccount(ctx, accountFlags{concurrency: p.limit, latency: p.latency}, func(a account) error {
		got, err := runProcess(ctx, ourClient(a, "create", strconv.Itoa(60*p.limit), strconv.Itoa(p.limit)))
		if err != nil {
			return err
		}
		figures = []figure{
			{"slots", "sluice", 100 * got.Utilization, "% in use", fmt.Sprintf("%d slots, %v latency, %d refusals", p.limit, p.latency, got.Refusals)},
			{"slots", "sluice", got.rate(), "records/s", fmt.Sprintf("at most %.4g are possible", float64(p.limit)/p.latency.Seconds())},
		}
		return nil
	})
	return figures, err
}

// measureMemory shows that memory does not grow with the number of rows.
func measureMemory(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	for _, rows := range []int{1_000, p.large} {
		err := withAccount(ctx, accountFlags{rows: rows, concurrency: p.limit}, func(a account) error {
			got, err := runProcess(ctx, ourClient(a, "read", strconv.Itoa(rows)))
			if err != nil {
				return err
			}
			if got.Count < rows {
				return fmt.Errorf("read %d rows, want at least %d", got.Count, rows)
			}
			figures = append(figures, figure{"memory", "sluice", float64(got.Peak) / (1 << 20), "MiB at most", fmt.Sprintf("%d rows", got.Count)})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return figures, nil
}

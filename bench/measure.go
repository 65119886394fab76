package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
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

// measureImport compares creating records with as many requests in flight as
// the account allows.
func measureImport(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	records, limit := strconv.Itoa(p.records), strconv.Itoa(p.limit)
	for _, who := range []string{"sluice", "netsuite-rest"} {
		err := withAccount(ctx, accountFlags{concurrency: p.limit}, func(a account) error { // a fresh account for each
			best, err := best(ctx, p, func() *exec.Cmd {
				if who == "sluice" {
					return ourClient(a, "create", records, limit)
				}
				return nodeClient(a, "create.mjs", records, limit)
			})
			if err != nil {
				return err
			}
			if best.Count != p.records {
				return fmt.Errorf("%s created %d records, want %d", who, best.Count, p.records)
			}
			figures = append(figures, figure{"import", who, best.rate(), "records/s", fmt.Sprintf("%d slots, %d refusals", p.limit, best.Refusals)})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return figures, nil
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

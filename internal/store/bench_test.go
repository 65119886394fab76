package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// BenchmarkPage measures a page of 200 records on its way through the store.
func BenchmarkPage(b *testing.B) {
	for name, address := range map[string]func() string{
		"sqlite":     func() string { return filepath.Join(b.TempDir(), "sluice.db") },
		"postgresql": func() string { return postgrestest.URL(b) },
	} {
		b.Run(name, func(b *testing.B) { benchmarkPage(b, address()) })
	}
}

func benchmarkPage(b *testing.B, address string) {
	ctx := b.Context()
	opened, err := Open(ctx, address)
	if err != nil {
		b.Fatal(err)
	}
	defer opened.Close()
	s := opened.(*DB)
	if err := s.CreateRun(ctx, &sluice.Run{FlowID: "f", Kind: sluice.RunManual}, nil); err != nil {
		b.Fatal(err)
	}
	run, err := s.ClaimRun(ctx, "worker", time.Unix(1, 0), time.Unix(2, 0))
	if err != nil {
		b.Fatal(err)
	}
	f := sluice.Fence{RunID: run.ID, Number: run.Fence}
	var took [4]time.Duration
	number := int64(0)
	for b.Loop() {
		number++
		page, result, keys := sluice.Page{Number: number}, &sluice.PageResult{Page: number}, make([]string, sluice.DefaultPageSize)
		for i := range keys {
			keys[i] = fmt.Sprintf("%d-%d", number, i)
			page.Items = append(page.Items, sluice.Item{Seq: int64(i), Key: keys[i], Rows: 1, Record: sluice.Record{"name": keys[i], "amount": "10.10"}})
			result.Entries = append(result.Entries, sluice.LedgerEntry{FlowID: "f", Step: "import", Key: keys[i], RunID: run.ID, Page: number, State: sluice.LedgerDelivered,
				Operation: sluice.Add, ExternalID: "sluice-" + keys[i], TargetID: keys[i], Digest: keys[i]})
		}
		for i, step := range []func() error{
			func() error {
				return s.AppendPages(ctx, f, []sluice.Page{page}, []byte("cursor"), false, storetest.To(sluice.RunProgress{}))
			},
			func() error { _, err := s.LedgerEntries(ctx, "f", "import", keys); return err },
			func() error { return s.SaveIntents(ctx, f, result.Entries) },
			func() error { return s.CompletePage(ctx, f, result) },
		} {
			start := time.Now()
			if err := step(); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(start)
		}
	}
	for i, name := range []string{"append", "look-up", "intents", "complete"} {
		b.ReportMetric(float64(took[i].Microseconds())/float64(b.N)/1000, name+"-ms/page")
	}
}
